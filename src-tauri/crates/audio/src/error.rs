//! What can go wrong between the microphone and the disk.

use std::io;
use std::path::PathBuf;

use cpal::ErrorKind;
use sotto_resampling::UnsupportedRate;

/// What can go wrong with a device.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AudioError {
    /// The system does not let this program use the microphone.
    #[error("this program may not use the microphone")]
    Denied,
    /// There is no such device, or no device at all.
    #[error("there is no microphone")]
    Missing,
    /// Another program holds the device.
    #[error("another program holds the microphone")]
    Busy,
    /// The device went away, or stopped delivering.
    #[error("the microphone stopped delivering")]
    Lost,
    /// The device has no form of audio that Sotto understands.
    #[error("the microphone delivers no audio that can be used: {0}")]
    Unsupported(String),
    /// The system's sound service does not answer, or said something else.
    #[error("the system's sound service: {0}")]
    System(String),
    /// The audio could not be kept.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

impl From<cpal::Error> for AudioError {
    fn from(error: cpal::Error) -> Self {
        match error.kind() {
            ErrorKind::PermissionDenied => Self::Denied,
            ErrorKind::DeviceNotAvailable => Self::Missing,
            ErrorKind::DeviceBusy => Self::Busy,
            ErrorKind::StreamInvalidated | ErrorKind::DeviceChanged => Self::Lost,
            ErrorKind::UnsupportedConfig
            | ErrorKind::UnsupportedOperation
            | ErrorKind::InvalidInput => Self::Unsupported(error.to_string()),
            _ => Self::System(error.to_string()),
        }
    }
}

impl From<UnsupportedRate> for AudioError {
    fn from(error: UnsupportedRate) -> Self {
        Self::Unsupported(error.to_string())
    }
}

/// What can go wrong with a spool.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SpoolError {
    /// No space left; what was kept before is safe.
    #[error("the disk is full; what was recorded before is safe")]
    DiskFull,
    /// The folder may not be written to.
    #[error("the folder for audio may not be written to")]
    ReadOnly,
    /// It is encrypted, and nobody gave the key.
    #[error("this audio is encrypted, and its key is not here")]
    KeyMissing,
    /// It is encrypted with another key.
    #[error("this audio is encrypted with another key")]
    WrongKey,
    /// The file is no spool, or one of another version.
    #[error("this is no spool of Sotto's")]
    NotASpool,
    /// A frame that does not follow the one before it.
    #[error("frame {got} cannot follow frame {expected}")]
    OutOfOrder {
        /// The first sample that was due.
        expected: u64,
        /// The first sample that came.
        got: u64,
    },
    /// A file that cannot be read was moved out of the way of the others.
    #[error("the audio of a recording cannot be read; it was set aside as {}", moved_to.display())]
    SetAside {
        /// Where it is now.
        moved_to: PathBuf,
    },
    /// The file cannot be used.
    #[error("the spool cannot be used: {0}")]
    File(String),
}

impl From<io::Error> for SpoolError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnly,
            _ => Self::File(error.to_string()),
        }
    }
}
