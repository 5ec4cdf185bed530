//! The forms in which a transcript leaves the program, whoever asks for it.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use sotto_export::{ExportError, Transcript};
use specta::Type;

use crate::language::Words;

/// What a PDF is set in: its letters travel with it.
const FONTS: [&[u8]; 4] = [
    include_bytes!(
        "../ui/node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"
    ),
    include_bytes!(
        "../ui/node_modules/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"
    ),
    include_bytes!(
        "../ui/node_modules/@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2"
    ),
    include_bytes!(
        "../ui/node_modules/@fontsource-variable/inter/files/inter-greek-wght-normal.woff2"
    ),
];

/// A form that a transcript can be saved in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    /// Plain text.
    Txt,
    /// Markdown, with times.
    Md,
    /// A Word document.
    Docx,
    /// PDF.
    Pdf,
    /// SubRip subtitles.
    Srt,
    /// WebVTT subtitles.
    Vtt,
    /// Words, times, sources, gaps and ledger.
    Json,
}

impl ExportFormat {
    /// How the names of such files end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Md => "md",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Srt => "srt",
            Self::Vtt => "vtt",
            Self::Json => "json",
        }
    }

    /// What such files are called, for a dialog.
    #[must_use]
    pub fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Txt => words.text,
            Self::Md => "Markdown",
            Self::Docx => words.word_document,
            Self::Pdf => "PDF",
            Self::Srt => words.subrip,
            Self::Vtt => words.webvtt,
            Self::Json => "JSON",
        }
    }

    /// Whether a terminal can show it.
    #[must_use]
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Docx | Self::Pdf)
    }

    /// The whole file.
    ///
    /// # Errors
    /// When the transcript cannot be written in this form.
    pub fn bytes(self, transcript: &Transcript) -> Result<Vec<u8>, ExportError> {
        Ok(match self {
            Self::Txt => sotto_export::txt(transcript, false).into_bytes(),
            Self::Md => sotto_export::md(transcript, true).into_bytes(),
            Self::Docx => sotto_export::docx(transcript)?,
            Self::Pdf => sotto_export::pdf(transcript, &FONTS)?,
            Self::Srt => sotto_export::srt(transcript).into_bytes(),
            Self::Vtt => sotto_export::vtt(transcript).into_bytes(),
            Self::Json => sotto_export::json(transcript)?,
        })
    }
}
