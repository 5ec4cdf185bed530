//! Models that are made here, in a kilobyte or two, and run in the real library.
//!
//! They know two words: "low" for sound in the lower half of the mel bands and "high" for sound in the upper half. One
//! convolution tells them apart, four frames at a time, as the real models have it; the states that streaming models carry
//! from chunk to chunk are handed through. So all of the way through the library is walked, with no real model at hand.

use std::fs;
use std::path::Path;

const FLOAT: u64 = 1;
const INT64: u64 = 7;
const WORDS: i64 = 3;
const BANDS: i64 = 80;
const FRAMES: i64 = 4;
/// Frames of a streaming model's chunk.
const CHUNK: i64 = 16;

const STREAMING: [(&str, &str); 10] = [
    ("model_type", "zipformer2"),
    ("encoder_dims", "4"),
    ("query_head_dims", "2"),
    ("value_head_dims", "2"),
    ("num_heads", "1"),
    ("num_encoder_layers", "1"),
    ("cnn_module_kernels", "3"),
    ("left_context_len", "2"),
    ("T", "16"),
    ("decode_chunk_len", "16"),
];
/// The states of the one layer that those numbers stand for, and the two of the whole.
const STATES: [(&[i64], u64); 8] = [
    (&[2, 1, 2], FLOAT),
    (&[1, 1, 2, 3], FLOAT),
    (&[2, 1, 2], FLOAT),
    (&[2, 1, 2], FLOAT),
    (&[1, 4, 1], FLOAT),
    (&[1, 4, 1], FLOAT),
    (&[1, 128, 3, 19], FLOAT),
    (&[1], INT64),
];

/// A streaming Zipformer CTC.
pub(super) fn streaming_ctc(folder: &Path) {
    write(folder, "model.int8.onnx", &streaming_encoder("log_probs").bytes(&STREAMING));
    write(folder, "tokens.txt", TOKENS.as_bytes());
}

/// The same with a number that is none: the library ends the process over it.
pub(super) fn fatal(folder: &Path) {
    streaming_ctc(folder);
    let mut metadata = STREAMING;
    metadata[1] = ("encoder_dims", "four");
    write(folder, "model.int8.onnx", &streaming_encoder("log_probs").bytes(&metadata));
}

/// A streaming Zipformer transducer.
pub(super) fn streaming_transducer(folder: &Path) {
    write(
        folder,
        "encoder-epoch-1-avg-1-chunk-4-left-2.onnx",
        &streaming_encoder("encoder_out").bytes(&STREAMING),
    );
    // Its decoder keeps a word from being said twice in a row: it cannot collapse them as CTC does.
    let mut table = vec![0.0_f32; 9];
    (table[4], table[8]) = (-100.0, -100.0);
    let decoder = Graph::default()
        .input("y", INT64, &[1, 2])
        .floats("table", &[WORDS, WORDS], &table)
        .integers("last", &[], &[1])
        .node("Gather", &["y", "last"], "word", &[("axis", Attribute::One(1))])
        .node("Gather", &["table", "word"], "decoder_out", &[])
        .output("decoder_out", FLOAT, &[1, WORDS]);
    let needed = [("vocab_size", "3"), ("context_size", "2")];
    write(folder, "decoder-epoch-1-avg-1-chunk-4-left-2.onnx", &decoder.bytes(&needed));
    let joiner = Graph::default()
        .input("encoder_out", FLOAT, &[1, WORDS])
        .input("decoder_out", FLOAT, &[1, WORDS])
        .node("Add", &["encoder_out", "decoder_out"], "logit", &[])
        .output("logit", FLOAT, &[1, WORDS]);
    write(folder, "joiner-epoch-1-avg-1-chunk-4-left-2.onnx", &joiner.bytes(&[]));
    write(folder, "tokens.txt", TOKENS.as_bytes());
}

/// A Zipformer CTC that hears a whole passage.
pub(super) fn offline_ctc(folder: &Path) {
    let graph = Graph::default()
        .input("x", FLOAT, &[1, -1, BANDS])
        .input("x_lens", INT64, &[1])
        .hearing("log_probs")
        .integers("frames", &[], &[FRAMES])
        .node("Div", &["x_lens", "frames"], "log_probs_len", &[])
        .output("log_probs", FLOAT, &[1, -1, WORDS])
        .output("log_probs_len", INT64, &[1]);
    write(folder, "model.onnx", &graph.bytes(&[("model_type", "zipformer2_ctc")]));
    write(folder, "tokens.txt", TOKENS.as_bytes());
}

const TOKENS: &str = "<blk> 0\n\u{2581}LOW 1\n\u{2581}HIGH 2\n";

