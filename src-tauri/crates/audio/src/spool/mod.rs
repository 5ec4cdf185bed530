//! The file, or the memory, that holds a recording's frames: appended before anyone sees them, and readable up to its last whole frame
//! after a crash at any byte.
//!
//! A header of 64 bytes, then records of 1,620: an encoded frame and its CRC-32, which the recording's name goes into.
//! Records have one size, so frame n lies at `64 + n · 1620`; a torn or half-written tail is told by its length, its
//! checksum or its number.
//!
//! In an encrypted spool a record is 1,644 bytes: a nonce, the frame encrypted, and a tag in the place of the checksum. Who is
//! given the key opens either kind; frames are the same, and so is everything behind [`SpoolReader`]. What is in memory is
//! never encrypted.

mod convert;
mod disk;
mod format;
mod memory;
mod read;
mod recover;
mod write;

pub use convert::{convert, is_encrypted};
#[cfg(test)]
pub(crate) use disk::shim;
pub use format::SpoolHeader;
pub use memory::SpoolMemory;
pub use read::{FrameReader, SpoolPlace, SpoolReader};
pub use recover::{Recovered, gaps, is_blank, recover, set_aside};
pub(crate) use write::sync_folder;
pub use write::{SpoolProgress, SpoolWriter};
