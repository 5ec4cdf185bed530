use super::*;
use crate::tables::recordings;
use crate::{Source, Turn};

fn opened() -> (tempfile::TempDir, History, Uuid) {
    let folder = tempfile::tempdir().unwrap();
    let history = History::open(&folder.path().join("history.db")).unwrap();
    let recording = Uuid::new_v4();
    history.recording_create(recording, 1_000).unwrap();
    (folder, history, recording)
}

fn long_turn(recording: Uuid, turn_order: u32) -> Turn {
    let text = "a sentence ".repeat(1_000);
    Turn {
        recording,
        leg: 0,
        turn_order,
        from: 0,
        to: 1,
        text,
        words: vec![],
        source: Source::Offline,
        is_fallback: false,
        speaker: None,
    }
}

#[test]
fn a_full_disk_stores_nothing_and_is_told() {
    let (_folder, history, recording) = opened();
    let limit = |pages: u32| {
        let set = move |conn: &mut Connection| {
            Ok(conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| {
                row.get::<_, u32>(0)
            })?)
        };
        history.disk.on_writer(set).unwrap()
    };
    limit(limit(1) + 2);
    let refused = (0..100)
        .map(|order| history.turn_commit(&long_turn(recording, order)))
        .find(Result::is_err);
    assert!(matches!(refused, Some(Err(HistoryError::DiskFull))), "{refused:?}");
    let kept = history.open_recording(recording).unwrap();
    assert_eq!(kept.summary.words as usize, kept.turns.len() * 2_000);
    limit(100_000);
    history.turn_commit(&long_turn(recording, 200)).unwrap();
}

#[test]
fn the_writer_syncs_every_commit() {
    let (_folder, history, _) = opened();
    let pragma = |name: &'static str| {
        history
            .disk
            .on_writer(move |conn| {
                Ok(conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, u32>(0))?)
            })
            .unwrap()
    };
    assert_eq!(pragma("synchronous"), 2, "FULL");
    assert_eq!(pragma("foreign_keys"), 1);
    assert_eq!(pragma("secure_delete"), 1);
}

#[test]
fn work_that_fails_leaves_no_transaction_open() {
    let (_folder, history, recording) = opened();
    let failed: Result<(), _> = history.disk.write(move |tx| {
        recordings::rename(tx, recording, "half done")?;
        Err(HistoryError::Invalid("on purpose"))
    });
    assert!(matches!(failed, Err(HistoryError::Invalid(_))));
    assert_eq!(history.open_recording(recording).unwrap().summary.title, "");
    history.rename(recording, "done").unwrap();
}

#[test]
fn readers_are_used_again() {
    let (_folder, history, recording) = opened();
    for _ in 0..10 {
        history.open_recording(recording).unwrap();
    }
    assert_eq!(history.disk.store(|store| Ok(store.readers().len())).unwrap(), 1);
}
