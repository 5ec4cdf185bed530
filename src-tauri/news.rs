//! What is worth a notification of the desktop while nobody looks at the window, and which of it a user wants to hear.
//! Never what was said, and no title: notifications are shown on locked screens too.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use crate::cost::Budget;
use crate::ipc::{CommandError, ErrorCode};
use crate::language::Words;
use crate::recordings::{Live, RecordingState};

/// Which notifications a user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum NewsLevel {
    /// None.
    None,
    /// What needs somebody, or ends something that was wrong.
    Important,
    /// Also what goes as it should.
    All,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A recording that was started from elsewhere keeps samples now.
    Started,
    /// It was stopped from elsewhere.
    Stopped,
    /// No recording could be made.
    StartFailed,
    /// The microphone went away.
    MicLost {
        /// Its name; empty where it never delivered.
        device: String,
    },
    /// A microphone delivers again.
    MicBack {
        /// Its name.
        device: String,
    },
    /// No space left.
    DiskFull,
    /// What an earlier run left behind is written down.
    Recovered,
    /// The transcript of a file is complete.
    Imported,
    /// Four fifths of the month's budget are spent.
    BudgetNear,
    /// All of it is.
    BudgetSpent {
        /// The offline engine goes on.
        is_offline: bool,
    },
}

impl News {
    /// Whether somebody who chose `level` wants to hear of it.
    #[must_use]
    pub fn is_wanted(&self, level: NewsLevel) -> bool {
        let from = match self {
            Self::Started | Self::Stopped | Self::Imported => NewsLevel::All,
            _ => NewsLevel::Important,
        };
        level >= from
    }

    /// It stays on the screen until somebody has seen it.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        matches!(self, Self::StartFailed | Self::MicLost { .. } | Self::DiskFull)
    }

    /// It is of no interest any more a few seconds later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Started | Self::Stopped)
    }

    /// News on the same matter take the place of each other.
    #[must_use]
    pub fn matter(&self) -> &'static str {
        match self {
            Self::Started | Self::Stopped | Self::StartFailed => "recording",
            Self::MicLost { .. } | Self::MicBack { .. } => "microphone",
            Self::DiskFull => "disk",
            Self::Recovered | Self::Imported => "transcript",
            Self::BudgetNear | Self::BudgetSpent { .. } => "budget",
        }
    }

    /// A line, and what is to be known besides. A device's name is in the line alone, which is never read as markup.
    #[must_use]
    pub fn says(&self, words: &Words) -> (String, &'static str) {
        let named = |line: &str, device: &str| {
            if device.is_empty() { line.to_owned() } else { format!("{line}: {device}") }
        };
        match self {
            Self::Started => (words.news_started.0.to_owned(), words.news_started.1),
            Self::Stopped => (words.news_stopped.0.to_owned(), words.news_stopped.1),
            Self::StartFailed => (words.news_start_failed.0.to_owned(), words.news_start_failed.1),
            Self::MicLost { device } => {
                (named(words.news_mic_lost.0, device), words.news_mic_lost.1)
            }
            Self::MicBack { device } => {
                (named(words.news_mic_back.0, device), words.news_mic_back.1)
            }
            Self::DiskFull => (words.news_disk_full.0.to_owned(), words.news_disk_full.1),
            Self::Recovered => (words.news_recovered.0.to_owned(), words.news_recovered.1),
            Self::Imported => (words.news_imported.0.to_owned(), words.news_imported.1),
            Self::BudgetNear => (words.news_budget_near.0.to_owned(), words.news_budget_near.1),
            Self::BudgetSpent { is_offline: false } => {
                (words.news_budget_spent.0.to_owned(), words.news_budget_spent.1)
            }
            Self::BudgetSpent { is_offline: true } => {
                (words.news_budget_spent.0.to_owned(), words.news_budget_offline)
            }
        }
    }
}

/// Tells news from what was known before.
#[derive(Debug)]
pub struct Watch {
    live: Seen,
    failure: Option<ErrorCode>,
    budget: Budget,
    /// Started from elsewhere, and no sample was kept yet.
    is_start_awaited: bool,
    left_over: BTreeSet<Uuid>,
    imported: BTreeSet<Uuid>,
}

/// What of the microphone's state makes news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Idle,
    Other,
    Recording,
    MicLost,
}

