//! What a commit takes, by the program's history and by plain SQLite, in turn, so that the disk is the same to all of them.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, params};
use serde_json::{Value, json};
use sotto_encryption::DataKey;
use sotto_history::{Claim, History, Source, Turn, Word};
use uuid::Uuid;

use crate::language::{Chance, Language};
use crate::{WORD, WORDS_A_TURN};

const RECORDING: Uuid = Uuid::from_u128(0xc0);
/// What is written before the disk is asked to keep it, where nothing else is done.
const PAGE: [u8; 4_096] = [7; 4_096];

/// In `folder`, `plain.db` and `encrypted.db` are histories that are not encrypted; the second one will be. Gives the
/// milliseconds of each commit: the two histories', those of one INSERT into a plain table (with a write-ahead log, and with
/// the journal that SQLite has by itself), and those of a page that is written and synced.
pub(crate) fn measure(folder: &Path, commits: u32) -> Value {
    let plain = Ours::open(&folder.join("plain.db"), false);
    let encrypted = Ours::open(&folder.join("encrypted.db"), true);
    let wal = peer(&folder.join("peer.db"), "WAL");
    let rollback = peer(&folder.join("peer-rollback.db"), "DELETE");
    let mut page = File::create(folder.join("page")).unwrap();
    let mut chance = Chance(0x5077_0000_0002);
    let language = Language::new(&mut chance);

    let mut times: [Vec<f64>; 5] = Default::default();
    for order in 0..commits {
        let turn = turn(order, &language, &mut chance);
        for step in 0..times.len() {
            // Nobody always comes after the same other one.
            let who = (order as usize + step) % times.len();
            let since = Instant::now();
            match who {
                0 => plain.commit(&turn),
                1 => encrypted.commit(&turn),
                2 => insert(&wal, &turn),
                3 => insert(&rollback, &turn),
                _ => {
                    page.write_all(&PAGE).unwrap();
                    page.sync_data().unwrap();
                }
            }
            times[who].push(since.elapsed().as_secs_f64() * 1_000.0);
        }
    }
    let [plain, encrypted, wal, rollback, page] = times;
    json!({
        "plain": plain, "encrypted": encrypted, "wal": wal, "rollback": rollback, "page": page,
    })
}

struct Ours {
    history: History,
    claim: Claim,
}

impl Ours {
    fn open(file: &Path, is_encrypted: bool) -> Self {
        let history = History::open(file).unwrap();
        if is_encrypted {
            history.encrypt(&DataKey::random().unwrap()).unwrap();
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        history.recording_create(RECORDING, u64::try_from(now).unwrap()).unwrap();
        let claim = history.take_up(RECORDING).unwrap().claim;
        Self { history, claim }
    }

    /// As the program does when a turn is final.
    fn commit(&self, turn: &Turn) {
        self.history.commit_as(self.claim, turn).unwrap();
    }
}

fn peer(file: &Path, journal: &str) -> Connection {
    let connection = Connection::open(file).unwrap();
    connection.pragma_update(None, "journal_mode", journal).unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection
        .execute_batch(
            "CREATE TABLE turns (id INTEGER PRIMARY KEY, from_sample INTEGER, to_sample INTEGER, text TEXT, words TEXT)",
        )
        .unwrap();
    connection
}

fn insert(connection: &Connection, turn: &Turn) {
    let words = serde_json::to_string(&turn.words).unwrap();
    connection
        .prepare_cached(
            "INSERT INTO turns (from_sample, to_sample, text, words) VALUES (?1, ?2, ?3, ?4)",
        )
        .unwrap()
        .execute(params![crate::stored(turn.from), crate::stored(turn.to), turn.text, words])
        .unwrap();
}

fn turn(order: u32, language: &Language, chance: &mut Chance) -> Turn {
    let length = WORDS_A_TURN as u64 * WORD;
    let from = u64::from(order) * length;
    let words: Vec<Word> = (from..from + length)
        .step_by(usize::try_from(WORD).unwrap())
        .map(|at| Word {
            text: language.word(chance).to_owned(),
            from: at,
            to: at + WORD - 500,
            confidence: 0.93,
            speaker: None,
        })
        .collect();
    let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    Turn {
        recording: RECORDING,
        leg: 0,
        turn_order: order,
        from,
        to: from + length,
        text: text.join(" ") + ".",
        words,
        source: Source::AssemblyAi,
        is_fallback: false,
        speaker: None,
    }
}
