//! Hears coded words at 16 kHz.

use super::{
    code::{self, BANDS, CHOICES, Pace, SLOTS, SYMBOLS},
    spectrum::{BLOCK, Loudness, Spectrum, WINDOW},
    speech::text,
    voice::{HERALD, LOWEST},
};
use crate::{Ears, Spoken};

/// Blocks at both ends of a symbol that are not listened to: they may belong to the neighbour.
const MARGIN: usize = 2;
/// Blocks around a word that have to be quiet. Behind it so much has to be heard before the word is believed.
const GUARD: usize = 10;
/// So much louder is a loud harmonic than the next in its band (power).
const CLEAR: f32 = 2.5;
/// So much louder is a word than what is around it (power).
const LOUDER: f32 = 8.0;
/// Blocks in which a word comes and goes.
const EDGE: usize = 2;
/// So much fainter may it be next to them (power).
const FAINT: f32 = 10.0;
/// Mean power under which there is no word: about −50 dBFS.
const AUDIBLE: f32 = 100.0 * 100.0;
/// A word fits in more than one way; after so many blocks the ways are over.
const WAYS: usize = 2 * MARGIN + 4;

/// Knows nothing of what was spoken: hears the words that are there once, whole and in one piece, and calls them "w" and
/// their number.
#[derive(Debug, Clone)]
pub struct CodedEars {
    rest: Vec<i16>,
    spectrum: Spectrum,
    found: Option<Found>,
    /// The block behind the last word that was told.
    told: usize,
}

/// A word, and the first and the last block at which it fits.
#[derive(Debug, Clone, Copy)]
struct Found {
    number: u16,
    pace: Pace,
    first: usize,
    last: usize,
}

impl Default for CodedEars {
    fn default() -> Self {
        let kept = blocks(Pace::Slow.word_ms()) + 2 * (GUARD + MARGIN);
        Self { rest: Vec::new(), spectrum: Spectrum::new(kept), found: None, told: 0 }
    }
}

impl CodedEars {
    fn block(&mut self, block: &[i16; BLOCK]) -> Option<Spoken> {
        self.spectrum.push(block);
        let fits = Pace::ALL.into_iter().find_map(|pace| self.fits(pace));
        match (&mut self.found, fits) {
            (Some(found), Some(fit)) if found.number == fit.number && found.pace == fit.pace => {
                found.last = fit.last;
            }
            (None, fit) => self.found = fit,
            _ => {}
        }
        let is_over = |found: Found| {
            let now = self.spectrum.next();
            now > found.last + blocks(found.pace.word_ms()) + GUARD + MARGIN
                || found.last - found.first > WAYS
        };
        if self.found.is_some_and(is_over) { self.tell() } else { None }
    }

    fn tell(&mut self) -> Option<Spoken> {
        let found = self.found.take()?;
        let start = (found.first + found.last) / 2;
        self.told = start + blocks(found.pace.word_ms());
        let start_ms = (start * BLOCK / 16) as u64;
        Some(Spoken {
            text: text(found.number.into()),
            start_ms,
            end_ms: start_ms + found.pace.word_ms(),
            voice: 0,
        })
    }

    /// The word of this pace whose guard ends with the newest block.
    fn fits(&self, pace: Pace) -> Option<Found> {
        let length = blocks(pace.word_ms());
        let end = self.spectrum.next().checked_sub(GUARD + MARGIN)?;
        let start = end.checked_sub(length).filter(|start| *start + MARGIN >= self.told)?;
        let power = self.spectrum.power(start..end);
        let before = (start.saturating_sub(GUARD + MARGIN))..start.saturating_sub(MARGIN);
        let quiet = self
            .spectrum
            .power(end + MARGIN..end + MARGIN + GUARD)
            .max(self.spectrum.power(before));
        // A word that is moved by more than its edges is another's beginning with most of this one.
        let first = self.spectrum.power(start + EDGE..start + 2 * EDGE);
        let last = self.spectrum.power(end - 2 * EDGE..end - EDGE);
        if power < AUDIBLE || power < quiet * LOUDER || first.min(last) * FAINT < power {
            return None;
        }
        let symbol = length / SLOTS;
        if !windows(start, symbol).all(|at| is_herald(&self.spectrum.window(at))) {
            return None;
        }
        let mut symbols = [[0; BANDS]; SYMBOLS];
        for (at, to) in symbols.iter_mut().enumerate() {
            *to = self.symbol(start + (at + 1) * symbol, symbol)?;
        }
        let number = code::decode(&symbols, pace)?;
        Some(Found { number, pace, first: start, last: start })
    }

    /// The symbol from this block on, if it is the same in all of its length.
    fn symbol(&self, start: usize, length: usize) -> Option<code::Symbol> {
        let mut heard = windows(start, length).map(|at| loudest(&self.spectrum.window(at)));
        let first = heard.next()??;
        heard.all(|other| other == Some(first)).then_some(first)
    }
}

impl Ears for CodedEars {
    fn hear(&mut self, samples: &[i16]) -> Vec<Spoken> {
        let mut waiting = std::mem::take(&mut self.rest);
        waiting.extend_from_slice(samples);
        let (whole, rest) = waiting.as_chunks::<BLOCK>();
        self.rest = rest.to_vec();
        whole.iter().filter_map(|block| self.block(block)).collect()
    }

    /// What comes next is unknown, so it counts as silence; a word that is cut here may still be completed.
    fn flush(&mut self) -> Option<Spoken> {
        let mut ahead = self.clone();
        let silence = [0; BLOCK * (GUARD + WAYS)];
        let word = ahead.hear(&silence).into_iter().next()?;
        self.told = ahead.told;
        self.found = None;
        Some(word)
    }

    fn is_hearing(&self) -> bool {
        let now = self.spectrum.next();
        let recent = now.saturating_sub(2 * GUARD)..now;
        self.found.is_some() || self.spectrum.power(recent) >= AUDIBLE
    }
}

fn blocks(ms: u64) -> usize {
    ms as usize * 16 / BLOCK
}

/// The windows that are inside a symbol.
fn windows(start: usize, length: usize) -> impl Iterator<Item = usize> {
    (start + MARGIN..=start + length - MARGIN - WINDOW).step_by(WINDOW)
}

fn bands(loudness: &Loudness) -> impl Iterator<Item = &[f32; CHOICES]> {
    loudness[LOWEST..].as_chunks().0.iter()
}

/// The one loud harmonic of each band.
fn loudest(loudness: &Loudness) -> Option<code::Symbol> {
    let mut symbol = [0; BANDS];
    for (to, band) in symbol.iter_mut().zip(bands(loudness)) {
        let (at, most) = band.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        let is_clear =
            band.iter().enumerate().all(|(other, power)| other == at || power * CLEAR < *most);
        if !is_clear {
            return None;
        }
        *to = at;
    }
    Some(symbol)
}

fn is_herald(loudness: &Loudness) -> bool {
    bands(loudness).all(|band| {
        let loud = HERALD.map(|at| band[at]).into_iter().fold(f32::MAX, f32::min);
        band.iter().enumerate().all(|(at, power)| HERALD.contains(&at) || power * CLEAR < loud)
    })
}
