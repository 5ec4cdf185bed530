//! `kill -9` at random moments over audio and text at once: everything that was acknowledged is there, exactly once and
//! to the bit, after the same recovery that the program does at its start.
//!
//! `SOTTO_KILLS=5000 cargo test -p sotto --lib kill` kills more often.
#![allow(clippy::print_stdout, reason = "how often, and in what time, is worth knowing")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use sotto_audio::{FRAME_SAMPLES, Frame, FrameFlags, SpoolHeader, SpoolProgress, SpoolWriter};
use sotto_encryption::DataKey;
use sotto_history::{History, Source, Turn, Word};
use tokio::sync::watch;
use uuid::Uuid;

use super::left_over::unfinished;

const CHILD: &str = "SOTTO_TEST_KILLED_RECORDING";

/// A kill costs the start of a process, which is mostly waiting: several side by side.
const LANES: u32 = 4;

/// So much is said at most before the program is killed.
const MOST_SAID: u64 = 40;

/// Frames that a turn covers.
const TURN_FRAMES: u64 = 2;

/// Not a test of its own: the program that is killed. Says what has returned.
#[test]
fn the_one_that_is_killed() {
    let Ok(what) = env::var(CHILD) else { return };
    let (round, folder) = what.split_once(' ').unwrap();
    let (round, folder) = (round.parse().unwrap(), Path::new(folder));
    say("begun 0");
    let history = open(folder);
    let key = history.key();
    let mut spool =
        SpoolWriter::create(&spool_path(folder, round), header(round), key.as_ref()).unwrap();
    history.recording_create(recording(round), header(round).started_at_unix_ms).unwrap();
    let progress = spool.progress();
    thread::spawn(move || commit_turns(&history, round, &progress));
    for number in 0.. {
        spool.append(&frame(round, number)).unwrap();
        say(&format!("kept {number}"));
        thread::sleep(Duration::from_micros(noise(round, number) % 2_000));
    }
}

/// As the program does: only what is on disk can have been heard.
fn commit_turns(history: &History, round: u64, progress: &watch::Receiver<SpoolProgress>) {
    for order in 0.. {
        while progress.borrow().frames < u64::from(order + 1) * TURN_FRAMES {
            thread::yield_now();
        }
        history.turn_commit(&turn(round, order)).unwrap();
        say(&format!("committed {order}"));
    }
}

/// In one write, so that a line is there whole or not at all.
fn say(line: &str) {
    std::io::stdout().write_all(format!("\n{line}\n").as_bytes()).unwrap();
}

#[test]
fn nothing_acknowledged_is_lost_to_kill_9() {
    let kills: u32 = env::var("SOTTO_KILLS").map_or(200, |kills| kills.parse().unwrap());
    let began = Instant::now();
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| thread::spawn(move || kill_in_turn(lane, kills.div_ceil(LANES))))
        .collect();
    let survived = lanes
        .into_iter()
        .map(|lane| lane.join().unwrap())
        .fold((0, 0), |sum, lane| (sum.0 + lane.0, sum.1 + lane.1));
    println!(
        "{kills} kills in {:.1} s: {} frames and {} turns acknowledged, all there",
        began.elapsed().as_secs_f32(),
        survived.0,
        survived.1
    );
    assert!(survived.0 > u64::from(kills) && survived.1 > u64::from(kills), "{survived:?}");
}

/// One history for all rounds, one recording for each; gives how many frames and turns were acknowledged.
fn kill_in_turn(lane: u32, rounds: u32) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let (mut frames, mut turns) = (0, 0);
    let is_encrypted = lane % 2 == 1;
    if is_encrypted {
        open(folder.path()).encrypt(&key()).unwrap();
    }
    let rounds = (0..rounds).map(|round| u64::from(lane) << 32 | u64::from(round));
    for round in rounds.clone() {
        let said = run_and_kill(folder.path(), round);
        if is_encrypted {
            nothing_is_in_the_clear(folder.path(), round);
        }
        let history = open(folder.path());
        assert_eq!(history.set_aside(), None, "round {round}");
        check(folder.path(), &history, round, &said);
        frames += said.kept;
        turns += u64::from(said.committed);
    }
    let history = open(folder.path());
    for round in rounds {
        // What was there after its own kill is there after all the others.
        for (stored, order) in history
            .open_recording(recording(round))
            .iter()
            .flat_map(|opened| &opened.turns)
            .zip(0..)
        {
            assert_eq!(stored.turn, turn(round, order));
        }
    }
    if is_encrypted {
        history.decrypt().unwrap();
    }
    drop(history);
    let beside = rusqlite::Connection::open(folder.path().join("history.db")).unwrap();
    let verdict: String = beside.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    (frames, turns)
}

fn key() -> DataKey {
    DataKey::new(zeroize::Zeroizing::new([4; 32]))
}

fn open(folder: &Path) -> History {
    let history = History::open(&folder.join("history.db")).unwrap();
    if history.needs_key() {
        history.unlock(&key()).unwrap();
    }
    history
}

/// Neither what was said nor how it sounded is in any file, as the kill left it.
fn nothing_is_in_the_clear(folder: &Path, round: u64) {
    let sound: Vec<u8> =
        frame(round, 0).pcm[..16].iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let text = format!("of round {round}");
    for folder in [folder.to_owned(), folder.join("spool")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let bytes = fs::read(&path).unwrap();
                let holds = |what: &[u8]| bytes.windows(what.len()).any(|at| at == what);
                assert!(!holds(&sound) && !holds(text.as_bytes()), "{}", path.display());
            }
        }
    }
}

/// How many frames and turns were acknowledged before the kill.
#[derive(Debug, Default)]
struct Said {
    kept: u64,
    committed: u32,
}

