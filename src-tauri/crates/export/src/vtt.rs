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
        let text = escaped(&cue.lines.join("\n"));
        // The format's own way to say who speaks; players may show it, and style by it.
        let by = cue.by.map(|name| format!("<v {}>", escaped(&name)));
        out.push_str(&format!("\n{from} --> {to}\n{}{text}\n", by.unwrap_or_default()));
    }
    out
}

/// `&` first: the other two bring it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
