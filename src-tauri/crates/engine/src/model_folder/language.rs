//! Which languages a model knows: from what it says of itself, or else from the name of its folder.

use super::kind::ModelKind;
use super::onnx::Metadata;

/// Names of languages, and of the recordings that models are named after, as they stand in the names of releases.
const NAMED: [(&str, &str); 21] = [
    ("english", "en"),
    ("librispeech", "en"),
    ("gigaspeech", "en"),
    ("libriheavy", "en"),
    ("chinese", "zh"),
    ("mandarin", "zh"),
    ("wenetspeech", "zh"),
    ("aishell", "zh"),
    ("hans", "zh"),
    ("cantonese", "yue"),
    ("korean", "ko"),
    ("japanese", "ja"),
    ("reazonspeech", "ja"),
    ("thai", "th"),
    ("russian", "ru"),
    ("vietnamese", "vi"),
    ("german", "de"),
    ("french", "fr"),
    ("spanish", "es"),
    ("arabic", "ar"),
    ("ukrainian", "uk"),
];

/// Codes that stand alone between hyphens in the names of releases.
const CODES: [&str; 48] = [
    "ar", "be", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr",
    "gl", "he", "hi", "hr", "hu", "id", "it", "ja", "ka", "kk", "ko", "lt", "lv", "ms", "mt", "nl",
    "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "sw", "ta", "th", "tr", "uk", "vi", "yue",
    "zh",
];

/// Parakeet TDT 0.6b has no language in its name; the third version was the first with more than English.
const PARAKEET_V3: [&str; 25] = [
    "bg", "hr", "cs", "da", "nl", "en", "et", "fi", "fr", "de", "el", "hu", "it", "lv", "lt", "mt",
    "pl", "pt", "ro", "sk", "sl", "es", "sv", "ru", "uk",
];

/// The languages as BCP 47 codes, the main one first where the name has an order; none where nothing tells them.
pub(super) fn languages(kind: ModelKind, folder: &str, metadata: &Metadata) -> Vec<String> {
    let of_metadata = in_metadata(kind, metadata);
    if of_metadata.is_empty() { in_name(folder) } else { of_metadata }
}

fn in_metadata(kind: ModelKind, metadata: &Metadata) -> Vec<String> {
    match kind {
        ModelKind::Whisper if metadata.get("is_multilingual").is_some_and(|value| value == "0") => {
            vec!["en".to_owned()]
        }
        ModelKind::Whisper => metadata
            .get("all_language_codes")
            .map(|codes| codes.split(',').map(|code| code.trim().to_owned()).collect())
            .unwrap_or_default(),
        ModelKind::SenseVoice => ["zh", "en", "ja", "ko", "yue"]
            .into_iter()
            .filter(|code| metadata.contains_key(&format!("lang_{code}")))
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn in_name(folder: &str) -> Vec<String> {
    let name = folder.to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for part in name.split(['-', '_', '.', ' ']) {
        let of_name = NAMED.iter().find(|(named, _)| *named == part).map(|(_, code)| *code);
        let code = CODES.into_iter().find(|code| *code == part).or(of_name);
        if let Some(code) = code.filter(|code| !found.iter().any(|known| known == code)) {
            found.push(code.to_owned());
        }
    }
    if found.is_empty() && name.contains("parakeet-tdt") {
        return if name.contains("-v3") {
            PARAKEET_V3.map(str::to_owned).to_vec()
        } else {
            vec!["en".to_owned()]
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(folder: &str) -> String {
        languages(ModelKind::Transducer, folder, &Metadata::new()).join(" ")
    }

    #[test]
    fn the_names_of_releases_tell_languages() {
        assert_eq!(named("sherpa-onnx-streaming-zipformer-en-2023-06-26"), "en");
        assert_eq!(named("sherpa-onnx-streaming-zipformer-bilingual-zh-en-2023-02-20"), "zh en");
        assert_eq!(
            named("sherpa-onnx-nemo-fast-conformer-ctc-be-de-en-es-fr-hr-it-pl-ru-uk-20k"),
            "be de en es fr hr it pl ru uk"
        );
        assert_eq!(named("sherpa-onnx-zipformer-korean-2024-06-24"), "ko");
        assert_eq!(named("sherpa-onnx-zipformer-ja-reazonspeech-2024-08-01"), "ja");
        assert_eq!(named("sherpa-onnx-nemo-transducer-giga-am-v2-russian-2025-04-19"), "ru");
        assert_eq!(named("sherpa-onnx-nemo-parakeet-tdt-0.6b-v2-int8"), "en");
        assert_eq!(named("sherpa-onnx-nemo-parakeet-tdt-0.6b-v3-int8").split(' ').count(), 25);
        assert_eq!(named("moonshine-tiny-en"), "en");
        assert_eq!(named("My model"), "");
    }

    #[test]
    fn what_the_model_says_comes_first() {
        let metadata = |pairs: &[(&str, &str)]| -> Metadata {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let english = metadata(&[("is_multilingual", "0"), ("all_language_codes", "")]);
        assert_eq!(languages(ModelKind::Whisper, "whisper-de", &english), ["en"]);
        let several = metadata(&[("is_multilingual", "1"), ("all_language_codes", "en,zh, de")]);
        assert_eq!(languages(ModelKind::Whisper, "x", &several), ["en", "zh", "de"]);
        let sense_voice = metadata(&[("lang_auto", "0"), ("lang_en", "4"), ("lang_yue", "7")]);
        assert_eq!(languages(ModelKind::SenseVoice, "x", &sense_voice), ["en", "yue"]);
    }
}
