//! Which kind of model a folder holds, as the library would find out, too late, by loading it.

use super::error::ModelFolderError;
use super::files::{Chosen, Role};
use super::instead::task_of_metadata;
use super::onnx::Metadata;

/// A kind of model that can recognise here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModelKind {
    /// Moonshine in four files: preprocessor, encoder and two decoders.
    MoonshineV1,
    /// Moonshine in ORT format with one decoder, as in the engine pack.
    MoonshineV2,
    /// Whisper.
    Whisper,
    /// `SenseVoice`.
    SenseVoice,
    /// Paraformer.
    Paraformer,
    /// A transducer from `NeMo`, such as Parakeet TDT.
    NemoTransducer,
    /// A CTC model from `NeMo`.
    NemoCtc,
    /// A transducer from icefall: Zipformer or Conformer.
    Transducer,
    /// Zipformer CTC.
    ZipformerCtc,
    /// A streaming transducer from icefall: Zipformer, Conformer or LSTM.
    StreamingTransducer,
    /// A streaming transducer from `NeMo`.
    StreamingNemoTransducer,
    /// Streaming Paraformer.
    StreamingParaformer,
    /// Streaming Zipformer CTC.
    StreamingZipformerCtc,
    /// A streaming CTC model from `NeMo`.
    StreamingNemoCtc,
}

impl ModelKind {
    /// Its name, as a person may read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MoonshineV1 | Self::MoonshineV2 => "Moonshine",
            Self::Whisper => "Whisper",
            Self::SenseVoice => "SenseVoice",
            Self::Paraformer => "Paraformer",
            Self::NemoTransducer => "NeMo transducer",
            Self::NemoCtc => "NeMo CTC",
            Self::Transducer => "Zipformer transducer",
            Self::ZipformerCtc => "Zipformer CTC",
            Self::StreamingTransducer => "streaming Zipformer transducer",
            Self::StreamingNemoTransducer => "streaming NeMo transducer",
            Self::StreamingParaformer => "streaming Paraformer",
            Self::StreamingZipformerCtc => "streaming Zipformer CTC",
            Self::StreamingNemoCtc => "streaming NeMo CTC",
        }
    }

    /// Whether it hears on as audio comes, rather than all of a passage again and again.
    #[must_use]
    pub fn is_streaming(self) -> bool {
        matches!(
            self,
            Self::StreamingTransducer
                | Self::StreamingNemoTransducer
                | Self::StreamingParaformer
                | Self::StreamingZipformerCtc
                | Self::StreamingNemoCtc
        )
    }

    /// Whether it continues its own text, and can run in circles.
    pub(crate) fn makes_words_up(self) -> bool {
        matches!(self, Self::MoonshineV1 | Self::MoonshineV2 | Self::Whisper)
    }

    /// Its parts, and what one that is not there is called.
    pub(super) fn parts(self) -> &'static [(Role, &'static str)] {
        match self {
            Self::MoonshineV1 => &[
                (Role::Preprocessor, "preprocess.onnx"),
                (Role::Encoder, "encoder (encode.onnx)"),
                (Role::UncachedDecoder, "uncached_decode.onnx"),
                (Role::CachedDecoder, "cached_decode.onnx"),
            ],
            Self::MoonshineV2 => &[
                (Role::Encoder, "encoder_model.ort"),
                (Role::MergedDecoder, "decoder_model_merged.ort"),
            ],
            Self::Whisper | Self::StreamingParaformer => {
                &[(Role::Encoder, "encoder"), (Role::Decoder, "decoder")]
            }
            Self::Transducer
            | Self::NemoTransducer
            | Self::StreamingTransducer
            | Self::StreamingNemoTransducer => {
                &[(Role::Encoder, "encoder"), (Role::Decoder, "decoder"), (Role::Joiner, "joiner")]
            }
            Self::SenseVoice
            | Self::Paraformer
            | Self::NemoCtc
            | Self::ZipformerCtc
            | Self::StreamingZipformerCtc
            | Self::StreamingNemoCtc => &[(Role::Whole, "model.onnx")],
        }
    }

    /// What must stand in the metadata of one of its parts; without it the library ends the process.
    pub(super) fn needed(self) -> &'static [(Role, &'static [&'static str])] {
        const CACHES: &[&str] = &["vocab_size", "window_size", "chunk_shift", "subsampling_factor"];
        const LFR: &[&str] = &["vocab_size", "lfr_window_size", "lfr_window_shift"];
        match self {
            Self::MoonshineV1 | Self::MoonshineV2 | Self::ZipformerCtc => &[],
            Self::Whisper => &[(
                Role::Encoder,
                &[
                    "n_mels",
                    "n_text_layer",
                    "n_text_ctx",
                    "n_text_state",
                    "n_vocab",
                    "sot",
                    "eot",
                    "blank_id",
                    "translate",
                    "transcribe",
                    "is_multilingual",
                    "no_timestamps",
                    "no_speech",
                    "sot_sequence",
                ],
            )],
            Self::SenseVoice => &[(Role::Whole, LFR), (Role::Whole, &["normalize_samples"])],
            Self::Paraformer => &[(Role::Whole, LFR), (Role::Whole, &["neg_mean", "inv_stddev"])],
            Self::NemoTransducer => &[(
                Role::Encoder,
                &["vocab_size", "subsampling_factor", "pred_rnn_layers", "pred_hidden"],
            )],
            Self::NemoCtc => &[(Role::Whole, &["vocab_size", "subsampling_factor"])],
            Self::Transducer => &[(Role::Decoder, &["vocab_size", "context_size"])],
            Self::StreamingTransducer => &[
                (Role::Encoder, &["T", "decode_chunk_len"]),
                (Role::Decoder, &["vocab_size", "context_size"]),
            ],
            Self::StreamingNemoTransducer => &[(
                Role::Encoder,
                &["vocab_size", "subsampling_factor", "pred_rnn_layers", "pred_hidden"],
            )],
            Self::StreamingParaformer => &[
                (Role::Encoder, LFR),
                (
                    Role::Encoder,
                    &[
                        "encoder_output_size",
                        "decoder_num_blocks",
                        "decoder_kernel_size",
                        "neg_mean",
                        "inv_stddev",
                    ],
                ),
            ],
            Self::StreamingZipformerCtc => {
                &[(Role::Whole, &["T", "decode_chunk_len", "encoder_dims"])]
            }
            Self::StreamingNemoCtc => &[(Role::Whole, CACHES)],
        }
    }

    /// Where the token for silence has to be in the table.
    pub(super) fn blank(self) -> Blank {
        match self {
            Self::NemoTransducer | Self::StreamingNemoTransducer => Blank::Last,
            Self::NemoCtc
            | Self::ZipformerCtc
            | Self::StreamingZipformerCtc
            | Self::StreamingNemoCtc => Blank::Anywhere,
            _ => Blank::NotNeeded,
        }
    }

    /// Whether its table holds the letters of tokens, not their bytes in base64.
    pub(super) fn has_readable_tokens(self) -> bool {
        !matches!(self, Self::MoonshineV1 | Self::MoonshineV2 | Self::Whisper)
    }
}

