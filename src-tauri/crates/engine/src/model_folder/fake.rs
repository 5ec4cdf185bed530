//! Folders for the tests: small files that begin, and end, as real ones do.

use std::fs;
use std::path::{Path, PathBuf};

/// An ONNX file without weights.
pub(super) fn onnx(metadata: &[(&str, &str)]) -> Vec<u8> {
    // The version of the format, who made it, and a graph that is only bytes.
    let mut file = vec![0x08, 0x08];
    file.extend(field(2, b"pytorch"));
    file.extend(field(7, &[0x12; 600]));
    for (key, value) in metadata {
        let property = [field(1, key.as_bytes()), field(2, value.as_bytes())].concat();
        file.extend(field(14, &property));
    }
    file
}

fn field(number: u8, body: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = body.len();
    while length >= 0x80 {
        field.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    field.push(u8::try_from(length).unwrap());
    field.extend_from_slice(body);
    field
}

/// A file in ORT format without weights.
pub(super) fn ort() -> Vec<u8> {
    [b"\x18\0\0\0ORTM".as_slice(), &[0; 100]].concat()
}

/// A table of so many tokens, silence first.
pub(super) fn tokens(count: usize) -> Vec<u8> {
    let token = |at: usize| if at == 0 { "<blk>".to_owned() } else { format!("t{at}") };
    (0..count).map(|at| format!("{} {at}\n", token(at))).collect::<String>().into_bytes()
}

/// The same with silence last, as `NeMo` has it.
pub(super) fn nemo_tokens(count: usize) -> Vec<u8> {
    let token = |at: usize| if at + 1 == count { "<blk>".to_owned() } else { format!("t{at}") };
    (0..count).map(|at| format!("{} {at}\n", token(at))).collect::<String>().into_bytes()
}

/// Writes a file; returns its path.
pub(super) fn write(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path
}
