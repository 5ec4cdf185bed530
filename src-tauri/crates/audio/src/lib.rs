//! From the microphone to numbered frames on disk.
//!
//! ```text
//! device callback ─ ring ─► pipeline (resample → frame → level, speech) ─► spool
//! ```
//!
//! The axis is the sample index of the recording: 16,000 a second from the first sample that the device delivered. Where
//! the device delivered nothing, silence of the right length is written and marked, so the axis stays true to the clock.
//! Knows nothing of the network or of Tauri.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod arrivals;
mod capture;
mod device;
mod error;
mod file;
mod file_frames;
mod frame;
mod framer;
mod held;
mod host;
mod kept;
mod lateness;
mod metering;
mod mute;
mod pipeline;
mod recording;
mod ring;
mod spool;
mod stream;
mod supervision;

pub use capture::{Capture, CaptureNotice, Microphone};
pub use device::{Device, DeviceId, devices};
pub use error::{AudioError, SpoolError};
pub use file::{AudioFile, FileError};
pub use file_frames::each_frame;
pub use frame::{FRAME_BYTES, FRAME_SAMPLES, Frame, FrameFlags, SAMPLE_RATE};
pub use kept::{KEPT_EXTENSION, KeptReader, is_half_kept, keep, keep_as};
pub use metering::{Metered, Metering};
pub use pipeline::Pipeline;
pub use ring::{Block, Intake, Tap, ring};
pub use spool::{
    FrameReader, Recovered, SpoolHeader, SpoolMemory, SpoolPlace, SpoolProgress, SpoolReader,
    SpoolWriter, convert, gaps, is_blank, is_encrypted, recover, set_aside,
};
