//! What a session does with audio.

use sotto_protocol::{Encoding, ServerMessage, check_frame, texts};

use super::{
    Session, Stop,
    pace::{Pace, pace},
};
use crate::{Entry, Fault};

/// Short messages are punished once they go on for so long (wire).
const SHORT_MS_MAX: f64 = 1000.0;

impl Session {
    pub(super) async fn audio(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.frames += 1;
        self.bytes += bytes.len() as u64;
        self.check(bytes)?;
        let (samples, _) = bytes.as_chunks::<2>();
        let samples: Vec<i16> = samples.iter().map(|sample| i16::from_le_bytes(*sample)).collect();
        self.samples += samples.len() as u64;
        self.check_pace()?;
        let words = self.ears.hear(&samples);
        self.cloud.log.heard(self.number, self.samples / 16, words.len() as u64);
        self.is_speaking |= !words.is_empty();
        for word in words {
            // A word after a long pause belongs to the next turn, even when one message held both.
            if self.turns.ends_before(&word) {
                self.finals().await?;
            }
            let partial = self.turns.heard(word);
            self.say(ServerMessage::Turn(partial)).await?;
        }
        if !self.ears.is_hearing() && self.turns.is_over(self.samples / 16) {
            self.finals().await?;
        }
        self.meet_fault().await
    }

    fn check(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        if !bytes.len().is_multiple_of(2) {
            self.violation("a message of audio held half a sample");
            return Err(Stop::Error(3006, format!("{}half a sample", texts::BAD_INPUT)));
        }
        let Err(error) = check_frame(bytes.len(), Encoding::PcmS16le, 16_000) else {
            self.short_ms = 0.0;
            return Ok(());
        };
        self.violation(&error.to_string());
        self.short_ms += error.ms;
        if error.is_short() && self.short_ms < SHORT_MS_MAX {
            return Ok(());
        }
        Err(Stop::Error(3007, error.to_string()))
    }

    fn check_pace(&mut self) -> Result<(), Stop> {
        let audio_ms = self.samples / 16;
        let elapsed_ms = self.elapsed_ms();
        let pace = if self.cloud.config.is_paced { pace(audio_ms, elapsed_ms) } else { Pace::Fine };
        let text = || {
            let seconds = |ms: u64| ms as f64 / 1000.0;
            let (audio, elapsed) = (seconds(audio_ms), seconds(elapsed_ms));
            format!("{}: Received {audio:.2} sec. audio in {elapsed:.2} sec", texts::TOO_FAST)
        };
        if pace != Pace::Fine && !self.is_fast {
            // Once: it is one mistake, however long it lasts.
            self.is_fast = true;
            self.violation(&text());
        }
        if pace == Pace::TooFast { Err(Stop::Error(3007, text())) } else { Ok(()) }
    }

    async fn meet_fault(&mut self) -> Result<(), Stop> {
        let now_ms = self.samples / 16;
        let is_due =
            |fault: &mut Fault| fault.strikes_after_ms().is_some_and(|after_ms| now_ms >= after_ms);
        let Some(fault) = self.fault.take_if(is_due) else { return Ok(()) };
        self.cloud.log.note(Entry::Met { session: self.number, fault: fault.clone() });
        match fault {
            Fault::CloseAfterMs { code, text, .. } => Err(Stop::Error(code, text)),
            Fault::ResetAfterMs { .. } => {
                self.line.iter().for_each(crate::wire::Line::reset);
                Err(Stop::Gone)
            }
            Fault::StallAfterMs { .. } => {
                self.line.iter().for_each(crate::wire::Line::stall);
                // It is over for whoever counts sessions, though nobody can be told.
                self.seat = None;
                // What was read already is lost; the rest never comes, until the connection is cut.
                while let Some(Ok(_)) = self.socket.recv().await {}
                Err(Stop::Gone)
            }
            _ => Err(Stop::Gone),
        }
    }
}
