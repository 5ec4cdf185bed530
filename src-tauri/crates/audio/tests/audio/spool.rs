//! A spool after crashes, torn writes and a full disk.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;
use sotto_audio::{
    FRAME_SAMPLES, Frame, FrameFlags, SpoolError, SpoolHeader, SpoolReader, SpoolWriter, recover,
};
use sotto_encryption::DataKey;
use uuid::Uuid;
use zeroize::Zeroizing;

pub(crate) fn header() -> SpoolHeader {
    SpoolHeader { recording: Uuid::from_u128(7), started_at_unix_ms: 1_764_000_000_000 }
}

pub(crate) fn frame(n: u64) -> Frame {
    let sample = i16::try_from(n % 30_000).unwrap();
    Frame {
        first_sample: n * FRAME_SAMPLES as u64,
        level_dbfs: -20.0,
        flags: FrameFlags { is_speech: n.is_multiple_of(2), is_gap: false },
        pcm: Box::new([sample; FRAME_SAMPLES]),
    }
}

pub(crate) fn key(byte: u8) -> DataKey {
    DataKey::new(Zeroizing::new([byte; 32]))
}

fn write(path: &Path, frames: u64) -> SpoolWriter {
    write_with(path, frames, None)
}

pub(crate) fn write_with(path: &Path, frames: u64, key: Option<&DataKey>) -> SpoolWriter {
    let mut spool = SpoolWriter::create(path, header(), key).unwrap();
    for n in 0..frames {
        spool.append(&frame(n)).unwrap();
    }
    spool
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_crash_at_any_byte_leaves_a_prefix(
        cut in 0u64..12_000, garbage in prop::collection::vec(any::<u8>(), 0..4_000), is_encrypted: bool,
    ) {
        let key = is_encrypted.then(|| key(1));
        let key = key.as_ref();
        let record = if is_encrypted { 1_644 } else { 1_620 };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.spool");
        write_with(&path, 6, key).finish().unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        let length = file.metadata().unwrap().len();
        let cut = cut.min(length);
        file.set_len(cut).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(&garbage).unwrap();

        match recover(&path, key) {
            Ok(recovered) => {
                prop_assert_eq!(recovered.header, header());
                prop_assert_eq!(recovered.frames, (cut - 64) / record);
                let mut reader = SpoolReader::open(&path, key).unwrap();
                for n in 0..recovered.frames {
                    prop_assert_eq!(reader.read(n).unwrap(), Some(frame(n)));
                }
                prop_assert_eq!(reader.read(recovered.frames).unwrap(), None);
                prop_assert_eq!(recover(&path, key).unwrap().bytes_dropped, 0);
            }
            Err(error) => prop_assert!(cut < 64 && matches!(error, SpoolError::NotASpool)),
        }
    }
}

#[test]
fn a_reader_sees_frames_as_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.spool");
    let mut spool = write(&path, 1);
    let progress = spool.progress();
    let mut reader = SpoolReader::open(&path, None).unwrap();
    assert_eq!(reader.read(1).unwrap(), None);
    spool.append(&frame(1)).unwrap();
    assert_eq!(progress.borrow().frames, 2);
    assert_eq!(reader.read(1).unwrap(), Some(frame(1)));
    assert!(!progress.borrow().is_complete);
    assert_eq!(spool.finish().unwrap(), 2);
    assert!(progress.borrow().is_complete);
}

#[test]
fn a_frame_that_does_not_follow_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = write(&folder.path().join("a.spool"), 2);
    let refused = spool.append(&frame(3));
    assert!(matches!(refused, Err(SpoolError::OutOfOrder { expected: 1_600, got: 2_400 })));
    spool.append(&frame(2)).unwrap();
}

#[test]
fn a_writer_that_dies_tells_its_readers() {
    let folder = tempfile::tempdir().unwrap();
    let spool = write(&folder.path().join("a.spool"), 1);
    let progress = spool.progress();
    drop(spool);
    assert!(progress.borrow().is_complete);
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool/a.spool");
    write(&path, 1).finish().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
}
