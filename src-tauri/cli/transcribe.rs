//! `sotto transcribe`: a file, or what comes on standard input, into text.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use sotto_audio::AudioFile;
use sotto_engine::Engine;
use sotto_export::{SAMPLE_RATE, Source, Transcript, Turn};
use sotto_history::{History, Source as Paid};
use sotto_protocol::{SpeechModel, StreamingParameters};
use sotto_server::{RunningServer, Server, ServerConfig};
use sotto_tokens::{Broker, Endpoint, Minter};
use sotto_vault::{Secret, Vault};
use uuid::Uuid;

use super::{complain, deliver, say_json};
use crate::broker_credential::BrokerCredential;
use crate::cost::{Budget, CostCounter};
use crate::export_format::ExportFormat;
use crate::place::Place;
use crate::recogniser::{self, Recogniser};
use crate::settings::{Settings, SettingsFile};
use crate::token_trail::TokenTrail;
use crate::transcription::{OpenTime, Opener, Queue, Recognition, Step, Transcribed, transcribe};

/// The cloud's services may be sent no more than they hear in real time.
const REAL_TIME: f64 = 1.0;

#[derive(Debug, Args)]
pub(super) struct TranscribeArguments {
    /// WAV, FLAC, Ogg Vorbis, MP3 or M4A; `-` is standard input.
    file: PathBuf,
    /// In which form.
    #[arg(long, value_enum, default_value = "txt")]
    format: ExportFormat,
    /// Where to, instead of standard output.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Who recognises: offline, assemblyai, assemblyai-eu, or a base URL; the one of the settings by default.
    #[arg(long)]
    recogniser: Option<String>,
}

/// One line of `--json`.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Line<'a> {
    Turn { from_ms: u64, to_ms: u64, text: &'a str, words: Vec<WordOut<'a>> },
    Lost { message: String },
    Done { duration_ms: u64, turns: usize, words: usize, is_damaged: bool },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WordOut<'a> {
    text: &'a str,
    from_ms: u64,
    to_ms: u64,
    confidence: f64,
}

pub(super) async fn run(arguments: TranscribeArguments, json: bool) -> anyhow::Result<ExitCode> {
    let (file, about) = open(&arguments.file)?;
    let length = file.length();
    let mut queue = Queue::of(file)?;
    let (with, server) = recognition(arguments.recogniser.as_deref()).await?;
    let bar = bar(length);
    let mut turns = Vec::new();
    let outcome =
        transcribe(&with, &mut queue, &mut |step| take(step, json, &bar, &mut turns)).await;
    bar.finish_and_clear();
    if let Some(server) = server {
        server.shutdown().await;
    }
    // What was recognised is good, whatever became of the rest.
    let samples = outcome.as_ref().map_or_else(|_| queue.samples(), |done| done.samples);
    let damage = outcome.as_ref().ok().and_then(|done: &Transcribed| done.damage.clone());
    let transcript = Transcript {
        title: about.title,
        started_at: about.started_at,
        samples,
        turns,
        gaps: Vec::new(),
        pauses: Vec::new(),
        bookmarks: Vec::new(),
    };
    finish(&transcript, &arguments, json, damage.is_some())?;
    if let Some(damage) = damage {
        complain(&anyhow::Error::new(damage).context("only the beginning was transcribed"));
        return Ok(ExitCode::FAILURE);
    }
    outcome.context("only what was recognised until then is above")?;
    Ok(ExitCode::SUCCESS)
}

/// What a file tells of itself.
struct About {
    title: String,
    started_at: u64,
}

