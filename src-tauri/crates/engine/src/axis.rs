//! Positions on a session's own audio: samples since its first one, at 16 kHz.

/// Samples in one step of speech detection (16 ms).
pub(crate) const STEP: usize = 256;
/// Samples a millisecond.
pub(crate) const PER_MS: u64 = 16;

/// A duration in samples.
pub(crate) const fn ms(milliseconds: u64) -> u64 {
    milliseconds * PER_MS
}

/// A position in whole milliseconds; a `u32` holds 49 days.
pub(crate) fn to_ms(sample: u64) -> u32 {
    u32::try_from(sample / PER_MS).unwrap_or(u32::MAX)
}
