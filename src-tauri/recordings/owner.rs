//! The task that owns the microphone and the spools.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sotto_audio::{
    Capture, CaptureNotice, DeviceId, FRAME_SAMPLES, Microphone, SpoolError, SpoolHeader,
    SpoolPlace, SpoolWriter,
};
use sotto_encryption::DataKey;
use sotto_feed::FeedSource;
use sotto_history::{Gap, GapCause, History, HistoryError, Origin, Pause};
use tokio::sync::{RwLock, broadcast, mpsc, watch};
use tokio::time::timeout;
use uuid::Uuid;

use super::encryption::{self, Share};
use super::import::Spooled;
use super::kept::compact;
use super::left_over::{self, LeftOver};
use super::state::after;
use super::{
    Answer, Ask, Declared, Keeping, Live, RecordingError, RecordingState, SharedError, blocking,
};
use crate::timing::TimingBoard;

/// For so long is waited for those who are at the files.
const ALONE_WITHIN: Duration = Duration::from_secs(2);

/// What the live recording is written by.
pub(super) enum Tape {
    /// Nothing is recorded.
    None,
    /// The microphone is on.
    Running(Capture),
    /// It is off, and the spool is open still.
    Paused { spool: SpoolWriter, pause: Pause },
}

pub(super) struct Owner {
    pub(super) folder: PathBuf,
    pub(super) history: History,
    pub(super) publish: watch::Sender<RecordingState>,
    /// Weak, so that the owner ends with its last handle.
    pub(super) notices: mpsc::WeakUnboundedSender<Ask>,
    /// Gaps and pauses as they are found.
    pub(super) declared: broadcast::Sender<Declared>,
    /// Gaps that the history did not take yet.
    pub(super) undeclared: Vec<Gap>,
    pub(super) tape: Tape,
    pub(super) sources: BTreeMap<Uuid, FeedSource>,
    /// Held alone while everything is encrypted or decrypted.
    pub(super) files: Arc<RwLock<()>>,
    pub(super) timing: Arc<TimingBoard>,
}

