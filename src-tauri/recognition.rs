//! What the user asks of a recogniser beyond its text: model, language, key terms, when a turn is over, who speaks.
//!
//! The window puts it into the query of each session; see `ui/src/session/recognition.ts`, which knows what which recogniser
//! takes. Here it is kept and checked: a bad value of a known parameter ends a session with 3006.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::settings::SettingsError;

/// At most so many key terms (101 are refused with 3006).
pub const MOST_KEY_TERMS: usize = 100;
/// A longer one would be taken, and have no effect.
pub const LONGEST_KEY_TERM: usize = 50;
/// What one session tells apart at most.
const MOST_SPEAKERS: u32 = 10;

/// A model of the cloud, by its name on the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum CloudModel {
    /// English, word by word.
    #[default]
    #[serde(rename = "universal-streaming-english")]
    English,
    /// English, Spanish, French, German, Italian and Portuguese, word by word.
    #[serde(rename = "universal-streaming-multilingual")]
    Multilingual,
    /// More than thirty languages, by the sentence.
    #[serde(rename = "universal-3-5-pro")]
    Universal35,
    /// Its successor.
    #[serde(rename = "universal-3-6-pro")]
    Universal36,
    /// Some hundred languages, slow.
    #[serde(rename = "whisper-rt")]
    Whisper,
}

impl CloudModel {
    /// As the chip names it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Multilingual => "Multilingual",
            Self::Universal35 => "Universal-3.5 Pro",
            Self::Universal36 => "Universal-3.6 Pro",
            Self::Whisper => "Whisper",
        }
    }
}

/// How long a silence may be before a turn is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TurnTaking {
    /// Short turns: dictation.
    Quick,
    /// As the recogniser has it by itself: a conversation.
    #[default]
    Balanced,
    /// Long turns: a lecture, or who thinks while they speak.
    Patient,
}

/// What is asked of a recogniser. A recogniser that has not all of it is asked for what it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Recognition {
    /// Of the cloud.
    pub model: CloudModel,
    /// What is spoken, where the model may be told; `None`: it finds out.
    pub language: Option<String>,
    /// Names and words that are spoken and hard to guess.
    pub key_terms: Vec<String>,
    /// When a turn is over.
    pub turn_taking: TurnTaking,
    /// Finals have punctuation and capitals.
    pub is_formatted: bool,
    /// Who speaks is told apart, where the recogniser can.
    pub tells_speakers: bool,
    /// So many at most, 1 to 10; `None`: it finds out.
    pub most_speakers: Option<u32>,
}

impl Default for Recognition {
    fn default() -> Self {
        Self {
            model: CloudModel::default(),
            language: None,
            key_terms: Vec::new(),
            turn_taking: TurnTaking::default(),
            is_formatted: true,
            tells_speakers: false,
            most_speakers: None,
        }
    }
}

/// What the universal-3 models may be told is spoken: the values that the service took.
const LANGUAGES: [&str; 32] = [
    "en", "es", "de", "fr", "it", "pt", "tr", "nl", "sv", "no", "da", "fi", "hi", "vi", "ar", "he",
    "ja", "ur", "zh", "ru", "ko", "ca", "gl", "ro", "et", "fa", "yue", "af", "mr", "zu", "xh",
    "nn",
];

impl Recognition {
    /// Without blanks around terms, blank terms and terms that are there already, if the rest makes sense.
    ///
    /// # Errors
    /// What does not.
    pub(crate) fn checked(mut self) -> Result<Self, SettingsError> {
        self.key_terms = tidied(&self.key_terms);
        if let Some(term) =
            self.key_terms.iter().find(|term| term.chars().count() > LONGEST_KEY_TERM)
        {
            return Err(SettingsError::KeyTermTooLong { length: term.chars().count() });
        }
        if self.key_terms.len() > MOST_KEY_TERMS {
            return Err(SettingsError::KeyTermsTooMany { count: self.key_terms.len() });
        }
        if let Some(language) = self.language.as_deref()
            && !LANGUAGES.contains(&language)
        {
            return Err(SettingsError::OutOfRange {
                name: "recognition.language",
                limits: "a language that the service knows",
            });
        }
        if self.most_speakers.is_some_and(|most| !(1..=MOST_SPEAKERS).contains(&most)) {
            return Err(SettingsError::OutOfRange {
                name: "recognition.mostSpeakers",
                limits: "1 to 10",
            });
        }
        Ok(self)
    }
}

fn tidied(terms: &[String]) -> Vec<String> {
    let mut tidy: Vec<String> = Vec::with_capacity(terms.len());
    for term in terms {
        let term = term.split_whitespace().collect::<Vec<_>>().join(" ");
        if !term.is_empty() && !tidy.contains(&term) {
            tidy.push(term);
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use sotto_protocol::{SpeechModel, StreamingParameters};

    use super::*;

    fn with_terms(terms: impl IntoIterator<Item = String>) -> Result<Recognition, SettingsError> {
        let key_terms = terms.into_iter().collect();
        Recognition { key_terms, ..Recognition::default() }.checked()
    }

    #[test]
    fn key_terms_are_tidied() {
        let typed = [" Sotto ", "", "dredging\t barge", "Sotto"].map(str::to_owned);
        assert_eq!(with_terms(typed).unwrap().key_terms, ["Sotto", "dredging barge"]);
    }

    /// The limits are those of the protocol: what passes here is taken by it.
    #[test]
    fn what_the_service_would_refuse_or_ignore_is_refused_here() {
        let most = with_terms((0..100).map(|n| format!("term {n}"))).unwrap();
        let query = serde_json::to_string(&most.key_terms).unwrap();
        let read = StreamingParameters::parse(&format!("keyterms_prompt={query}")).unwrap();
        assert_eq!(read.keyterms_prompt.len(), 100);
        assert!(matches!(
            with_terms((0..101).map(|n| format!("term {n}"))),
            Err(SettingsError::KeyTermsTooMany { count: 101 })
        ));
        assert!(with_terms(["ß".repeat(50)]).is_ok());
        assert!(matches!(
            with_terms(["ß".repeat(51)]),
            Err(SettingsError::KeyTermTooLong { length: 51 })
        ));
        for most_speakers in [0, 11] {
            let wish = Recognition { most_speakers: Some(most_speakers), ..Recognition::default() };
            assert!(wish.checked().is_err(), "{most_speakers}");
        }
        let wish = Recognition { language: Some("klingon".to_owned()), ..Recognition::default() };
        assert!(wish.checked().is_err());
    }

    #[test]
    fn models_have_the_names_that_the_service_knows() {
        for model in [
            CloudModel::English,
            CloudModel::Multilingual,
            CloudModel::Universal35,
            CloudModel::Universal36,
            CloudModel::Whisper,
        ] {
            let name = serde_json::to_value(model).unwrap();
            assert!(name.as_str().unwrap().parse::<SpeechModel>().is_ok(), "{name}");
        }
    }
}
