//! Folders as releases unpack, and everything that can be wrong with one.

use std::fs;

use super::fake::{nemo_tokens, onnx, ort, tokens, write};
use super::*;

const ICEFALL_DECODER: [(&str, &str); 2] = [("vocab_size", "50"), ("context_size", "2")];
const STREAMING_ZIPFORMER: [(&str, &str); 4] = [
    ("model_type", "zipformer2"),
    ("T", "45"),
    ("decode_chunk_len", "32"),
    ("encoder_dims", "192,256"),
];
const NEMO: [(&str, &str); 5] = [
    ("model_type", "EncDecRNNTBPEModel"),
    ("vocab_size", "49"),
    ("subsampling_factor", "8"),
    ("pred_rnn_layers", "2"),
    ("pred_hidden", "640"),
];
const PARAFORMER: [(&str, &str); 6] = [
    ("model_type", "paraformer"),
    ("vocab_size", "50"),
    ("lfr_window_size", "7"),
    ("lfr_window_shift", "6"),
    ("neg_mean", "-8.3,-8.6"),
    ("inv_stddev", "0.1,0.2"),
];
const SENSE_VOICE: [(&str, &str); 8] = [
    ("model_type", "sense_voice_ctc"),
    ("vocab_size", "50"),
    ("lfr_window_size", "7"),
    ("lfr_window_shift", "6"),
    ("normalize_samples", "0"),
    ("lang_auto", "0"),
    ("lang_zh", "3"),
    ("lang_en", "4"),
];
const WHISPER: [(&str, &str); 15] = [
    ("model_type", "whisper-tiny.en"),
    ("n_mels", "80"),
    ("n_text_layer", "4"),
    ("n_text_ctx", "448"),
    ("n_text_state", "384"),
    ("n_vocab", "51864"),
    ("sot", "50257"),
    ("eot", "50256"),
    ("blank_id", "220"),
    ("translate", "50357"),
    ("transcribe", "50358"),
    ("is_multilingual", "0"),
    ("no_timestamps", "50362"),
    ("no_speech", "50361"),
    ("sot_sequence", "50257"),
];

/// A folder in the making; it goes away with the test.
struct Folder {
    _around: tempfile::TempDir,
    path: PathBuf,
}

impl Folder {
    fn named(name: &str) -> Self {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join(name);
        fs::create_dir(&path).unwrap();
        Self { _around: around, path }
    }

    fn with(self, name: &str, content: &[u8]) -> Self {
        write(&self.path, name, content);
        self
    }

    fn inspect(&self) -> Result<ModelFolder, ModelFolderError> {
        ModelFolder::inspect(&self.path)
    }

    fn kind(&self) -> ModelKind {
        self.inspect().unwrap().kind()
    }

    fn complaint(&self) -> String {
        self.inspect().unwrap_err().to_string()
    }