impl Seen {
    fn of(live: &Live) -> Self {
        match live {
            Live::Idle => Self::Idle,
            Live::Arming { .. } | Live::Paused { .. } => Self::Other,
            Live::Recording { .. } => Self::Recording,
            Live::MicLost { .. } => Self::MicLost,
        }
    }
}

impl Watch {
    /// From the state at the start of the program on: what is being finished then was left behind by an earlier run.
    #[must_use]
    pub fn new(state: &RecordingState, budget: Budget) -> Self {
        Self {
            live: Seen::of(&state.live),
            failure: failure(state),
            budget,
            is_start_awaited: false,
            left_over: state.finishing.iter().copied().collect(),
            imported: BTreeSet::new(),
        }
    }

    /// The state is this now.
    pub fn recording(&mut self, state: &RecordingState) -> Option<News> {
        let (before, now) = (self.live, Seen::of(&state.live));
        self.live = now;
        let failed = failure(state);
        let is_new = failed.is_some() && failed != self.failure;
        self.failure = failed;
        if is_new {
            self.is_start_awaited &= now != Seen::Idle;
            return match failed {
                Some(ErrorCode::DiskFull) => Some(News::DiskFull),
                _ if now == Seen::Idle => Some(News::StartFailed),
                _ => None,
            };
        }
        match (&state.live, before) {
            (Live::MicLost { device_name, .. }, before) if before != Seen::MicLost => {
                Some(News::MicLost { device: device_name.clone() })
            }
            (Live::Recording { device_name, .. }, Seen::MicLost) => {
                self.is_start_awaited = false;
                Some(News::MicBack { device: device_name.clone() })
            }
            (Live::Recording { .. }, _) if self.is_start_awaited => {
                self.is_start_awaited = false;
                Some(News::Started)
            }
            _ => None,
        }
    }

    /// A recording was started or stopped by a key, from wherever.
    pub fn toggled(&mut self, is_started: bool) -> Option<News> {
        // Between the key and its word the first sample may have come.
        if is_started && self.live == Seen::Recording {
            return Some(News::Started);
        }
        self.is_start_awaited = is_started;
        (!is_started).then_some(News::Stopped)
    }

    /// A file became a recording.
    pub fn imported(&mut self, recording: Uuid) {
        self.imported.insert(recording);
    }

    /// A transcript is complete.
    pub fn finished(&mut self, recording: Uuid) -> Option<News> {
        if self.left_over.remove(&recording) {
            return Some(News::Recovered);
        }
        self.imported.remove(&recording).then_some(News::Imported)
    }

    /// So much of the budget is spent now.
    pub fn budget(&mut self, now: Budget, is_offline: bool) -> Option<News> {
        let before = std::mem::replace(&mut self.budget, now);
        match now {
            _ if now == before => None,
            Budget::Near if before != Budget::Spent => Some(News::BudgetNear),
            Budget::Spent => Some(News::BudgetSpent { is_offline }),
            Budget::Near | Budget::Fine | Budget::Unset => None,
        }
    }
}

