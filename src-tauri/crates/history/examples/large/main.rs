//! A large history, and how fast it answers. For `cargo xtask bench`, which builds it as it is released.
//!
//! `large make FILE RECORDINGS TURNS` makes a history of so many recordings with so many turns each, each with its sound's
//! length and words; `large ask FILE` says in JSON how long questions and openings take, in milliseconds; `large commit FOLDER COMMITS` how long
//! commits do, beside what SQLite and the disk take for less.
//!
//! The words are invented, but as frequent as words are: the n-th is said in proportion to 1/n.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool of the developers")]

mod commits;
mod language;

use std::path::Path;
use std::time::Instant;

use language::{Chance, Language};
use rusqlite::{Connection, params};
use sotto_history::{History, Word};
use uuid::Uuid;

const DAY_MS: u64 = 86_400_000;
const FIRST_START: u64 = 1_600_000_000_000;
const WORDS_A_TURN: usize = 12;
const WORD: u64 = 5_000;
/// Turns that tile; a pause after every fourth.
const SILENCE: u64 = 40_000;
const QUESTIONS: usize = 300;
const OPENINGS: usize = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", file, recordings, turns] => {
            make(Path::new(file), recordings.parse().unwrap(), turns.parse().unwrap());
        }
        ["ask", file] => ask(Path::new(file)),
        ["commit", folder, commits] => {
            println!("{}", commits::measure(Path::new(folder), commits.parse().unwrap()));
        }
        _ => panic!("see the head of examples/large/main.rs"),
    }
}

fn make(file: &Path, recordings: u64, turns: u64) {
    let history = History::open(file).unwrap();
    let mut chance = Chance(0x5077_0000_0001);
    let language = Language::new(&mut chance);
    let ids: Vec<Uuid> = (0..recordings).map(|at| Uuid::from_u128(u128::from(at) + 1)).collect();
    for (at, id) in (0..).zip(&ids) {
        history.recording_create(*id, FIRST_START + at * DAY_MS / 4).unwrap();
    }
    drop(history);
    let mut connection = Connection::open(file).unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    let tx = connection.transaction().unwrap();
    for (at, _) in (0_u64..).zip(&ids) {
        let key = FIRST_START + at * DAY_MS / 4;
        let samples = fill(&tx, key, turns, &language, &mut chance);
        tx.execute(
            "UPDATE recordings SET samples = ?2, words = ?3, state = 'finished', legs = 1 WHERE started_at = ?1",
            params![stored(key), stored(samples), stored(turns * WORDS_A_TURN as u64)],
        )
        .unwrap();
    }
    tx.commit().unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    println!("{}", std::fs::metadata(file).unwrap().len());
}

/// Gives the length.
fn fill(tx: &Connection, key: u64, turns: u64, language: &Language, chance: &mut Chance) -> u64 {
    let mut insert = tx
        .prepare_cached(
            "INSERT INTO turns (id, recording, leg, turn_order, from_sample, to_sample, text, words, source)
             VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, 'assemblyai')",
        )
        .unwrap();
    let mut at = 0;
    for order in 0..turns {
        let from = at;
        at += if order % 4 == 3 { SILENCE } else { 800 };
        let words: Vec<Word> = (0..WORDS_A_TURN)
            .map(|_| {
                let text = language.word(chance).to_owned();
                let word =
                    Word { text, from: at, to: at + WORD - 500, confidence: 0.93, speaker: None };
                at += WORD;
                word
            })
            .collect();
        let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let words = serde_json::to_string(&words).unwrap();
        insert
            .execute(params![
                stored((key << 20) + order),
                stored(key),
                stored(order),
                stored(from),
                stored(at),
                text.join(" ") + ".",
                words
            ])
            .unwrap();
    }
    at
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap()
}

fn ask(file: &Path) {
    let history = History::open(file).unwrap();
    let all = history.page("", None, 200).unwrap();
    let mut chance = Chance(77);
    let longest = all.iter().max_by_key(|one| one.words).unwrap().clone();
    let outline = history.outline(longest.recording).unwrap();
    // What a user types is something that was said.
    let mut said = Vec::new();
    while said.len() < QUESTIONS {
        let one = &all[chance.below(all.len())];
        let passages = history.outline(one.recording).unwrap().passages;
        let at = chance.below(passages.len());
        let end = passages.get(at + 1).map_or(u64::MAX, |next| next.from);
        let turns = history.turns_between(one.recording, passages[at].from..end).unwrap();
        let words = &turns[chance.below(turns.len())].turn.words;
        let first = chance.below(words.len() - 1);
        said.push((words[first].text.clone(), words[first + 1].text.clone()));
    }
    let whole = said.iter().map(|(first, second)| format!("{first} {second}"));
    let typed: Vec<String> = said
        .iter()
        .map(|(first, second)| {
            let letters = 1 + chance.below(second.chars().count());
            format!("{first} {}", second.chars().take(letters).collect::<String>())
        })
        .collect();
    let search = |query: String| history.page(&query, None, 60).unwrap().len();
    let passages: Vec<_> = (0..200)
        .map(|_| {
            let at = chance.below(outline.passages.len());
            let end = outline.passages.get(at + 1).map_or(u64::MAX, |next| next.from);
            outline.passages[at].from..end
        })
        .collect();
    let one_word: Vec<String> = said.iter().map(|(first, _)| first.clone()).collect();
    let mut figures = serde_json::json!({
        "turns": all.iter().map(|one| u64::from(one.words)).sum::<u64>() / WORDS_A_TURN as u64,
        "whole": timed(whole, search),
        "typed": timed(typed, search),
        "one": timed(one_word, search),
        "page": timed((0..100).map(|_| String::new()), search),
        "outline": timed(0..30, |_| history.outline(longest.recording).unwrap().passages.len()),
        "passage": timed(passages, |range| {
            history.turns_between(longest.recording, range).unwrap().len()
        }),
        "find": timed(said.iter().take(30).map(|(first, _)| first.clone()), |query| {
            history.find_in(longest.recording, &query).unwrap().len()
        }),
    });
    drop(history);
    figures["opened"] = opening(file, || {}).into();
    let mut seal = file.as_os_str().to_owned();
    seal.push("-seal");
    figures["readThrough"] = opening(file, || std::fs::remove_file(&seal).unwrap()).into();
    println!("{figures}");
}

/// Milliseconds that it takes to open the file, closed in good order each time.
fn opening(file: &Path, before: impl Fn()) -> Vec<f64> {
    let open = |_| {
        before();
        let since = Instant::now();
        let history = History::open(file).unwrap();
        let took = since.elapsed().as_secs_f64() * 1_000.0;
        assert!(history.set_aside().is_none());
        took
    };
    (0..OPENINGS).map(open).collect()
}

/// Milliseconds of each, in the order in which they were asked.
fn timed<T>(questions: impl IntoIterator<Item = T>, mut ask: impl FnMut(T) -> usize) -> Vec<f64> {
    questions
        .into_iter()
        .map(|question| {
            let since = Instant::now();
            std::hint::black_box(ask(question));
            since.elapsed().as_secs_f64() * 1_000.0
        })
        .collect()
}
