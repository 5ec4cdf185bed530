//! Recordings of which nothing is written.

use sotto_history::{Gap, GapCause, History, HistoryError, Source, Turn};
use uuid::Uuid;

const SECRET: &str = "xylophonist confession";

fn turn(recording: Uuid, text: &str) -> Turn {
    Turn {
        recording,
        leg: 0,
        turn_order: 0,
        from: 0,
        to: 16_000,
        text: text.to_owned(),
        words: Vec::new(),
        source: Source::Offline,
        is_fallback: false,
        speaker: None,
    }
}

fn is_in_a_file(folder: &std::path::Path, text: &str) -> bool {
    let holds = |path: std::path::PathBuf| {
        std::fs::read(path).unwrap().windows(text.len()).any(|at| at == text.as_bytes())
    };
    std::fs::read_dir(folder).unwrap().any(|entry| holds(entry.unwrap().path()))
}

#[test]
fn nothing_of_a_private_recording_is_in_a_file_and_all_of_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::open(&folder.path().join("history.db")).unwrap();
    let (kept, private) = (Uuid::now_v7(), Uuid::now_v7());
    history.recording_create(kept, 1).unwrap();
    history.turn_commit(&turn(kept, "ordinary words")).unwrap();
    history.recording_create_private(private, 2).unwrap();
    let claim = history.take_up(private).unwrap().claim;
    history.commit_as(claim, &turn(private, SECRET)).unwrap();
    history
        .gap_declare(&Gap { recording: private, from: 16_000, to: 17_000, cause: GapCause::Xrun })
        .unwrap();
    history.turn_edit(private, 0, 0, Some("xylophonist confessions")).unwrap();
    history.rename(private, "xylophonist").unwrap();
    history.recording_stopped(private, 17_000).unwrap();
    history.recording_finished(private).unwrap();

    let page = history.page("", None, 9).unwrap();
    let listed: Vec<_> = page.iter().map(|one| (one.recording, one.is_private)).collect();
    assert_eq!(listed, [(private, true), (kept, false)]);
    assert_eq!(history.page("xyloph", None, 9).unwrap().len(), 1);
    assert_eq!(history.page("", Some(2), 9).unwrap()[0].recording, kept);
    assert_eq!(history.page("", None, 1).unwrap()[0].recording, private);
    let opened = history.open_recording(private).unwrap();
    assert!(opened.summary.is_private && opened.turns.len() == 1 && opened.gaps.len() == 1);
    assert!(history.is_finished(private).unwrap());

    assert!(is_in_a_file(folder.path(), "ordinary"));
    for word in ["xylophonist", &private.to_string()] {
        assert!(!is_in_a_file(folder.path(), word), "{word} is in a file");
    }
    drop(history);
    let again = History::open(&folder.path().join("history.db")).unwrap();
    assert!(matches!(again.open_recording(private), Err(HistoryError::NotFound(_))));
    assert_eq!(again.page("", None, 9).unwrap().len(), 1);
}

#[test]
fn what_is_deleted_is_gone_and_what_comes_late_goes_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::open(&folder.path().join("history.db")).unwrap();
    let private = Uuid::now_v7();
    history.recording_create_private(private, 1).unwrap();
    let claim = history.take_up(private).unwrap().claim;
    history.commit_as(claim, &turn(private, SECRET)).unwrap();
    history.recording_finished(private).unwrap();
    assert_eq!(history.finished_before(2).unwrap(), [private]);
    history.delete(private).unwrap();
    assert!(history.page("", None, 9).unwrap().is_empty());
    assert_eq!(history.deleted_before(u64::MAX >> 1).unwrap(), [private]);
    history.purge(private).unwrap();
    assert!(!history.is_private(private));
    let late = history.commit_as(claim, &turn(private, SECRET));
    assert!(matches!(late, Err(HistoryError::NotFound(_))), "{late:?}");
    assert!(!is_in_a_file(folder.path(), "xylophonist"));
}

#[test]
fn many_read_while_one_writes() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::open(&folder.path().join("history.db")).unwrap();
    let private = Uuid::now_v7();
    history.recording_create_private(private, 1).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    history.open_recording(private).unwrap();
                    history.page("word", None, 9).unwrap();
                }
            });
        }
        for number in 0..50 {
            let next = Turn {
                turn_order: number,
                from: u64::from(number),
                to: u64::from(number) + 1,
                ..turn(private, "word")
            };
            history.turn_commit(&next).unwrap();
        }
    });
    assert_eq!(history.open_recording(private).unwrap().turns.len(), 50);
}
