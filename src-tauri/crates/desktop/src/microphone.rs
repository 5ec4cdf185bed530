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
use crate::stall::{Side, Stall, Stalls, Watch};

const BLOCK: Duration = Duration::from_millis(10);
const BLOCKS_A_SECOND: u32 = 100;
const BYTES_A_SAMPLE: u32 = 2;
/// A microphone that is later than this was held up, and hurries until it has delivered all that is due.
const LATE: Duration = Duration::from_millis(100);
/// Then the pipe may be full of what it has just delivered. Somebody who listens takes that within this.
const MAKING_ROOM: Duration = Duration::from_secs(2);
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
    stalls: Stalls,
}

impl Microphone {
    /// Over the pipe of a source of this rate.
    pub(crate) fn open(pipe: PathBuf, rate_hz: u32) -> Result<Self, DesktopError> {
        let pipe = Pipe::open(pipe, rate_hz * BYTES_A_SAMPLE)?;
        let (speeches, inbox) = mpsc::channel();
        let stalls = Stalls::default();
        let watches = [Side::Speaker, Side::SoundServer].map(|side| Watch::new(side, &stalls));
        thread::Builder::new()
            .name("microphone".to_owned())
            .spawn(move || deliver(pipe, rate_hz, &inbox, watches))?;
        Ok(Self { rate_hz, speeches, stalls })
    }

    /// Samples a second.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// When it was held up until now by a machine that had no time for it.
    #[must_use]
    pub fn stalls(&self) -> Vec<Stall> {
        self.stalls.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
    /// For so long, at this place.
    fn note_wait(&self, said_samples: usize, rate_hz: u32, waited: Duration) {
        let said = Duration::from_secs_f64(said_samples as f64 / f64::from(rate_hz));
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        match waits.last_mut().filter(|last| last.said == said) {
            Some(last) => last.waited += waited,
            None => waits.push(Wait { said, waited }),
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
fn deliver(mut pipe: Pipe, rate_hz: u32, inbox: &Receiver<Speech>, watches: [Watch; 2]) {
    // A microphone does not wait for a busy machine. Where this is not allowed, it may.
    #[cfg(target_os = "linux")]
    rustix::process::setpriority_process(None, EAGER).ok();
    let block_samples = (rate_hz / BLOCKS_A_SECOND) as usize;
    let mut speech: Option<(Speech, usize)> = None;
    let mut block = vec![0u8; block_samples * BYTES_A_SAMPLE as usize];
    let [mut speaker, mut sound_server] = watches;
    let mut due = Instant::now();
    loop {
        speaker.note(due.elapsed());
        let waiting = pipe.waiting() as f64 / f64::from(rate_hz * BYTES_A_SAMPLE);
        sound_server.note(Duration::from_secs_f64(waiting));
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
        match write_in_time(&mut pipe, &block, due) {
            Went::In | Went::Unplugged => {}
            // Speech waits for a listener; silence does not.
            Went::Nowhere => {
                let late = due.elapsed();
                match &speech {
                    Some((speech, at)) => {
                        spoken = 0;
                        speech.note_wait(*at, rate_hz, BLOCK + late);
                    }
                    None => pipe.forget(),
                }
                // What was not said because nobody listened is not late.
                due += late;
            }
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

/// Tries again where a pipe is full only because the microphone was late.
fn write_in_time(pipe: &mut Pipe, block: &[u8], due: Instant) -> Went {
    let patience = if due.elapsed() > LATE { MAKING_ROOM } else { Duration::ZERO };
    let began = Instant::now();
    loop {
        match pipe.write(block) {
            Went::Nowhere if began.elapsed() < patience => thread::sleep(BLOCK),
            went => return went,
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::File;
    use std::io::Read as _;

    use super::*;

    const PACE: u32 = 16_000 * BYTES_A_SAMPLE;

    /// A pipe that is heard and full, and who hears it.
    fn full(folder: &Path) -> (Pipe, File) {
        let path = folder.join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let reading = thread::spawn({
            let path = path.clone();
            move || File::open(path).unwrap()
        });
        let mut pipe = loop {
            // Nobody has opened its other end yet.
            match Pipe::open(path.clone(), PACE) {
                Ok(pipe) => break pipe,
                Err(_) => thread::yield_now(),
            }
        };
        let mut reader = reading.join().unwrap();
        let mut heard = [0; 320];
        for _ in 0..20 {
            assert!(pipe.write(&heard) == Went::In);
            reader.read_exact(&mut heard).unwrap();
        }
        while pipe.write(&heard) == Went::In {}
        (pipe, reader)
    }

    #[test]
    fn a_late_microphone_waits_until_somebody_made_room_and_one_on_time_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let (mut pipe, mut reader) = full(folder.path());
        let block = [0; 320];
        assert!(write_in_time(&mut pipe, &block, Instant::now()) == Went::Nowhere, "on time");
        let late = Instant::now().checked_sub(LATE * 2).unwrap();
        let reading = thread::spawn(move || {
            reader.read_exact(&mut [0; 65_536]).unwrap();
            reader
        });
        assert!(write_in_time(&mut pipe, &block, late) == Went::In);
        reading.join().unwrap();
    }

    #[test]
    fn a_pipe_that_is_heard_holds_two_seconds_and_a_half() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, _reader) = full(folder.path());
        assert!(pipe.waiting() >= u64::from(PACE) * 5 / 2);
    }

    #[test]
    fn waits_at_one_place_are_one() {
        let (progress, _) = watch::channel(Progress::Speaking);
        let waits = Arc::<Mutex<Vec<Wait>>>::default();
        let speech = Speech { samples: Vec::new(), progress, waits: Arc::clone(&waits) };
        for (at, ms) in [(0, 10), (0, 25), (8_000, 10)] {
            speech.note_wait(at, 16_000, Duration::from_millis(ms));
        }
        let seen: Vec<(u128, u128)> = waits
            .lock()
            .unwrap()
            .iter()
            .map(|wait| (wait.said.as_millis(), wait.waited.as_millis()))
            .collect();
        assert_eq!(seen, [(0, 35), (500, 10)]);
    }
}
