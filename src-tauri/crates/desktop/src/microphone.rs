//! A microphone that can be spoken into: a thread writes into PulseAudio's pipe in real time, silence when nobody speaks.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::DesktopError;

/// Samples a second of the pipe.
const RATE: u32 = 48_000;
const BLOCK: Duration = Duration::from_millis(10);
const BLOCK_SAMPLES: usize = RATE as usize / 100;

struct Speech {
    samples: Vec<i16>,
    progress: watch::Sender<Progress>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Waiting,
    Speaking,
    Finished,
}

/// The microphone of a desktop.
pub struct Microphone {
    speeches: Sender<Speech>,
}

impl Microphone {
    pub(crate) fn open(pipe: &Path) -> Result<Self, DesktopError> {
        let mut options = OpenOptions::new();
        options.write(true);
        // While nobody records, PulseAudio reads nothing; then old silence is dropped, never the clock.
        #[cfg(target_os = "linux")]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, O_NONBLOCK);
        let pipe = options.open(pipe)?;
        let (speeches, inbox) = mpsc::channel();
        thread::Builder::new()
            .name("microphone".to_owned())
            .spawn(move || deliver(pipe, &inbox))?;
        Ok(Self { speeches })
    }

    /// Speaks a recording of any form that sox reads, after those that are being spoken.
    ///
    /// # Errors
    /// When the file cannot be read, or the desktop has ended.
    pub fn speak(&self, recording: &Path) -> Result<Speaking, DesktopError> {
        let (sender, progress) = watch::channel(Progress::Waiting);
        let speech = Speech { samples: read(recording)?, progress: sender };
        let gone = |_| DesktopError::File(ErrorKind::BrokenPipe.into());
        self.speeches.send(speech).map_err(gone)?;
        Ok(Speaking { progress })
    }
}

/// `O_NONBLOCK` of Linux, for which no crate is needed.
#[cfg(target_os = "linux")]
const O_NONBLOCK: i32 = 0o4000;

/// Something that is being spoken.
pub struct Speaking {
    progress: watch::Receiver<Progress>,
}

impl Speaking {
    /// Waits until the first sample went into the microphone.
    pub async fn started(&mut self) {
        self.reach(|progress| progress != Progress::Waiting).await;
    }

    /// Waits until the last sample went into the microphone.
    pub async fn finished(&mut self) {
        self.reach(|progress| progress == Progress::Finished).await;
    }

    /// Whether the last sample went into the microphone.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        *self.progress.borrow() == Progress::Finished
    }

    async fn reach(&mut self, is: impl Fn(Progress) -> bool) {
        // The thread ends with the desktop: nothing more will be spoken then, which is an end too.
        self.progress.wait_for(|progress| is(*progress)).await.ok();
    }
}

/// Converted by sox: any rate, any number of channels, to what the pipe takes.
fn read(recording: &Path) -> Result<Vec<i16>, DesktopError> {
    let rate = RATE.to_string();
    let output = Command::new("sox")
        .arg(recording)
        .args(["-t", "raw", "-r", &rate, "-c", "1", "-b", "16", "-e", "signed-integer", "-L", "-"])
        .output()
        .map_err(|error| DesktopError::Start { program: "sox".to_owned(), error })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(DesktopError::Failed { program: "sox".to_owned(), said });
    }
    Ok(output
        .stdout
        .chunks_exact(2)
        .map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]]))
        .collect())
}

/// Paced by the clock, so that an hour takes an hour.
fn deliver(mut pipe: File, inbox: &Receiver<Speech>) {
    let mut speech: Option<(Speech, usize)> = None;
    let mut due = Instant::now();
    loop {
        if speech.is_none() {
            speech = match inbox.try_recv() {
                Ok(next) => {
                    next.progress.send_replace(Progress::Speaking);
                    Some((next, 0))
                }
                Err(mpsc::TryRecvError::Empty) => None,
                Err(mpsc::TryRecvError::Disconnected) => return,
            };
        }
        let mut block = [0u8; BLOCK_SAMPLES * 2];
        let mut spoken = 0;
        if let Some((speech, at)) = &speech {
            let rest = &speech.samples[*at..];
            spoken = rest.len().min(BLOCK_SAMPLES);
            for (to, sample) in block.chunks_exact_mut(2).zip(rest) {
                to.copy_from_slice(&sample.to_le_bytes());
            }
        }
        match pipe.write(&block) {
            Ok(_) => {}
            // Full: nobody records. Speech waits for a listener; silence does not.
            Err(error) if error.kind() == ErrorKind::WouldBlock => spoken = 0,
            Err(_) => return,
        }
        if let Some((current, at)) = &mut speech {
            *at += spoken;
            if *at == current.samples.len() {
                current.progress.send_replace(Progress::Finished);
                speech = None;
            }
        }
        due += BLOCK;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}
