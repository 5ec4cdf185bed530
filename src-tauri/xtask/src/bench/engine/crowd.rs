//! Many sessions at once.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::recording::{RATE, Recording};
use super::session::{Pace, Wishes, refusal, speak};
use crate::conformance::service::Service;

/// As many as the service takes by default.
pub(super) const SESSIONS: usize = 8;
const SECONDS: usize = 60;
/// Between one session's place in the speech and the next one's: nobody speaks in chorus.
const APART: usize = 7 * RATE;
/// Seconds of room between recordings.
const BETWEEN: f64 = 1.5;
/// A session that heard less than this did not do its work.
const WORDS_MIN: usize = 60;

/// What came of it; an error where a session broke off, or was not told what it should be.
#[derive(Debug)]
pub(super) struct Crowd {
    /// Of the slowest session: seconds from its last sample until everything was heard and told.
    pub(super) lag: anyhow::Result<f64>,
    /// Seconds until one session too many was refused.
    pub(super) refused: anyhow::Result<f64>,
}

/// Fills the service and asks for one place more.
pub(super) fn run(service: &Service, recordings: &[Recording]) -> Crowd {
    let speech: Vec<i16> =
        recordings.iter().flat_map(|recording| recording.with_room(BETWEEN)).collect();
    thread::scope(|scope| {
        let sessions: Vec<_> = (0..SESSIONS)
            .map(|number| {
                let pcm: Vec<i16> = speech
                    .iter()
                    .cycle()
                    .skip(number * APART)
                    .take(SECONDS * RATE)
                    .copied()
                    .collect();
                scope.spawn(move || {
                    let story = speak(service, Wishes::default(), &pcm, Pace::RealTime)?;
                    let words = story.hearing().words().len();
                    ensure!(words >= WORDS_MIN, "a session of {SECONDS} s heard {words} words");
                    anyhow::Ok(story.ended - SECONDS as f64)
                })
            })
            .collect();
        // In the middle of it: every place is taken, and every session has much to do.
        thread::sleep(Duration::from_secs(SECONDS as u64 / 2));
        let refused = refusal(service);
        let lag = sessions.into_iter().try_fold(0.0_f64, |most, session| {
            Ok(most.max(session.join().ok().context("a session panicked")??))
        });
        Crowd { lag, refused }
    })
}
