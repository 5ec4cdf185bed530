//! Spools that only the holder of a key can read, and the way there and back.

use std::fs;
use std::path::Path;

use sotto_audio::{SpoolError, SpoolReader, convert, is_encrypted, recover};
use uuid::Uuid;

use crate::spool::{frame, header, key, write_with};

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|at| at == what)
}

/// A stretch of samples of this frame, as they would lie in a file.
fn sound_of(number: u64) -> Vec<u8> {
    let samples = &frame(number).pcm[..16];
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

fn is_whole(path: &Path, frames: u64, by: Option<&sotto_encryption::DataKey>) {
    assert_eq!(recover(path, by).unwrap().frames, frames);
    let mut reader = SpoolReader::open(path, by).unwrap();
    assert_eq!(reader.header(), header());
    for number in 0..frames {
        assert_eq!(reader.read(number).unwrap(), Some(frame(number)));
    }
}

#[test]
fn what_is_heard_is_not_in_the_file_and_comes_out_by_the_key_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.spool");
    write_with(&path, 20, Some(&key(1))).finish().unwrap();
    let bytes = fs::read(&path).unwrap();
    for number in 1..20 {
        assert!(!holds(&bytes, &sound_of(number)), "frame {number} can be heard");
    }
    is_whole(&path, 20, Some(&key(1)));
    for (by, is_right) in [(None, false), (Some(key(2)), false), (Some(key(1)), true)] {
        let opened = SpoolReader::open(&path, by.as_ref()).map(drop);
        match by {
            None => assert!(matches!(opened, Err(SpoolError::KeyMissing))),
            Some(_) if is_right => opened.unwrap(),
            Some(_) => assert!(matches!(opened, Err(SpoolError::WrongKey))),
        }
    }
    assert!(recover(&path, None).is_err() && recover(&path, Some(&key(2))).is_err());
    assert_eq!(fs::read(&path).unwrap(), bytes, "a wrong key changes nothing");
}

#[test]
fn records_of_another_spool_or_another_place_are_not_taken_for_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("a.spool"), folder.path().join("b.spool"));
    for path in [&one, &other] {
        write_with(path, 6, Some(&key(1))).finish().unwrap();
    }
    // The same recording, key and frames: only what is random differs.
    let stranger = fs::read(&other).unwrap();
    let mut bytes = fs::read(&one).unwrap();
    let record = |number: usize| 64 + number * 1_644..64 + (number + 1) * 1_644;
    bytes[record(2)].copy_from_slice(&stranger[record(2)]);
    let (from, to) = (bytes[record(4)].to_vec(), record(3));
    bytes[to].copy_from_slice(&from);
    fs::write(&one, bytes).unwrap();
    let recovered = recover(&one, Some(&key(1))).unwrap();
    assert_eq!((recovered.frames, recovered.frames_missing), (6, 2));
}

#[test]
fn there_and_back_is_the_same_sound_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.spool");
    write_with(&path, 20, None).finish().unwrap();
    // A torn tail is no obstacle.
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 100);
    fs::write(&path, bytes).unwrap();
    assert_eq!(is_encrypted(&path).unwrap(), Some(false));
    assert!(holds(&fs::read(&path).unwrap(), &sound_of(7)));

    for _ in 0..2 {
        convert(&path, &key(1), true).unwrap();
        assert_eq!(is_encrypted(&path).unwrap(), Some(true));
        assert!(!holds(&fs::read(&path).unwrap(), &sound_of(7)));
        is_whole(&path, 19, Some(&key(1)));
    }
    assert!(matches!(convert(&path, &key(2), false), Err(SpoolError::WrongKey)));
    convert(&path, &key(1), false).unwrap();
    is_whole(&path, 19, None);
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
}

#[test]
fn what_is_no_spool_or_gone_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{}.spool", Uuid::nil()));
    convert(&path, &key(1), true).unwrap();
    assert!(!path.exists());
    fs::write(&path, "no spool at all, but long enough to have a header of sixty-four bytes")
        .unwrap();
    convert(&path, &key(1), true).unwrap();
    assert!(fs::read(&path).unwrap().starts_with(b"no spool"));
}
