//! WebVTT.

use crate::Transcript;
use crate::clock::stamp;
use crate::cues::cues;

/// The transcript as WebVTT subtitles.
#[must_use]
pub fn vtt(transcript: &Transcript) -> String {
    let mut out = "WEBVTT\n".to_owned();
    for cue in cues(transcript) {
        let (from, to) = (stamp(cue.from, '.'), stamp(cue.to, '.'));
        out.push_str(&format!("\n{from} --> {to}\n{}\n", escaped(&cue.lines.join("\n"))));
    }
    out
}

/// `&` first: the other two bring it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
