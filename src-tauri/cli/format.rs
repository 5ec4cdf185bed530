//! The forms that a transcript can be printed in.

use clap::ValueEnum;
use sotto_export::Transcript;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Plain text.
    Txt,
    /// Markdown, with times.
    Md,
    /// SubRip subtitles.
    Srt,
    /// WebVTT subtitles.
    Vtt,
    /// Words, times, sources, gaps and ledger.
    Json,
}

impl Format {
    pub(super) fn render(self, transcript: &Transcript) -> anyhow::Result<String> {
        Ok(match self {
            Self::Txt => sotto_export::txt(transcript, false),
            Self::Md => sotto_export::md(transcript, true),
            Self::Srt => sotto_export::srt(transcript),
            Self::Vtt => sotto_export::vtt(transcript),
            Self::Json => String::from_utf8(sotto_export::json(transcript)?)?,
        })
    }
}
