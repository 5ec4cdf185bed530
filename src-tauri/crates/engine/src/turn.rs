//! A turn: everything that one speaker says until they fall silent, in one or more passages.

use crate::agreement::Settled;
use crate::axis::to_ms;
use crate::recogniser::{EngineWord, SessionOptions, TurnUpdate};
use crate::words::ends_sentence;

/// What a turn grows by: audio that is still being heard, and the words in it.
pub(crate) trait Growing {
    /// The position after the last speech in it.
    fn speech_end(&self) -> u64;

    /// All its words, final ones first, and how many of them are final.
    fn words(&self) -> (Vec<Settled>, usize);

    /// Ends it: what was heard last is final.
    fn close(self) -> Vec<Settled>;
}

/// The open turn of a session.
#[derive(Debug)]
pub(crate) struct Turn<P> {
    /// Its number.
    pub(crate) order: u32,
    /// Where it began.
    pub(crate) start: u64,
    /// Words of the passages that are over.
    settled: Vec<Settled>,
    /// The passage that grows; none in a pause after a cut.
    pub(crate) passage: Option<P>,
    /// The position after the last speech of the passages that are over.
    quiet_since: u64,
    /// What was told last, to tell only changes.
    told: Option<Vec<EngineWord>>,
}

impl<P: Growing> Turn<P> {
    /// Begins with this passage.
    pub(crate) fn new(order: u32, start: u64, passage: P) -> Self {
        Self {
            order,
            start,
            settled: Vec::new(),
            passage: Some(passage),
            quiet_since: start,
            told: None,
        }
    }

    /// The position after the last speech.
    pub(crate) fn speech_end(&self) -> u64 {
        self.passage
            .as_ref()
            .map_or(self.quiet_since, |passage| passage.speech_end().max(self.quiet_since))
    }

    /// Adds the words of a passage that is over. `in_speech`: it was cut while somebody spoke on.
    pub(crate) fn keep(&mut self, mut words: Vec<Settled>, speech_end: u64, in_speech: bool) {
        if in_speech && let Some(last) = words.last_mut() {
            // The model ends every decode like a sentence.
            last.atom.shown.truncate(last.atom.shown.trim_end_matches(['.', '\u{2026}']).len());
        }
        let goes_on = self.settled.last().is_some_and(|last| !ends_sentence(&last.atom.shown));
        if goes_on && let Some(first) = words.first_mut() {
            lower_first(&mut first.atom.shown);
        }
        self.settled.append(&mut words);
        self.quiet_since = self.quiet_since.max(speech_end);
    }

    /// Ends the growing passage where it is.
    pub(crate) fn close_passage(&mut self) {
        if let Some(passage) = self.passage.take() {
            let speech_end = passage.speech_end();
            self.keep(passage.close(), speech_end, false);
        }
    }

    /// How complete the turn looks after this much silence: a sentence that has its end mark most of the way, and
    /// anything more so the longer nothing follows.
    pub(crate) fn confidence(&self, silence: u64, options: &SessionOptions) -> f32 {
        let last = match &self.passage {
            Some(passage) => passage.words().0.pop(),
            None => None,
        };
        let last = last.as_ref().or_else(|| self.settled.last());
        let looks =
            if last.is_some_and(|word| ends_sentence(&word.atom.shown)) { 0.8 } else { 0.1 };
        #[expect(clippy::cast_precision_loss, reason = "silences are short")]
        let waited = (to_ms(silence) as f32 / options.max_turn_silence_ms.max(1) as f32).min(1.0);
        (looks + (1.0 - looks) * waited.powi(4)).min(1.0)
    }

    /// Whether this much silence ends the turn.
    pub(crate) fn is_over(&self, silence: u64, options: &SessionOptions) -> bool {
        let waited = to_ms(silence);
        let threshold = options.end_of_turn_confidence_threshold;
        waited >= options.max_turn_silence_ms
            || (waited >= options.min_turn_silence_ms
                && threshold < 1.0
                && self.confidence(silence, options) >= threshold)
    }

    /// What there is to tell, if anything changed since it was told last.
    pub(crate) fn partial(
        &mut self,
        silence: u64,
        received: u64,
        options: &SessionOptions,
    ) -> Option<TurnUpdate> {
        let (mut all, mut finals) = (self.settled.clone(), self.settled.len());
        if let Some(passage) = &self.passage {
            let (words, settled) = passage.words();
            finals += settled;
            all.extend(words);
        }
        keep_inside(&mut all, received);
        let words: Vec<EngineWord> =
            all.iter().enumerate().map(|(at, word)| unformatted(word, at < finals)).collect();
        if self.told.as_ref().map_or(words.is_empty(), |told| *told == words) {
            return None;
        }
        self.told = Some(words.clone());
        Some(TurnUpdate {
            turn_order: self.order,
            end_of_turn: false,
            end_of_turn_confidence: self.confidence(silence, options),
            words,
            formatted: None,
        })
    }

    /// The end of the turn, unless nothing was ever said in it.
    pub(crate) fn end(
        mut self,
        silence: u64,
        received: u64,
        options: &SessionOptions,
    ) -> Option<TurnUpdate> {
        let confidence = self.confidence(silence, options);
        self.close_passage();
        if self.settled.is_empty() && self.told.is_none() {
            return None;
        }
        keep_inside(&mut self.settled, received);
        Some(TurnUpdate {
            turn_order: self.order,
            end_of_turn: true,
            end_of_turn_confidence: confidence,
            words: self.settled.iter().map(|word| unformatted(word, true)).collect(),
            formatted: options.format_turns.then(|| formatted(&self.settled)),
        })
    }
}

/// The last step of a session is filled up with silence; no word reaches into that.
fn keep_inside(words: &mut [Settled], received: u64) {
    for word in words {
        word.place = word.place.start.min(received)..word.place.end.min(received);
    }
}

fn unformatted(word: &Settled, is_final: bool) -> EngineWord {
    engine_word(word.atom.key.clone(), word, is_final)
}

fn engine_word(text: String, word: &Settled, is_final: bool) -> EngineWord {
    EngineWord {
        text,
        start_ms: to_ms(word.place.start),
        end_ms: to_ms(word.place.end),
        confidence: word.confidence,
        is_final,
    }
}

/// The words as the model wrote them; what a hyphen joins is one word again.
fn formatted(words: &[Settled]) -> Vec<EngineWord> {
    let mut formatted: Vec<EngineWord> = Vec::with_capacity(words.len());
    for word in words {
        match formatted.last_mut() {
            Some(last) if word.atom.is_joined => {
                last.text.push('-');
                last.text.push_str(&word.atom.shown);
                last.end_ms = to_ms(word.place.end);
                last.confidence = last.confidence.min(word.confidence);
            }
            _ => formatted.push(engine_word(word.atom.shown.clone(), word, true)),
        }
    }
    formatted
}

/// Writes a word small that the model wrote large only because its decode began there.
fn lower_first(shown: &mut String) {
    let is_pronoun = shown == "I" || shown.starts_with("I'") || shown.starts_with("I\u{2019}");
    let is_acronym = shown.chars().filter(|c| c.is_uppercase()).count() > 1;
    if is_pronoun || is_acronym {
        return;
    }
    let mut letters = shown.chars();
    if let Some(first) = letters.next() {
        *shown = first.to_lowercase().chain(letters).collect();
    }
}
