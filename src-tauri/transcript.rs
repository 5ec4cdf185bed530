//! A stored recording as the exporters want it.

use sotto_export::{Bookmark, Gap, GapCause, Pause, Source, Transcript, Turn, Word};
use sotto_history::{OpenedRecording, StoredTurn};

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
    Transcript {
        title: summary.title,
        started_at: summary.started_at,
        samples: summary.samples,
        turns: opened.turns.into_iter().map(turn).collect(),
        gaps: opened.gaps.iter().map(gap).collect(),
        pauses: opened.pauses.iter().filter_map(pause).collect(),
        bookmarks: opened.bookmarks.into_iter().map(bookmark).collect(),
    }
}

fn turn(stored: StoredTurn) -> Turn {
    let turn = stored.turn;
    let word = |word: sotto_history::Word| Word {
        text: word.text,
        from: word.from,
        to: word.to,
        confidence: word.confidence,
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
    use super::file_stem;

    #[test]
    fn a_title_becomes_a_name_that_every_system_takes() {
        assert_eq!(file_stem("Budget: Q3/Q4 <draft>"), "Budget Q3 Q4 draft");
        assert_eq!(file_stem("../../etc/passwd"), "etc passwd");
        assert_eq!(file_stem("…"), "Transcript");
        assert_eq!(file_stem("Hafen\u{ad}ausschuß, Woche 3"), "Hafen ausschuß, Woche 3");
    }
}
