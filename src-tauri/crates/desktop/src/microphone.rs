//! A microphone that can be spoken into: a thread writes into PulseAudio's pipe in real time, silence when nobody speaks.
//!
//! While the microphone is unplugged there is no pipe. Speakers do not wait for that: what they say then is lost.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::DesktopError;
use crate::pipe::{Pipe, Went};

const BLOCK: Duration = Duration::from_millis(10);
const BLOCKS_A_SECOND: u32 = 100;
/// As "nice" as the sound server.
#[cfg(target_os = "linux")]
const EAGER: i32 = -11;

struct Speech {
    samples: Vec<i16>,
    progress: watch::Sender<Progress>,
    waits: Arc<Mutex<Vec<Wait>>>,
}

/// Nobody listened, and the speaker waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// How much of the speech had been said.
    pub said: Duration,
    /// How long.
    pub waited: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Waiting,
    Speaking,
    Finished,
}

/// The microphone of a desktop.
pub struct Microphone {
    rate_hz: u32,
    speeches: Sender<Speech>,
}

impl Microphone {
    /// Over the pipe of a source of this rate.
    pub(crate) fn open(pipe: PathBuf, rate_hz: u32) -> Result<Self, DesktopError> {
        let pipe = Pipe::open(pipe)?;
        let (speeches, inbox) = mpsc::channel();
        thread::Builder::new()
            .name("microphone".to_owned())
            .spawn(move || deliver(pipe, rate_hz, &inbox))?;
        Ok(Self { rate_hz, speeches })
    }

    /// Samples a second.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Speaks a recording of any form that sox reads, after those that are being spoken.
    ///
    /// # Errors
    /// When the file cannot be read, or the desktop has ended.
    pub fn speak(&self, recording: &Path) -> Result<Speaking, DesktopError> {
        self.speak_samples(samples_of(recording, self.rate_hz)?)
    }

    /// Speaks samples of the microphone's rate, after those that are being spoken.
    ///
    /// # Errors
    /// When the desktop has ended.
    pub fn speak_samples(&self, samples: Vec<i16>) -> Result<Speaking, DesktopError> {
        let (sender, progress) = watch::channel(Progress::Waiting);
        let waits = Arc::<Mutex<Vec<Wait>>>::default();
        let gone = |_| DesktopError::File(ErrorKind::BrokenPipe.into());
        let speech = Speech { samples, progress: sender, waits: Arc::clone(&waits) };
        self.speeches.send(speech).map_err(gone)?;
        Ok(Speaking { progress, waits })
    }
}

impl Speech {
    /// One block more at this place.
    fn note_wait(&self, said_samples: usize, rate_hz: u32) {
        let said = Duration::from_secs_f64(said_samples as f64 / f64::from(rate_hz));
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        match waits.last_mut().filter(|last| last.said == said) {
            Some(last) => last.waited += BLOCK,
            None => waits.push(Wait { said, waited: BLOCK }),
        }
    }
}

/// Something that is being spoken.
pub struct Speaking {
    progress: watch::Receiver<Progress>,
    waits: Arc<Mutex<Vec<Wait>>>,
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

    /// When the speaker waited for a listener until now, and how long each time: what came after was said so much later.
    #[must_use]
    pub fn waits(&self) -> Vec<Wait> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn reach(&mut self, is: impl Fn(Progress) -> bool) {
        // The thread ends with the desktop: nothing more will be spoken then, which is an end too.
        self.progress.wait_for(|progress| is(*progress)).await.ok();
    }
}

/// A recording of any form that sox reads, as one channel of this rate.
///
/// # Errors
/// When sox is not there, or cannot read it.
pub fn samples_of(recording: &Path, rate_hz: u32) -> Result<Vec<i16>, DesktopError> {
    let rate = rate_hz.to_string();
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
fn deliver(mut pipe: Pipe, rate_hz: u32, inbox: &Receiver<Speech>) {
    // A microphone does not wait for a busy machine. Where this is not allowed, it may.
    #[cfg(target_os = "linux")]
    rustix::process::setpriority_process(None, EAGER).ok();
    let block_samples = (rate_hz / BLOCKS_A_SECOND) as usize;
    let mut speech: Option<(Speech, usize)> = None;
    let mut block = vec![0u8; block_samples * 2];
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
        block.fill(0);
        let mut spoken = 0;
        if let Some((speech, at)) = &speech {
            let rest = &speech.samples[*at..];
            spoken = rest.len().min(block_samples);
            for (to, sample) in block.chunks_exact_mut(2).zip(rest) {
                to.copy_from_slice(&sample.to_le_bytes());
            }
        }
        match pipe.write(&block) {
            Went::In | Went::Unplugged => {}
            // Speech waits for a listener; silence does not.
            Went::Nowhere => match &speech {
                Some((speech, at)) => {
                    spoken = 0;
                    speech.note_wait(*at, rate_hz);
                }
                None => pipe.forget(),
            },
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
