//! `UpdateConfiguration`: what may change while a session runs.

use serde::{Deserialize, Serialize};

use crate::{ParameterError, parameters::check};

/// The fields of an `UpdateConfiguration` message (SDK). Every one is optional, and `null` means "unchanged". Lists are
/// real JSON arrays here, unlike in the query. Values apply to the audio that follows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdateConfiguration {
    /// 0 to 1; see [`crate::StreamingParameters::end_of_turn_confidence_threshold`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_of_turn_confidence_threshold: Option<f64>,
    /// Milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_turn_silence: Option<u32>,
    /// Milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_turn_silence: Option<u32>,
    /// 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vad_threshold: Option<f64>,
    /// Whether finals are formatted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format_turns: Option<bool>,
    /// At most 100; an empty list clears.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyterms_prompt: Option<Vec<String>>,
    /// Whether profanity is masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter_profanity: Option<bool>,
    /// At most 1750 characters; longer kills the session (wire).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// At most 1750 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_context: Option<String>,
    /// 0 to 1000 milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interruption_delay: Option<u32>,
    /// Milliseconds; undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn_left_pad_ms: Option<u32>,
    /// At most 10; an empty list clears.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language_codes: Option<Vec<String>>,
    /// Whether `Heartbeat` messages come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_heartbeat: Option<bool>,
    /// Whether `Silence` messages come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledge_silence: Option<bool>,
}

impl UpdateConfiguration {
    /// Checks the ranges that the query parameters of the same names have.
    pub fn check(&self) -> Result<(), ParameterError> {
        check::unit("end_of_turn_confidence_threshold", self.end_of_turn_confidence_threshold)?;
        check::unit("vad_threshold", self.vad_threshold)?;
        check::range("interruption_delay", self.interruption_delay, 0, 1000)?;
        check::count("keyterms_prompt", self.keyterms_prompt.as_deref().unwrap_or_default(), 100)?;
        check::count("language_codes", self.language_codes.as_deref().unwrap_or_default(), 10)?;
        check::length("prompt", self.prompt.as_deref())?;
        check::length("agent_context", self.agent_context.as_deref())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::{collection::vec, option, prelude::*};

    prop_compose! {
        pub(crate) fn updates()(
            threshold in option::of(0u32..=1000), min in option::of(any::<u32>()), max in option::of(any::<u32>()),
            format in option::of(any::<bool>()), terms in option::of(vec(".{0,20}", 0..100)),
            prompt in option::of(".{0,80}"), delay in option::of(0u32..=1000),
        ) -> UpdateConfiguration {
            UpdateConfiguration {
                end_of_turn_confidence_threshold: threshold.map(|n| f64::from(n) / 1000.0),
                min_turn_silence: min, max_turn_silence: max, format_turns: format,
                keyterms_prompt: terms, prompt, interruption_delay: delay,
                ..UpdateConfiguration::default()
            }
        }
    }
}
