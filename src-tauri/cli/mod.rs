//! The command line: the same binary, for scripts, for compositors that bind shortcuts, and for looking after the program.
//!
//! Exit codes: 0 done; 1 it could not be done; 2 the words were wrong; 3 no program is running.

mod doctor;
mod encryption;
mod history;
mod key;
mod manual;
mod probe_model;
mod remote;
mod serve;
mod tokens;
mod transcribe;
mod usage;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use serde::Serialize;
use sotto_export::Transcript;

use crate::export_format::ExportFormat;

/// Nothing runs that could be asked.
pub const NOT_RUNNING: u8 = 3;

/// Writes down what is said while it is said.
#[derive(Debug, Parser)]
#[command(name = "sotto", version, about)]
struct Arguments {
    /// Answer in JSON.
    #[arg(long, global = true)]
    json: bool,
    /// Open without showing the window; the tray is there.
    #[arg(long)]
    hidden: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a recording in the running program.
    Start {
        /// In memory alone: nothing is written to the disk, and it is gone when the program ends.
        #[arg(long)]
        private: bool,
    },
    /// Stop it.
    Stop,
    /// Start or stop.
    Toggle,
    /// Turn the microphone off for a while; the recording stays open.
    Pause,
    /// Go on with what was paused.
    Resume,
    /// Mark this moment of what is being recorded.
    Bookmark {
        /// A note for it.
        text: Vec<String>,
    },
    /// Say what is being recorded.
    Status {
        /// Go on saying what happens.
        #[arg(long)]
        follow: bool,
    },
    /// Make a recording of an audio file, in the running program.
    Import {
        /// WAV, FLAC, Ogg Vorbis, MP3 or M4A.
        file: PathBuf,
    },
    /// Bring the window to the front.
    Show,
    /// List what can be recorded from.
    Devices,
    /// The AssemblyAI API key.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Say which tokens were asked for on this computer; never the tokens.
    Tokens(tokens::TokensArguments),
    /// Say for how long sessions of the cloud were open, and what that comes to.
    Usage,
    /// Transcripts.
    #[command(subcommand)]
    History(history::HistoryCommand),
    /// Write down what a file says.
    Transcribe(transcribe::TranscribeArguments),
    /// Serve the offline engine to anyone's AssemblyAI SDK.
    Serve(serve::ServeArguments),
    /// Look whether a model of one's own can be used.
    ProbeModel(probe_model::ProbeArguments),
    /// Look whether everything that Sotto needs is there.
    Doctor,
    /// Print what makes a shell complete these words.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Write the pages of the manual into a folder; for those who make packages.
    #[command(hide = true)]
    Manual {
        /// It has to be there.
        folder: PathBuf,
    },
}

/// What the command line asked for.
#[derive(Debug)]
pub struct Task {
    command: Command,
    json: bool,
}

impl Task {
    /// Whether the log is for programs to read.
    #[must_use]
    pub fn is_logged_as_json(&self) -> bool {
        matches!(&self.command, Command::Serve(arguments) if arguments.is_logged_as_json())
    }
}

/// What the process was started for.
#[derive(Debug)]
pub struct Wish {
    /// The command, or `None` for the window.
    pub task: Option<Task>,
    /// The window is not to be shown.
    pub is_hidden: bool,
}

/// Reads the command line. Wrong words end the process here, as is usual.
#[must_use]
pub fn parse() -> Wish {
    let mut words = Arguments::command();
    // The library is opened to be named: only who asks for it is made to wait for that.
    if std::env::args_os().any(|word| word == "--version") {
        words = words.long_version(crate::version::line());
    }
    let Arguments { json, hidden, command } =
        Arguments::from_arg_matches(&words.get_matches()).unwrap_or_else(|error| error.exit());
    Wish { task: command.map(|command| Task { command, json }), is_hidden: hidden }
}

/// Does what was asked.
///
/// # Errors
/// When it could not be done.
pub fn run(task: Task) -> anyhow::Result<ExitCode> {
    let Task { command, json } = task;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match command {
            Command::Start { private: false } => {
                remote::ask(crate::control::Request::Start, json).await
            }
            Command::Start { private: true } => {
                remote::ask(crate::control::Request::StartPrivate, json).await
            }
            Command::Stop => remote::ask(crate::control::Request::Stop, json).await,
            Command::Toggle => remote::ask(crate::control::Request::Toggle, json).await,
            Command::Pause => remote::ask(crate::control::Request::Pause, json).await,
            Command::Resume => remote::ask(crate::control::Request::Resume, json).await,
            Command::Import { file } => {
                let file = file
                    .canonicalize()
                    .with_context(|| format!("{} cannot be opened", file.display()))?;
                remote::ask(crate::control::Request::Import { file }, json).await
            }
            Command::Bookmark { text } => {
                let note = text.join(" ");
                remote::ask(crate::control::Request::Bookmark { note }, json).await
            }
            Command::Show => remote::ask(crate::control::Request::Show, json).await,
            Command::Status { follow: false } => {
                remote::ask(crate::control::Request::Status, json).await
            }
            Command::Status { follow: true } => remote::follow(json).await,
            Command::Devices => doctor::devices(json),
            Command::Key(command) => key::run(command, json).await,
            Command::Tokens(arguments) => tokens::run(&arguments, json),
            Command::Usage => usage::run(json),
            Command::History(command) => history::run(command, json).await,
            Command::Transcribe(arguments) => transcribe::run(arguments, json).await,
            Command::Serve(arguments) => serve::run(arguments, json).await,
            Command::ProbeModel(arguments) => probe_model::run(arguments, json),
            Command::Doctor => doctor::run(json).await,
            Command::Completions { shell } => manual::completions(shell),
            Command::Manual { folder } => manual::pages(&folder),
        }
    })
}

/// Says on standard error what went wrong.
pub fn complain(error: &anyhow::Error) {
    // Nobody is left to be told that standard error is closed.
    writeln!(io::stderr(), "sotto: {error:#}").ok();
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Writes a transcript to a file, or to standard output, where a terminal gets only what it can show.
fn deliver(transcript: &Transcript, format: ExportFormat, to: Option<&Path>) -> anyhow::Result<()> {
    let bytes = format.bytes(transcript)?;
    if let Some(path) = to {
        return std::fs::write(path, bytes)
            .with_context(|| format!("{} cannot be written", path.display()));
    }
    let mut out = io::stdout().lock();
    ensure!(
        format.is_text() || !out.is_terminal(),
        "a terminal cannot show this form: name a file with --output"
    );
    out.write_all(&bytes)?;
    if format.is_text() && !bytes.ends_with(b"\n") {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn say_json(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(say(&serde_json::to_string(value)?)?)
}
