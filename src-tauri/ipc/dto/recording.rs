//! A recording while it is made: its microphone, what is missing, and where a session takes it up.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::super::error::CommandError;

/// A device that can be recorded from.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceDto {
    /// Stable over restarts.
    pub id: String,
    /// As the system names it.
    pub name: String,
    /// The system's default.
    pub is_default: bool,
    /// The sound that the system plays.
    pub is_monitor: bool,
}

/// What the microphone is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LiveDto {
    /// Nothing is recorded.
    Idle,
    /// The device was asked; no sample has been kept yet.
    Arming {
        /// Which recording.
        recording_id: String,
        /// When it was started.
        started_at: u64,
    },
    /// Samples are being kept.
    Recording {
        /// Which recording.
        recording_id: String,
        /// When it was started.
        started_at: u64,
        /// The device that delivers.
        device_name: String,
        /// It delivers no sound at all: muted, or dead.
        is_muted: bool,
    },
    /// The user paused it: the microphone is off, and the axis stands.
    Paused {
        /// Which recording.
        recording_id: String,
        /// When it was started.
        started_at: u64,
        /// The sample at which the axis stands.
        at: u64,
        /// Since when it is paused.
        since: u64,
    },
    /// The device stopped delivering; a gap is being written until it is back.
    MicLost {
        /// Which recording.
        recording_id: String,
        /// When it was started.
        started_at: u64,
        /// The device that delivered last.
        device_name: String,
        /// What happened.
        error: CommandError,
    },
}

/// The live recording, and those that are still being finished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordingStateDto {
    /// What the microphone is doing.
    pub live: LiveDto,
    /// What is live is in memory alone: nothing of it is written.
    pub is_private: bool,
    /// Stopped, or found without an end at start; still being transcribed from the spool.
    pub finishing: Vec<String>,
    /// Why the last attempt to start did not work.
    pub failure: Option<CommandError>,
}

/// Where frames go when the window may not open a socket to loopback: one of Tauri's channels, by its id.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FrameChannelDto {
    /// As `Channel.toJSON()` gives it.
    #[specta(type = String)]
    pub id: tauri::ipc::JavaScriptChannelId,
}

/// Samples from `from` on, before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RangeDto {
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
}

/// Why a range has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum GapCauseDto {
    /// The device delivered nothing.
    MicLost,
    /// The system dropped samples.
    Xrun,
    /// It was never recognised.
    NotTranscribed,
    /// The recogniser would not take it.
    RecogniserRefused,
}

/// A range that is known to be missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GapDto {
    /// Which recording.
    pub recording_id: String,
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// Why.
    pub cause: GapCauseDto,
}

/// The user paused a recording. It takes no place on the axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PauseDto {
    /// Which recording.
    pub recording_id: String,
    /// The sample before which it lies.
    pub at: u64,
    /// When it began.
    pub since: u64,
    /// When it ended; nothing while it lasts.
    pub until: Option<u64>,
}

/// Where a session takes a recording up.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ResumePointDto {
    /// Which recording.
    pub recording_id: String,
    /// Nothing from this sample on is covered.
    pub from: u64,
    /// The first free leg number.
    pub next_leg: u32,
    /// Lets this session store.
    pub claim: u32,
    /// How far capture is.
    pub captured: u64,
    /// What is not covered before `from`.
    pub holes: Vec<RangeDto>,
    /// Turns that the fallback wrote and nobody edited.
    pub fallback: Vec<RangeDto>,
}
