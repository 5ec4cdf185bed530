//! What a recogniser is to those who use one: audio goes in, the state of turns comes out.
//!
//! The trait stands in front of the one implementation here ([`crate::Engine`]) so that the service in front of it can
//! be tested with a scripted recogniser, and so that other models can take its place. It knows nothing of sockets or
//! JSON: the service chooses which of the two forms of a final turn it sends, and when.

use crate::EngineError;

/// The language of the engine pack's model.
pub(crate) const PACK_LANGUAGE: &str = "en";

/// A loaded model that any number of sessions share.
pub trait Recogniser: Send + Sync {
    /// The model's name, as it may be told to clients.
    fn model(&self) -> String;

    /// The language that it writes down, as a BCP 47 code: `mul` for several, `und` where that is not known.
    fn language(&self) -> String {
        PACK_LANGUAGE.to_owned()
    }

    /// Opens a session: cheap, since the model is already loaded.
    fn open(&self, options: SessionOptions) -> Result<Box<dyn RecognitionSession>, EngineError>;
}

/// One stream of audio and the turns heard in it.
///
/// Its calls are synchronous and may take as long as a decode: run them on a blocking thread. Every returned update
/// replaces what was said before about the same turn, and updates come in order.
pub trait RecognitionSession: Send {
    /// Takes 16 kHz mono samples; any length is welcome, and how the audio is cut does not change what is final.
    fn push(&mut self, pcm_16k: &[i16]) -> Result<Vec<TurnUpdate>, EngineError>;

    /// Ends the open turn now, without waiting for silence. Nothing happens when no turn is open.
    fn force_endpoint(&mut self) -> Result<Vec<TurnUpdate>, EngineError>;

    /// Ends the session: the open turn becomes final.
    fn finish(&mut self) -> Result<Vec<TurnUpdate>, EngineError>;

    /// Changes the options for the audio that follows.
    fn reconfigure(&mut self, options: SessionOptions);

    /// Tells whether more audio is waiting already than was pushed. Then partial text would be old before it is read, and
    /// decoding it only adds to the delay: a session may leave it out until a turn or a passage ends.
    fn set_behind(&mut self, _is_behind: bool) {}

    /// The highest probability of speech (0 to 1) in the audio since this was asked last; 0 where a recogniser has no
    /// detector.
    fn take_speech_probability(&mut self) -> f32 {
        0.0
    }
}

/// How a session decides about speech and turns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionOptions {
    /// Silence that ends a turn whose words look complete, in milliseconds.
    pub min_turn_silence_ms: u32,
    /// Silence that ends any turn, in milliseconds.
    pub max_turn_silence_ms: u32,
    /// How complete a turn must look to end at the shorter silence: 0 always, 1 never.
    pub end_of_turn_confidence_threshold: f32,
    /// Probability of speech (0 to 1) from which a moment counts as speech.
    pub vad_threshold: f32,
    /// Whether final turns carry their formatted words.
    pub format_turns: bool,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            min_turn_silence_ms: 400,
            max_turn_silence_ms: 1280,
            end_of_turn_confidence_threshold: 0.4,
            vad_threshold: 0.4,
            format_turns: false,
        }
    }
}

/// The state of one turn. It replaces every earlier update of the same `turn_order`.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnUpdate {
    /// Number of the turn within its session, from 0.
    pub turn_order: u32,
    /// The turn is over: all its words are final and no update of it follows.
    pub end_of_turn: bool,
    /// How complete the turn looks, from 0 to 1.
    pub end_of_turn_confidence: f32,
    /// All words of the turn so far, lower case and without punctuation; final words first, tentative ones after.
    pub words: Vec<EngineWord>,
    /// On final turns, if asked for: the same words with the model's casing and punctuation.
    pub formatted: Option<Vec<EngineWord>>,
}

/// One word and where it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineWord {
    /// The word as written; no spaces inside.
    pub text: String,
    /// Where it begins, in milliseconds since the session's first sample.
    pub start_ms: u32,
    /// Where it ends, in the same measure; never before its start.
    pub end_ms: u32,
    /// How sure the engine is of it, from 0 to 1.
    pub confidence: f32,
    /// Whether it can still change. A final word never does, nor do those before it.
    pub is_final: bool,
}
