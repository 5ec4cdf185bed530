//! How loud each harmonic is, block by block.

use std::{collections::VecDeque, f32::consts::TAU, ops::Range};

use super::voice::{FUNDAMENTAL_HZ, HARMONICS};

/// Samples of a block: 2.5 ms at 16 kHz.
pub(super) const BLOCK: usize = 40;
/// Blocks that are listened to at once: 20 ms, three periods of the fundamental.
pub(super) const WINDOW: usize = 8;

/// After so many samples every harmonic is where it began.
const PERIOD: usize = 320;

/// Power of each harmonic.
pub(super) type Loudness = [f32; HARMONICS];

#[derive(Debug, Clone, Copy)]
struct Block {
    waves: [(f32, f32); HARMONICS],
    power: f32,
}

/// The last blocks, counted from the first one ever. What lies outside is silence.
#[derive(Debug, Clone)]
pub(super) struct Spectrum {
    blocks: VecDeque<Block>,
    kept: usize,
    next: usize,
    circle: Vec<(f32, f32)>,
}

impl Spectrum {
    pub(super) fn new(kept: usize) -> Self {
        let circle = (0..PERIOD).map(|at| (at as f32 / PERIOD as f32 * TAU).sin_cos()).collect();
        Self { blocks: VecDeque::with_capacity(kept + 1), kept, next: 0, circle }
    }

    /// The number of the block that comes next.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    pub(super) fn push(&mut self, samples: &[i16; BLOCK]) {
        let mut block = Block { waves: [(0.0, 0.0); HARMONICS], power: 0.0 };
        let from = self.next * BLOCK;
        // The fundamental goes three times around in a period of the table.
        let step = (FUNDAMENTAL_HZ as usize) * PERIOD / 16_000;
        for (n, sample) in samples.iter().enumerate() {
            let sample = f32::from(*sample);
            block.power += sample * sample;
            let turn = (from + n) % PERIOD * step;
            for (harmonic, wave) in block.waves.iter_mut().enumerate() {
                let (sin, cos) = self.circle[turn * harmonic % PERIOD];
                wave.0 += sample * cos;
                wave.1 += sample * sin;
            }
        }
        self.blocks.push_back(block);
        self.next += 1;
        if self.blocks.len() > self.kept {
            self.blocks.pop_front();
        }
    }

    fn range(&self, range: Range<usize>) -> impl Iterator<Item = &Block> {
        let first = self.next - self.blocks.len();
        let within = |at: usize| at.saturating_sub(first).min(self.blocks.len());
        self.blocks.range(within(range.start)..within(range.end))
    }

    /// Mean power of a sample in these blocks.
    pub(super) fn power(&self, range: Range<usize>) -> f32 {
        let samples = range.len().max(1) * BLOCK;
        self.range(range).map(|block| block.power).sum::<f32>() / samples as f32
    }

    /// Of the window that begins with this block.
    pub(super) fn window(&self, from: usize) -> Loudness {
        let mut sums = [(0.0, 0.0); HARMONICS];
        for block in self.range(from..from + WINDOW) {
            for (sum, wave) in sums.iter_mut().zip(block.waves) {
                sum.0 += wave.0;
                sum.1 += wave.1;
            }
        }
        sums.map(|(cos, sin): (f32, f32)| cos * cos + sin * sin)
    }
}
