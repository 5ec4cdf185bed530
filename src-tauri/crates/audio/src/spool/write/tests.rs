//! Disks that are full, tear what they are given, may not be written to, and recover.

use std::io::ErrorKind;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::spool::shim::{Mood, Moody, Switch};
use crate::{SpoolReader, recover};

fn header() -> SpoolHeader {
    SpoolHeader { recording: Uuid::from_u128(3), started_at_unix_ms: 4 }
}

fn frame(number: u64) -> Frame {
    let mut frame = Frame::missing(number);
    frame.flags.is_gap = false;
    for (place, sample) in frame.pcm.iter_mut().enumerate() {
        *sample = (number as usize * 7_919 + place * 31) as i16;
    }
    frame
}

fn key() -> DataKey {
    DataKey::new(zeroize::Zeroizing::new([6; 32]))
}

fn spool(path: &Path, key: Option<&DataKey>) -> (SpoolWriter, Switch) {
    let switch = Switch::default();
    let disk = switch.clone();
    let made =
        SpoolWriter::create_on(path, header(), key, |file| Box::new(Moody { file, switch: disk }));
    (made.unwrap(), switch)
}

fn moods() -> impl Strategy<Value = Mood> {
    let kinds = prop::sample::select(vec![
        ErrorKind::StorageFull,
        ErrorKind::QuotaExceeded,
        ErrorKind::ReadOnlyFilesystem,
        ErrorKind::Other,
    ]);
    (prop::option::of(kinds), 0usize..1_800, any::<bool>())
        .prop_map(|(refuses, torn, is_stuck)| Mood { refuses, torn, is_stuck })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the disk does and whenever the program dies: readers are shown what is there, and it is what was put in.
    #[test]
    fn what_was_acknowledged_is_there_and_nothing_else(
        steps in prop::collection::vec((moods(), 0u64..6), 0..20), is_encrypted: bool,
    ) {
        let key = is_encrypted.then(key);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.spool");
        let (mut spool, switch) = spool(&path, key.as_ref());
        let progress = spool.progress();
        let mut reader = SpoolReader::open(&path, key.as_ref()).unwrap();
        let mut kept = 0;
        for (mood, appends) in steps {
            switch.set(mood);
            for _ in 0..appends {
                prop_assert_eq!(spool.append(&frame(kept)).is_ok(), mood.refuses.is_none());
                kept += u64::from(mood.refuses.is_none());
                prop_assert_eq!(progress.borrow().frames, kept);
            }
            for number in 0..kept {
                prop_assert_eq!(reader.read(number).unwrap(), Some(frame(number)));
            }
        }
        drop(spool);
        // A write that was whole but not acknowledged may be there too.
        let recovered = recover(&path, key.as_ref()).unwrap();
        prop_assert!((kept..=kept + 1).contains(&recovered.frames), "{recovered:?} of {kept}");
        prop_assert_eq!(recovered.frames_missing, 0);
        for number in 0..recovered.frames {
            prop_assert_eq!(reader.read(number).unwrap(), Some(frame(number)));
        }
    }
}

#[test]
fn what_the_disk_says_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, switch) = spool(&folder.path().join("a.spool"), None);
    let mut said = |kind| {
        switch.set(Mood { refuses: Some(kind), torn: 100, is_stuck: false });
        spool.append(&frame(0)).unwrap_err()
    };
    assert!(matches!(said(ErrorKind::StorageFull), SpoolError::DiskFull));
    assert!(matches!(said(ErrorKind::QuotaExceeded), SpoolError::DiskFull));
    assert!(matches!(said(ErrorKind::ReadOnlyFilesystem), SpoolError::ReadOnly));
    assert!(matches!(said(ErrorKind::PermissionDenied), SpoolError::ReadOnly));
    assert!(matches!(said(ErrorKind::Other), SpoolError::File(_)));
}

#[test]
fn a_spool_that_cannot_be_begun_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool").join("a.spool");
    let switch = Switch::default();
    switch.fill();
    let refused = SpoolWriter::create_on(&path, header(), None, |file| {
        Box::new(Moody { file, switch: switch.clone() })
    });
    assert!(matches!(refused, Err(SpoolError::DiskFull)));
    assert!(!path.exists());
    switch.mend();
    SpoolWriter::create_on(&path, header(), None, |file| Box::new(Moody { file, switch })).unwrap();
}

/// `/dev/full` refuses every write as a full disk does, and refuses to be cut too.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_even_if_nothing_can_be_taken_back() {
    let file = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (_, records) = header().begin(None).unwrap();
    let (progress, seen) = watch::channel(SpoolProgress { frames: 0, is_complete: false });
    let mut spool =
        SpoolWriter { disk: Box::new(file), records, progress, times: Arc::default(), sync: None };
    assert!(matches!(spool.append(&frame(0)), Err(SpoolError::DiskFull)));
    assert_eq!(seen.borrow().frames, 0, "nobody was shown what is not there");
}

/// The system's own read-only folder refuses its owner too.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_may_not_be_written_to_is_told() {
    let refused = SpoolWriter::create(Path::new("/sys/kernel/sotto/a.spool"), header(), None);
    assert!(matches!(refused, Err(SpoolError::ReadOnly)), "{:?}", refused.err());
}
