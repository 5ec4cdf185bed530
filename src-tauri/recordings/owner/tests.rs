//! What becomes of the notices of a capture. Nobody records here: the test says what a capture would have said.

use super::*;

struct Place {
    owner: Owner,
    recording: Uuid,
    _folder: tempfile::TempDir,
    _notices: mpsc::UnboundedSender<Ask>,
}

impl Place {
    /// In the middle of a recording; its row is there if it `has_row`.
    fn new(has_row: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(&folder.path().join("history.db")).unwrap();
        let recording = Uuid::now_v7();
        let live = Live::Recording {
            recording,
            started_at: 5,
            device_name: "A".to_owned(),
            is_muted: false,
        };
        if has_row {
            history.recording_create(recording, 5).unwrap();
        }
        let (_notices, _) = mpsc::unbounded_channel();
        let owner = Owner {
            folder: folder.path().to_owned(),
            history,
            publish: watch::channel(RecordingState {
                live,
                is_private: false,
                finishing: Vec::new(),
                failure: None,
            })
            .0,
            notices: _notices.downgrade(),
            declared: broadcast::channel(8).0,
            undeclared: Vec::new(),
            tape: Tape::None,
            sources: BTreeMap::new(),
            files: Arc::default(),
            timing: Arc::default(),
        };
        Self { owner, recording, _folder: folder, _notices }
    }

    async fn hear(&mut self, notice: CaptureNotice) {
        self.owner.notice(self.recording, notice).await;
    }

    fn gaps(&self) -> Vec<(u64, u64, GapCause)> {
        let gaps = self.owner.history.open_recording(self.recording).unwrap().gaps;
        gaps.iter().map(|gap| (gap.from, gap.to, gap.cause)).collect()
    }
}

#[tokio::test]
async fn a_full_disk_is_told_while_it_lasts_and_ends_nothing() {
    let mut place = Place::new(true);
    let state = place.owner.publish.subscribe();
    place.hear(CaptureNotice::Held { error: SpoolError::DiskFull }).await;
    assert!(matches!(
        state.borrow().failure.as_deref(),
        Some(RecordingError::Spool(SpoolError::DiskFull))
    ));
    assert!(matches!(state.borrow().live, Live::Recording { .. }));
    place.hear(CaptureNotice::Kept).await;
    assert!(state.borrow().failure.is_none());
}

#[tokio::test]
async fn a_disk_that_stays_full_ends_the_recording_and_says_why() {
    let mut place = Place::new(true);
    let state = place.owner.publish.subscribe();
    place.hear(CaptureNotice::SpoolFailed { error: SpoolError::DiskFull }).await;
    assert!(matches!(state.borrow().live, Live::Idle));
    assert_eq!(state.borrow().finishing, [place.recording]);
    assert!(state.borrow().failure.is_some());
}

#[tokio::test]
async fn a_gap_that_the_history_did_not_take_is_stored_when_it_does() {
    let mut place = Place::new(false);
    let mut told = place.owner.declared.subscribe();
    place.hear(CaptureNotice::Resumed { device_name: "B".to_owned(), gap: 800..1_600 }).await;
    place.hear(CaptureNotice::Overrun { gap: 4_000..4_800 }).await;
    for begins in [800, 4_000] {
        let one = told.recv().await.unwrap();
        assert!(matches!(&one, Declared::Gap(gap) if gap.from == begins), "{one:?}");
    }
    place.owner.history.recording_create(place.recording, 5).unwrap();
    place.hear(CaptureNotice::Kept).await;
    assert_eq!(place.gaps(), [(800, 1_600, GapCause::MicLost), (4_000, 4_800, GapCause::Xrun)]);
    assert!(place.owner.undeclared.is_empty());
}

#[tokio::test]
async fn a_device_still_away_at_the_end_is_declared_after_it() {
    let mut place = Place::new(true);
    place.owner.stop().await.unwrap();
    place.hear(CaptureNotice::StillLost { gap: 1_600..8_000 }).await;
    assert_eq!(place.gaps(), [(1_600, 8_000, GapCause::MicLost)]);
    place.owner.finish(place.recording, false).await.unwrap();
}

#[tokio::test]
async fn gaps_of_a_recording_that_is_no_more_are_forgotten() {
    let mut place = Place::new(false);
    let gap = CaptureNotice::Overrun { gap: 0..800 };
    place.owner.notice(Uuid::now_v7(), gap).await;
    assert!(place.owner.undeclared.is_empty());
}

