//! Devices, capture, resampling, frames, level, speech flag and the spool.
