//! The machine on a scripted decoder. A "word" of this world is a stretch of constant amplitude; the decoder reads the
//! amplitudes back, so it is known what was said where, and it can be told to waver at the edge as a real one does.

use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::recogniser::EngineWord;

const LEXICON: [&str; 8] = ["it", "was", "the", "best", "of", "times", "worst", "age"];
const WORD_MS: usize = 300;
const LOUD: i16 = 1_000;

/// Reads amplitudes as words; a word of which less than half was heard is mistaken.
#[derive(Default)]
struct Reader {
    decodes: Mutex<Vec<usize>>,
    /// Ends every text like a sentence.
    has_marks: bool,
}

impl Decoder for Reader {
    fn decode(&self, pcm: &[i16]) -> Result<String, EngineError> {
        self.decodes.lock().unwrap().push(pcm.len());
        let mut words = Vec::new();
        let mut rest = pcm;
        while let Some(&level) = rest.first() {
            let run = rest.iter().take_while(|sample| **sample == level).count();
            let word = usize::try_from(level / LOUD).unwrap();
            match (word, run * 1000 / 16_000) {
                (0, _) | (_, ..40) => {}
                (_, 40..150) => words.push("uh".to_owned()),
                (word, run) => {
                    let times = (run + WORD_MS / 2) / WORD_MS;
                    words.extend(std::iter::repeat_n(LEXICON[word - 1].to_owned(), times.max(1)));
                }
            }
            rest = &rest[run..];
        }
        if let Some(last) = words.last_mut().filter(|_| self.has_marks) {
            last.push('.');
        }
        Ok(words.join(" "))
    }
}

struct Loudness;

impl SpeechDetector for Loudness {
    fn probability(&mut self, step: &[i16]) -> f32 {
        if step.iter().filter(|sample| **sample != 0).count() * 2 > step.len() {
            0.95
        } else {
            0.05
        }
    }
}

/// Some of the script: a word of the lexicon by number from 1, or silence in milliseconds.
#[derive(Debug, Clone)]
enum Said {
    Word(usize),
    Silence(usize),
}
use Said::{Silence, Word};

fn audio(script: &[Said]) -> Vec<i16> {
    let mut pcm = Vec::new();
    for said in script {
        let (level, ms) = match said {
            Word(number) => (i16::try_from(*number).unwrap() * LOUD, WORD_MS),
            Silence(ms) => (0, *ms),
        };
        pcm.extend(std::iter::repeat_n(level, ms * 16));
    }
    pcm
}

fn open(reader: &Arc<Reader>) -> Session {
    let options = SessionOptions { format_turns: true, ..SessionOptions::default() };
    Session::new(Arc::clone(reader) as Arc<dyn Decoder>, Box::new(Loudness), options)
}

fn run(reader: Reader, pcm: &[i16], chunk: usize) -> (Vec<TurnUpdate>, Vec<usize>) {
    let reader = Arc::new(reader);
    let mut session = open(&reader);
    let mut updates = Vec::new();
    for chunk in pcm.chunks(chunk) {
        updates.extend(session.push(chunk).unwrap());
    }
    updates.extend(session.finish().unwrap());
    drop(session);
    let decodes = reader.decodes.lock().unwrap().clone();
    (updates, decodes)
}

fn marked() -> Reader {
    Reader { has_marks: true, ..Reader::default() }
}

