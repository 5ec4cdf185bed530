//! Everything at rest, before, while and after it is encrypted.

use std::collections::BTreeSet;

use sotto_audio::{Frame, SpoolHeader, SpoolReader, SpoolWriter};
use sotto_history::{Source, Turn};
use uuid::Uuid;

use super::*;
use crate::recordings::Recordings;
use crate::recordings::left_over::unfinished;
use crate::recordings::owner::spool_path;

const CANARY: &str = "xylophonist confession";
/// A sound that is nowhere else.
const SOUND: [i16; 8] = [11_213, -7_919, 29_881, 17, -31_337, 4_242, 9_973, -123];

struct Place {
    folder: tempfile::TempDir,
    history: History,
    key: DataKey,
}

impl Place {
    /// A finished recording whose audio is kept, one that is not finished, and what was set aside of either kind.
    fn new() -> (Self, [Uuid; 2]) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("history.db.damaged-1"), format!("pages with {CANARY}"))
            .unwrap();
        let history = History::open(&folder.path().join("history.db")).unwrap();
        let place = Self { folder, history, key: DataKey::random().unwrap() };
        let (finished, open) = (Uuid::now_v7(), Uuid::now_v7());
        for recording in [finished, open] {
            place.record(recording, None);
        }
        place.history.recording_finished(finished).unwrap();
        fs::write(place.spools().join("a.spool.set-aside-1"), bytes_of(&SOUND)).unwrap();
        (place, [finished, open])
    }

    fn spools(&self) -> PathBuf {
        self.folder.path().join("spool")
    }

    fn record(&self, recording: Uuid, key: Option<&DataKey>) {
        let header = SpoolHeader { recording, started_at_unix_ms: 5 };
        let path = spool_path(&self.spools(), recording);
        let mut spool = SpoolWriter::create(&path, header, key).unwrap();
        for number in 0..40 {
            spool.append(&frame(number)).unwrap();
        }
        let samples = spool.finish().unwrap() * 800;
        self.history.recording_create(recording, 5).unwrap();
        let turn = Turn {
            recording,
            leg: 0,
            turn_order: 0,
            from: 0,
            to: samples,
            text: CANARY.to_owned(),
            words: Vec::new(),
            source: Source::Offline,
            speaker: None,
            is_fallback: false,
        };
        self.history.turn_commit(&turn).unwrap();
        self.history.recording_stopped(recording, samples).unwrap();
    }

    /// The files in which something that was said, or how it sounded, can be found.
    fn in_the_clear(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for folder in [self.folder.path().to_owned(), self.spools()] {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    let bytes = fs::read(&path).unwrap();
                    let holds = |what: &[u8]| bytes.windows(what.len()).any(|at| at == what);
                    if holds(b"xylophonist") || holds(&bytes_of(&SOUND)) {
                        found.insert(path.file_name().unwrap().to_string_lossy().into_owned());
                    }
                }
            }
        }
        found
    }

    fn encrypt(&self) -> Vec<Share> {
        let mut shares = Vec::new();
        encrypt(&self.spools(), &self.history, &self.key, |share| shares.push(share)).unwrap();
        shares
    }

    fn hears(&self, recording: Uuid, key: Option<&DataKey>) -> bool {
        let mut reader = SpoolReader::open(&spool_path(&self.spools(), recording), key).unwrap();
        (0..40).all(|number| reader.read(number).unwrap() == Some(frame(number)))
    }
}

fn frame(number: u64) -> Frame {
    let mut frame = Frame::missing(number);
    frame.flags.is_gap = false;
    frame.pcm[100..108].copy_from_slice(&SOUND);
    frame
}

