//! `bench latency`: how long sound and text take through the real program while it records to a stand-in for the cloud, its
//! window seen and hidden. The program measures itself; `sotto doctor` says what came of it.

use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use sotto_desktop::DesktopOptions;
use sotto_standin::{StandIn, StandInConfig};

use super::build::{Build, BuildArguments};
use super::table::{Row, Table};
use crate::chaos::scene::KEY;
use crate::chaos::speech::Speech;
use crate::setup::For;
use crate::stage::{Program, Stage};

const MICROPHONE_HZ: u32 = 48_000;
/// Frames a second.
const FRAMES: f64 = 20.0;
/// As much of what was spoken has to be in the figures.
const SHARE_MEASURED: f64 = 0.9;
/// Between the last sample of a frame and its bytes on the socket.
const SOCKET_P50_MS: f64 = 5.0;
const SOCKET_P99_MS: f64 = 20.0;
/// Between a message and its words on the screen: a sixtieth of a second.
const PAINTED_P95_MS: f64 = 17.0;
/// The page tells the last of its figures while the program says that the transcript is complete.
const LAST_REPORT: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Args)]
pub(crate) struct LatencyArguments {
    #[command(flatten)]
    build: BuildArguments,
    /// How long is spoken, each time.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(10..=3600))]
    seconds: u32,
}

impl Default for LatencyArguments {
    fn default() -> Self {
        Self { build: BuildArguments::default(), seconds: 60 }
    }
}

/// What `sotto doctor` says of a recording.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Timing {
    measures: Vec<Measured>,
    dropped_frames: u64,
    clock_error: Option<f64>,
}

/// Microseconds, but for what is counted in frames or bytes.
#[derive(Debug, Deserialize)]
struct Measured {
    what: String,
    count: u64,
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

/// Builds, records twice, reads the figures.
pub(super) fn run(arguments: &LatencyArguments) -> anyhow::Result<Table> {
    let build = arguments.build.build(For::Desktop)?;
    let mut table = Table::new("latency");
    build.note(&mut table)?;
    table.note("spoken", format!("{} s, twice: the window seen, then hidden", arguments.seconds));
    let runtime = tokio::runtime::Runtime::new()?;
    let (seen, hidden) = runtime.block_on(measure(arguments, &build))?;
    let error = [&seen, &hidden].map(|timing| timing.clock_error.map_or(f64::NAN, |us| us / 1e3));
    table.note("clocks", format!("related to ± {:.1} and ± {:.1} ms", error[0], error[1]));
    add("seen", &seen, arguments, &build, &mut table);
    add("hidden", &hidden, arguments, &build, &mut table);
    let painted = seen.ms("painted", |one| one.p95);
    let painted = Row::new("seen: message received → painted, p95", "ms", painted);
    table.add(build.goal(painted, "≤ 17", |ms| ms <= PAINTED_P95_MS));
    let usual = seen.ms("painted", |one| one.p50);
    table.add(Row::new("seen: message received → painted, p50", "ms", usual));
    for (what, figure) in FIGURES {
        let name = format!("seen: end of speech → final painted, {what}");
        table.add(Row::new(&name, "ms", seen.ms("finalPainted", figure)));
    }
    Ok(table)
}

/// One of the numbers that are known of a way.
type Figure = fn(&Measured) -> f64;

const FIGURES: [(&str, Figure); 3] =
    [("p50", |one| one.p50), ("p95", |one| one.p95), ("the longest", |one| one.max)];

impl Timing {
    fn of(&self, what: &str) -> Option<&Measured> {
        self.measures.iter().find(|one| one.what == what && one.count > 0)
    }

