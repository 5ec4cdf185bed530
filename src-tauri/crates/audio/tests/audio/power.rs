//! A spool after a power loss: any of the blocks since the last sync may be missing, stale or garbage, whatever came later.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sotto_audio::{Frame, Recovered, SpoolHeader, SpoolReader, SpoolWriter, gaps, recover};
use uuid::Uuid;

const SECTOR: usize = 512;
const HEADER: usize = 64;
const RECORD: usize = 1_620;
const FRAMES: usize = 80;
const A_SECOND: usize = 20;

fn frame(spool: u64, number: u64) -> Frame {
    let mut frame = Frame::missing(number);
    frame.flags.is_gap = false;
    for (place, sample) in frame.pcm.iter_mut().enumerate() {
        *sample = (spool as usize * 13 + number as usize * 7_919 + place * 31) as i16;
    }
    frame
}

/// A spool of four seconds.
fn bytes(folder: &Path, spool: u64) -> Vec<u8> {
    let path = folder.join(format!("{spool}.spool"));
    let header = SpoolHeader { recording: Uuid::from_u128(spool.into()), started_at_unix_ms: 9 };
    let mut writer = SpoolWriter::create(&path, header, None).unwrap();
    for number in 0..FRAMES as u64 {
        writer.append(&frame(spool, number)).unwrap();
    }
    writer.finish().unwrap();
    fs::read(path).unwrap()
}

struct Place {
    folder: tempfile::TempDir,
    sound: Vec<u8>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sound = bytes(folder.path(), 1);
        Self { folder, sound }
    }

    /// Recovers `bytes`, and checks that each frame is as it was, or that it was hit and is marked silence.
    fn recovered(&self, bytes: &[u8], hit: &BTreeSet<usize>) -> Recovered {
        let path: PathBuf = self.folder.path().join("damaged.spool");
        fs::write(&path, bytes).unwrap();
        let recovered = recover(&path, None).unwrap();
        let last = (0..FRAMES).rev().find(|number| !hit.contains(number));
        assert_eq!(recovered.frames as usize, last.map_or(0, |last| last + 1));
        let mut reader = SpoolReader::open(&path, None).unwrap();
        for number in 0..recovered.frames {
            let read = reader.read(number).unwrap().unwrap();
            if hit.contains(&(number as usize)) {
                assert_eq!(read, Frame::missing(number));
            } else {
                assert_eq!(read, frame(1, number));
            }
        }
        assert_eq!(reader.read(recovered.frames).unwrap(), None);
        let missing: u64 =
            gaps(&path, None).unwrap().iter().map(|gap| (gap.end - gap.start) / 800).sum();
        assert_eq!(missing, recovered.frames_missing);
        let again = recover(&path, None).unwrap();
        assert_eq!((again.frames_missing, again.bytes_dropped), (0, 0), "once is enough");
        recovered
    }
}

/// The frames that lie in these bytes, whole or in part.
fn frames_in(bytes: Range<usize>) -> BTreeSet<usize> {
    (0..FRAMES)
        .filter(|number| {
            let record = HEADER + number * RECORD..HEADER + (number + 1) * RECORD;
            record.start < bytes.end && bytes.start < record.end
        })
        .collect()
}

/// Where sectors begin in the last seconds of a file.
fn boundaries(length: usize, seconds: usize) -> impl Iterator<Item = usize> {
    let from = length - seconds * A_SECOND * RECORD;
    (from.div_ceil(SECTOR)..=length / SECTOR).map(|sector| sector * SECTOR)
}

#[test]
fn a_file_that_ends_at_any_sector_or_is_blank_from_there_is_read_up_to_it() {
    let place = Place::new();
    let length = place.sound.len();
    let mut most = 0;
    for cut in boundaries(length, 2) {
        let hit = frames_in(cut..length);
        let mut blank = place.sound.clone();
        blank[cut..].fill(0);
        for damaged in [&place.sound[..cut], &blank] {
            let recovered = place.recovered(damaged, &hit);
            assert_eq!(recovered.frames_missing, 0);
            let lost = FRAMES - recovered.frames as usize;
            assert!(lost * RECORD < length - cut + RECORD, "{lost} frames at {cut}");
            if length - cut <= A_SECOND * RECORD {
                most = most.max(lost);
            }
        }
    }
    assert_eq!(most, A_SECOND, "what was written in the second since the last sync, and no more");
}

#[test]
fn any_one_sector_that_is_lost_costs_the_frames_in_it_and_none_behind_it() {
    let place = Place::new();
    for at in boundaries(place.sound.len(), 2) {
        let sector = at..(at + SECTOR).min(place.sound.len());
        for filling in [0, 0xff] {
            let mut damaged = place.sound.clone();
            damaged[sector.clone()].fill(filling);
            let hit = frames_in(sector.clone());
            assert!(hit.len() <= 2);
            place.recovered(&damaged, &hit);
        }
    }
}

#[test]
fn blocks_of_a_deleted_spool_are_not_taken_for_this_one() {
    let place = Place::new();
    let stale = bytes(place.folder.path(), 2);
    assert_eq!(stale.len(), place.sound.len());
    for at in boundaries(place.sound.len(), 2) {
        let mut damaged = place.sound.clone();
        damaged[at..].copy_from_slice(&stale[at..]);
        place.recovered(&damaged, &frames_in(at..stale.len()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any set of the sectors since the last sync is on the disk.
    #[test]
    fn at_most_what_was_hit_in_the_last_second_is_lost(lost in prop::collection::vec(any::<Option<u8>>(), 64)) {
        let place = Place::new();
        let length = place.sound.len();
        let mut damaged = place.sound.clone();
        let mut hit = BTreeSet::new();
        for (at, filling) in boundaries(length, 1).zip(lost) {
            let sector = at..(at + SECTOR).min(length);
            if let Some(filling) = filling {
                damaged[sector.clone()].fill(filling);
                hit.extend(frames_in(sector));
            }
        }
        place.recovered(&damaged, &hit);
    }
}

#[test]
fn a_header_that_is_lost_is_told() {
    let place = Place::new();
    let mut damaged = place.sound.clone();
    damaged[..SECTOR].fill(0);
    let path = place.folder.path().join("damaged.spool");
    fs::write(&path, &damaged).unwrap();
    assert!(matches!(recover(&path, None), Err(sotto_audio::SpoolError::NotASpool)));
    assert_eq!(fs::read(&path).unwrap(), damaged, "and nothing is changed");
}

#[test]
fn what_is_set_aside_takes_the_place_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.spool");
    let moved: Vec<_> = ["one", "two"]
        .into_iter()
        .map(|content| {
            fs::write(&path, content).unwrap();
            sotto_audio::set_aside(&path).unwrap()
        })
        .collect();
    assert!(!path.exists());
    assert_eq!(fs::read(&moved[0]).unwrap(), b"one");
    assert_eq!(fs::read(&moved[1]).unwrap(), b"two");
}

#[test]
fn blank_is_what_holds_no_byte_that_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.spool");
    for (content, is_blank) in
        [(vec![], true), (vec![0; 10_000], true), ([vec![0; 9_999], vec![1]].concat(), false)]
    {
        fs::write(&path, content).unwrap();
        assert_eq!(sotto_audio::is_blank(&path).unwrap(), is_blank);
    }
}