impl Said {
    fn hear(&mut self, line: &str) {
        match line.split_once(' ').map(|(what, number)| (what, number.parse::<u64>())) {
            Some(("kept", Ok(number))) => self.kept = number + 1,
            Some(("committed", Ok(number))) => self.committed = number as u32 + 1,
            _ => {}
        }
    }
}

fn run_and_kill(folder: &Path, round: u64) -> Said {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["recordings::kill::the_one_that_is_killed", "--exact", "--nocapture"])
        .env(CHILD, format!("{round} {}", folder.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = Said::default();
    let mut words = lines.filter(|line| !line.is_empty()).skip_while(|line| line != "begun 0");
    // Any moment from the first instruction that touches a file on, counted in what was done, so that a slow machine is killed
    // at no other moments than a fast one; loading the program is none.
    let random = Uuid::new_v4().as_u128() as u64;
    words.by_ref().take(1 + (random % MOST_SAID) as usize).for_each(|line| said.hear(&line));
    thread::sleep(Duration::from_micros(random / MOST_SAID % 10_000));
    child.kill().unwrap();
    child.wait().unwrap();
    words.for_each(|line| said.hear(&line));
    said
}

fn check(folder: &Path, history: &History, round: u64, said: &Said) {
    // The second time changes nothing, as when the program dies again before it has finished the recording.
    for _ in 0..2 {
        let left = unfinished(&folder.join("spool"), history).unwrap();
        assert!(left.failure.is_none(), "round {round}: {:?}", left.failure);
        let Some(source) = left.sources.get(&recording(round)) else {
            assert_eq!((said.kept, said.committed), (0, 0), "round {round}: the recording is gone");
            return;
        };
        let frames = source.progress.borrow().frames;
        assert!(
            (said.kept..=said.kept + 1).contains(&frames),
            "round {round}: {frames} of {said:?}"
        );
        let mut reader = source.spool.open().unwrap();
        for number in 0..frames {
            let kept = reader.read_bytes(number).unwrap();
            assert_eq!(kept, Some(frame(round, number).encode()), "round {round}, frame {number}");
        }
        assert_eq!(reader.read(frames).unwrap(), None);

        let opened = history.open_recording(recording(round)).unwrap();
        let stored = opened.turns.len() as u32;
        assert!(
            (said.committed..=said.committed + 1).contains(&stored),
            "round {round}: {stored} of {said:?}"
        );
        for (stored, order) in opened.turns.iter().zip(0..) {
            assert_eq!(stored.turn, turn(round, order), "round {round}");
            assert!(stored.turn.to <= frames * FRAME_SAMPLES as u64, "a turn without its audio");
        }
        let gaps: BTreeSet<_> = opened.gaps.iter().map(|gap| (gap.from, gap.to)).collect();
        let expected =
            gaps_before(round, frames).into_iter().map(|gap| (gap.start, gap.end)).collect();
        assert_eq!(gaps, expected, "round {round}");
    }
    history.recording_finished(recording(round)).unwrap();
    fs::remove_file(spool_path(folder, round)).unwrap();
}

/// Different at every place of every round, and the same each time it is asked.
fn noise(round: u64, place: u64) -> u64 {
    let mut state =
        round.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ place.wrapping_mul(0xd1b5_4a32_d192_ed03);
    state = (state ^ state >> 32).wrapping_mul(0xff51_afd7_ed55_8ccd);
    state ^ state >> 29
}

fn recording(round: u64) -> Uuid {
    Uuid::from_u64_pair(0x50_7470, round + 1)
}

fn header(round: u64) -> SpoolHeader {
    SpoolHeader { recording: recording(round), started_at_unix_ms: 1_000_000 + round % (1 << 32) }
}

fn spool_path(folder: &Path, round: u64) -> PathBuf {
    folder.join("spool").join(format!("{}.spool", recording(round)))
}

fn is_gap(round: u64, number: u64) -> bool {
    (number + round) % 9 < 2
}

fn frame(round: u64, number: u64) -> Frame {
    let mut pcm = Box::new([0; FRAME_SAMPLES]);
    for (place, sample) in (number * FRAME_SAMPLES as u64..).zip(pcm.iter_mut()) {
        *sample = noise(round, place) as i16;
    }
    Frame {
        first_sample: number * FRAME_SAMPLES as u64,
        level_dbfs: -((number % 90) as f32),
        flags: FrameFlags { is_speech: number.is_multiple_of(3), is_gap: is_gap(round, number) },
        pcm,
    }
}

/// The ranges of samples that the first frames of a round mark as gaps.
fn gaps_before(round: u64, frames: u64) -> Vec<Range<u64>> {
    let mut gaps: Vec<Range<u64>> = Vec::new();
    for number in (0..frames).filter(|number| is_gap(round, *number)) {
        let samples = number * FRAME_SAMPLES as u64..(number + 1) * FRAME_SAMPLES as u64;
        match gaps.last_mut() {
            Some(last) if last.end == samples.start => last.end = samples.end,
            _ => gaps.push(samples),
        }
    }
    gaps
}

fn turn(round: u64, order: u32) -> Turn {
    let length = TURN_FRAMES * FRAME_SAMPLES as u64;
    let from = u64::from(order) * length;
    let text = format!("turn {order} of round {round}");
    let words = text.split(' ').map(|word| Word {
        text: word.to_owned(),
        from,
        to: from + 800,
        confidence: 0.5,
        speaker: None,
    });
    Turn {
        recording: recording(round),
        leg: 0,
        turn_order: order,
        from,
        to: from + length,
        words: words.collect(),
        text,
        source: Source::Offline,
        is_fallback: false,
        speaker: None,
    }
}
