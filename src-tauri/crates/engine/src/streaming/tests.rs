//! The machine on a scripted model. It decodes in chunks, says half a word when it has heard half of one, and only adds to what
//! it said, as a greedy transducer does.

use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::scripted::*;
use crate::words::{Sound, atoms};

const CHUNK: usize = 320 * 16;
const WORD: usize = WORD_MS * 16;

/// How the model behaves, and what was asked of it.
#[derive(Default)]
struct Script {
    /// Tells no times.
    is_timeless: bool,
    /// Fails at the first result.
    is_broken: bool,
    opened: Mutex<usize>,
}

impl StreamingModel for Arc<Script> {
    fn open(&self) -> Box<dyn SpeechStream> {
        *self.opened.lock().unwrap() += 1;
        Box::new(Read { script: Self::clone(self), pcm: Vec::new(), decoded: 0 })
    }
}

struct Read {
    script: Arc<Script>,
    pcm: Vec<i16>,
    decoded: usize,
}

impl SpeechStream for Read {
    fn hear(&mut self, pcm: &[i16]) -> bool {
        self.pcm.extend_from_slice(pcm);
        let before = self.decoded;
        self.decoded = self.pcm.len() / CHUNK * CHUNK;
        self.decoded > before
    }

    fn end(&mut self) {
        self.decoded = self.pcm.len();
    }

    fn words(&self) -> Result<Vec<Atom>, EngineError> {
        if self.script.is_broken {
            return Err(EngineError::DecodeFailed);
        }
        let mut said = Vec::new();
        for (word, start, length) in
            runs(&self.pcm[..self.decoded]).into_iter().filter(|(word, ..)| *word > 0)
        {
            for from in (0..length).step_by(WORD) {
                let heard = (length - from).min(WORD);
                let whole = LEXICON[word - 1];
                if heard >= WORD / 4 {
                    let text = if heard >= WORD / 2 { whole } else { &whole[..1] };
                    let start = (start + from) as u64;
                    let last = if heard >= WORD / 2 { start + ms(150) } else { start };
                    let sound = Sound { start, last, end: None };
                    said.push((text, Some(sound).filter(|_| !self.script.is_timeless)));
                }
            }
        }
        Ok(said
            .into_iter()
            .flat_map(|(text, sound)| {
                atoms(text).into_iter().map(move |atom| Atom { sound, ..atom })
            })
            .collect())
    }
}

fn open(script: &Arc<Script>) -> StreamingSession {
    let options = SessionOptions { format_turns: true, ..SessionOptions::default() };
    StreamingSession::new(Arc::new(Arc::clone(script)), Box::new(Loudness), options)
}

fn run(script: Script, pcm: &[i16], chunk: usize) -> Vec<TurnUpdate> {
    let mut session = open(&Arc::new(script));
    let mut updates = Vec::new();
    for chunk in pcm.chunks(chunk) {
        updates.extend(session.push(chunk).unwrap());
    }
    updates.extend(session.finish().unwrap());
    updates
}

#[test]
fn silence_opens_no_stream() {
    let script = Arc::new(Script::default());
    let mut session = open(&script);
    assert!(session.push(&audio(&[Silence(30_000)])).unwrap().is_empty());
    assert!(session.finish().unwrap().is_empty());
    assert_eq!(*script.opened.lock().unwrap(), 0);
}

#[test]
fn each_turn_has_a_stream_and_a_number() {
    let said = [Silence(500), Word(1), Word(2), Silence(1500), Word(3), Word(4), Silence(1500)];
    let script = Arc::new(Script::default());
    let mut session = open(&script);
    let updates = session.push(&audio(&said)).unwrap();
    assert_eq!(finals(&updates), ["it was", "the best"]);
    let orders: Vec<u32> = updates
        .iter()
        .filter(|update| update.end_of_turn)
        .map(|update| update.turn_order)
        .collect();
    assert_eq!(orders, [0, 1]);
    assert_eq!(*script.opened.lock().unwrap(), 2);
    let formatted = updates.last().unwrap().formatted.as_ref().unwrap();
    assert_eq!(text(formatted), "the best");
}

