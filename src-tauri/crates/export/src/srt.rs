//! SubRip. It has no escapes: `<` and `{` are written as they were said.

use crate::Transcript;
use crate::clock::stamp;
use crate::cues::cues;

/// The transcript as SubRip subtitles.
#[must_use]
pub fn srt(transcript: &Transcript) -> String {
    let cues = cues(transcript);
    let blocks = cues.iter().enumerate().map(|(index, cue)| {
        let (from, to) = (stamp(cue.from, ','), stamp(cue.to, ','));
        format!("{}\n{from} --> {to}\n{}\n", index + 1, cue.lines.join("\n"))
    });
    blocks.collect::<Vec<_>>().join("\n")
}
