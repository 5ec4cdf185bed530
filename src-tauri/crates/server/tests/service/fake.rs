//! A scripted recogniser: it "hears" one word in every 1600 samples, whatever they are.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use sotto_engine::{
    EngineError, EngineWord, Recogniser, RecognitionSession, SessionOptions, TurnUpdate,
};

pub(crate) const SAMPLES_PER_WORD: u64 = 1600;

#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) sessions: Arc<AtomicU32>,
    pub(crate) is_broken: AtomicBool,
    /// Every sample that a session was given, of all of them.
    pub(crate) heard: Arc<Mutex<Vec<i16>>>,
    /// How long each push takes, in milliseconds.
    pub(crate) slowness: Arc<AtomicU32>,
    /// Nothing is said in any audio.
    pub(crate) is_silent: AtomicBool,
    /// The options that sessions were opened or changed with, in order.
    pub(crate) options: Arc<Mutex<Vec<SessionOptions>>>,
}

impl Recogniser for Fake {
    fn model(&self) -> String {
        "scripted".to_owned()
    }

    fn open(&self, options: SessionOptions) -> Result<Box<dyn RecognitionSession>, EngineError> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(EngineError::DecodeFailed);
        }
        self.sessions.fetch_add(1, Ordering::Relaxed);
        self.options.lock().unwrap().push(options);
        Ok(Box::new(Session {
            options,
            all_options: Arc::clone(&self.options),
            samples: 0,
            turn: 0,
            first_word: 0,
            said: 0,
            open: Arc::clone(&self.sessions),
            heard: Arc::clone(&self.heard),
            slowness: Arc::clone(&self.slowness),
            is_silent: self.is_silent.load(Ordering::Relaxed),
            loudest: 0,
        }))
    }
}

struct Session {
    options: SessionOptions,
    all_options: Arc<Mutex<Vec<SessionOptions>>>,
    samples: u64,
    turn: u32,
    first_word: u64,
    said: u64,
    open: Arc<AtomicU32>,
    heard: Arc<Mutex<Vec<i16>>>,
    slowness: Arc<AtomicU32>,
    is_silent: bool,
    loudest: u16,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Session {
    fn update(&self, end_of_turn: bool) -> TurnUpdate {
        let heard = self.samples / SAMPLES_PER_WORD;
        let words: Vec<EngineWord> = (self.first_word..heard)
            .map(|n| EngineWord {
                text: format!("word{n}"),
                start_ms: (n * 100) as u32,
                end_ms: (n * 100 + 100) as u32,
                confidence: 0.5,
                is_final: end_of_turn || n + 1 < heard,
            })
            .collect();
        let formatted = (end_of_turn && self.options.format_turns).then(|| {
            let shout =
                |word: &EngineWord| EngineWord { text: word.text.to_uppercase(), ..word.clone() };
            words.iter().map(shout).collect()
        });
        TurnUpdate {
            turn_order: self.turn,
            end_of_turn,
            end_of_turn_confidence: 0.25,
            words,
            formatted,
        }
    }

    fn end(&mut self) -> Vec<TurnUpdate> {
        if self.samples / SAMPLES_PER_WORD == self.first_word {
            return Vec::new();
        }
        let update = self.update(true);
        self.turn += 1;
        self.first_word = self.samples / SAMPLES_PER_WORD;
        vec![update]
    }
}

impl RecognitionSession for Session {
    fn push(&mut self, pcm_16k: &[i16]) -> Result<Vec<TurnUpdate>, EngineError> {
        std::thread::sleep(Duration::from_millis(self.slowness.load(Ordering::Relaxed).into()));
        self.heard.lock().unwrap().extend_from_slice(pcm_16k);
        let loudest = pcm_16k.iter().map(|sample| sample.unsigned_abs()).max();
        self.loudest = self.loudest.max(loudest.unwrap_or(0));
        if self.is_silent {
            return Ok(Vec::new());
        }
        self.samples += pcm_16k.len() as u64;
        let heard = self.samples / SAMPLES_PER_WORD;
        if heard == self.said {
            return Ok(Vec::new());
        }
        self.said = heard;
        Ok(vec![self.update(false)])
    }

    fn force_endpoint(&mut self) -> Result<Vec<TurnUpdate>, EngineError> {
        Ok(self.end())
    }

    fn finish(&mut self) -> Result<Vec<TurnUpdate>, EngineError> {
        Ok(self.end())
    }

    fn reconfigure(&mut self, options: SessionOptions) {
        self.all_options.lock().unwrap().push(options);
        self.options = options;
    }

    /// In this world, how loud it is.
    fn take_speech_probability(&mut self) -> f32 {
        f32::from(std::mem::take(&mut self.loudest)) / 32_768.0
    }
}
