//! How loud each harmonic is, block by block.

use std::{collections::VecDeque, f32::consts::TAU, ops::Range, sync::Arc};

use super::voice::{FUNDAMENTAL_HZ, HARMONICS};

/// Samples of a block: 2.5 ms at 16 kHz.
pub(super) const BLOCK: usize = 40;
/// Blocks that are listened to at once: 20 ms, three periods of the fundamental.
pub(super) const WINDOW: usize = 8;

/// After so many samples every harmonic is where it began.
const PERIOD: usize = 320;

/// Power of each harmonic.
pub(super) type Loudness = Each;

/// A number for each harmonic.
type Each = [f32; HARMONICS];

#[derive(Debug, Clone, Copy)]
struct Block {
    cosines: Each,
    sines: Each,
    power: f32,
}

/// The last blocks, counted from the first one ever. What lies outside is silence.
#[derive(Debug, Clone)]
pub(super) struct Spectrum {
    blocks: VecDeque<Block>,
    kept: usize,
    next: usize,
    /// Cosines and sines of all harmonics, sample by sample.
    waves: Arc<[(Each, Each)]>,
}

impl Spectrum {
    pub(super) fn new(kept: usize) -> Self {
        // The fundamental goes a whole number of times around.
        let turns = FUNDAMENTAL_HZ as f32 * PERIOD as f32 / 16_000.0;
        let wave = |at: usize, of: fn(f32) -> f32| {
            std::array::from_fn(|harmonic| {
                let angle = (turns * (at * harmonic) as f32) % PERIOD as f32;
                of(angle / PERIOD as f32 * TAU)
            })
        };
        let waves = (0..PERIOD).map(|at| (wave(at, f32::cos), wave(at, f32::sin))).collect();
        Self { blocks: VecDeque::with_capacity(kept + 1), kept, next: 0, waves }
    }

    /// The number of the block that comes next.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    pub(super) fn push(&mut self, samples: &[i16; BLOCK]) {
        let mut block = Block { cosines: [0.0; HARMONICS], sines: [0.0; HARMONICS], power: 0.0 };
        let from = self.next * BLOCK;
        for (n, sample) in samples.iter().enumerate() {
            let sample = f32::from(*sample);
            block.power += sample * sample;
            let (cosines, sines) = &self.waves[(from + n) % PERIOD];
            for harmonic in 0..HARMONICS {
                block.cosines[harmonic] += sample * cosines[harmonic];
                block.sines[harmonic] += sample * sines[harmonic];
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
        let (mut cosines, mut sines) = ([0.0f32; HARMONICS], [0.0f32; HARMONICS]);
        for block in self.range(from..from + WINDOW) {
            for harmonic in 0..HARMONICS {
                cosines[harmonic] += block.cosines[harmonic];
                sines[harmonic] += block.sines[harmonic];
            }
        }
        std::array::from_fn(|harmonic| cosines[harmonic].powi(2) + sines[harmonic].powi(2))
    }
}