/// What the library expects of the token for silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blank {
    NotNeeded,
    Anywhere,
    Last,
}

/// Tells the kind from the parts and from what the leading one of them says of itself.
pub(super) fn kind_of(chosen: &Chosen, metadata: &Metadata) -> Result<ModelKind, ModelFolderError> {
    let has = |role| chosen.parts.contains_key(&role);
    if has(Role::Preprocessor) || has(Role::UncachedDecoder) || has(Role::CachedDecoder) {
        return Ok(ModelKind::MoonshineV1);
    }
    if has(Role::MergedDecoder) {
        return Ok(ModelKind::MoonshineV2);
    }
    let model_type = metadata.get("model_type").map_or("", String::as_str);
    let found = if has(Role::Encoder) {
        in_parts(model_type, metadata)
    } else if has(Role::Whole) {
        whole(model_type, metadata)
    } else {
        return Err(ModelFolderError::Incomplete { part: "encoder" });
    };
    let leading = chosen.parts.get(&Role::Encoder).or_else(|| chosen.parts.get(&Role::Whole));
    found.ok_or_else(|| match (task_of_metadata(model_type, metadata), leading) {
        (Some(task), _) => ModelFolderError::OtherTask { task },
        (None, Some(path)) if model_type.is_empty() => {
            ModelFolderError::Unmarked { path: path.clone() }
        }
        _ => ModelFolderError::UnknownKind { model_type: model_type.to_owned() },
    })
}

fn is_streaming(metadata: &Metadata) -> bool {
    ["decode_chunk_len", "cache_last_channel_dim1", "streaming_model_type"]
        .iter()
        .any(|key| metadata.contains_key(*key))
}

fn in_parts(model_type: &str, metadata: &Metadata) -> Option<ModelKind> {
    let is_streaming = is_streaming(metadata);
    match model_type {
        "conformer" | "zipformer" | "zipformer2" | "lstm" | "ebranchformer" if is_streaming => {
            Some(ModelKind::StreamingTransducer)
        }
        "conformer" | "zipformer" | "zipformer2" => Some(ModelKind::Transducer),
        "paraformer" => Some(ModelKind::StreamingParaformer),
        _ if model_type.starts_with("whisper") || metadata.contains_key("n_text_layer") => {
            Some(ModelKind::Whisper)
        }
        _ if metadata.contains_key("pred_hidden") && is_streaming => {
            Some(ModelKind::StreamingNemoTransducer)
        }
        _ if metadata.contains_key("pred_hidden") => Some(ModelKind::NemoTransducer),
        _ => None,
    }
}

fn whole(model_type: &str, metadata: &Metadata) -> Option<ModelKind> {
    let is_streaming = is_streaming(metadata);
    match model_type {
        "zipformer2" if is_streaming => Some(ModelKind::StreamingZipformerCtc),
        "zipformer2_ctc" => Some(ModelKind::ZipformerCtc),
        "paraformer" => Some(ModelKind::Paraformer),
        "EncDecCTCModelBPE" | "EncDecCTCModel" | "EncDecHybridRNNTCTCBPEModel" => {
            Some(if is_streaming { ModelKind::StreamingNemoCtc } else { ModelKind::NemoCtc })
        }
        _ if model_type.starts_with("sense_voice") || metadata.contains_key("lang_auto") => {
            Some(ModelKind::SenseVoice)
        }
        _ => None,
    }
}
