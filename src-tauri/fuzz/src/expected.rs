//! What a script that breaks no rule of sockets has to end in, reckoned from the script alone.

use sotto_protocol::{
    ClientMessage, Encoding, StreamingParameters, Termination, check_frame, credential_in_query,
};

use crate::script::ENGINE_HZ;
use crate::scripted::SAMPLES_PER_WORD;
use crate::{Script, Step};

/// The end of a session that nobody broke off.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Nothing gives the service a reason to end it with an error.
    pub(crate) is_faultless: bool,
    /// Whole seconds of audio, rounded.
    pub(crate) seconds: u64,
    /// Samples that the recogniser hears.
    pub(crate) heard: u64,
}

impl Expected {
    /// `None` where the session cannot end as it was asked to: the query or a message is none.
    pub(crate) fn of(script: &Script<'_>) -> Option<Self> {
        let parameters = StreamingParameters::parse(&script.query).ok()?;
        let (encoding, rate) = (parameters.encoding, parameters.sample_rate);
        let width = encoding.bytes_per_sample()?;
        let mut sum = Sum { encoding, rate, is_faultless: true, samples: 0, open: 0, heard: 0 };
        sum.is_faultless =
            credential_in_query(&script.query).is_none_or(|credential| credential.is_empty());
        for step in &script.steps {
            match step {
                Step::Audio(bytes) => sum.audio(*bytes, width),
                Step::Binary(bytes) => sum.audio(bytes.len(), width),
                Step::Text(bytes) => {
                    match ClientMessage::decode(str::from_utf8(bytes).ok()?).ok()? {
                        ClientMessage::Terminate => break,
                        ClientMessage::ForceEndpoint => sum.flush(),
                        ClientMessage::KeepAlive | ClientMessage::UpdateConfiguration(_) => {}
                    }
                }
                _ => {}
            }
        }
        sum.flush();
        let ms = sum.samples * 1000 / u64::from(rate);
        Some(Self { is_faultless: sum.is_faultless, seconds: (ms + 500) / 1000, heard: sum.heard })
    }

    /// Whether the service says so.
    pub(crate) fn check(&self, termination: &Termination, heard: u64, words: &[String]) {
        assert_eq!(termination.audio_duration_seconds, self.seconds);
        assert_eq!(heard, self.heard, "samples that the recogniser heard");
        let spoken = (0..self.heard / SAMPLES_PER_WORD).map(|number| format!("word{number}"));
        assert!(words.iter().eq(&spoken.collect::<Vec<_>>()), "{words:?} of {self:?}");
    }
}

struct Sum {
    encoding: Encoding,
    rate: u32,
    is_faultless: bool,
    samples: u64,
    /// Samples since the resampler was emptied last.
    open: u64,
    heard: u64,
}

impl Sum {
    fn audio(&mut self, bytes: usize, width: usize) {
        self.is_faultless &=
            check_frame(bytes, self.encoding, self.rate).is_ok() && bytes.is_multiple_of(width);
        let samples = (bytes / width) as u64;
        self.samples += samples;
        self.open += samples;
    }

    /// What the filter still holds comes out, rounded up to a sample.
    fn flush(&mut self) {
        self.heard += (self.open * u64::from(ENGINE_HZ)).div_ceil(u64::from(self.rate));
        self.open = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Expected> {
        Expected::of(&Script::parse(text.as_bytes()))
    }

    #[test]
    fn audio_is_reckoned_in_the_clients_rate() {
        let expected = of(
            "sample_rate=8000&encoding=pcm_mulaw\naudio 4000\n{\"type\":\"ForceEndpoint\"}\naudio 8000",
        );
        assert_eq!(expected, Some(Expected { is_faultless: true, seconds: 2, heard: 24_000 }));
    }

    #[test]
    fn faults_are_told_from_what_cannot_be() {
        assert!(!of("\naudio 3").is_some_and(|expected| expected.is_faultless));
        assert!(!of("token=x\naudio 3200").is_some_and(|expected| expected.is_faultless));
        assert_eq!(of("sample_rate=7\naudio 3200"), None);
        assert_eq!(of("encoding=opus\naudio 3200"), None);
        assert_eq!(of("\nnonsense"), None);
        assert!(of("\n{\"type\":\"Terminate\"}\nnonsense").is_some());
    }
}