fn text(words: &[EngineWord]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn finals(updates: &[TurnUpdate]) -> Vec<String> {
    updates.iter().filter(|update| update.end_of_turn).map(|update| text(&update.words)).collect()
}

#[test]
fn silence_is_never_decoded_and_says_nothing() {
    let (updates, decodes) = run(marked(), &audio(&[Silence(60_000)]), 800);
    assert!(updates.is_empty() && decodes.is_empty());
}

#[test]
fn turns_are_numbered_from_zero_and_end_in_silence() {
    let script = [Silence(500), Word(1), Word(2), Silence(900), Word(3), Word(4), Silence(900)];
    let (updates, _) = run(marked(), &audio(&script), 800);
    assert_eq!(finals(&updates), ["it was", "the best"]);
    let orders: Vec<u32> = updates
        .iter()
        .filter(|update| update.end_of_turn)
        .map(|update| update.turn_order)
        .collect();
    assert_eq!(orders, [0, 1]);
}

#[test]
fn a_turn_that_looks_unfinished_waits_for_the_longer_silence() {
    let script = [Word(1), Word(2), Silence(900), Word(3), Word(4), Silence(1500)];
    let (updates, _) = run(Reader::default(), &audio(&script), 800);
    assert_eq!(finals(&updates), ["it was the best"]);
}

#[test]
fn the_end_of_a_turn_needs_no_further_decode() {
    let reader = Arc::new(marked());
    let mut session = open(&reader);
    session.push(&audio(&[Word(1), Word(2), Silence(200)])).unwrap();
    let decodes = reader.decodes.lock().unwrap().len();
    let updates = session.push(&audio(&[Silence(260)])).unwrap();
    assert_eq!(finals(&updates), ["it was"]);
    assert_eq!(reader.decodes.lock().unwrap().len(), decodes);
}

#[test]
fn the_last_word_is_not_lost_on_finish() {
    let (updates, _) = run(marked(), &audio(&[Silence(300), Word(1), Word(2), Word(3)]), 777);
    assert_eq!(finals(&updates), ["it was the"]);
    let last = updates.last().unwrap();
    assert!(last.words.iter().all(|word| word.end_ms <= 1200));
}

#[test]
fn a_forced_endpoint_ends_the_turn_once() {
    let mut session = open(&Arc::new(marked()));
    session.push(&audio(&[Word(1), Word(2), Silence(64)])).unwrap();
    assert_eq!(finals(&session.force_endpoint().unwrap()), ["it was"]);
    assert!(session.force_endpoint().unwrap().is_empty());
    session.finish().unwrap();
    assert!(matches!(session.push(&[0]), Err(EngineError::SessionFinished)));
}

#[test]
fn endless_speech_is_cut_between_words_and_bounded() {
    // A word and a breath too short for a pause, for ten minutes.
    let sentence: Vec<Said> = (0..1500).flat_map(|at| [Word(at % 8 + 1), Silence(100)]).collect();
    let pcm = audio(&sentence);
    let (updates, decodes) = run(Reader::default(), &pcm, 800);
    let heard: Vec<String> = finals(&updates).join(" ").split(' ').map(str::to_owned).collect();
    let said: Vec<String> = (0..1500).map(|at| LEXICON[at % 8].to_owned()).collect();
    assert_eq!(heard, said);
    assert!(
        decodes.iter().all(|length| *length <= 11 * 16_000),
        "a decode of {:?} samples",
        decodes.iter().max()
    );
    assert!(updates.iter().all(|update| update.words.len() < 250));
}

#[test]
fn speech_without_any_pause_is_still_cut() {
    let words: Vec<Said> = (0..100).map(|at| Word(at % 8 + 1)).collect();
    let (updates, decodes) = run(Reader::default(), &audio(&words), 800);
    assert!(decodes.iter().all(|length| *length <= 11 * 16_000));
    let heard = finals(&updates).join(" ").split(' ').count();
    assert!((98..=106).contains(&heard), "{heard} words");
}

#[test]
fn decodes_stay_a_fraction_of_the_audio() {
    let sentence: Vec<Said> = (0..150).flat_map(|at| [Word(at % 8 + 1), Silence(20)]).collect();
    let pcm = audio(&sentence);
    let (_, decodes) = run(Reader::default(), &pcm, 800);
    let decoded: usize = decodes.iter().sum();
    assert!(decoded < 12 * pcm.len(), "{} times", decoded / pcm.len());
}

#[test]
fn a_session_that_is_behind_decodes_less_and_hears_the_same() {
    let sentence: Vec<Said> = (0..150)
        .flat_map(|at| [Word(at % 8 + 1), Silence(if at % 20 == 19 { 900 } else { 20 })])
        .collect();
    let pcm = audio(&sentence);
    let (updates, decodes) = run(marked(), &pcm, 800);
    let reader = Arc::new(marked());
    let mut session = open(&reader);
    session.set_behind(true);
    let mut behind = Vec::new();
    for chunk in pcm.chunks(800) {
        behind.extend(session.push(chunk).unwrap());
    }
    behind.extend(session.finish().unwrap());
    assert_eq!(finals(&behind).join(" "), finals(&updates).join(" "));
    let few: usize = reader.decodes.lock().unwrap().iter().sum();
    let many: usize = decodes.iter().sum();
    assert!(few * 3 < many, "{few} instead of {many} samples");
}

#[test]
fn words_are_where_they_were_said() {
    let script = [Silence(480), Word(1), Word(2), Silence(240), Word(3), Word(4), Silence(1500)];
    let (updates, _) = run(marked(), &audio(&script), 800);
    let words = &updates.last().unwrap().words;
    for (word, start) in words.iter().zip([480_u32, 780, 1320, 1620]) {
        assert!(word.start_ms.abs_diff(start) <= 120, "{word:?} began at {start}");
        assert!(word.end_ms.abs_diff(start + 300) <= 120, "{word:?} ended at {}", start + 300);
    }
}

#[test]
fn the_loudest_moment_is_told_once() {
    let mut session = open(&Arc::new(Reader::default()));
    assert_eq!(session.take_speech_probability(), 0.0);
    session.push(&[LOUD; STEP]).unwrap();
    session.push(&[0; STEP]).unwrap();
    assert_eq!(session.take_speech_probability(), 0.95);
    session.push(&[0; STEP]).unwrap();
    assert_eq!(session.take_speech_probability(), 0.05);
}

fn script() -> impl Strategy<Value = Vec<Said>> {
    let said =
        prop_oneof![3 => (1_usize..9).prop_map(Word), 1 => (20_usize..1600).prop_map(Silence)];
    prop::collection::vec(said, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn final_words_never_change_and_times_rise(script in script(), chunk in 1_usize..4000) {
        let pcm = audio(&script);
        let (updates, _) = run(marked(), &pcm, chunk);
        let end = u32::try_from(pcm.len() / 16).unwrap();
        let mut kept: (u32, Vec<EngineWord>) = (0, Vec::new());
        let mut last_end = 0;
        for update in &updates {
            if update.turn_order != kept.0 {
                last_end = kept.1.last().map_or(last_end, |word| word.end_ms);
                kept = (update.turn_order, Vec::new());
            }
            let now: Vec<EngineWord> = update.words.iter().take_while(|word| word.is_final).cloned().collect();
            prop_assert!(now.starts_with(&kept.1), "{:?} became {:?}", kept.1, now);
            prop_assert!(update.words[now.len()..].iter().all(|word| !word.is_final));
            let mut from = last_end;
            for word in &update.words {
                prop_assert!(word.start_ms >= from && word.end_ms >= word.start_ms && word.end_ms <= end);
                from = word.end_ms;
            }
            kept.1 = now;
        }
    }

    #[test]
    fn how_audio_is_cut_changes_nothing(script in script(), chunk in 1_usize..9000) {
        let pcm = audio(&script);
        let (whole, _) = run(marked(), &pcm, pcm.len());
        let (cut, _) = run(marked(), &pcm, chunk);
        prop_assert_eq!(whole, cut);
    }
}
