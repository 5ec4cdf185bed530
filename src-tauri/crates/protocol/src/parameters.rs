//! The query of `/v3/ws`: all configuration of a session is in the URL (docs), there is no opening message.
//!
//! Three things surprise (all **SDK** or **wire**): the Python SDK writes booleans as `True` and `False`; lists are
//! *one* JSON value, not a repeated key; unknown parameters are ignored, while a bad value of a known one ends the
//! session with 3006 before `Begin`.

use std::{borrow::Cow, str::FromStr};

use url::form_urlencoded;

use crate::{Encoding, Mode, SpeechModel, VoiceFocus};

pub(crate) mod check;
pub use check::ParameterError;

/// The configuration of a session. `Option` fields that are `None` are absent from the query, and the model's own
/// default holds.
///
/// Not modelled, and ignored when read: `llm_gateway`, the `webhook_…` and `customer_support_…` parameters, and the
/// retired `formatted_finals` and `word_finalization_max_wait_time`, which do nothing on v3 (wire).
#[derive(Debug, Clone, PartialEq)]
pub struct StreamingParameters {
    /// See [`SpeechModel`] for the dispute about its default.
    pub speech_model: Option<SpeechModel>,
    /// Hz, at least 8000 (wire: 7000 gives 3006); a third party says at most 96,000, which we take as the limit.
    /// 16000 when absent (docs). Meaningless for compressed encodings.
    pub sample_rate: u32,
    /// `pcm_s16le` when absent (SDK).
    pub encoding: Encoding,
    /// Punctuation and case on finals of the `universal-streaming` models; the universal-3 family always formats and
    /// ignores it. False when absent (docs).
    pub format_turns: bool,
    /// 0 to 1, 0.4 when absent (docs): 1 ends turns only by `max_turn_silence`, 0 at `min_turn_silence`.
    pub end_of_turn_confidence_threshold: Option<f64>,
    /// Milliseconds of silence that end a turn which looks complete; 400 on `universal-streaming` (docs). Its old name
    /// `min_end_of_turn_silence_when_confident` is read too; both SDKs rewrite it.
    pub min_turn_silence: Option<u32>,
    /// Milliseconds of silence that end any turn; 1280 on `universal-streaming` (docs).
    pub max_turn_silence: Option<u32>,
    /// 0 to 1, 0.4 on `universal-streaming` (docs): frames under it count as silence.
    pub vad_threshold: Option<f64>,
    /// 5 to 3600 s without any client message, then 3006 (wire). Never when absent.
    pub inactivity_timeout: Option<u32>,
    /// At most 100 (wire: 101 give 3006); one longer than 50 characters is accepted and has no effect (wire). The old
    /// name `keyterms` is read too.
    pub keyterms_prompt: Vec<String>,
    /// At most 10 (LiveKit), order matters (wire). The deprecated `language_code` is read as a list of one.
    pub language_codes: Vec<String>,
    /// `en` or `multi`; deprecated (docs), still sent by some.
    pub language: Option<String>,
    /// Adds `language_code` to finals (docs).
    pub language_detection: bool,
    /// Masks profanity (docs).
    pub filter_profanity: bool,
    /// Labels speakers (docs).
    pub speaker_labels: bool,
    /// 1 to 10, only with `speaker_labels` (docs).
    pub max_speakers: Option<u32>,
    /// Universal-3 family.
    pub mode: Option<Mode>,
    /// At most 1750 characters (wire: longer gives 3006).
    pub prompt: Option<String>,
    /// At most 1750 characters.
    pub agent_context: Option<String>,
    /// Extra partials about every 3 s (LiveKit).
    pub continuous_partials: Option<bool>,
    /// 0 to 1000 ms until the first partial (SDK).
    pub interruption_delay: Option<u32>,
    /// Near or far field. The Python SDK rewrites the old name `noise_suppression_model`, read here too.
    pub voice_focus: Option<VoiceFocus>,
    /// 0 to 1.
    pub voice_focus_threshold: Option<f64>,
    /// Suppresses all partials (wire).
    pub redact_pii: bool,
    /// `Heartbeat` about every 5 s (wire).
    pub session_heartbeat: bool,
    /// `Silence` about every 1 s while nothing is transcribed (SDK).
    pub acknowledge_silence: bool,
}

