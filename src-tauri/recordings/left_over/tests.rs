//! Spools and rows in every state that a crash, a power loss or a person can leave.

use std::fs;

use sotto_audio::{Frame, SpoolHeader, SpoolWriter};

use super::*;
use crate::recordings::Recordings;

struct Place {
    folder: tempfile::TempDir,
    history: History,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(&folder.path().join("history.db")).unwrap();
        fs::create_dir(folder.path().join("spool")).unwrap();
        Self { folder, history }
    }

    fn spools(&self) -> PathBuf {
        self.folder.path().join("spool")
    }

    /// A spool of so many frames, of which these are gaps.
    fn spool(&self, name: &str, recording: Uuid, frames: u64, gaps: &[u64]) -> PathBuf {
        let path = self.spools().join(name);
        let header = SpoolHeader { recording, started_at_unix_ms: 5 };
        let mut spool = SpoolWriter::create(&path, header, None).unwrap();
        for number in 0..frames {
            let mut frame = Frame::missing(number);
            frame.flags.is_gap = gaps.contains(&number);
            spool.append(&frame).unwrap();
        }
        path
    }

    fn unfinished(&self) -> LeftOver {
        unfinished(&self.spools(), &self.history).unwrap()
    }

    fn gaps(&self, recording: Uuid) -> Vec<(u64, u64)> {
        let gaps = self.history.open_recording(recording).unwrap().gaps;
        gaps.iter().map(|gap| (gap.from, gap.to)).collect()
    }

    fn names(&self) -> Vec<String> {
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> = fs::read_dir(self.spools())
            .unwrap()
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn moved_to(left: &LeftOver) -> PathBuf {
    match &left.failure {
        Some(RecordingError::Spool(SpoolError::SetAside { moved_to })) => moved_to.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_crash_left_is_finished_and_rows_without_audio_are_closed() {
    let place = Place::new();
    let (with_spool, without) = (Uuid::now_v7(), Uuid::now_v7());
    // Only a spool: the program died before the row was written.
    let path = place.spool("a.spool", with_spool, 0, &[]);
    // Only a row: its audio was lost with its disk.
    place.history.recording_create(without, 6).unwrap();

    let recordings = Recordings::open(place.spools(), place.history.clone()).await.unwrap();
    assert_eq!(recordings.state().borrow().finishing, [with_spool]);
    assert!(recordings.state().borrow().failure.is_none());
    assert!(place.history.is_finished(without).unwrap());
    recordings.source(with_spool).await.unwrap();
    recordings.finish(with_spool, false).await.unwrap();
    assert!(place.history.is_finished(with_spool).unwrap());
    assert!(!path.exists(), "its audio is not needed any more");
    assert!(recordings.finish(with_spool, false).await.is_err(), "and it is known no more");
}

#[test]
fn gaps_that_nobody_declared_are_told_by_the_frames_once() {
    let place = Place::new();
    let recording = Uuid::now_v7();
    place.spool("a.spool", recording, 10, &[2, 3, 7]);
    place.history.recording_create(recording, 5).unwrap();
    // The first one was declared, to the sample, before the crash.
    let cause = GapCause::MicLost;
    place.history.gap_declare(&Gap { recording, from: 1_700, to: 3_000, cause }).unwrap();
    for _ in 0..2 {
        place.unfinished();
        assert_eq!(place.gaps(recording), [(1_700, 3_000), (5_600, 6_400)]);
    }
}

#[test]
fn what_adjoins_a_declared_gap_is_declared_too() {
    let gap = |from, to| Gap { recording: Uuid::nil(), from, to, cause: GapCause::Xrun };
    let declared = [gap(100, 900), gap(3_200, 4_000), gap(9_000, 9_100)];
    let open = |marked, declared: &[Gap]| -> Vec<(u64, u64)> {
        undeclared(marked, declared).iter().map(|range| (range.start, range.end)).collect()
    };
    assert_eq!(open(0..8_000, &declared), [(1_600, 3_200), (4_000, 8_000)]);
    assert_eq!(open(0..1_600, &declared), []);
    assert_eq!(open(1_600..3_200, &declared), [(1_600, 3_200)]);
    assert_eq!(open(8_000..12_000, &declared), [(8_000, 8_800), (9_600, 12_000)]);
    assert_eq!(open(800..2_400, &[]), [(800, 2_400)]);
}

#[test]
fn frames_that_a_power_loss_destroyed_are_a_gap() {
    let place = Place::new();
    let recording = Uuid::now_v7();
    let path = place.spool("a.spool", recording, 10, &[]);
    let mut bytes = fs::read(&path).unwrap();
    bytes[64 + 4 * 1_620 + 100..64 + 4 * 1_620 + 612].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let left = place.unfinished();
    assert_eq!(left.sources[&recording].progress.borrow().frames, 10);
    assert_eq!(place.gaps(recording), [(3_200, 4_000)]);
}

#[test]
fn an_unreadable_spool_is_set_aside_and_told_once() {
    let place = Place::new();
    let recording = Uuid::now_v7();
    place.history.recording_create(recording, 5).unwrap();
    let path = place.spool(&format!("{recording}.spool"), recording, 10, &[]);
    let mut bytes = fs::read(&path).unwrap();
    bytes[20] ^= 1;
    fs::write(&path, &bytes).unwrap();

    let left = place.unfinished();
    assert!(left.sources.is_empty() && !path.exists());
    assert_eq!(fs::read(moved_to(&left)).unwrap(), bytes, "nothing is deleted");
    assert!(place.history.is_finished(recording).unwrap(), "its stored text is complete as it is");
    assert!(place.unfinished().failure.is_none());
}

#[tokio::test]
async fn what_was_set_aside_is_told_to_whoever_watches() {
    let place = Place::new();
    fs::write(place.spools().join("a.spool"), "no spool at all").unwrap();
    let recordings = Recordings::open(place.spools(), place.history.clone()).await.unwrap();
    let state = recordings.state().borrow().clone();
    assert!(matches!(
        state.failure.as_deref(),
        Some(RecordingError::Spool(SpoolError::SetAside { .. }))
    ));
    assert!(state.finishing.is_empty());
}

#[test]
fn a_spool_with_nothing_in_it_is_removed() {
    let place = Place::new();
    fs::write(place.spools().join("empty.spool"), "").unwrap();
    // The length reached the disk before the power went, the bytes did not.
    fs::write(place.spools().join("blank.spool"), vec![0; 4_000]).unwrap();
    fs::write(place.spools().join("notes.txt"), "").unwrap();
    let left = place.unfinished();
    assert!(left.sources.is_empty() && left.failure.is_none());
    assert_eq!(place.names(), ["notes.txt"]);
}

#[test]
fn of_two_spools_of_a_recording_the_longer_one_counts() {
    for names in [["a.spool", "b.spool"], ["b.spool", "a.spool"]] {
        let place = Place::new();
        let recording = Uuid::now_v7();
        let longer = place.spool(names[0], recording, 10, &[]);
        let shorter = place.spool(names[1], recording, 7, &[]);
        let content = fs::read(&shorter).unwrap();
        let left = place.unfinished();
        assert!(
            matches!(&left.sources[&recording].spool, SpoolPlace::File(path, _) if *path == longer)
        );
        assert_eq!(left.sources[&recording].progress.borrow().frames, 10);
        assert_eq!(fs::read(moved_to(&left)).unwrap(), content);
        let again = place.unfinished();
        assert_eq!(again.sources.len(), 1);
        assert!(again.failure.is_none());
    }
}

#[test]
fn audio_that_is_kept_is_not_touched() {
    let place = Place::new();
    let recording = Uuid::now_v7();
    let path = place.spool("a.spool", recording, 3, &[]);
    // Torn, as its recovery would see; nobody looks.
    let torn = fs::read(&path).unwrap()[..3_000].to_vec();
    fs::write(&path, &torn).unwrap();
    place.history.recording_create(recording, 5).unwrap();
    place.history.recording_finished(recording).unwrap();
    let left = place.unfinished();
    assert!(left.sources.is_empty() && left.failure.is_none());
    assert_eq!(fs::read(&path).unwrap(), torn);
}

#[test]
fn one_that_cannot_be_used_today_is_left_for_tomorrow() {
    let place = Place::new();
    let (blocked, sound) = (Uuid::now_v7(), Uuid::now_v7());
    place.history.recording_create(blocked, 4).unwrap();
    // A folder is what no user and no root can read as a file.
    fs::create_dir(place.spools().join(format!("{blocked}.spool"))).unwrap();
    place.spool("b.spool", sound, 3, &[]);
    let left = place.unfinished();
    assert_eq!(left.sources.keys().copied().collect::<Vec<_>>(), [sound]);
    assert!(matches!(left.failure, Some(RecordingError::Spool(SpoolError::File(_)))));
    assert!(!place.history.is_finished(blocked).unwrap());
}