fn streaming_encoder(output: &str) -> Graph {
    let mut graph = Graph::default().input("x", FLOAT, &[1, CHUNK, BANDS]).hearing(output);
    graph = graph.output(output, FLOAT, &[1, CHUNK / FRAMES, WORDS]);
    for (at, (shape, kind)) in STATES.into_iter().enumerate() {
        let (state, next) = (format!("state_{at}"), format!("new_state_{at}"));
        graph = graph
            .input(&state, kind, shape)
            .node("Identity", &[&state], &next, &[])
            .output(&next, kind, shape);
    }
    graph
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    fs::write(folder.join(name), content).unwrap();
}

enum Attribute<'a> {
    One(u64),
    Several(&'a [u64]),
}

/// The fields of a graph's message.
#[derive(Default)]
struct Graph(Vec<u8>);

impl Graph {
    /// From frames to how likely silence, "low" and "high" are.
    fn hearing(self, output: &str) -> Self {
        let each = 1.0 / (BANDS / 2 * FRAMES) as f32;
        let mut weights = Vec::new();
        for word in 0..WORDS {
            for band in 0..BANDS {
                let weight = match word {
                    0 => 0.0,
                    word if word == 1 + band / (BANDS / 2) => each,
                    _ => -each / 2.0,
                };
                weights.extend([weight; FRAMES as usize]);
            }
        }
        // Digital silence has -15.9 in every band, which makes -8 of either word.
        self.floats("weights", &[WORDS, BANDS, FRAMES], &weights)
            .floats("bias", &[WORDS], &[-5.0, 0.0, 0.0])
            .node("Transpose", &["x"], "bands", &[("perm", Attribute::Several(&[0, 2, 1]))])
            .node(
                "Conv",
                &["bands", "weights", "bias"],
                "heard",
                &[("strides", Attribute::Several(&[FRAMES as u64]))],
            )
            .node("Transpose", &["heard"], output, &[("perm", Attribute::Several(&[0, 2, 1]))])
    }

    fn input(self, name: &str, kind: u64, shape: &[i64]) -> Self {
        self.with(11, &value(name, kind, shape))
    }

    fn output(self, name: &str, kind: u64, shape: &[i64]) -> Self {
        self.with(12, &value(name, kind, shape))
    }

    fn node(
        self,
        operation: &str,
        inputs: &[&str],
        output: &str,
        attributes: &[(&str, Attribute<'_>)],
    ) -> Self {
        let mut node = Vec::new();
        for input in inputs {
            node.extend(text(1, input));
        }
        node.extend([text(2, output), text(4, operation)].concat());
        for (name, value) in attributes {
            let body = match value {
                Attribute::One(value) => [number(3, *value), number(20, 2)].concat(),
                Attribute::Several(values) => {
                    let values: Vec<u8> =
                        values.iter().flat_map(|value| number(8, *value)).collect();
                    [values, number(20, 7)].concat()
                }
            };
            node.extend(message(5, &[text(1, name), body].concat()));
        }
        self.with(1, &node)
    }

    fn floats(self, name: &str, shape: &[i64], values: &[f32]) -> Self {
        let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.with(5, &tensor(name, FLOAT, shape, &raw))
    }

    fn integers(self, name: &str, shape: &[i64], values: &[i64]) -> Self {
        let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.with(5, &tensor(name, INT64, shape, &raw))
    }

    fn with(mut self, field: u64, body: &[u8]) -> Self {
        self.0.extend(message(field, body));
        self
    }

    /// The file.
    fn bytes(&self, metadata: &[(&str, &str)]) -> Vec<u8> {
        let mut file = number(1, 8);
        file.extend(message(7, &[self.0.clone(), text(2, "made")].concat()));
        file.extend(message(8, &number(2, 13)));
        for (key, value) in metadata {
            file.extend(message(14, &[text(1, key), text(2, value)].concat()));
        }
        file
    }
}

fn tensor(name: &str, kind: u64, shape: &[i64], raw: &[u8]) -> Vec<u8> {
    let dims: Vec<u8> = shape.iter().flat_map(|length| number(1, length.unsigned_abs())).collect();
    [dims, number(2, kind), text(8, name), message(9, raw)].concat()
}

/// The name and type of an input or output; a length below zero is any length.
fn value(name: &str, kind: u64, shape: &[i64]) -> Vec<u8> {
    let dims: Vec<u8> = shape
        .iter()
        .flat_map(|length| {
            message(1, &if *length < 0 { text(2, "T") } else { number(1, length.unsigned_abs()) })
        })
        .collect();
    let tensor = [number(1, kind), message(2, &dims)].concat();
    [text(1, name), message(2, &message(1, &tensor))].concat()
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn text(field: u64, text: &str) -> Vec<u8> {
    message(field, text.as_bytes())
}

fn message(field: u64, body: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(body.len() as u64), body.to_vec()].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
