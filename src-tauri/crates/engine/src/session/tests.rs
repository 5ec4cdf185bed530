//! The machine on a scripted decoder, which can be told to waver at the edge as a real one does.

use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::axis::STEP;
use crate::cost::Cost;
use crate::scripted::*;
use crate::words::{Atom, Sound, atoms};

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
        for (word, _, length) in runs(pcm) {
            match (word, length * 1000 / 16_000) {
                (0, _) | (_, ..40) => {}
                (_, 40..150) => words.push("uh".to_owned()),
                (word, run) => {
                    let times = (run + WORD_MS / 2) / WORD_MS;
                    words.extend(std::iter::repeat_n(LEXICON[word - 1].to_owned(), times.max(1)));
                }
            }
        }
        if let Some(last) = words.last_mut().filter(|_| self.has_marks) {
            last.push('.');
        }
        Ok(words.join(" "))
    }
}

fn open(reader: &Arc<Reader>) -> Session {
    let options = SessionOptions { format_turns: true, ..SessionOptions::default() };
    Session::new(
        Arc::clone(reader) as Arc<dyn Decoder>,
        Share::alone(),
        Box::new(Loudness),
        options,
    )
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

/// Tells where it heard each word, and takes its time for every decode.
struct Timed(Reader, Cost);

impl Decoder for Timed {
    fn decode(&self, pcm: &[i16]) -> Result<String, EngineError> {
        self.0.decode(pcm)
    }

    fn hear(&self, pcm: &[i16]) -> Result<Vec<Atom>, EngineError> {
        let starts = runs(pcm).into_iter().filter(|(word, _, length)| *word > 0 && *length >= 640);
        let words = atoms(&self.decode(pcm)?).into_iter().zip(starts);
        Ok(words
            .map(|(atom, (_, start, _))| {
                let start = start as u64;
                Atom { sound: Some(Sound { start, last: start + ms(150), end: None }), ..atom }
            })
            .collect())
    }

    fn cost(&self) -> Cost {
        self.1
    }
}

#[test]
fn a_model_that_tells_times_is_believed() {
    let script = [
        Silence(900),
        Word(1),
        Word(2),
        Silence(40),
        Word(3),
        Silence(500),
        Word(4),
        Silence(1500),
    ];
    let model = Timed(marked(), Cost::MOONSHINE_TINY);
    let mut session = Session::new(
        Arc::new(model),
        Share::alone(),
        Box::new(Loudness),
        SessionOptions::default(),
    );
    let updates = session.push(&audio(&script)).unwrap();
    let words: Vec<_> = updates
        .into_iter()
        .filter(|update| update.end_of_turn)
        .flat_map(|turn| turn.words)
        .collect();
    let starts: Vec<u32> = words.iter().map(|word| word.start_ms).collect();
    assert_eq!(starts, [900, 1200, 1540, 2340]);
    assert_eq!(words[0].end_ms, 1200);
    assert!(
        (1500..=1540).contains(&words[1].end_ms) && (1840..=1890).contains(&words[2].end_ms),
        "{words:?}"
    );
}

#[test]
fn a_costly_model_is_not_asked_in_every_short_pause() {
    let script: Vec<Said> =
        (0..4).flat_map(|at| [Word(at + 1), Silence(300)]).chain([Silence(1500)]).collect();
    let decodes = |cost: Cost| {
        let model = Arc::new(Timed(marked(), cost));
        let decoder: Arc<dyn Decoder> = model.clone();
        let mut session =
            Session::new(decoder, Share::alone(), Box::new(Loudness), SessionOptions::default());
        let updates = session.push(&audio(&script)).unwrap();
        assert_eq!(finals(&updates), ["it was the best"]);
        model.0.decodes.lock().unwrap().len()
    };
    let second = std::time::Duration::from_secs(1);
    // The first one when there is enough speech for a word or two, and the last one.
    assert_eq!(decodes(Cost::measured((1, 2 * second), (8, 3 * second))), 2);
    assert!(decodes(Cost::MOONSHINE_TINY) > 3);
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
        check_updates(&updates, u32::try_from(pcm.len() / 16).unwrap());
    }

    #[test]
    fn how_audio_is_cut_changes_nothing(script in script(), chunk in 1_usize..9000) {
        let pcm = audio(&script);
        let (whole, _) = run(marked(), &pcm, pcm.len());
        let (cut, _) = run(marked(), &pcm, chunk);
        prop_assert_eq!(whole, cut);
    }
}