    fn ms(&self, what: &str, figure: Figure) -> Option<f64> {
        self.of(what).map(|one| figure(one) / 1e3)
    }
}

fn add(
    window: &str,
    timing: &Timing,
    arguments: &LatencyArguments,
    build: &Build,
    table: &mut Table,
) {
    let ms = |what: &str, name: &str, figure: Figure| {
        Row::new(&format!("{window}: {name}"), "ms", timing.ms(what, figure))
    };
    let (half, slow) = (
        ms("socket", "captured → socket, p50", |one| one.p50),
        ms("socket", "captured → socket, p99", |one| one.p99),
    );
    table.add(build.goal(half, "≤ 5", |ms| ms <= SOCKET_P50_MS));
    table.add(build.goal(slow, "≤ 20", |ms| ms <= SOCKET_P99_MS));
    table.add(ms("socket", "captured → socket, the longest", |one| one.max));
    table.add(ms("spool", "captured → spool, p50", |one| one.p50));
    table.add(ms("spool", "captured → spool, p99", |one| one.p99));
    table.add(ms("window", "captured → window, p50", |one| one.p50));
    table.add(ms("window", "captured → window, p99", |one| one.p99));
    table.add(ms("ringDepth", "waited in the ring, the longest", |one| one.max));
    for (what, unit) in [("feedDepth", "frames"), ("buffered", "bytes")] {
        let most = timing.of(what).map(|one| one.max);
        table.add(Row::new(&format!("{window}: {what}, the most"), unit, most));
    }
    let wanted = f64::from(arguments.seconds) * FRAMES * SHARE_MEASURED;
    let measured = timing.of("socket").map(|one| one.count as f64);
    table.add(
        Row::new(&format!("{window}: frames measured up to the socket"), "n", measured)
            .goal(&format!("≥ {wanted:.0}"), |count| count >= wanted),
    );
    let held = timing.of("held").map_or(0.0, |one| one.count as f64);
    table.add(Row::new(&format!("{window}: frames before the session was up"), "n", Some(held)));
    table.add(
        Row::new(&format!("{window}: dropped frames"), "n", Some(timing.dropped_frames as f64))
            .goal("0", |count| count == 0.0),
    );
}

/// The figures with the window seen, and with it hidden.
async fn measure(arguments: &LatencyArguments, build: &Build) -> anyhow::Result<(Timing, Timing)> {
    let cloud = StandIn::start(StandInConfig::new(KEY).coded()).await?;
    let folder = tempfile::tempdir()?;
    let settings = json!({ "isWelcomed": true, "recogniser": "assemblyai" });
    std::fs::write(folder.path().join("settings.json"), serde_json::to_vec(&settings)?)?;
    let options = DesktopOptions { microphone_hz: MICROPHONE_HZ, ..DesktopOptions::default() };
    let stage = Stage::set(options, folder.path())
        .await?
        .running(build.program.clone())
        .with("SOTTO_RECOGNISER", &cloud.base_url())
        .with("ASSEMBLYAI_API_KEY", KEY);
    let mut program = stage.open().await?;
    let seen = record(&stage, &mut program, arguments.seconds).await?;
    stage.desktop.hide_window("Sotto").await?;
    let hidden = record(&stage, &mut program, arguments.seconds).await?;
    program.window.kill().await?;
    Ok((seen, hidden))
}

/// Speaks into a recording to its end, and asks how long everything took.
async fn record(stage: &Stage, program: &mut Program, seconds: u32) -> anyhow::Result<Timing> {
    stage.sotto(&["start"]).await?;
    let is_recording = |line: &Value| line["state"]["live"]["kind"] == "recording";
    program.follow.until("the recording", is_recording).await?;
    let speech = Speech::coded(1, seconds, MICROPHONE_HZ);
    stage.desktop.microphone().speak_samples(speech.samples)?.finished().await;
    stage.sotto(&["stop"]).await?;
    let is_over = |line: &Value| line["kind"] == "recordingFinished";
    program.follow.until("the end of the transcript", is_over).await?;
    tokio::time::sleep(LAST_REPORT).await;
    let mut doctor = stage.sotto(&["doctor"]).await?;
    let newest = doctor["timing"].get_mut(0).context("there are no figures")?.take();
    Ok(serde_json::from_value(newest)?)
}