impl Default for StreamingParameters {
    fn default() -> Self {
        Self {
            speech_model: None,
            sample_rate: 16_000,
            encoding: Encoding::PcmS16le,
            format_turns: false,
            end_of_turn_confidence_threshold: None,
            min_turn_silence: None,
            max_turn_silence: None,
            vad_threshold: None,
            inactivity_timeout: None,
            keyterms_prompt: Vec::new(),
            language_codes: Vec::new(),
            language: None,
            language_detection: false,
            filter_profanity: false,
            speaker_labels: false,
            max_speakers: None,
            mode: None,
            prompt: None,
            agent_context: None,
            continuous_partials: None,
            interruption_delay: None,
            voice_focus: None,
            voice_focus_threshold: None,
            redact_pii: false,
            session_heartbeat: false,
            acknowledge_silence: false,
        }
    }
}

/// The credential in `?token=`, where browsers and the JavaScript SDK put a temporary token. The Python SDK puts it in
/// `Authorization` instead, so a server looks in both places.
pub fn credential_in_query(query: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "token")
        .map(|(_, value)| value.into())
        .last()
}

impl StreamingParameters {
    /// Reads a query (without `?`) as the service does. Of a repeated scalar the last counts; a repeated list adds up.
    pub fn parse(query: &str) -> Result<Self, ParameterError> {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            read.set(&name, &value)?;
        }
        read.check()?;
        Ok(read)
    }

    /// The query (without `?`), which holds only what differs from the default, and always the sample rate, encoding
    /// and `format_turns`. The credential is not part of it.
    pub fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs() {
            query.append_pair(name, &value);
        }
        query.finish()
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), ParameterError> {
        match name {
            "speech_model" => self.speech_model = Some(known("speech_model", value)?),
            "sample_rate" => self.sample_rate = number("sample_rate", value)?,
            "encoding" => self.encoding = known("encoding", value)?,
            "format_turns" => self.format_turns = boolean("format_turns", value)?,
            "end_of_turn_confidence_threshold" => {
                self.end_of_turn_confidence_threshold =
                    Some(number("end_of_turn_confidence_threshold", value)?);
            }
            "min_turn_silence" | "min_end_of_turn_silence_when_confident" => {
                self.min_turn_silence = Some(number("min_turn_silence", value)?);
            }
            "max_turn_silence" => self.max_turn_silence = Some(number("max_turn_silence", value)?),
            "vad_threshold" => self.vad_threshold = Some(number("vad_threshold", value)?),
            "inactivity_timeout" => {
                self.inactivity_timeout = Some(number("inactivity_timeout", value)?)
            }
            "keyterms_prompt" | "keyterms" => {
                self.keyterms_prompt.extend(list("keyterms_prompt", value)?)
            }
            "language_codes" => self.language_codes.extend(list("language_codes", value)?),
            "language_code" => self.language_codes = vec![value.to_owned()],
            "language" => self.language = Some(value.to_owned()),
            "language_detection" => self.language_detection = boolean("language_detection", value)?,
            "filter_profanity" => self.filter_profanity = boolean("filter_profanity", value)?,
            "speaker_labels" => self.speaker_labels = boolean("speaker_labels", value)?,
            "max_speakers" => self.max_speakers = Some(number("max_speakers", value)?),
            _ => self.set_universal_3(name, value)?,
        }
        Ok(())
    }

    fn set_universal_3(&mut self, name: &str, value: &str) -> Result<(), ParameterError> {
        match name {
            "mode" => self.mode = Some(known("mode", value)?),
            "prompt" => self.prompt = Some(value.to_owned()),
            "agent_context" => self.agent_context = Some(value.to_owned()),
            "continuous_partials" => {
                self.continuous_partials = Some(boolean("continuous_partials", value)?)
            }
            "interruption_delay" => {
                self.interruption_delay = Some(number("interruption_delay", value)?)
            }
            "voice_focus" | "noise_suppression_model" => {
                self.voice_focus = Some(known("voice_focus", value)?)
            }
            "domain" => one_of("domain", value, &["medical-v1"])?,
            "redact_pii_sub" => one_of("redact_pii_sub", value, &["hash", "entity_name"])?,
            "voice_focus_threshold" | "noise_suppression_threshold" => {
                self.voice_focus_threshold = Some(number("voice_focus_threshold", value)?);
            }
            "redact_pii" => self.redact_pii = boolean("redact_pii", value)?,
            "session_heartbeat" => self.session_heartbeat = boolean("session_heartbeat", value)?,
            "acknowledge_silence" => {
                self.acknowledge_silence = boolean("acknowledge_silence", value)?
            }
            _unknown => {}
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ParameterError> {
        if self.sample_rate < 8000 {
            return Err(ParameterError::SampleRateTooLow);
        }
        check::range("sample_rate", Some(self.sample_rate), 8000, 96_000)?;
        check::unit("end_of_turn_confidence_threshold", self.end_of_turn_confidence_threshold)?;
        check::unit("vad_threshold", self.vad_threshold)?;
        check::unit("voice_focus_threshold", self.voice_focus_threshold)?;
        check::range("inactivity_timeout", self.inactivity_timeout, 5, 3600)?;
        check::range("max_speakers", self.max_speakers, 1, 10)?;
        check::range("interruption_delay", self.interruption_delay, 0, 1000)?;
        check::count("keyterms_prompt", &self.keyterms_prompt, 100)?;
        check::count("language_codes", &self.language_codes, 10)?;
        check::length("prompt", self.prompt.as_deref())?;
        check::length("agent_context", self.agent_context.as_deref())
    }

    fn pairs(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let mut pairs = Pairs(Vec::new());
        pairs.0.push(("sample_rate", self.sample_rate.to_string().into()));
        pairs.0.push(("encoding", self.encoding.name().into()));
        pairs.0.push(("format_turns", self.format_turns.to_string().into()));
        pairs.some("speech_model", self.speech_model);
        pairs.some("end_of_turn_confidence_threshold", self.end_of_turn_confidence_threshold);
        pairs.some("min_turn_silence", self.min_turn_silence);
        pairs.some("max_turn_silence", self.max_turn_silence);
        pairs.some("vad_threshold", self.vad_threshold);
        pairs.some("inactivity_timeout", self.inactivity_timeout);
        pairs.list("keyterms_prompt", &self.keyterms_prompt);
        pairs.list("language_codes", &self.language_codes);
        pairs.some("language", self.language.as_deref());
        pairs.when("language_detection", self.language_detection);
        pairs.when("filter_profanity", self.filter_profanity);
        pairs.when("speaker_labels", self.speaker_labels);
        pairs.some("max_speakers", self.max_speakers);
        pairs.some("mode", self.mode);
        pairs.some("prompt", self.prompt.as_deref());
        pairs.some("agent_context", self.agent_context.as_deref());
        pairs.some("continuous_partials", self.continuous_partials);
        pairs.some("interruption_delay", self.interruption_delay);
        pairs.some("voice_focus", self.voice_focus);
        pairs.some("voice_focus_threshold", self.voice_focus_threshold);
        pairs.when("redact_pii", self.redact_pii);
        pairs.when("session_heartbeat", self.session_heartbeat);
        pairs.when("acknowledge_silence", self.acknowledge_silence);
        pairs.0
    }
}

struct Pairs<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl Pairs<'_> {
    fn some(&mut self, name: &'static str, value: Option<impl ToString>) {
        self.0.extend(value.map(|value| (name, Cow::Owned(value.to_string()))));
    }

    fn when(&mut self, name: &'static str, is_set: bool) {
        self.some(name, is_set.then_some(true));
    }

    fn list(&mut self, name: &'static str, items: &[String]) {
        self.some(name, (!items.is_empty()).then(|| serde_json::Value::from(items)));
    }
}

