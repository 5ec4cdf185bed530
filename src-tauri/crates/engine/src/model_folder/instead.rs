//! What a folder holds when it holds no model that recognises speech.

use super::error::ModelFolderError;
use super::files::Listing;
use super::onnx::Metadata;

/// Endings of files that other programs load.
const FOREIGN: [(&str, &str); 12] = [
    (".gguf", "GGUF"),
    (".ggml", "GGML"),
    (".param", "ncnn"),
    (".rknn", "RKNN"),
    (".mnn", "MNN"),
    (".nemo", "NeMo"),
    (".pt", "PyTorch"),
    (".pth", "PyTorch"),
    (".safetensors", "safetensors"),
    (".tflite", "TensorFlow Lite"),
    (".mlmodelc", "Core ML"),
    (".mlpackage", "Core ML"),
];
const ARCHIVES: [&str; 5] = [".tar.bz2", ".tar.gz", ".tgz", ".tar.xz", ".zip"];

/// What is there instead of a model.
pub(super) fn what_else(listing: &Listing) -> ModelFolderError {
    if let Some(path) = listing.deeper() {
        return ModelFolderError::Deeper { path: path.to_owned() };
    }
    let ends = |ending: &str| listing.names().find(|name| name.ends_with(ending));
    if let Some((_, format)) = FOREIGN.iter().find(|(ending, _)| ends(ending).is_some()) {
        return ModelFolderError::ForeignFormat { format };
    }
    match ARCHIVES.iter().find_map(|ending| ends(ending)) {
        Some(name) => ModelFolderError::Packed { name: name.to_owned() },
        None => ModelFolderError::NoModel,
    }
}

/// Some models say nothing of themselves but lie beside files that no recogniser has.
pub(super) fn task_of_files(listing: &Listing) -> Option<&'static str> {
    let has = |name: &str| listing.names().any(|own| own == name);
    let mut models = listing.names().filter(|name| name.ends_with(".onnx")).peekable();
    if has("espeak-ng-data") || has("voices.bin") {
        Some("a text-to-speech model")
    } else if has("class_labels_indices.csv") {
        Some("a model that names sounds")
    } else if models.peek().is_some() && models.all(|name| name.contains("vad")) {
        Some("a voice activity detector")
    } else {
        None
    }
}

/// What else sherpa-onnx publishes models for.
pub(super) fn task_of_metadata(model_type: &str, metadata: &Metadata) -> Option<&'static str> {
    let lower = model_type.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if is(&["vits", "matcha", "kokoro", "kitten", "zipvoice", "supertonic", "pocket", "tts"])
        || metadata.contains_key("n_speakers")
    {
        Some("a text-to-speech model")
    } else if is(&["ct_transformer", "punct", "cnn_bilstm"]) {
        Some("a model that puts in punctuation")
    } else if is(&["pyannote", "diariz"]) {
        Some("a model that tells speakers apart")
    } else if metadata.contains_key("output_dim") || metadata.contains_key("framework") {
        Some("a model that recognises speakers")
    } else if is(&["gtcrn", "dpdfnet", "uvr", "spleeter", "denois"]) {
        Some("a model that cleans or separates audio")
    } else if is(&["vad"]) {
        Some("a voice activity detector")
    } else {
        None
    }
}