fn open(path: &Path) -> anyhow::Result<(AudioFile, About)> {
    if path == Path::new("-") {
        let about =
            About { title: "Standard input".to_owned(), started_at: unix_ms(SystemTime::now()) };
        return Ok((AudioFile::stream(io::stdin())?, about));
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let written = file.metadata().and_then(|about| about.modified()).unwrap_or(UNIX_EPOCH);
    let title = path
        .file_stem()
        .map_or_else(|| name.clone().into_owned(), |stem| stem.to_string_lossy().into_owned());
    Ok((AudioFile::open(file, &name)?, About { title, started_at: unix_ms(written) }))
}

fn unix_ms(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The recogniser, and the service of it that runs only for this file.
async fn recognition(named: Option<&str>) -> anyhow::Result<(Recognition, Option<RunningServer>)> {
    let place = Place::of_user()?;
    let settings = SettingsFile::new(place.data()).load();
    let chosen = match named {
        Some(named) => Recogniser::named(named),
        None => within_budget(Recogniser::chosen(settings.recogniser), &settings, &place)?,
    };
    let with =
        |endpoint, opener, source, pace, (trail, open_time)| -> anyhow::Result<Recognition> {
            Ok(Recognition {
                minter: Minter::default(),
                endpoint,
                opener,
                source,
                pace,
                parameters: StreamingParameters {
                    speech_model: Some(SpeechModel::UniversalStreamingEnglish),
                    ..StreamingParameters::default()
                },
                trail,
                open_time,
            })
        };
    if chosen == Recogniser::Offline {
        let server = serve().await?;
        let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{}", server.0.port()))?;
        return Ok((
            with(endpoint, Opener::Key(server.1), Source::Offline, None, (None, None))?,
            Some(server.0),
        ));
    }
    let opener = match settings.broker.as_deref().map(Broker::new).transpose()? {
        Some(broker) => {
            let kept = BrokerCredential::open(crate::wiring::BROKER_SERVICE);
            let credential = kept.read_for(&broker).await?;
            Opener::Broker { broker, credential }
        }
        None => {
            let vault = Vault::open(crate::wiring::KEYRING_SERVICE, crate::environment::api_key());
            let key = vault.read().await?;
            Opener::Key(key.context("there is no API key: `sotto key set` keeps one")?)
        }
    };
    let (source, paid) = match chosen {
        Recogniser::AssemblyAi | Recogniser::Offline => (Source::AssemblyAi, Paid::AssemblyAi),
        Recogniser::AssemblyAiEu => (Source::AssemblyAiEu, Paid::AssemblyAiEu),
        Recogniser::SelfHosted(_) => (Source::SelfHosted, Paid::SelfHosted),
    };
    let endpoint = recogniser::endpoint(&chosen)?;
    let trail = Some((TokenTrail::new(place.data()), chosen));
    let open_time = Some(OpenTime { history: History::open(&place.history())?, source: paid });
    Ok((with(endpoint, opener, source, Some(REAL_TIME), (trail, open_time))?, None))
}

/// As in the window: the offline engine once the budget of the month is spent, if the user wants it so.
fn within_budget(
    chosen: Recogniser,
    settings: &Settings,
    place: &Place,
) -> anyhow::Result<Recogniser> {
    if chosen == Recogniser::Offline || !settings.cost.is_offline_at_budget {
        return Ok(chosen);
    }
    let counter = CostCounter::new(History::open(&place.history())?);
    counter.refresh(recogniser::unix_ms())?;
    let is_spent = counter.cost(&settings.cost).budget == Budget::Spent;
    Ok(if is_spent { Recogniser::Offline } else { chosen })
}

async fn serve() -> anyhow::Result<(RunningServer, Secret)> {
    let pack = crate::engine_pack();
    let engine = tokio::task::spawn_blocking(move || Engine::load(&pack))
        .await?
        .context("the offline engine cannot be used")?;
    let key = Uuid::new_v4().simple().to_string();
    let config = ServerConfig { api_key: key.clone(), ..ServerConfig::default() };
    Ok((Server::start(config, Arc::new(engine)).await?, Secret::new(key)))
}

fn bar(length: Option<Duration>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, form) = match length {
        Some(length) => (ProgressBar::new(length.as_secs()), "{bar:40} {percent:>3} %  {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {pos} s heard"),
    };
    // The form is a constant: one that cannot be read would only be shown plainly.
    bar.with_style(
        ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar()),
    )
}

fn take(step: Step, json: bool, bar: &ProgressBar, turns: &mut Vec<Turn>) {
    match step {
        Step::Sent(to) => bar.set_position(to / SAMPLE_RATE),
        Step::Turn(turn) => {
            if json {
                print(&turn_line(&turn));
            }
            turns.push(turn);
        }
        Step::Lost(error) => {
            if json {
                print(&Line::Lost { message: error.to_string() });
            }
            bar.suspend(|| complain(&anyhow::Error::new(error).context("connecting again")));
        }
    }
}

/// Where nobody reads any more, the end of the program will say so.
fn print(line: &Line<'_>) {
    if let Err(error) = say_json(line) {
        tracing::debug!(%error, "standard output is closed");
    }
}

fn turn_line(turn: &Turn) -> Line<'_> {
    let words = turn.words.iter().map(|word| WordOut {
        text: &word.text,
        from_ms: ms(word.from),
        to_ms: ms(word.to),
        confidence: word.confidence,
    });
    Line::Turn {
        from_ms: ms(turn.from),
        to_ms: ms(turn.to),
        text: &turn.text,
        words: words.collect(),
    }
}

fn finish(
    transcript: &Transcript,
    arguments: &TranscribeArguments,
    json: bool,
    is_damaged: bool,
) -> anyhow::Result<()> {
    if json {
        let words = transcript.turns.iter().map(|turn| turn.text.split_whitespace().count()).sum();
        say_json(&Line::Done {
            duration_ms: ms(transcript.samples),
            turns: transcript.turns.len(),
            words,
            is_damaged,
        })?;
    }
    if json && arguments.output.is_none() {
        return Ok(());
    }
    deliver(transcript, arguments.format, arguments.output.as_deref())
}

fn ms(samples: u64) -> u64 {
    samples * 1_000 / SAMPLE_RATE
}