fn bytes_of(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

#[test]
fn nothing_that_was_said_and_no_sound_of_it_is_in_any_file() {
    let (place, recordings) = Place::new();
    assert!(
        place.in_the_clear().len() >= 5,
        "the search finds too little: {:?}",
        place.in_the_clear()
    );
    let shares = place.encrypt();
    assert_eq!(place.in_the_clear(), BTreeSet::new());
    assert_eq!(in_the_clear(&place.spools(), &place.history).unwrap(), 0);
    let (first, last) = (shares[0], shares[shares.len() - 1]);
    assert!(first.done == 0 && last.done == last.total && last.total > 0, "{shares:?}");
    assert!(shares.is_sorted_by_key(|share| share.done));

    // What is recorded from now on is in the clear at no time.
    let later = Uuid::now_v7();
    place.record(later, place.history.key().as_ref());
    assert_eq!(place.in_the_clear(), BTreeSet::new());
    let left = unfinished(&place.spools(), &place.history).unwrap();
    assert!(left.failure.is_none());
    assert_eq!(left.sources.keys().copied().collect::<Vec<_>>(), [recordings[1], later]);
    for (_, source) in left.sources {
        let mut reader = source.spool.open().unwrap();
        assert_eq!(reader.read(39).unwrap(), Some(frame(39)), "the feed gets the same frames");
    }
    assert!(place.hears(recordings[0], Some(&place.key)), "what was kept can be heard");
}

#[test]
fn the_way_back_leaves_everything_as_it_was() {
    let (place, recordings) = Place::new();
    let before = place.in_the_clear();
    let aside = |name: &str| fs::read(place.folder.path().join(name)).unwrap();
    let names = ["history.db.damaged-1", "spool/a.spool.set-aside-1"];
    let contents = names.map(aside);
    place.encrypt();
    assert_ne!(names.map(aside), contents);
    decrypt(&place.spools(), &place.history, |_| {}).unwrap();
    assert_eq!(names.map(aside), contents);
    let after = place.in_the_clear();
    assert!(
        after.is_superset(&before.into_iter().filter(|name| name != "history.db-wal").collect())
    );
    assert!(recordings.into_iter().all(|recording| place.hears(recording, None)));
    assert_eq!(place.history.page("xyloph", None, 9).unwrap().len(), 2);
}

/// The history is encrypted, and what comes behind it is not yet: so a crash leaves it, on the way there or back.
#[tokio::test]
async fn what_a_crash_interrupted_is_ended_when_the_history_is_opened() {
    let (place, recordings) = Place::new();
    place.history.encrypt(&place.key).unwrap();
    fs::write(place.spools().join("b.spool.converting"), bytes_of(&SOUND)).unwrap();
    fs::write(place.folder.path().join("history.db.replaced"), format!("old {CANARY}")).unwrap();
    assert!(place.in_the_clear().len() >= 5, "{:?}", place.in_the_clear());
    assert_eq!(in_the_clear(&place.spools(), &place.history).unwrap(), 4, "it is not said to be");
    let Place { folder, history, key } = place;
    drop(history);

    tidy(folder.path(), &folder.path().join("spool")).unwrap();
    let history = History::open(&folder.path().join("history.db")).unwrap();
    let place = Place { folder, history, key };
    let opened = Recordings::open(place.spools(), place.history.clone()).await.unwrap();
    assert!(opened.state().borrow().finishing.is_empty(), "nothing is known without the key");
    place.history.unlock(&place.key).unwrap();
    opened.take_up().await.unwrap();
    assert_eq!(opened.state().borrow().finishing, [recordings[1]]);
    assert_eq!(place.in_the_clear(), BTreeSet::new());
    assert!(opened.state().borrow().failure.is_none());
    // Once more changes nothing.
    opened.take_up().await.unwrap();
    assert_eq!(opened.state().borrow().finishing, [recordings[1]]);
    let sound = opened.sound(recordings[0]).await.unwrap();
    assert_eq!(sound.spool.open().unwrap().read(7).unwrap(), Some(frame(7)));
}

#[tokio::test]
async fn a_file_that_is_imported_is_encrypted_with_the_others_and_refused_while_they_are_locked() {
    let (place, _) = Place::new();
    let file = place.folder.path().join("talk.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(&file, spec).unwrap();
    (0..16_000).for_each(|at| wav.write_sample(SOUND[at % 8]).unwrap());
    wav.finalize().unwrap();
    place.encrypt();
    let recordings = Recordings::open(place.spools(), place.history.clone()).await.unwrap();
    let imported = recordings.import(&file).await.unwrap().recording;
    let path = spool_path(&place.spools(), imported);
    assert_eq!(sotto_audio::is_encrypted(&path).unwrap(), Some(true));

    let locked = History::open(&place.folder.path().join("history.db")).unwrap();
    let recordings = Recordings::open(place.spools(), locked).await.unwrap();
    let refused = recordings.import(&file).await.unwrap_err();
    assert_eq!(refused.to_string(), sotto_history::HistoryError::NeedsKey.to_string());
}

/// One that was read from a file while everything else was encrypted, or decrypted.
#[test]
fn a_spool_follows_the_history_that_it_comes_to() {
    let (place, _) = Place::new();
    let recording = Uuid::now_v7();
    place.record(recording, None);
    let path = spool_path(&place.spools(), recording);
    place.history.encrypt(&place.key).unwrap();
    assert!(follow(&path, None, &place.history).unwrap() == Some(place.key.clone()));
    assert!(place.hears(recording, Some(&place.key)));
    place.history.decrypt().unwrap();
    assert!(follow(&path, Some(&place.key), &place.history).unwrap().is_none());
    assert!(place.hears(recording, None));
}
