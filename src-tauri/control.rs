//! The local socket over which `sotto start`, `stop`, `toggle`, `status` and `show` speak to the running program.
//!
//! One request, then lines of JSON back. The socket lies in the user's own closed folder (on Windows: a pipe named after
//! it), so no other user reaches it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use interprocess::local_socket::tokio::{Listener, Stream, prelude::*};
use interprocess::local_socket::{ListenerOptions, Name};
use serde::{Deserialize, Serialize};
use sotto_history::Bookmark;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::sync::broadcast::error::RecvError;

use crate::ipc::dto::RecordingStateDto;
use crate::ipc::import::ImportedDto;
use crate::ipc::timing::TimingDto;
use crate::ipc::{CommandError, convert};
use crate::place::Place;
use crate::recordings::Keeping;
use crate::shortcuts::Deed;
use crate::wiring::{App, Happening};

/// What is asked of the running program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Request {
    /// Start a recording.
    Start,
    /// Start one that is in memory alone.
    StartPrivate,
    /// Stop it.
    Stop,
    /// Start or stop.
    Toggle,
    /// Turn the microphone off for a while.
    Pause,
    /// Go on with what was paused.
    Resume,
    /// Mark this moment of what is being recorded.
    Bookmark {
        /// May be empty.
        note: String,
    },
    /// Say what is being recorded.
    Status,
    /// Say how long sound and text take.
    Timing,
    /// Say what happens, from now on.
    Follow,
    /// Make a recording of an audio file.
    Import {
        /// Its whole path.
        file: PathBuf,
    },
    /// Bring the window to the front.
    Show,
    /// Another process changed the key.
    KeyChanged,
    /// Another process gave the keyring the key of the history.
    HistoryKeyChanged,
}

/// A line of the answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Line {
    /// Done, or the answer to [`Request::Status`].
    State {
        /// What is being recorded.
        state: RecordingStateDto,
    },
    /// The answer to [`Request::Timing`].
    Timing {
        /// Of the running recording and the one before, the newest first.
        recordings: Vec<TimingDto>,
    },
    /// A file is a recording now, and is being written down.
    Imported(ImportedDto),
    /// The moment is marked.
    Bookmarked {
        /// Of which recording.
        recording_id: String,
        /// The sample.
        at: u64,
        /// May be empty.
        note: String,
    },
    /// It could not be done.
    Failed {
        /// Why.
        error: CommandError,
    },
    /// The recording or its state changed.
    RecordingChanged {
        /// What is being recorded.
        state: RecordingStateDto,
    },
    /// The first words were painted.
    FirstText {
        /// Of which recording.
        recording_id: String,
        /// When, in Unix milliseconds.
        at: u64,
    },
    /// A final turn is on disk.
    TurnCommitted {
        /// Of which recording.
        recording_id: String,
        /// First sample.
        from: u64,
        /// One past the last.
        to: u64,
        /// Its text.
        text: String,
        /// Who recognised it.
        source: String,
        /// The offline engine stood in for the chosen recogniser.
        is_fallback: bool,
    },
    /// Words are on the screen; only with `SOTTO_TELL_PAINTS`.
    Painted {
        /// Of which recording.
        recording_id: String,
        /// Those before this sample.
        to: u64,
        /// When, in Unix milliseconds.
        at: u64,
    },
    /// A transcript is complete.
    RecordingFinished {
        /// Of which recording.
        recording_id: String,
    },
}

/// Listens for requests; `show` brings the window to the front.
///
/// # Errors
/// When the socket cannot be made.
pub fn listen(app: Arc<App>, show: impl Fn() + Send + Sync + 'static) -> io::Result<()> {
    let listener =
        ListenerOptions::new().name(name(&app.place)?).try_overwrite(true).create_tokio()?;
    tokio::spawn(accept(listener, app, Arc::new(show)));
    Ok(())
}

type Show = Arc<dyn Fn() + Send + Sync>;

async fn accept(listener: Listener, app: Arc<App>, show: Show) {
    loop {
        match listener.accept().await {
            Ok(stream) => {
                let (app, show) = (Arc::clone(&app), Arc::clone(&show));
                tokio::spawn(async move {
                    if let Err(error) = answer(stream, &app, &show).await {
                        tracing::debug!(%error, "a control connection ended");
                    }
                });
            }
            Err(error) => tracing::warn!(%error, "a control connection could not be taken"),
        }
    }
}

