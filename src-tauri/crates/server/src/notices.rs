//! What this service does not do, said honestly: what would make a session useless is refused, and what has no effect
//! is told with a `Warning`.

use sotto_protocol::{Encoding, StreamingParameters, UpdateConfiguration, Warning, texts};

/// The code of our own warnings; those of the cloud are undocumented.
const NO_EFFECT: i64 = 1;

/// Why a session with these parameters cannot be, if it cannot.
pub(crate) fn refusal(parameters: &StreamingParameters) -> Option<String> {
    let allowed = [Encoding::PcmS16le, Encoding::PcmMulaw];
    (!allowed.contains(&parameters.encoding)).then(|| {
        format!(
            "{}this service does not take encoding {}: must be one of pcm_s16le, pcm_mulaw",
            texts::BAD_INPUT,
            parameters.encoding
        )
    })
}

/// A warning for each parameter that was set and has no effect.
pub(crate) fn of_parameters(parameters: &StreamingParameters) -> Vec<Warning> {
    let is_english = |code: &String| code == "en" || code == "multi";
    warnings(&[
        ("keyterms_prompt", !parameters.keyterms_prompt.is_empty()),
        ("language_codes", !parameters.language_codes.iter().all(is_english)),
        ("language_detection", parameters.language_detection),
        ("filter_profanity", parameters.filter_profanity),
        ("speaker_labels", parameters.speaker_labels),
        ("prompt", parameters.prompt.is_some()),
        ("agent_context", parameters.agent_context.is_some()),
        ("redact_pii", parameters.redact_pii),
        ("acknowledge_silence", parameters.acknowledge_silence),
    ])
}

/// The same of an update.
pub(crate) fn of_update(update: &UpdateConfiguration) -> Vec<Warning> {
    let has_any = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
    warnings(&[
        ("keyterms_prompt", has_any(&update.keyterms_prompt)),
        ("language_codes", has_any(&update.language_codes)),
        ("filter_profanity", update.filter_profanity == Some(true)),
        ("prompt", update.prompt.is_some()),
        ("agent_context", update.agent_context.is_some()),
        ("acknowledge_silence", update.acknowledge_silence == Some(true)),
    ])
}

fn warnings(set: &[(&str, bool)]) -> Vec<Warning> {
    set.iter()
        .filter(|(_, is_set)| *is_set)
        .map(|(name, _)| Warning {
            warning_code: NO_EFFECT,
            warning: format!("{name} has no effect: the model of this service does not do it"),
        })
        .collect()
}