#[test]
fn a_word_is_final_once_the_next_one_has_begun() {
    let said: Vec<Said> = (1..=8).map(Word).collect();
    let updates = run(Script::default(), &audio(&said), 800);
    let open: Vec<usize> = updates
        .iter()
        .filter(|update| !update.end_of_turn)
        .map(|update| update.words.iter().filter(|word| !word.is_final).count())
        .collect();
    assert!(open.len() >= 6, "only {} partials", open.len());
    assert!(open.iter().all(|open| (1..=2).contains(open)), "{open:?}");
    let second = &updates[2].words;
    assert!(second[0].is_final && !second.last().unwrap().is_final, "{second:?}");
}

#[test]
fn what_was_held_back_comes_at_the_end() {
    let said = [Silence(300), Word(1), Word(2), Word(3)];
    assert_eq!(finals(&run(Script::default(), &audio(&said), 777)), ["it was the"]);
    let mut session = open(&Arc::new(Script::default()));
    session.push(&audio(&[Word(1), Word(2), Silence(64)])).unwrap();
    assert_eq!(finals(&session.force_endpoint().unwrap()), ["it was"]);
    assert!(session.force_endpoint().unwrap().is_empty());
    session.finish().unwrap();
    assert!(matches!(session.push(&[0]), Err(EngineError::SessionFinished)));
    assert!(matches!(session.finish(), Err(EngineError::SessionFinished)));
}

#[test]
fn words_are_where_the_model_heard_them() {
    let said = [Silence(480), Word(1), Word(2), Silence(240), Word(3), Word(4), Silence(1500)];
    let updates = run(Script::default(), &audio(&said), 800);
    let words = &updates.last().unwrap().words;
    let starts: Vec<u32> = words.iter().map(|word| word.start_ms).collect();
    assert_eq!(starts, [480, 780, 1320, 1620]);
    assert_eq!((words[0].end_ms, words[2].end_ms), (780, 1620));
    assert!(
        words[1].end_ms.abs_diff(1080) <= 48 && words[3].end_ms.abs_diff(1920) <= 48,
        "{words:?}"
    );
}

#[test]
fn without_times_words_share_the_speech() {
    let said = [Silence(480), Word(1), Word(2), Silence(240), Word(4), Word(6), Silence(1500)];
    let pcm = audio(&said);
    let updates = run(Script { is_timeless: true, ..Script::default() }, &pcm, 800);
    assert_eq!(finals(&updates), ["it was best times"]);
    for (word, start) in updates.last().unwrap().words.iter().zip([480_u32, 780, 1320, 1620]) {
        assert!(word.start_ms.abs_diff(start) <= 300, "{word:?} began at {start}");
    }
    check_updates(&updates, u32::try_from(pcm.len() / 16).unwrap());
}

#[test]
fn endless_speech_is_cut_and_nothing_is_lost() {
    let said: Vec<Said> = (0..600).map(|at| Word(at % 8 + 1)).collect();
    let updates = run(Script::default(), &audio(&said), 800);
    let turns = finals(&updates);
    assert_eq!(turns.len(), 2);
    let heard: Vec<&str> = turns.iter().flat_map(|turn| turn.split(' ')).collect();
    assert!((599..=601).contains(&heard.len()), "{} words", heard.len());
    let paused: Vec<Said> = (0..400).flat_map(|at| [Word(at % 8 + 1), Silence(208)]).collect();
    let turns = finals(&run(Script::default(), &audio(&paused), 800));
    assert_eq!(turns.len(), 4);
    assert_eq!(turns.join(" ").split(' ').count(), 400);
}

#[test]
fn a_stream_that_fails_is_told() {
    let mut session = open(&Arc::new(Script { is_broken: true, ..Script::default() }));
    let error = session.push(&audio(&[Word(1), Word(2), Word(3)])).unwrap_err();
    assert!(matches!(error, EngineError::DecodeFailed), "{error}");
}

fn script() -> impl Strategy<Value = Vec<Said>> {
    let said =
        prop_oneof![3 => (1_usize..9).prop_map(Word), 1 => (20_usize..1600).prop_map(Silence)];
    prop::collection::vec(said, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn final_words_never_change_and_times_rise(script in script(), chunk in 1_usize..4000, is_timeless: bool) {
        let pcm = audio(&script);
        let updates = run(Script { is_timeless, ..Script::default() }, &pcm, chunk);
        check_updates(&updates, u32::try_from(pcm.len() / 16).unwrap());
    }

    #[test]
    fn how_audio_is_cut_changes_nothing(script in script(), chunk in 1_usize..9000) {
        let pcm = audio(&script);
        prop_assert_eq!(run(Script::default(), &pcm, pcm.len()), run(Script::default(), &pcm, chunk));
    }
}
