//! The library of the models, sherpa-onnx; nothing outside this module knows it.
//!
//! It speaks to standard error and may end the process on files it does not understand, so files are looked at before it
//! sees them. One loaded model serves all sessions: each decode or turn keeps its state in a stream of its own, and runs on
//! the thread that asks for it.

#[cfg(target_os = "linux")]
mod library;
#[cfg(test)]
mod made;
mod moonshine;
mod offline;
mod online;
#[cfg(test)]
mod tests;

use crate::EngineError;

pub(crate) use moonshine::Moonshine;
pub(crate) use offline::OfflineModel;
pub(crate) use online::OnlineModel;

const RATE: i32 = 16_000;
/// Audio that reaches full scale is rare; models expect samples between -1 and 1.
const FULL_SCALE: f32 = 32_768.0;

fn samples(pcm: &[i16]) -> Vec<f32> {
    pcm.iter().map(|value| f32::from(*value) / FULL_SCALE).collect()
}

/// Models of a folder may be large. Half of the processors leaves the other half to the sound and the window; more than
/// four make recognition hardly faster.
fn threads() -> i32 {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    i32::try_from(processors / 2).unwrap_or(1).clamp(1, 4)
}

/// Of the library that is really there.
///
/// # Errors
/// When it cannot be used.
pub fn library_version() -> Result<&'static str, EngineError> {
    library::open()?;
    Ok(sherpa_onnx::version())
}

/// Elsewhere the library is opened with the program.
#[cfg(not(target_os = "linux"))]
mod library {
    pub(super) fn open() -> Result<(), crate::EngineError> {
        Ok(())
    }
}
