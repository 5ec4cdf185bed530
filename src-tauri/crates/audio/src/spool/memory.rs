//! A spool that is in memory alone, for a recording of which nothing may be written: gone with its last holder. Its bytes
//! lie as they would in a file.

use std::fmt;
use std::io;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::disk::Disk;
use super::format::{HEADER_BYTES, RECORD_BYTES, plain_offset};

/// The bytes of a spool, each record in a place of its own, so that none is ever moved. Cheap to clone.
#[derive(Clone, Default)]
pub struct SpoolMemory(Arc<RwLock<Pieces>>);

#[derive(Default)]
struct Pieces {
    header: Vec<u8>,
    records: Vec<Box<[u8]>>,
}

impl SpoolMemory {
    /// Fills `into` with what lies at `at`, a header or a record; false where it is not there.
    pub(super) fn read_at(&self, at: u64, into: &mut [u8]) -> bool {
        let pieces = self.read();
        let piece = match number(at) {
            None => Some(pieces.header.as_slice()),
            Some(number) => pieces.records.get(number).map(AsRef::as_ref),
        };
        let piece = piece.filter(|piece| piece.len() == into.len());
        piece.map(|piece| into.copy_from_slice(piece)).is_some()
    }

    fn read(&self) -> RwLockReadGuard<'_, Pieces> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Pieces> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SpoolMemory {
    /// How much it is, never what.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SpoolMemory").field("records", &self.read().records.len()).finish()
    }
}

impl Disk for SpoolMemory {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut pieces = self.write();
        match number(at) {
            None => pieces.header = bytes.to_vec(),
            Some(number) if number < pieces.records.len() => pieces.records[number] = bytes.into(),
            Some(_) => pieces.records.push(bytes.into()),
        }
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let records = number(length).unwrap_or(0);
        self.write().records.truncate(records);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Which record begins there; `None` for the header.
fn number(at: u64) -> Option<usize> {
    debug_assert!(at == 0 || (at - plain_offset(0)).is_multiple_of(RECORD_BYTES as u64));
    let behind = at.checked_sub(HEADER_BYTES as u64)?;
    usize::try_from(behind / RECORD_BYTES as u64).ok()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use crate::{FRAME_SAMPLES, Frame, FrameFlags, SpoolHeader, SpoolPlace, SpoolWriter};

    fn frame(number: u64) -> Frame {
        Frame {
            first_sample: number * FRAME_SAMPLES as u64,
            level_dbfs: -20.0,
            flags: FrameFlags { is_speech: true, is_gap: false },
            pcm: Box::new([7; FRAME_SAMPLES]),
        }
    }

    #[test]
    fn what_is_put_in_comes_out_while_more_is_put_in() {
        let header = SpoolHeader { recording: Uuid::nil(), started_at_unix_ms: 1 };
        let (mut writer, memory) = SpoolWriter::in_memory(header).unwrap();
        let place = SpoolPlace::Memory(memory);
        writer.append(&frame(0)).unwrap();
        let mut reader = place.open().unwrap();
        let crate::FrameReader::Spool(spool) = &reader else { panic!("it is a spool") };
        assert_eq!(spool.header(), header);
        assert_eq!(reader.read(0).unwrap(), Some(frame(0)));
        assert_eq!(reader.read(1).unwrap(), None);
        writer.append(&frame(1)).unwrap();
        assert_eq!(reader.read(1).unwrap(), Some(frame(1)));
        assert_eq!(writer.finish().unwrap(), 2);
        drop(writer);
        assert_eq!(place.open().unwrap().read(1).unwrap(), Some(frame(1)));
    }

    #[test]
    fn it_is_not_printed() {
        let header = SpoolHeader { recording: Uuid::nil(), started_at_unix_ms: 1 };
        let (mut writer, memory) = SpoolWriter::in_memory(header).unwrap();
        writer.append(&frame(0)).unwrap();
        assert_eq!(format!("{memory:?}"), "SpoolMemory { records: 1 }");
    }
}
