//! What is on and where it runs, for whoever asks why something does not work: the window's diagnostics and `sotto doctor` say
//! the same. Never a key, a token, or anything that was said.

use std::fmt::Write as _;
use std::fs;
use std::io;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ipc::convert;
use crate::ipc::timing::{MeasureDto, MeasuredDto, TimingDto};
use crate::place::Place;
use crate::recogniser::{EngineState, Recogniser};
use crate::wiring::App;

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Topic {
    /// The program's version.
    Version,
    /// What shows its window.
    Webview,
    /// The operating system.
    System,
    /// Desktop and display.
    Desktop,
    /// The desktop's door for programs.
    Portal,
    /// Who recognises.
    Recogniser,
    /// The offline engine and its model.
    Engine,
    /// What can be recorded from.
    Microphones,
    /// Where the key is.
    Keyring,
    /// Who may be spoken to over the network.
    Hosts,
    /// The folder of its data.
    Data,
    /// The folder of its log.
    Log,
}

impl Topic {
    /// For reports and the command line, which are read by those who make the program.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Webview => "webview",
            Self::System => "system",
            Self::Desktop => "desktop",
            Self::Portal => "portal",
            Self::Recogniser => "recogniser",
            Self::Engine => "offline engine",
            Self::Microphones => "microphones",
            Self::Keyring => "keyring",
            Self::Hosts => "hosts",
            Self::Data => "data",
            Self::Log => "log",
        }
    }
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// What it is about.
    pub topic: Topic,
    /// In words that need no translation: names, versions, paths.
    pub value: String,
}

fn fact(topic: Topic, value: impl Into<String>) -> Fact {
    Fact { topic, value: value.into() }
}

/// Where the program runs; needs no running program.
pub async fn surroundings(place: &Place) -> Vec<Fact> {
    vec![
        fact(Topic::Version, format!("Sotto {}", crate::version::line())),
        fact(Topic::Webview, webview()),
        fact(Topic::System, system()),
        fact(Topic::Desktop, desktop()),
        fact(Topic::Portal, portal().await),
        fact(Topic::Data, place.data().display().to_string()),
        fact(Topic::Log, place.logs().display().to_string()),
    ]
}

/// All facts about the running program.
pub async fn facts(app: &App) -> Vec<Fact> {
    let mut facts = surroundings(&app.place).await;
    let key = convert::key_status(app.vault.status().await);
    facts.push(fact(Topic::Recogniser, format!("{:?}", app.recogniser())));
    facts.push(fact(Topic::Engine, engine(app)));
    facts.push(fact(Topic::Microphones, microphones().await));
    facts.push(fact(Topic::Keyring, convert::key_words(&key)));
    facts.push(fact(Topic::Hosts, hosts(app)));
    facts
}

/// The end of the log; empty when nothing was logged yet.
///
/// # Errors
/// When it is there and cannot be read.
pub fn recent_log(place: &Place, lines: usize) -> io::Result<String> {
    match fs::read(place.logs().join("sotto.log")) {
        Ok(bytes) => Ok(last_lines(&String::from_utf8_lossy(&bytes), lines)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Facts, times and log as one text.
#[must_use]
pub fn report(facts: &[Fact], timing: &[TimingDto], log: &str) -> String {
    let mut text = String::new();
    for Fact { topic, value } in facts {
        // Writing to a string does not fail.
        writeln!(text, "{}: {value}", topic.name()).ok();
    }
    timing.iter().for_each(|recording| times(recording, &mut text));
    if !log.is_empty() {
        text.push('\n');
        text.push_str(log);
        text.push('\n');
    }
    text
}

/// The figures of a recording, for reports and the command line.
fn times(recording: &TimingDto, text: &mut String) {
    let TimingDto { measures, dropped_frames, clock_error } = recording;
    let clock = clock_error.map_or_else(|| "unknown".to_owned(), |us| format!("±{:.1} ms", ms(us)));
    // Writing to a string does not fail.
    writeln!(text, "\ntiming of a recording: {dropped_frames} frames dropped, clock {clock}").ok();
    for measured in measures.iter().filter(|measured| measured.count > 0) {
        let MeasuredDto { what, count, p50, p95, p99, max } = measured;
        let (name, unit) = named(*what);
        let of = |value: &u64| {
            if unit == "ms" { format!("{:.1}", ms(*value)) } else { value.to_string() }
        };
        let (p50, p95, p99, max) = (of(p50), of(p95), of(p99), of(max));
        writeln!(text, "{name}, {unit}: p50 {p50}, p95 {p95}, p99 {p99}, max {max}, of {count}")
            .ok();
    }
}

fn ms(micros: u64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "fewer microseconds than 2⁵³")]
    let ms = micros as f64 / 1_000.0;
    ms
}

/// In words for those who make the program, with the unit that it is told in.
fn named(what: MeasureDto) -> (&'static str, &'static str) {
    match what {
        MeasureDto::RingDepth => ("waited in the ring", "ms"),
        MeasureDto::Spool => ("captured → spool", "ms"),
        MeasureDto::FeedDepth => ("waited in the feed", "frames"),
        MeasureDto::Window => ("captured → window", "ms"),
        MeasureDto::Socket => ("captured → socket", "ms"),
        MeasureDto::Held => ("captured → socket, before the session had caught up", "ms"),
        MeasureDto::Buffered => ("waited in the socket", "bytes"),
        MeasureDto::Painted => ("message → painted", "ms"),
        MeasureDto::FinalPainted => ("end of speech → final painted", "ms"),
    }
}

fn webview() -> String {
    match tauri::webview_version() {
        #[cfg(target_os = "linux")]
        Ok(version) => format!("WebKitGTK {version}, {}", crate::shell::compositing::in_words()),
        #[cfg(not(target_os = "linux"))]
        Ok(version) => version,
        Err(error) => error.to_string(),
    }
}

/// As the system calls itself, else what it was compiled for.
fn system() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let name = name.map_or(std::env::consts::OS, |name| name.trim_matches('"'));
    format!("{name} {} {}", kernel.trim(), std::env::consts::ARCH)
}

