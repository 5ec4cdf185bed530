//! PDF: A4 pages with the title, the day, a paragraph a turn with its time in the margin, gaps in grey, and page numbers.
//!
//! The caller brings the fonts, for this crate reads no files; they are embedded as far as they are used. Lines run from
//! left to right: Arabic and Hebrew would need another layout. A sign that no font has is drawn as a box.

pub(crate) mod faces;
pub(crate) mod page;
pub(crate) mod wrap;

use krilla::Document;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use time::OffsetDateTime;

use crate::clock::{gap_line, moment, short};
use crate::pieces::{Piece, head, pieces};
use crate::text::one_line;
use crate::{ExportError, Transcript, Turn};
use faces::{Faces, decoded};
use page::{Block, Ink, Line, Pages, Placed, Type};
use wrap::wrap;

/// A4 in points.
const PAGE: (f32, f32) = (595.28, 841.89);
/// From each edge.
const MARGIN: f32 = 62.0;
/// What the times take of the width of the text.
const TIMES: f32 = 44.0;
/// Of the baseline of the page number.
const FOOT: f32 = PAGE.1 - 34.0;

const TITLE: Type = Type { size: 19.0, leading: 25.0, ink: Ink::Black };
const DAY: Type = Type { size: 9.5, leading: 14.0, ink: Ink::Grey };
const TEXT: Type = Type { size: 10.5, leading: 15.5, ink: Ink::Black };
const GAP: Type = Type { ink: Ink::Grey, ..TEXT };
const TIME: Type = Type { size: 8.5, leading: 15.5, ink: Ink::Grey };

/// The transcript as PDF, set in the first of `fonts` that has a sign; TrueType, OpenType or WOFF2, variable or not.
///
/// # Errors
/// When there is no font, or one that cannot be read or embedded.
pub fn pdf(transcript: &Transcript, fonts: &[&[u8]]) -> Result<Vec<u8>, ExportError> {
    let fonts = decoded(fonts)?;
    let text = Faces::new(&fonts, 400.0)?;
    let heavy = Faces::new(&fonts, 650.0)?;

    let mut document = Document::new();
    document.set_metadata(metadata(transcript));
    let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
        .ok_or_else(|| ExportError::Pdf("the page has no size".to_owned()))?;
    let pages = Pages::of(blocks(transcript, &text, &heavy), MARGIN, PAGE.1 - MARGIN).0;
    let count = pages.len();
    for (index, lines) in pages.into_iter().enumerate() {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        for (baseline, line) in lines {
            line.draw(&mut surface, baseline);
        }
        let number = text.shape(&format!("{} / {count}", index + 1));
        let left = (PAGE.0 - number.width * DAY.size) / 2.0;
        Line { placed: vec![Placed { left, shaped: number, of: DAY }], leading: 0.0 }
            .draw(&mut surface, FOOT);
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| ExportError::Pdf(format!("{error:?}")))
}

fn blocks(transcript: &Transcript, text: &Faces<'_>, heavy: &Faces<'_>) -> Vec<Block> {
    let (title, day) = head(transcript);
    let whole = PAGE.0 - 2.0 * MARGIN;
    let mut blocks = Vec::new();
    blocks.extend(title.map(|title| block(heavy, &title, TITLE, MARGIN, whole, 4.0)));
    blocks.extend(day.map(|day| block(text, &day, DAY, MARGIN, whole, 20.0)));
    for piece in pieces(transcript) {
        let (from, line, of) = match piece {
            Piece::Turn(turn) => (turn.from, said(turn), TEXT),
            Piece::Pause(pause) => (pause.at, format!("[{}]", pause.words()), GAP),
            Piece::Bookmark(bookmark) => (bookmark.at, format!("[{}]", bookmark.words()), GAP),
            Piece::Gap(gap) => (gap.from, format!("[{}]", gap_line(gap)), GAP),
        };
        let mut block = block(text, &line, of, MARGIN + TIMES, whole - TIMES, 7.0);
        if let Some(first) = block.lines.first_mut() {
            let time = Placed { left: MARGIN, shaped: text.shape(&short(from)), of: TIME };
            first.placed.insert(0, time);
        }
        blocks.push(block);
    }
    blocks
}

fn said(turn: &Turn) -> String {
    let text = one_line(turn.shown());
    match turn.spoken_by() {
        Some(name) => format!("{name}: {text}"),
        None => text,
    }
}

fn block(faces: &Faces<'_>, text: &str, of: Type, left: f32, width: f32, after: f32) -> Block {
    let lines = wrap(faces, text, width / of.size).into_iter().map(|line| {
        let placed = Placed { left, shaped: faces.shape(&line), of };
        Line { placed: vec![placed], leading: of.leading }
    });
    Block { lines: lines.collect(), after }
}

fn metadata(transcript: &Transcript) -> Metadata {
    let mut metadata = Metadata::new().creator("Sotto".to_owned());
    if let Some(title) = head(transcript).0 {
        metadata = metadata.title(title);
    }
    match moment(transcript.started_at).and_then(date) {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    }
}

fn date(moment: OffsetDateTime) -> Option<DateTime> {
    let date = DateTime::new(u16::try_from(moment.year()).ok()?)
        .month(moment.month().into())
        .day(moment.day())
        .hour(moment.hour())
        .minute(moment.minute())
        .second(moment.second());
    Some(date.utc_offset_hour(0).utc_offset_minute(0))
}
