//! SubRip. It has no escapes: `<` and `{` are written as they were said. It has no word for who speaks either: as usual,
//! the name stands before the words where the speaker changes.

use crate::Transcript;
use crate::clock::stamp;
use crate::cues::cues;

/// The transcript as SubRip subtitles.
#[must_use]
pub fn srt(transcript: &Transcript) -> String {
    let mut before = None;
    let blocks = cues(transcript).into_iter().enumerate().map(|(index, cue)| {
        let (from, to) = (stamp(cue.from, ','), stamp(cue.to, ','));
        let is_other = cue.by.is_some() && cue.by != before;
        let by = cue.by.as_ref().filter(|_| is_other).map(|name| format!("{}: ", shown(name)));
        before = cue.by.or_else(|| before.take());
        let text = by.unwrap_or_default() + &cue.lines.join("\n");
        format!("{}\n{from} --> {to}\n{text}\n", index + 1)
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// The arrow that separates times is no part of a text.
fn shown(name: &str) -> String {
    name.replace("-->", "→")
}