fn desktop() -> String {
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let parts = [said("XDG_CURRENT_DESKTOP"), said("XDG_SESSION_TYPE")];
    let words: Vec<String> = parts.into_iter().flatten().collect();
    if words.is_empty() { "unknown".to_owned() } else { words.join(", ") }
}

#[cfg(target_os = "linux")]
async fn portal() -> String {
    match is_portal_there().await {
        Ok(true) => "there".to_owned(),
        Ok(false) => "not there".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[cfg(target_os = "linux")]
async fn is_portal_there() -> zbus::Result<bool> {
    let bus = zbus::Connection::session().await?;
    let bus = zbus::fdo::DBusProxy::new(&bus).await?;
    let portal = zbus::names::BusName::try_from("org.freedesktop.portal.Desktop")?;
    Ok(bus.name_has_owner(portal).await?)
}

#[cfg(not(target_os = "linux"))]
async fn portal() -> String {
    "not needed".to_owned()
}

fn engine(app: &App) -> String {
    let (model, language) = app.engine.model();
    match &*app.tokens.engine().borrow() {
        EngineState::Unread => "not read yet: nobody needed it".to_owned(),
        EngineState::Loading => "loading".to_owned(),
        EngineState::Ready { instead_of: None } => format!("{model}, {language}"),
        EngineState::Ready { instead_of: Some(error) } => {
            format!("{model}, {language}, in place of the chosen one: {error}")
        }
        EngineState::Failed(error) => error.to_string(),
    }
}

async fn microphones() -> String {
    match tokio::task::spawn_blocking(sotto_audio::devices).await {
        Ok(Ok(devices)) => {
            let name = |device: &sotto_audio::Device| {
                format!("{}{}", device.name, if device.is_default { " (default)" } else { "" })
            };
            devices.iter().map(name).collect::<Vec<_>>().join("; ")
        }
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    }
}

/// Loopback is no network.
fn hosts(app: &App) -> String {
    let mut hosts: Vec<String> = match app.recogniser() {
        Recogniser::Offline => Vec::new(),
        Recogniser::AssemblyAi => vec!["streaming.assemblyai.com".to_owned()],
        Recogniser::AssemblyAiEu => vec!["streaming.eu.assemblyai.com".to_owned()],
        Recogniser::SelfHosted(base) => vec![base],
    };
    hosts.extend(app.settings().broker);
    if hosts.is_empty() { "none".to_owned() } else { hosts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_every_fact_and_ends_with_the_log() {
        let facts = [fact(Topic::Version, "Sotto 1"), fact(Topic::Engine, "tiny, en")];
        assert_eq!(
            report(&facts, &[], "a line"),
            "version: Sotto 1\noffline engine: tiny, en\n\na line\n"
        );
        assert_eq!(report(&facts[..1], &[], ""), "version: Sotto 1\n");
    }

    #[test]
    fn a_report_has_the_times_of_what_was_measured() {
        let measured = |what, count| MeasuredDto {
            what,
            count,
            p50: 4_000,
            p95: 9_949,
            p99: 12_000,
            max: 90_000,
        };
        let timing = TimingDto {
            measures: vec![measured(MeasureDto::Spool, 7), measured(MeasureDto::Painted, 0)],
            dropped_frames: 0,
            clock_error: Some(300),
        };
        assert_eq!(
            report(&[], &[timing], ""),
            "\ntiming of a recording: 0 frames dropped, clock ±0.3 ms\n\
             captured → spool, ms: p50 4.0, p95 9.9, p99 12.0, max 90.0, of 7\n"
        );
    }

    #[test]
    fn only_the_end_of_the_log_is_shown() {
        assert_eq!(last_lines("1\n2\n3\n", 2), "2\n3");
        assert_eq!(last_lines("1\n", 2), "1");
        assert_eq!(last_lines("", 2), "");
    }

    #[test]
    fn a_log_that_is_not_there_yet_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path());
        assert_eq!(recent_log(&place, 10).unwrap(), "");
        fs::create_dir_all(place.logs()).unwrap();
        fs::write(place.logs().join("sotto.log"), "1\n2\n").unwrap();
        assert_eq!(recent_log(&place, 1).unwrap(), "2");
    }
}