fn failure(state: &RecordingState) -> Option<ErrorCode> {
    state.failure.clone().map(|error| CommandError::from(error).code)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sotto_audio::{AudioError, SpoolError};

    use super::*;
    use crate::language::Language;
    use crate::recordings::RecordingError;

    fn idle() -> RecordingState {
        RecordingState { live: Live::Idle, is_private: false, finishing: vec![], failure: None }
    }

    fn live(live: Live) -> RecordingState {
        RecordingState { live, ..idle() }
    }

    fn arming() -> RecordingState {
        live(Live::Arming { recording: Uuid::nil(), started_at: 1 })
    }

    fn recording(device: &str) -> RecordingState {
        let device_name = device.to_owned();
        let recording = Uuid::nil();
        live(Live::Recording { recording, started_at: 1, device_name, is_muted: false })
    }

    fn lost() -> RecordingState {
        let (device_name, error) = ("Yeti".to_owned(), Arc::new(AudioError::Lost));
        live(Live::MicLost { recording: Uuid::nil(), started_at: 1, device_name, error })
    }

    fn failed(state: RecordingState, error: impl Into<RecordingError>) -> RecordingState {
        RecordingState { failure: Some(Arc::new(error.into())), ..state }
    }

    fn watch() -> Watch {
        Watch::new(&idle(), Budget::Unset)
    }

    #[test]
    fn a_start_is_told_when_a_sample_is_kept_and_only_if_it_came_from_elsewhere() {
        let mut watch = watch();
        assert_eq!(watch.recording(&arming()), None);
        assert_eq!(watch.toggled(true), None, "arming is not recording");
        assert_eq!(watch.recording(&recording("Yeti")), Some(News::Started));
        assert_eq!(watch.recording(&recording("Yeti")), None);
        assert_eq!(watch.toggled(false), Some(News::Stopped));
        assert_eq!(watch.recording(&idle()), None);
        // By the button of the window.
        assert_eq!(watch.recording(&arming()), None);
        assert_eq!(watch.recording(&recording("Yeti")), None);
        // The word of the key came after the first sample.
        let mut late = self::watch();
        assert_eq!(late.recording(&recording("Yeti")), None);
        assert_eq!(late.toggled(true), Some(News::Started));
    }

    #[test]
    fn a_lost_microphone_is_told_once_and_so_is_the_one_that_replaces_it() {
        let mut watch = watch();
        watch.recording(&recording("Yeti"));
        assert_eq!(watch.recording(&lost()), Some(News::MicLost { device: "Yeti".to_owned() }));
        assert_eq!(watch.recording(&lost()), None);
        let back = Some(News::MicBack { device: "Built-in".to_owned() });
        assert_eq!(watch.recording(&recording("Built-in")), back);
    }

    #[test]
    fn a_full_disk_is_told_once_and_a_start_that_failed_too() {
        let mut watch = watch();
        let full = || failed(recording("Yeti"), SpoolError::DiskFull);
        assert_eq!(watch.recording(&full()), Some(News::DiskFull));
        assert_eq!(watch.recording(&full()), None);
        assert_eq!(watch.recording(&recording("Yeti")), None);
        assert_eq!(watch.recording(&full()), Some(News::DiskFull), "it is full again");
        let mut watch = self::watch();
        watch.toggled(true);
        watch.recording(&arming());
        assert_eq!(watch.recording(&failed(idle(), AudioError::Busy)), Some(News::StartFailed));
        assert_eq!(watch.recording(&recording("Yeti")), None, "nobody waits for that start");
    }

    #[test]
    fn what_an_earlier_run_left_and_what_was_imported_are_told_when_they_are_written_down() {
        let (old, file, own) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let before = RecordingState { finishing: vec![old], ..idle() };
        let mut watch = Watch::new(&before, Budget::Unset);
        watch.imported(file);
        assert_eq!(watch.finished(own), None);
        assert_eq!(watch.finished(file), Some(News::Imported));
        assert_eq!(watch.finished(old), Some(News::Recovered));
        assert_eq!(watch.finished(old), None);
    }

    #[test]
    fn a_budget_is_told_when_it_is_reached_and_not_at_every_start() {
        let mut watch = Watch::new(&idle(), Budget::Near);
        assert_eq!(watch.budget(Budget::Near, false), None);
        assert_eq!(watch.budget(Budget::Spent, true), Some(News::BudgetSpent { is_offline: true }));
        assert_eq!(watch.budget(Budget::Near, true), None, "it was raised");
        assert_eq!(watch.budget(Budget::Fine, true), None);
        assert_eq!(watch.budget(Budget::Near, false), Some(News::BudgetNear));
    }

    #[test]
    fn a_level_holds_back_what_goes_as_it_should() {
        assert!(News::Started.is_wanted(NewsLevel::All));
        assert!(!News::Started.is_wanted(NewsLevel::Important));
        assert!(News::DiskFull.is_wanted(NewsLevel::Important));
        assert!(!News::DiskFull.is_wanted(NewsLevel::None));
    }

    #[test]
    fn every_word_is_there_and_no_device_is_where_markup_is_read() {
        for language in [Language::En, Language::De] {
            let device = "<b>Yeti</b>".to_owned();
            let (line, more) = News::MicLost { device }.says(language.words());
            assert!(line.ends_with(": <b>Yeti</b>") && !more.contains('<'), "{line} {more}");
            let (unnamed, _) = News::MicLost { device: String::new() }.says(language.words());
            assert!(!unnamed.contains(':'), "{unnamed}");
        }
    }
}