async fn answer(stream: Stream, app: &App, show: &Show) -> io::Result<()> {
    let mut request = String::new();
    BufReader::new(&stream).read_line(&mut request).await?;
    let request: Request = serde_json::from_str(request.trim()).map_err(io::Error::other)?;
    let outcome = match request {
        Request::Follow => return follow(stream, app).await,
        Request::Timing => {
            let recordings = app.recordings.timing().figures().into_iter().map(TimingDto::from);
            return write(&stream, &Line::Timing { recordings: recordings.collect() }).await;
        }
        Request::Import { file } => match app.recording_import(&file).await {
            Ok(imported) => return write(&stream, &Line::Imported(imported.into())).await,
            Err(error) => Err(error),
        },
        Request::Bookmark { note } => match app.bookmark_now(note).await {
            Ok(Bookmark { recording, at, note }) => {
                let line = Line::Bookmarked { recording_id: recording.to_string(), at, note };
                return write(&stream, &line).await;
            }
            Err(error) => Err(error),
        },
        Request::Start => app.recording_start(Keeping::Disk).await.map(drop),
        Request::StartPrivate => app.recording_start(Keeping::Memory).await.map(drop),
        Request::Stop => app.recordings.stop().await,
        Request::Toggle if app.trial.is_on(Instant::now()) => {
            app.tell(Happening::ShortcutPressed(Deed::Toggle));
            Ok(())
        }
        Request::Toggle => app.recording_toggle().await,
        Request::Pause => app.recordings.pause().await,
        Request::Resume => app.recording_go_on().await,
        Request::Status => Ok(()),
        Request::Show => {
            show();
            Ok(())
        }
        Request::HistoryKeyChanged => {
            let line = match app.unlock_again().await {
                Ok(()) => Line::State { state: state(app) },
                Err(error) => Line::Failed { error: error.into() },
            };
            return write(&stream, &line).await;
        }
        Request::KeyChanged => {
            app.vault.reread().await;
            app.tell(Happening::KeyChanged);
            app.tell(Happening::RecogniserChanged);
            Ok(())
        }
    };
    let line = match outcome {
        Ok(()) => Line::State { state: state(app) },
        Err(error) => Line::Failed { error: error.into() },
    };
    write(&stream, &line).await
}

async fn follow(stream: Stream, app: &App) -> io::Result<()> {
    // Subscribed before the first line, so that nothing falls between.
    let mut happenings = app.happenings();
    write(&stream, &Line::RecordingChanged { state: state(app) }).await?;
    loop {
        let line = match happenings.recv().await {
            Ok(happening) => line_of(app, happening),
            Err(RecvError::Lagged(_)) => Some(Line::RecordingChanged { state: state(app) }),
            Err(RecvError::Closed) => return Ok(()),
        };
        if let Some(line) = line {
            write(&stream, &line).await?;
        }
    }
}

fn line_of(app: &App, happening: Happening) -> Option<Line> {
    Some(match happening {
        Happening::RecordingChanged => Line::RecordingChanged { state: state(app) },
        Happening::FirstText(recording) => {
            Line::FirstText { recording_id: recording.to_string(), at: unix_ms() }
        }
        Happening::Painted(recording, to) => {
            Line::Painted { recording_id: recording.to_string(), to, at: unix_ms() }
        }
        Happening::TurnCommitted(turn) => Line::TurnCommitted {
            recording_id: turn.recording.to_string(),
            from: turn.from,
            to: turn.to,
            text: turn.text.clone(),
            source: turn.source.to_string(),
            is_fallback: turn.is_fallback,
        },
        Happening::RecordingFinished(recording) => {
            Line::RecordingFinished { recording_id: recording.to_string() }
        }
        _ => return None,
    })
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn state(app: &App) -> RecordingStateDto {
    convert::recording_state(&app.recordings.state().borrow())
}

async fn write(mut stream: &Stream, line: &Line) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    stream.write_all(&bytes).await
}

/// A connection to the running program.
pub struct Control {
    lines: tokio::io::Lines<BufReader<Stream>>,
}

impl Control {
    /// Sends `request`; `None` when no program is running.
    ///
    /// # Errors
    /// When the socket is there but cannot be used.
    pub async fn ask(place: &Place, request: Request) -> io::Result<Option<Self>> {
        let mut stream = match Stream::connect(name(place)?).await {
            Ok(stream) => stream,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let mut bytes = serde_json::to_vec(&request)?;
        bytes.push(b'\n');
        stream.write_all(&bytes).await?;
        Ok(Some(Self { lines: BufReader::new(stream).lines() }))
    }

    /// The next line; `None` when the program has gone or has said all.
    ///
    /// # Errors
    /// When the connection breaks, or what came is no line of Sotto's.
    pub async fn next(&mut self) -> io::Result<Option<Line>> {
        let Some(line) = self.lines.next_line().await? else { return Ok(None) };
        Ok(Some(serde_json::from_str(&line)?))
    }
}

#[cfg(unix)]
fn name(place: &Place) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericFilePath, ToFsName as _};
    place.data().join("control.sock").to_fs_name::<GenericFilePath>()
}

#[cfg(not(unix))]
fn name(place: &Place) -> io::Result<Name<'static>> {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};

    use interprocess::local_socket::{GenericNamespaced, ToNsName as _};
    let mut hasher = DefaultHasher::new();
    place.data().hash(&mut hasher);
    format!("sotto-{:016x}", hasher.finish()).to_ns_name::<GenericNamespaced>()
}
