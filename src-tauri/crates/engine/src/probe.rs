//! Whether a model of the user's own works, and fast enough.

use std::time::{Duration, Instant};

use crate::{Engine, EngineError, ModelFolder};

/// What was found out about a model by using it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// How long it took to load.
    pub load: Duration,
    /// The time that it takes for a second of sound.
    ///
    /// A streaming model needs less than 1 to keep up. The others hear a passage several times while it grows, and are
    /// asked less often the longer they take: above about 0.3 text comes late and in jumps.
    pub seconds_per_second: f64,
}

/// As long as a passage can be, and enough for every chunk of a streaming model to fill.
const SECONDS: u32 = 10;

/// Loads a model and lets it hear some seconds of soft noise.
///
/// The library ends the process over models that it cannot use, without an error. So this belongs in a child process: what
/// ends without an answer was refused.
pub fn probe(folder: &ModelFolder) -> Result<Probe, EngineError> {
    let began = Instant::now();
    let engine = Engine::load_folder(folder)?;
    let load = began.elapsed();
    let noise = noise();
    let began = Instant::now();
    engine.hear_out(&noise)?;
    let seconds_per_second = began.elapsed().as_secs_f64() / f64::from(SECONDS);
    Ok(Probe { load, seconds_per_second })
}

/// Not silence, for which some models have a short way.
fn noise() -> Vec<i16> {
    let mut state = 1_u32;
    let sample = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i16::try_from(state >> 24).unwrap_or(0) - 128
    };
    (0..SECONDS * 16_000).map(sample).collect()
}
