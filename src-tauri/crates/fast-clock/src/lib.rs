//! A clock that is faster than the world's, for whole programs that know nothing of it.
//!
//! A program that is started with this library in `LD_PRELOAD` and with `SOTTO_FAST_CLOCK` in its environment asks it, and not the
//! system, what time it is and to wake it; so do all that it starts. They agree with each other, since the setting says when
//! the hurry began. What runs by the clock of the hardware (the processor's time, the times of files) is as it was.
//!
//! It stands between programs and the C library, where both sides speak raw pointers: `unsafe` is its trade, and it is never
//! part of what is installed.
#![cfg(target_os = "linux")]
#![allow(unsafe_code, reason = "it takes the place of functions of the C library")]
// Their names and arguments are those of the C library, whose manual pages say what they do.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::missing_safety_doc,
    reason = "the manual pages of the C library"
)]

mod pace;
mod system;
mod waits;
mod watches;

/// `RATE:MONOTONIC:REALTIME`: how much faster, and what the two clocks said when the hurry began, in nanoseconds.
pub(crate) const SETTING: &std::ffi::CStr = c"SOTTO_FAST_CLOCK";
