//! A stored recording as the exporters want it.

use std::collections::BTreeSet;

use sotto_export::{Bookmark, Gap, GapCause, Pause, Source, Speaker, Transcript, Turn, Word};
use sotto_history::{OpenedRecording, Speakers, StoredTurn};

/// A title as the name of a file on any system.
#[must_use]
pub(crate) fn file_stem(title: &str) -> String {
    let kept = |letter: char| {
        if letter.is_alphanumeric() || " -_,'".contains(letter) { letter } else { ' ' }
    };
    let words: String = title.chars().map(kept).collect();
    let stem = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if stem.is_empty() { "Transcript".to_owned() } else { stem.chars().take(80).collect() }
}

pub(crate) fn of(opened: OpenedRecording) -> Transcript {
    let summary = opened.summary;
    let labelled = labelled(&opened.turns);
    let speakers = opened.speakers;
    Transcript {
        title: summary.title,
        started_at: summary.started_at,
        samples: summary.samples,
        turns: opened.turns.into_iter().map(|one| turn(one, &speakers, &labelled)).collect(),
        gaps: opened.gaps.iter().map(gap).collect(),
        pauses: opened.pauses.iter().filter_map(pause).collect(),
        bookmarks: opened.bookmarks.into_iter().map(bookmark).collect(),
    }
}

/// The legs in which speakers were told apart, in their order. Each counts them anew.
fn labelled(turns: &[StoredTurn]) -> BTreeSet<u32> {
    turns.iter().filter(|one| one.turn.speaker.is_some()).map(|one| one.turn.leg).collect()
}

/// The user's name, else the recogniser's label. The first speaker of the second session need not be that of the first, so
/// that the session is said from the second on.
fn speaker(
    turn: &sotto_history::Turn,
    speakers: &Speakers,
    labelled: &BTreeSet<u32>,
) -> Option<Speaker> {
    let label = turn.speaker.clone();
    if let Some(name) = speakers.name_of(turn) {
        return Some(Speaker { name: name.to_owned(), label });
    }
    let session = labelled.range(..=turn.leg).count();
    let name = match (label.as_deref()?, session) {
        (label, 0 | 1) => format!("Speaker {label}"),
        (label, session) => format!("Speaker {label} ({session})"),
    };
    Some(Speaker { name, label })
}

fn turn(stored: StoredTurn, speakers: &Speakers, labelled: &BTreeSet<u32>) -> Turn {
    let speaker = speaker(&stored.turn, speakers, labelled);
    let turn = stored.turn;
    let word = |word: sotto_history::Word| Word {
        text: word.text,
        from: word.from,
        to: word.to,
        confidence: word.confidence,
        speaker: word.speaker,
    };
    Turn {
        from: turn.from,
        to: turn.to,
        text: turn.text,
        edited_text: stored.edited_text,
        words: turn.words.into_iter().map(word).collect(),
        source: match turn.source {
            sotto_history::Source::Offline => Source::Offline,
            sotto_history::Source::AssemblyAi => Source::AssemblyAi,
            sotto_history::Source::AssemblyAiEu => Source::AssemblyAiEu,
            sotto_history::Source::SelfHosted => Source::SelfHosted,
        },
        is_fallback: turn.is_fallback,
        leg: turn.leg,
        turn_order: turn.turn_order,
        speaker,
    }
}

fn gap(gap: &sotto_history::Gap) -> Gap {
    let cause = match gap.cause {
        sotto_history::GapCause::MicLost => GapCause::MicLost,
        sotto_history::GapCause::Xrun => GapCause::Xrun,
        sotto_history::GapCause::NotTranscribed => GapCause::NotTranscribed,
        sotto_history::GapCause::RecogniserRefused => GapCause::RecogniserRefused,
    };
    Gap { from: gap.from, to: gap.to, cause }
}

/// One that lasts still is not written: its length is not known.
fn pause(pause: &sotto_history::Pause) -> Option<Pause> {
    Some(Pause { at: pause.at, since: pause.since, until: pause.until? })
}

fn bookmark(bookmark: sotto_history::Bookmark) -> Bookmark {
    Bookmark { at: bookmark.at, note: bookmark.note }
}

#[cfg(test)]
mod tests {
    use sotto_history::{History, SpeakerChange};
    use uuid::Uuid;

    use super::{file_stem, of};

    fn said(recording: Uuid, leg: u32, order: u32, speaker: Option<&str>) -> sotto_history::Turn {
        let from = u64::from(order) * 16_000;
        sotto_history::Turn {
            recording,
            leg,
            turn_order: order,
            from,
            to: from + 16_000,
            text: "text".to_owned(),
            words: Vec::new(),
            source: sotto_history::Source::AssemblyAi,
            is_fallback: false,
            speaker: speaker.map(str::to_owned),
        }
    }

    /// As in the window: the second session counts anew, and a name counts more than a label.
    #[test]
    fn speakers_are_called_by_their_names_else_by_label_and_session() {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(&folder.path().join("history.db")).unwrap();
        let recording = Uuid::new_v4();
        history.recording_create(recording, 1).unwrap();
        let turns = [
            (0, 0, Some("A")),
            (0, 1, Some("B")),
            (2, 2, None),
            (4, 3, Some("A")),
            (4, 4, Some("B")),
        ];
        for (leg, order, speaker) in turns {
            history.turn_commit(&said(recording, leg, order, speaker)).unwrap();
        }
        let names = || {
            let turns = of(history.open_recording(recording).unwrap()).turns;
            let name = |turn: sotto_export::Turn| turn.speaker.map(|speaker| speaker.name);
            turns.into_iter().map(name).collect::<Vec<_>>()
        };
        let wanted = |names: [&str; 5]| {
            names.map(|name| Some(name.to_owned()).filter(|name| !name.is_empty())).to_vec()
        };
        assert_eq!(
            names(),
            wanted(["Speaker A", "Speaker B", "", "Speaker A (2)", "Speaker B (2)"])
        );
        let name = |name: &str| Some(name.to_owned());
        let changes = [
            SpeakerChange::Voice { leg: 4, label: "A".to_owned(), name: name("Anna") },
            SpeakerChange::Stretch { from: 32_000, to: 48_000, name: name("Ben") },
        ];
        history.speakers_name(recording, &changes).unwrap();
        assert_eq!(names(), wanted(["Speaker A", "Speaker B", "Ben", "Anna", "Speaker B (2)"]));
    }

    #[test]
    fn a_title_becomes_a_name_that_every_system_takes() {
        assert_eq!(file_stem("Budget: Q3/Q4 <draft>"), "Budget Q3 Q4 draft");
        assert_eq!(file_stem("../../etc/passwd"), "etc passwd");
        assert_eq!(file_stem("…"), "Transcript");
        assert_eq!(file_stem("Hafen\u{ad}ausschuß, Woche 3"), "Hafen ausschuß, Woche 3");
    }
}