    /// The names of the files that are taken.
    fn taken(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .inspect()
            .unwrap()
            .files()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn streaming_zipformer(name: &str) -> Folder {
    Folder::named(name)
        .with("encoder-epoch-99-avg-1-chunk-16-left-128.int8.onnx", &onnx(&STREAMING_ZIPFORMER))
        .with("encoder-epoch-99-avg-1-chunk-16-left-128.onnx", &onnx(&STREAMING_ZIPFORMER))
        .with("decoder-epoch-99-avg-1-chunk-16-left-128.onnx", &onnx(&ICEFALL_DECODER))
        .with("joiner-epoch-99-avg-1-chunk-16-left-128.int8.onnx", &onnx(&[]))
        .with("tokens.txt", &tokens(50))
        .with("bpe.model", b"x")
        .with("README.md", b"x")
}

fn whisper(name: &str) -> Folder {
    Folder::named(name)
        .with("tiny.en-encoder.int8.onnx", &onnx(&WHISPER))
        .with("tiny.en-decoder.int8.onnx", &onnx(&[]))
        .with("tiny.en-tokens.txt", b"IQ== 0\nIg== 1\n")
}

#[test]
fn a_streaming_zipformer_is_told_with_its_name_and_language() {
    let folder = streaming_zipformer("sherpa-onnx-streaming-zipformer-en-2023-06-26");
    let found = folder.inspect().unwrap();
    assert_eq!(found.kind(), ModelKind::StreamingTransducer);
    assert!(found.kind().is_streaming());
    assert_eq!((found.name(), found.language()), ("streaming-zipformer-en-2023-06-26", "en"));
    assert_eq!(found.chunk_frames(), Some(45));
    assert_eq!(
        folder.taken(),
        [
            "decoder-epoch-99-avg-1-chunk-16-left-128.onnx",
            "encoder-epoch-99-avg-1-chunk-16-left-128.int8.onnx",
            "joiner-epoch-99-avg-1-chunk-16-left-128.int8.onnx",
            "tokens.txt",
        ]
    );
}

#[test]
fn of_two_exports_of_one_model_the_one_with_more_context_is_taken() {
    let folder = streaming_zipformer("x")
        .with("encoder-epoch-99-avg-1-chunk-16-left-64.int8.onnx", &onnx(&STREAMING_ZIPFORMER))
        .with("decoder-epoch-99-avg-1-chunk-16-left-64.onnx", &onnx(&ICEFALL_DECODER))
        .with("joiner-epoch-99-avg-1-chunk-16-left-64.onnx", &onnx(&[]))
        .with("ctc-epoch-99-avg-1-chunk-16-left-128.onnx", &onnx(&STREAMING_ZIPFORMER));
    assert!(folder.taken().iter().all(|name| !name.contains("left-64") && !name.contains("ctc")));
}

#[test]
fn moonshine_comes_in_two_layouts() {
    let first = Folder::named("sherpa-onnx-moonshine-tiny-en-int8")
        .with("preprocess.onnx", &onnx(&[]))
        .with("encode.int8.onnx", &onnx(&[]))
        .with("uncached_decode.int8.onnx", &onnx(&[]))
        .with("cached_decode.int8.onnx", &onnx(&[]))
        .with("tokens.txt", &tokens(50));
    assert_eq!(first.kind(), ModelKind::MoonshineV1);
    assert_eq!(first.inspect().unwrap().language(), "en");
    let second = Folder::named("moonshine-base-es")
        .with("encoder_model.ort", &ort())
        .with("decoder_model_merged.ort", &ort())
        .with("tokens.txt", b"PHVuaz4=\t0\nPHM+\t1\n");
    assert_eq!(second.kind(), ModelKind::MoonshineV2);
    assert_eq!(second.inspect().unwrap().language(), "es");
}

#[test]
fn whisper_has_names_of_its_own() {
    let folder = whisper("sherpa-onnx-whisper-tiny.en");
    let found = folder.inspect().unwrap();
    assert_eq!((found.kind(), found.language()), (ModelKind::Whisper, "en"));
    assert!(!found.kind().is_streaming() && !found.takes_language());
    assert_eq!(
        folder.taken(),
        ["tiny.en-decoder.int8.onnx", "tiny.en-encoder.int8.onnx", "tiny.en-tokens.txt"]
    );
}

#[test]
fn the_language_of_a_model_with_several_can_be_chosen() {
    let mut several = WHISPER;
    several[11] = ("is_multilingual", "1");
    let several = [several.as_slice(), &[("all_language_codes", "en,de,fr")]].concat();
    let folder = whisper("x").with("tiny.en-encoder.int8.onnx", &onnx(&several));
    let found = folder.inspect().unwrap();
    assert_eq!((found.language(), found.takes_language()), ("mul", true));
    assert_eq!(found.clone().speaking("de").unwrap().language(), "de");
    let error = found.speaking("tlh").unwrap_err();
    assert!(matches!(error, ModelFolderError::UnknownLanguage { .. }), "{error}");
}

#[test]
fn models_in_one_file_are_told_by_what_they_say() {
    let kind = |metadata: &[(&str, &str)], table: &[u8]| {
        Folder::named("x").with("model.int8.onnx", &onnx(metadata)).with("tokens.txt", table).kind()
    };
    assert_eq!(kind(&SENSE_VOICE, &tokens(50)), ModelKind::SenseVoice);
    assert_eq!(kind(&PARAFORMER, &tokens(50)), ModelKind::Paraformer);
    assert_eq!(kind(&[("model_type", "zipformer2_ctc")], &tokens(50)), ModelKind::ZipformerCtc);
    assert_eq!(kind(&STREAMING_ZIPFORMER, &tokens(50)), ModelKind::StreamingZipformerCtc);
    let nemo =
        [("model_type", "EncDecCTCModelBPE"), ("vocab_size", "49"), ("subsampling_factor", "4")];
    assert_eq!(kind(&nemo, &nemo_tokens(50)), ModelKind::NemoCtc);
    let caches =
        [("cache_last_channel_dim1", "17"), ("window_size", "112"), ("chunk_shift", "104")];
    assert_eq!(
        kind(&[nemo.as_slice(), &caches].concat(), &nemo_tokens(50)),
        ModelKind::StreamingNemoCtc
    );
}

#[test]
fn models_in_parts_are_told_by_what_they_say() {
    let kind = |encoder: &[(&str, &str)], table: &[u8]| {
        Folder::named("x")
            .with("encoder.int8.onnx", &onnx(encoder))
            .with("decoder.int8.onnx", &onnx(&ICEFALL_DECODER))
            .with("joiner.int8.onnx", &onnx(&[]))
            .with("tokens.txt", table)
            .kind()
    };
    assert_eq!(kind(&NEMO, &nemo_tokens(50)), ModelKind::NemoTransducer);
    assert_eq!(kind(&[("model_type", "zipformer2")], &tokens(50)), ModelKind::Transducer);
    assert_eq!(kind(&[("model_type", "conformer")], &tokens(50)), ModelKind::Transducer);
    let lstm = [("model_type", "lstm"), ("T", "9"), ("decode_chunk_len", "4")];
    assert_eq!(kind(&lstm, &tokens(50)), ModelKind::StreamingTransducer);
    let caches =
        [NEMO.as_slice(), &[("cache_last_channel_dim1", "17"), ("window_size", "112")]].concat();
    assert_eq!(kind(&caches, &nemo_tokens(50)), ModelKind::StreamingNemoTransducer);
    let paraformer = Folder::named("sherpa-onnx-streaming-paraformer-bilingual-zh-en")
        .with(
            "encoder.int8.onnx",
            &onnx(
                &[
                    PARAFORMER.as_slice(),
                    &[
                        ("encoder_output_size", "512"),
                        ("decoder_num_blocks", "16"),
                        ("decoder_kernel_size", "11"),
                    ],
                ]
                .concat(),
            ),
        )
        .with("decoder.int8.onnx", &onnx(&[]))
        .with("tokens.txt", &tokens(50));
    assert_eq!(paraformer.kind(), ModelKind::StreamingParaformer);
    assert_eq!(paraformer.inspect().unwrap().languages(), ["zh", "en"]);
}

#[test]
fn capitals_are_noticed_where_tokens_can_be_read() {
    let capitals = b"<blk> 0\n\xe2\x96\x81THE 1\n\xe2\x96\x81A 2\n";
    let ctc = |table: &[u8]| {
        Folder::named("x")
            .with("model.onnx", &onnx(&[("model_type", "zipformer2_ctc")]))
            .with("tokens.txt", table)
            .inspect()
            .unwrap()
            .writing()
    };
    assert!(ctc(capitals).is_capitals_only);
    assert!(!ctc(&tokens(50)).is_capitals_only);
    let bytes = whisper("x").with("tiny.en-tokens.txt", b"IQ== 0\n");
    assert!(!bytes.inspect().unwrap().writing().is_capitals_only);
}

#[test]
fn paths_that_are_no_folder() {
    let folder = Folder::named("x").with("model.onnx", &onnx(&[]));
    let missing = ModelFolder::inspect(&folder.path.join("not there")).unwrap_err();
    assert!(matches!(missing, ModelFolderError::Missing { .. }), "{missing}");
    let file = ModelFolder::inspect(&folder.path.join("model.onnx")).unwrap_err();
    assert!(matches!(file, ModelFolderError::NotAFolder { .. }), "{file}");
    let dots = streaming_zipformer("moonshine-en");
    assert_eq!(
        ModelFolder::inspect(&dots.path.join("../moonshine-en/.")).unwrap().name(),
        "moonshine-en"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_not_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let around = tempfile::tempdir().unwrap();
    let path = around.path().join(std::ffi::OsStr::from_bytes(b"model-\xff"));
    fs::create_dir(&path).unwrap();
    let error = ModelFolder::inspect(&path).unwrap_err();
    assert!(matches!(error, ModelFolderError::NotUnicode { .. }), "{error}");
}

#[test]
fn folders_without_a_model_say_what_they_hold() {
    assert_eq!(
        Folder::named("x").complaint(),
        "there is no speech recognition model in this folder"
    );
    assert!(Folder::named("x").with("ggml-base.gguf", b"GGUF").complaint().contains("GGUF format"));
    assert!(
        Folder::named("x")
            .with("encoder.ncnn.param", b"7767517")
            .complaint()
            .contains("ncnn format")
    );
    assert_eq!(
        Folder::named("x").with("sherpa-onnx-whisper-tiny.tar.bz2", b"BZh").complaint(),
        "sherpa-onnx-whisper-tiny.tar.bz2 has to be unpacked first"
    );
    let outer = Folder::named("x");
    let inner = outer.path.join("sherpa-onnx-whisper-tiny");
    fs::create_dir(&inner).unwrap();
    write(&inner, "tiny-encoder.onnx", &onnx(&WHISPER));
    let error = outer.inspect().unwrap_err();
    assert!(
        matches!(&error, ModelFolderError::Deeper { path } if path.ends_with("sherpa-onnx-whisper-tiny")),
        "{error}"
    );
}

#[test]
fn models_for_something_else_are_told_as_such() {
    let task = |metadata: &[(&str, &str)]| {
        Folder::named("x")
            .with("model.onnx", &onnx(metadata))
            .with("tokens.txt", &tokens(50))
            .complaint()
    };
    let speech = "this folder holds a text-to-speech model, not a speech recognition model";
    assert_eq!(task(&[("model_type", "vits"), ("n_speakers", "1")]), speech);
    assert_eq!(task(&[("model_type", "kokoro")]), speech);
    assert!(task(&[("model_type", "ct_transformer")]).contains("punctuation"));
    assert!(task(&[("framework", "wespeaker")]).contains("recognises speakers"));
    assert!(task(&[("model_type", "pyannote-segmentation-3.0")]).contains("tells speakers apart"));
    assert_eq!(
        task(&[("model_type", "telespeech_ctc")]),
        "this folder holds a model of a kind that Sotto does not know (telespeech_ctc)"
    );
    assert_eq!(
        task(&[]),
        "model.onnx does not say what kind of model it is: it was not made for sherpa-onnx"
    );
    let vad = Folder::named("x").with("silero_vad.onnx", &onnx(&[])).complaint();
    assert!(vad.contains("voice activity detector"), "{vad}");
    let piper = Folder::named("x").with("en_US-amy-low.onnx", &onnx(&[])).with("voices.bin", b"x");
    assert_eq!(piper.complaint(), speech);
}

#[test]
fn two_models_in_one_folder_are_refused() {
    let folder = whisper("x")
        .with("base-encoder.onnx", &onnx(&WHISPER))
        .with("base-decoder.onnx", &onnx(&[]));
    let text = folder.complaint();
    assert!(
        text.starts_with("two models are in this folder") && text.contains("base-encoder.onnx"),
        "{text}"
    );
    let mixed = whisper("x").with("sense-voice.onnx", &onnx(&SENSE_VOICE)).complaint();
    assert!(mixed.contains("tiny.en-encoder.int8.onnx and sense-voice.onnx"), "{mixed}");
}

#[test]
fn every_part_is_missed_by_name() {
    let without = |name: &str| {
        let folder = streaming_zipformer("x");
        for entry in fs::read_dir(&folder.path).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_string_lossy().starts_with(name) {
                fs::remove_file(path).unwrap();
            }
        }
        folder.complaint()
    };
    assert_eq!(without("tokens"), "there is no tokens.txt in this folder");
    assert_eq!(without("joiner"), "there is no joiner in this folder");
    assert_eq!(without("decoder"), "there is no decoder in this folder");
    assert_eq!(without("encoder"), "there is no encoder in this folder");
    let moonshine =
        Folder::named("x").with("preprocess.onnx", &onnx(&[])).with("encode.onnx", &onnx(&[]));
    assert_eq!(moonshine.complaint(), "there is no uncached_decode.onnx in this folder");
    let merged = Folder::named("x").with("decoder_model_merged.ort", &ort());
    assert_eq!(merged.complaint(), "there is no encoder_model.ort in this folder");
}

#[test]
fn damaged_files_are_told_by_name() {
    let with =
        |name: &str, content: &[u8]| streaming_zipformer("x").with(name, content).complaint();
    let joiner = "joiner-epoch-99-avg-1-chunk-16-left-128.int8.onnx";
    assert_eq!(with(joiner, b""), format!("{joiner} is empty"));
    assert_eq!(with(joiner, &[7; 400]), format!("{joiner} is not an ONNX model"));
    let whole = onnx(&[]);
    assert_eq!(with(joiner, &whole[..300]), format!("{joiner} ends too early; download it again"));
    assert_eq!(
        with("tokens.txt", b"<html>\n"),
        "tokens.txt is not a table of tokens: line 1 is not a token and its number"
    );
    assert_eq!(
        with("tokens.txt", &tokens(20)),
        "tokens.txt belongs to another model: it has 20 tokens, and the model knows 50"
    );
    let ort = Folder::named("x")
        .with("encoder_model.ort", &[1; 100])
        .with("decoder_model_merged.ort", &ort());
    assert_eq!(ort.complaint(), "encoder_model.ort is not a model in ORT format");
}

#[test]
fn what_the_library_would_end_the_process_over_is_found_first() {
    let decoder = streaming_zipformer("x")
        .with("decoder-epoch-99-avg-1-chunk-16-left-128.onnx", &onnx(&[("vocab_size", "50")]))
        .complaint();
    assert!(decoder.contains("lacks its context_size entry"), "{decoder}");
    let silent = Folder::named("x")
        .with("model.onnx", &onnx(&[("model_type", "zipformer2_ctc")]))
        .with("tokens.txt", b"a 0\nb 1\n")
        .complaint();
    assert_eq!(silent, "tokens.txt lacks the token for silence, <blk>");
    let first = Folder::named("x")
        .with("encoder.onnx", &onnx(&NEMO))
        .with("decoder.onnx", &onnx(&[]))
        .with("joiner.onnx", &onnx(&[]))
        .with("tokens.txt", &tokens(50));
    assert_eq!(first.complaint(), "tokens.txt lacks the token for silence, <blk>");
}