impl Owner {
    pub(super) async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Ask>) {
        while let Some(ask) = inbox.recv().await {
            match ask {
                Ask::Start { device, keeping, answer } => {
                    reply(answer, self.start(device, keeping).await);
                }
                Ask::Stop { answer } => reply(answer, self.stop().await.map_err(Arc::new)),
                Ask::Pause { answer } => reply(answer, self.pause().await.map_err(Arc::new)),
                Ask::Continue { device, answer } => reply(answer, self.go_on(device).await),
                Ask::Finish { recording, keeps_audio, answer } => {
                    reply(answer, self.finish(recording, keeps_audio).await.map_err(Arc::new));
                }
                Ask::Source { recording, answer } => {
                    let source = self.sources.get(&recording).cloned();
                    reply(
                        answer,
                        source.ok_or_else(|| Arc::new(RecordingError::Unknown(recording))),
                    );
                }
                Ask::Adopt { spooled, answer } => {
                    reply(answer, self.adopt(*spooled).await.map_err(Arc::new));
                }
                Ask::Convert { to, report, answer } => {
                    reply(answer, self.convert(to, report).await.map_err(Arc::new));
                }
                Ask::TakeUp { answer } => reply(answer, self.take_up().await.map_err(Arc::new)),
                Ask::Notice { recording, notice } => self.notice(recording, notice).await,
            }
        }
        // The last handle is gone: the program ends. What was captured is on disk and is finished at the next start.
        if let Err(error) = self.stop().await {
            tracing::error!(%error, "the recording could not be stopped at the end");
        }
    }

    async fn start(
        &mut self,
        device: Option<DeviceId>,
        keeping: Keeping,
    ) -> Result<Uuid, SharedError> {
        if let Some(recording) = self.publish.borrow().live.recording() {
            // Whoever asked for a private one must not go on in the belief that it is.
            let is_other = keeping == Keeping::Memory && !self.history.is_private(recording);
            return if is_other {
                Err(Arc::new(RecordingError::NotPrivate))
            } else {
                Ok(recording)
            };
        }
        if keeping == Keeping::Disk && self.history.needs_key() {
            // Neither audio nor text could be kept: a crash would cost all of it, and a clear copy is what nobody wants.
            let error = Arc::new(RecordingError::History(HistoryError::NeedsKey));
            self.publish.send_modify(|state| {
                state.is_private = false;
                state.failure = Some(Arc::clone(&error));
            });
            return Err(error);
        }
        let recording = Uuid::now_v7();
        let started_at = unix_ms();
        self.publish.send_modify(|state| {
            state.failure = None;
            state.is_private = keeping == Keeping::Memory;
            state.live = Live::Arming { recording, started_at };
        });
        match self.begin(recording, started_at, device, keeping).await {
            Ok(()) => Ok(recording),
            Err(error) => {
                self.sources.remove(&recording);
                let error = Arc::new(error);
                self.publish.send_modify(|state| {
                    state.live = Live::Idle;
                    state.failure = Some(Arc::clone(&error));
                });
                Err(error)
            }
        }
    }

    /// The microphone first, the database second: the first word must not wait for either the network or a disk.
    async fn begin(
        &mut self,
        recording: Uuid,
        started_at: u64,
        device: Option<DeviceId>,
        keeping: Keeping,
    ) -> Result<(), RecordingError> {
        let path = spool_path(&self.folder, recording);
        let header = SpoolHeader { recording, started_at_unix_ms: started_at };
        let (notify, key) = (self.notify(recording), self.history.key());
        let (capture, source) = blocking(move || {
            let (writer, spool) = match keeping {
                Keeping::Disk => {
                    let writer = SpoolWriter::create(&path, header, key.as_ref())?;
                    (writer, SpoolPlace::File(path, key))
                }
                Keeping::Memory => {
                    let (writer, memory) = SpoolWriter::in_memory(header)?;
                    (writer, SpoolPlace::Memory(memory))
                }
            };
            let (progress, times) = (writer.progress(), Some(writer.times()));
            let source = FeedSource { spool, progress, times };
            match Capture::start(device, writer, notify) {
                Ok(capture) => Ok((capture, source)),
                Err(error) => {
                    let_go(&source.spool);
                    Err(RecordingError::from(error))
                }
            }
        })
        .await?;
        self.tape = Tape::Running(capture);
        if let Some(times) = source.times.clone() {
            self.timing.begin(recording, times);
        }
        self.sources.insert(recording, source);
        let history = self.history.clone();
        let kept = blocking(move || match keeping {
            Keeping::Disk => Ok(history.recording_create(recording, started_at)?),
            Keeping::Memory => Ok(history.recording_create_private(recording, started_at)?),
        })
        .await;
        if kept.is_err() {
            // The audio is safe in the spool; without a row the next start makes one from the spool's header.
            self.stop_capture().await?;
        }
        kept
    }

    async fn stop(&mut self) -> Result<(), RecordingError> {
        let Some(recording) = self.publish.borrow().live.recording() else { return Ok(()) };
        let captured = self.stop_capture().await;
        self.store_gaps().await;
        // A capture that failed has kept what the spool says.
        let kept = self.sources.get(&recording).map_or(0, |source| source.progress.borrow().frames);
        let samples = captured.as_ref().map_or(kept * FRAME_SAMPLES as u64, |samples| *samples);
        self.publish.send_modify(|state| {
            state.live = Live::Idle;
            state.finishing.push(recording);
        });
        let history = self.history.clone();
        blocking(move || Ok(history.recording_stopped(recording, samples)?)).await?;
        captured.map(drop)
    }

    async fn stop_capture(&mut self) -> Result<u64, RecordingError> {
        match std::mem::replace(&mut self.tape, Tape::None) {
            Tape::None => Ok(0),
            Tape::Running(capture) => blocking(move || Ok(capture.stop()?)).await,
            Tape::Paused { mut spool, .. } => {
                blocking(move || Ok(spool.finish()? * FRAME_SAMPLES as u64)).await
            }
        }
    }

    fn notify(&self, recording: Uuid) -> impl Fn(CaptureNotice) + Send + 'static {
        let notices = self.notices.clone();
        move |notice| {
            if let Some(asks) = notices.upgrade() {
                // A closed inbox means that the program is ending; nobody is left to be told.
                asks.send(Ask::Notice { recording, notice }).ok();
            }
        }
    }

    async fn pause(&mut self) -> Result<(), RecordingError> {
        let live = self.publish.borrow().live.clone();
        let Some(recording) = live.recording() else { return Err(RecordingError::NotNow) };
        let capture = match std::mem::replace(&mut self.tape, Tape::None) {
            Tape::Running(capture) => capture,
            tape => {
                self.tape = tape;
                return Ok(());
            }
        };
        let since = unix_ms();
        let spool = match blocking(move || Ok(capture.pause()?)).await {
            Ok(spool) => spool,
            // The spool is at its end: what it holds is finished like any other recording.
            Err(error) => return self.stop().await.and(Err(error)),
        };
        let at = spool.progress().borrow().frames * FRAME_SAMPLES as u64;
        let pause = Pause { recording, at, since, until: None };
        self.tape = Tape::Paused { spool, pause: pause.clone() };
        self.set_live(Live::Paused { recording, started_at: live.started_at(), at, since });
        self.declare_pause(pause).await;
        Ok(())
    }

    /// Armed like a start: "recording" is true again when the first sample is kept.
    async fn go_on(&mut self, device: Option<DeviceId>) -> Result<(), SharedError> {
        let live = self.publish.borrow().live.clone();
        let Some(recording) = live.recording() else {
            return Err(Arc::new(RecordingError::NotNow));
        };
        if !matches!(self.tape, Tape::Paused { .. }) {
            return Ok(());
        }
        let started_at = live.started_at();
        self.set_live(Live::Arming { recording, started_at });
        let microphone = match blocking(move || Ok(Microphone::open(device)?)).await {
            Ok(microphone) => microphone,
            Err(error) => {
                let error = Arc::new(error);
                self.publish.send_modify(|state| {
                    state.live = live;
                    state.failure = Some(Arc::clone(&error));
                });
                return Err(error);
            }
        };
        let until = Some(unix_ms());
        let Tape::Paused { spool, pause } = std::mem::replace(&mut self.tape, Tape::None) else {
            return Ok(());
        };
        match microphone.record(spool, self.notify(recording)) {
            Ok(capture) => self.tape = Tape::Running(capture),
            Err(error) => {
                let failed = self.stop().await.and(Err(RecordingError::from(error)));
                return failed.map_err(Arc::new);
            }
        }
        self.declare_pause(Pause { until, ..pause }).await;
        Ok(())
    }

    /// What the history does not take when a pause begins, it is given again with its end.
    async fn declare_pause(&mut self, pause: Pause) {
        // Those who watch need not know whether it is stored yet.
        self.declared.send(Declared::Pause(pause.clone())).ok();
        let history = self.history.clone();
        if let Err(error) = blocking(move || Ok(history.pause_declare(&pause)?)).await {
            tracing::warn!(%error, "a pause could not be stored");
        }
    }

    async fn finish(&mut self, recording: Uuid, keeps_audio: bool) -> Result<(), RecordingError> {
        if !self.publish.borrow().finishing.contains(&recording) {
            return Err(RecordingError::Unknown(recording));
        }
        self.store_gaps().await;
        let history = self.history.clone();
        blocking(move || Ok(history.recording_finished(recording)?)).await?;
        // What is in memory goes in any case: nobody looks for the audio of a finished recording there.
        if let Some(source) = self.sources.remove(&recording) {
            match source.spool {
                SpoolPlace::File(..) if keeps_audio => self.keep_sound(recording).await,
                spool => let_go(&spool),
            }
        }
        self.publish.send_modify(|state| state.finishing.retain(|id| *id != recording));
        Ok(())
    }

    /// The recording is finished, whether or not its audio can be made smaller: that goes on beside.
    async fn keep_sound(&mut self, recording: Uuid) {
        let history = self.history.clone();
        if let Err(error) = blocking(move || Ok(history.audio_kept(recording, true)?)).await {
            tracing::warn!(%error, "that audio is kept could not be stored; the next start finds it");
        }
        let (folder, history) = (self.folder.clone(), self.history.clone());
        tokio::task::spawn_blocking(move || compact(&folder, &history, recording));
    }

    /// Takes what was made of a file for a recording that was stopped.
    async fn adopt(&mut self, spooled: Spooled) -> Result<(), RecordingError> {
        let Spooled { recording, started_at, title, samples, mut source, .. } = spooled;
        if let SpoolPlace::File(path, key) = &mut source.spool {
            let (path, made_with, history) = (path.clone(), key.take(), self.history.clone());
            *key =
                blocking(move || encryption::follow(&path, made_with.as_ref(), &history)).await?;
        }
        let history = self.history.clone();
        let kept = blocking(move || {
            history.recording_create(recording, started_at)?;
            history.recording_from(recording, Origin::File)?;
            history.rename(recording, &title)?;
            Ok(history.recording_stopped(recording, samples)?)
        })
        .await;
        if let Err(error) = kept {
            // The file is still where it was: nothing is lost by beginning anew.
            let_go(&source.spool);
            return Err(error);
        }
        self.sources.insert(recording, source);
        self.publish.send_modify(|state| {
            if !state.finishing.contains(&recording) {
                state.finishing.push(recording);
            }
        });
        Ok(())
    }

    /// Encrypts everything with `to`, or decrypts it. Whoever would record waits meanwhile.
    async fn convert(
        &mut self,
        to: Option<DataKey>,
        report: Box<dyn FnMut(Share) + Send>,
    ) -> Result<(), RecordingError> {
        let is_idle = {
            let state = self.publish.borrow();
            state.live.recording().is_none() && state.finishing.is_empty()
        };
        // Whoever only removes something is through in a moment; who imports may take a minute.
        let alone = timeout(ALONE_WITHIN, Arc::clone(&self.files).write_owned()).await;
        let (true, Ok(alone)) = (is_idle, alone) else { return Err(RecordingError::Busy) };
        let (folder, history) = (self.folder.clone(), self.history.clone());
        let done = blocking(move || match to {
            Some(key) => encryption::encrypt(&folder, &history, &key, report),
            None => encryption::decrypt(&folder, &history, report),
        })
        .await;
        drop(alone);
        done
    }

    /// The history is open now: what an earlier run left behind is finished.
    async fn take_up(&mut self) -> Result<(), RecordingError> {
        let live = self.publish.borrow().live.recording();
        if live.is_some_and(|recording| !self.history.is_private(recording)) {
            // Its spool is being written.
            return Err(RecordingError::Busy);
        }
        let alone = Arc::clone(&self.files).write_owned().await;
        let (folder, history) = (self.folder.clone(), self.history.clone());
        let found = blocking(move || left_over::unfinished(&folder, &history)).await;
        drop(alone);
        let LeftOver { sources, failure } = found?;
        let fresh: Vec<Uuid> =
            sources.keys().copied().filter(|one| !self.sources.contains_key(one)).collect();
        for (recording, source) in sources {
            self.sources.entry(recording).or_insert(source);
        }
        self.publish.send_modify(|state| {
            let live = state.live.recording();
            let is_new = |one: &Uuid| Some(*one) != live && !state.finishing.contains(one);
            let fresh: Vec<Uuid> = fresh.into_iter().filter(is_new).collect();
            state.finishing.extend(fresh);
            state.failure = failure.map(Arc::new);
        });
        Ok(())
    }

    async fn notice(&mut self, recording: Uuid, notice: CaptureNotice) {
        match &notice {
            CaptureNotice::Resumed { gap, .. } | CaptureNotice::StillLost { gap } => {
                self.declare(recording, gap.clone(), GapCause::MicLost).await
            }
            CaptureNotice::Overrun { gap } => {
                self.declare(recording, gap.clone(), GapCause::Xrun).await
            }
            _ => {}
        }
        // The last of them come when the recording is stopped already.
        let live = self.publish.borrow().live.clone();
        if live.recording() != Some(recording) {
            return;
        }
        match notice {
            CaptureNotice::SpoolFailed { error } => self.end_failed(error).await,
            CaptureNotice::Held { error } => self.set_failure(Some(RecordingError::Spool(error))),
            CaptureNotice::Kept => {
                self.set_failure(None);
                self.store_gaps().await;
            }
            notice => self.set_live(after(live, notice)),
        }
    }

    fn set_failure(&self, failure: Option<RecordingError>) {
        self.publish.send_modify(|state| state.failure = failure.map(Arc::new));
    }

    /// Audio can no longer be kept: the capture has ended, and what it kept is finished like any other recording.
    async fn end_failed(&mut self, error: SpoolError) {
        tracing::error!(%error, "audio can no longer be kept");
        if let Err(error) = self.stop().await {
            tracing::debug!(%error, "the capture had ended");
        }
        self.publish
            .send_modify(|state| state.failure = Some(Arc::new(RecordingError::Spool(error))));
    }

    async fn declare(&mut self, recording: Uuid, range: Range<u64>, cause: GapCause) {
        if range.is_empty() {
            return;
        }
        let gap = Gap { recording, from: range.start, to: range.end, cause };
        // Those who watch need not know whether it is stored yet.
        self.declared.send(Declared::Gap(gap.clone())).ok();
        self.undeclared.push(gap);
        self.store_gaps().await;
    }

    /// What the history does not take, on a full disk for example, it is given again with the next gap, when the disk
    /// takes audio again, and before the recording is finished. After a crash the frames in the spool tell.
    async fn store_gaps(&mut self) {
        if self.undeclared.is_empty() {
            return;
        }
        let (history, gaps) = (self.history.clone(), std::mem::take(&mut self.undeclared));
        let refused = move |gap: &Gap| {
            let stored = history.gap_declare(gap);
            stored.inspect_err(|error| tracing::warn!(%error, "a gap could not be stored")).is_err()
        };
        let stored = blocking(move || Ok(gaps.into_iter().filter(refused).collect())).await;
        self.undeclared = stored.unwrap_or_default();
        let state = self.publish.borrow();
        self.undeclared.retain(|gap| state.is_open(gap.recording));
    }

    fn set_live(&self, live: Live) {
        self.publish.send_modify(|state| {
            if matches!(live, Live::Arming { .. }) {
                state.failure = None;
            }
            state.live = live;
        });
    }
}

pub(crate) fn spool_path(folder: &Path, recording: Uuid) -> PathBuf {
    folder.join(format!("{recording}.spool"))
}

/// What is in memory goes with its last holder.
fn let_go(spool: &SpoolPlace) {
    if let SpoolPlace::File(path, _) = spool {
        remove_spool(path);
    }
}

pub(super) fn remove_spool(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(%error, "a spool could not be removed");
    }
}

fn reply<T>(answer: Answer<T>, result: Result<T, SharedError>) {
    // Whoever asked may have gone; the state was published all the same.
    answer.send(result).ok();
}

pub(super) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
