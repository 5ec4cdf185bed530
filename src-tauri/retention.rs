//! Deleted means deleted: a little later, when nobody can want it back any more, audio, text and index are removed and what
//! held them is overwritten. What the user keeps for so long only is deleted in time.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sotto_history::{History, HistoryError};
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use crate::recogniser::unix_ms;
use crate::recordings::remove_sound;
use crate::wiring::{App, Happening};

/// Longer than the window offers to take a deletion back.
const UNDO_MS: u64 = 60_000;
const EVERY: Duration = Duration::from_secs(60);
const DAY_MS: u64 = 86_400_000;

/// What could not be removed. It is tried again.
#[derive(Debug, thiserror::Error)]
enum SweepError {
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error("audio could not be removed: {0}")]
    Audio(#[from] io::Error),
}

/// Sweeps now and every minute, for as long as the program runs.
pub(crate) async fn watch(app: Arc<App>) {
    let mut clock = interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let app = Arc::downgrade(&app);
    loop {
        clock.tick().await;
        let Some(app) = app.upgrade() else { return };
        let held = app.recordings.hold_files().await;
        if app.history.needs_key() {
            continue;
        }
        let swept = {
            let app = Arc::clone(&app);
            tokio::task::spawn_blocking(move || {
                let state = app.recordings.state();
                let is_open = |recording| state.borrow().is_open(recording);
                let keep_days = app.settings().keep_days;
                sweep(&app.history, &app.place.spools(), is_open, keep_days, unix_ms())
            })
        };
        let swept = swept.await;
        drop(held);
        match swept {
            Ok(Ok(gone)) => {
                gone.into_iter()
                    .for_each(|recording| app.tell(Happening::HistoryChanged(recording)));
            }
            Ok(Err(error)) => tracing::warn!(%error, "what was deleted could not be removed yet"),
            Err(error) => tracing::error!(%error, "the sweep died"),
        }
    }
}

/// Deletes what is older than `keep_days` (0: nothing is), and removes what was deleted a while before `now` (Unix
/// milliseconds); gives what left the library.
fn sweep(
    history: &History,
    spools: &Path,
    is_open: impl Fn(Uuid) -> bool,
    keep_days: u32,
    now: u64,
) -> Result<Vec<Uuid>, SweepError> {
    let mut gone = Vec::new();
    if keep_days > 0 {
        for recording in
            history.finished_before(now.saturating_sub(u64::from(keep_days) * DAY_MS))?
        {
            history.delete(recording)?;
            gone.push(recording);
        }
    }
    let deleted = history.deleted_before(now.saturating_sub(UNDO_MS))?;
    let removable: Vec<Uuid> =
        deleted.into_iter().filter(|recording| !is_open(*recording)).collect();
    for recording in &removable {
        // The audio first: without its row nobody would look for it any more.
        remove_sound(spools, *recording)?;
        history.purge(*recording)?;
    }
    if !removable.is_empty() {
        history.settle()?;
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::recordings::spool_path;
    use sotto_history::{Source, Turn};

    const NOW: u64 = 1_000 * DAY_MS;

    struct Library {
        folder: tempfile::TempDir,
        history: History,
    }

    impl Library {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("spool")).unwrap();
            let history = History::open(&folder.path().join("history.db")).unwrap();
            Self { folder, history }
        }

        fn recorded(&self, started_at: u64, text: &str, is_finished: bool) -> Uuid {
            let recording = Uuid::now_v7();
            self.history.recording_create(recording, started_at).unwrap();
            let turn = Turn {
                recording,
                leg: 0,
                turn_order: 0,
                from: 0,
                to: 16_000,
                text: text.to_owned(),
                words: Vec::new(),
                source: Source::Offline,
                is_fallback: false,
                speaker: None,
            };
            self.history.turn_commit(&turn).unwrap();
            self.history.recording_stopped(recording, 16_000).unwrap();
            if is_finished {
                self.history.recording_finished(recording).unwrap();
            }
            fs::write(spool_path(&self.folder.path().join("spool"), recording), text).unwrap();
            recording
        }

        fn sweep(&self, keep_days: u32, now: u64) -> Vec<Uuid> {
            sweep(&self.history, &self.folder.path().join("spool"), |_| false, keep_days, now)
                .unwrap()
        }

        /// Whether any file of the library holds these bytes.
        fn holds(&self, text: &str) -> bool {
            let mut folders = vec![self.folder.path().to_owned()];
            while let Some(folder) = folders.pop() {
                for entry in fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        folders.push(path);
                    } else if fs::read(&path)
                        .unwrap()
                        .windows(text.len())
                        .any(|at| at == text.as_bytes())
                    {
                        return true;
                    }
                }
            }
            false
        }
    }

    #[test]
    fn what_was_deleted_is_in_no_file_once_nobody_can_want_it_back() {
        let library = Library::new();
        let gone = library.recorded(1, "xylophonist confession", true);
        library.recorded(2, "ordinary words", true);
        library.history.delete(gone).unwrap();
        let deleted_at = unix_ms();
        library.sweep(0, deleted_at + UNDO_MS / 2);
        library.history.restore(gone).unwrap();
        library.history.delete(gone).unwrap();
        assert!(library.holds("xylophonist"));
        library.sweep(0, unix_ms() + UNDO_MS + 1);
        assert!(!library.holds("xylophonist") && library.holds("ordinary"));
        assert!(matches!(library.history.restore(gone), Err(HistoryError::NotFound(_))));
    }

    #[test]
    fn what_is_kept_for_days_is_deleted_then_and_what_is_unfinished_is_not() {
        let library = Library::new();
        let old = library.recorded(NOW - 31 * DAY_MS, "old", true);
        library.recorded(NOW - 29 * DAY_MS, "young", true);
        library.recorded(NOW - 40 * DAY_MS, "unfinished", false);
        assert!(library.sweep(0, NOW).is_empty());
        assert_eq!(library.sweep(30, NOW), [old]);
        let left: Vec<_> =
            library.history.page("", None, 9).unwrap().into_iter().map(|one| one.title).collect();
        assert_eq!(left, ["young", "unfinished"]);
    }

    #[test]
    fn a_recording_that_is_still_being_finished_is_left_for_later() {
        let library = Library::new();
        let open = library.recorded(1, "still going on", false);
        library.history.delete(open).unwrap();
        let now = unix_ms() + UNDO_MS + 1;
        sweep(&library.history, &library.folder.path().join("spool"), |_| true, 0, now).unwrap();
        library.history.restore(open).unwrap();
    }
}
