//! The fonts of a PDF, and text as their glyphs. Web fonts come in several files with a script each, so that one word may
//! need two of them.

use std::borrow::Cow;

use krilla::text::{Font, GlyphId, KrillaGlyph, Tag};
use rustybuzz::{UnicodeBuffer, Variation};

use crate::ExportError;

/// One weight of the fonts, first choice first.
pub(crate) struct Faces<'a>(Vec<Face<'a>>);

struct Face<'a> {
    font: Font,
    shaper: rustybuzz::Face<'a>,
}

/// Text as glyphs.
pub(crate) struct Shaped {
    pub(crate) runs: Vec<Run>,
    /// At size 1, as all widths here.
    pub(crate) width: f32,
}

/// A stretch in one font.
pub(crate) struct Run {
    pub(crate) font: Font,
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    pub(crate) width: f32,
}

/// The fonts as OpenType; a web font is compressed.
pub(crate) fn decoded<'a>(fonts: &[&'a [u8]]) -> Result<Vec<Cow<'a, [u8]>>, ExportError> {
    let decode = |(index, font): (usize, &&'a [u8])| {
        if font.starts_with(b"wOF2") {
            let decoded = wuff::decompress_woff2(font).map_err(|_| ExportError::Font(index))?;
            Ok(Cow::Owned(decoded))
        } else {
            Ok(Cow::Borrowed(*font))
        }
    };
    fonts.iter().enumerate().map(decode).collect()
}

impl<'a> Faces<'a> {
    /// In this weight, where a font has more than one.
    pub(crate) fn new(fonts: &'a [Cow<'_, [u8]>], weight: f32) -> Result<Self, ExportError> {
        let faces = fonts
            .iter()
            .enumerate()
            .map(|(index, bytes)| Face::new(bytes, weight).ok_or(ExportError::Font(index)));
        let faces: Vec<_> = faces.collect::<Result<_, _>>()?;
        if faces.is_empty() { Err(ExportError::NoFont) } else { Ok(Self(faces)) }
    }

    /// As glyphs, from left to right.
    pub(crate) fn shape(&self, text: &str) -> Shaped {
        let runs: Vec<Run> = self
            .split(text)
            .into_iter()
            .filter_map(|(face, text)| self.0.get(face).map(|face| face.shape(text)))
            .collect();
        let width = runs.iter().map(|run| run.width).sum();
        Shaped { runs, width }
    }

    /// In stretches of one font each. A stretch is as long as its font lasts, so that accents stay with their letters.
    fn split<'t>(&self, text: &'t str) -> Vec<(usize, &'t str)> {
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for (at, sign) in text.char_indices() {
            let end = at + sign.len_utf8();
            let has = |face: &usize| {
                self.0.get(*face).is_some_and(|face| face.shaper.glyph_index(sign).is_some())
            };
            let current = runs.last().map(|run| run.0);
            let first = || (0..self.0.len()).find(has);
            let face = current.filter(has).or_else(first).or(current).unwrap_or(0);
            match runs.last_mut() {
                Some(run) if run.0 == face => run.2 = end,
                _ => runs.push((face, at, end)),
            }
        }
        runs.into_iter().filter_map(|(face, from, to)| Some((face, text.get(from..to)?))).collect()
    }
}

impl<'a> Face<'a> {
    fn new(bytes: &'a [u8], weight: f32) -> Option<Self> {
        let mut shaper = rustybuzz::Face::from_slice(bytes, 0)?;
        let tag = rustybuzz::ttf_parser::Tag::from_bytes(b"wght");
        let axis = shaper.variation_axes().into_iter().find(|axis| axis.tag == tag);
        let weight = axis.map(|axis| weight.clamp(axis.min_value, axis.max_value));
        let mut coordinates = Vec::new();
        if let Some(value) = weight {
            shaper.set_variations(&[Variation { tag, value }]);
            coordinates.push((Tag::new(b"wght"), value));
        }
        let font = Font::new_variable(bytes.to_vec().into(), 0, &coordinates)?;
        Some(Self { font, shaper })
    }

    fn shape(&self, text: &str) -> Run {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(rustybuzz::Direction::LeftToRight);
        let shaped = rustybuzz::shape(&self.shaper, &[], buffer);
        let infos = shaped.glyph_infos();
        let starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
        let unit = self.shaper.units_per_em() as f32;
        let em = |units: i32| units as f32 / unit;
        let glyphs: Vec<KrillaGlyph> = infos
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| {
                let start = info.cluster as usize;
                // From left to right, the bytes of a cluster end where a later one begins.
                let end = starts.get(starts.partition_point(|&other| other <= start)).copied();
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    em(position.x_advance),
                    em(position.x_offset),
                    em(position.y_offset),
                    em(position.y_advance),
                    start..end.unwrap_or(text.len()),
                    None,
                )
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Run { font: self.font.clone(), text: text.to_owned(), glyphs, width }
    }
}