#[tokio::test]
async fn a_folder_that_may_not_be_written_to_refuses_a_start_and_loses_nothing() {
    let mut place = Place::new(true);
    place.owner.stop().await.unwrap();
    // A file where the folder should be: no user and no root can write into it.
    let blocked = place.owner.folder.join("history.db").join("spool");
    place.owner.folder = blocked;
    let refused = place.owner.start(None, Keeping::Disk).await.unwrap_err();
    assert!(matches!(refused.as_ref(), RecordingError::Spool(_)), "{refused:?}");
    let state = place.owner.publish.borrow();
    assert!(matches!(state.live, Live::Idle) && state.failure.is_some());
    assert_eq!(state.finishing, [place.recording]);
    assert_eq!(place.owner.history.unfinished().unwrap(), [place.recording]);
}

#[tokio::test]
async fn nothing_is_encrypted_while_something_is_recorded_or_finished() {
    let mut place = Place::new(true);
    let key = DataKey::random().unwrap();
    let refused = place.owner.convert(Some(key.clone()), Box::new(|_| {})).await;
    assert!(matches!(refused, Err(RecordingError::Busy)), "while it is recorded");
    place.owner.stop().await.unwrap();
    let refused = place.owner.convert(Some(key.clone()), Box::new(|_| {})).await;
    assert!(matches!(refused, Err(RecordingError::Busy)), "while it is finished");
    place.owner.finish(place.recording, false).await.unwrap();
    let held = Arc::clone(&place.owner.files).read_owned().await;
    let refused = place.owner.convert(Some(key.clone()), Box::new(|_| {})).await;
    assert!(matches!(refused, Err(RecordingError::Busy)), "while a file is imported");
    drop(held);
    assert!(place.owner.history.key().is_none());
    place.owner.convert(Some(key.clone()), Box::new(|_| {})).await.unwrap();
    assert!(place.owner.history.key() == Some(key));
}

/// Audio that is kept in the clear beside an encrypted history would be worse than none; a private recording is none of either.
#[tokio::test]
async fn nothing_is_recorded_to_the_disk_while_the_history_is_locked() {
    let mut place = Place::new(true);
    place.owner.stop().await.unwrap();
    let folder = place.owner.folder.clone();
    place.owner.history.encrypt(&DataKey::random().unwrap()).unwrap();
    place.owner.history = History::open(&folder.join("nowhere.db")).unwrap();
    place.owner.history = History::open(&folder.join("history.db")).unwrap();
    let refused = place.owner.start(None, Keeping::Disk).await.unwrap_err();
    let needs_key =
        |error: &RecordingError| matches!(error, RecordingError::History(HistoryError::NeedsKey));
    assert!(needs_key(&refused), "{refused:?}");
    let state = place.owner.publish.borrow().clone();
    assert!(matches!(state.live, Live::Idle) && needs_key(&state.failure.unwrap()));
    let spools = fs::read_dir(folder).unwrap().filter(|entry| {
        entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "spool")
    });
    assert_eq!(spools.count(), 0);
}

/// In a pause that began a second ago, with what was kept before it.
fn paused(place: &mut Place) -> watch::Receiver<sotto_audio::SpoolProgress> {
    let recording = place.recording;
    let header = SpoolHeader { recording, started_at_unix_ms: 5 };
    let path = spool_path(&place.owner.folder, recording);
    let spool = SpoolWriter::create(&path, header, None).unwrap();
    let progress = spool.progress();
    let pause = Pause { recording, at: 0, since: 1_005, until: None };
    place.owner.history.pause_declare(&pause).unwrap();
    place.owner.tape = Tape::Paused { spool, pause };
    place.owner.set_live(Live::Paused { recording, started_at: 5, at: 0, since: 1_005 });
    place.owner.sources.insert(
        recording,
        FeedSource { spool: SpoolPlace::File(path, None), progress: progress.clone(), times: None },
    );
    progress
}

#[tokio::test]
async fn a_recording_that_is_stopped_in_a_pause_is_finished_and_keeps_no_pause_at_its_end() {
    let mut place = Place::new(true);
    let progress = paused(&mut place);
    assert!(!progress.borrow().is_complete);
    place.owner.stop().await.unwrap();
    assert!(progress.borrow().is_complete, "whoever follows the frames is told of the end");
    assert_eq!(place.owner.publish.borrow().finishing, [place.recording]);
    let opened = place.owner.history.open_recording(place.recording).unwrap();
    assert_eq!(opened.pauses, []);
}

#[tokio::test]
async fn what_is_paused_is_not_paused_again_and_nothing_cannot_be() {
    let mut place = Place::new(true);
    paused(&mut place);
    place.owner.pause().await.unwrap();
    assert!(matches!(place.owner.publish.borrow().live, Live::Paused { since: 1_005, .. }));
    place.owner.stop().await.unwrap();
    assert!(matches!(place.owner.pause().await, Err(RecordingError::NotNow)));
    let refused = place.owner.go_on(None).await.unwrap_err();
    assert!(matches!(refused.as_ref(), RecordingError::NotNow));
}