fn known<T: FromStr<Err = crate::UnknownName>>(
    name: &'static str,
    value: &str,
) -> Result<T, ParameterError> {
    value.parse().map_err(|unknown: crate::UnknownName| ParameterError::UnknownValue {
        name,
        value: check::clip(value),
        allowed: unknown.allowed,
    })
}

/// A parameter that is checked, as the service does, and not kept: nothing here serves it.
fn one_of(
    name: &'static str,
    value: &str,
    allowed: &'static [&'static str],
) -> Result<(), ParameterError> {
    if allowed.contains(&value) {
        Ok(())
    } else {
        Err(ParameterError::UnknownValue { name, value: check::clip(value), allowed })
    }
}

/// The spellings of pydantic, which reads them on the live service: any case of true/false, t/f, yes/no, y/n, on/off,
/// 1/0.
fn boolean(name: &'static str, value: &str) -> Result<bool, ParameterError> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Ok(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Ok(false),
        _ => Err(ParameterError::NotABoolean { name, value: check::clip(value) }),
    }
}

fn number<T: FromStr>(name: &'static str, value: &str) -> Result<T, ParameterError> {
    value
        .trim()
        .parse()
        .map_err(|_unparsable| ParameterError::NotANumber { name, value: check::clip(value) })
}

/// A JSON list of strings, or one bare item of a repeated key.
fn list(name: &'static str, value: &str) -> Result<Vec<String>, ParameterError> {
    if value.trim_start().starts_with('[') {
        serde_json::from_str(value).map_err(|_not_strings| ParameterError::NotAList { name })
    } else {
        Ok(vec![value.to_owned()])
    }
}

#[cfg(test)]
mod tests;
