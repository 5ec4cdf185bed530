//! Whether a file can be a model, and what an ONNX file says of itself, without reading the weights.
//!
//! An ONNX file is one protobuf message. Its outermost fields are walked: the graph, nearly all of the file, is skipped by
//! its length, so a file of gigabytes takes a few reads, and one that ends too early is noticed. What matters is in the
//! `metadata_props`, pairs of strings in which sherpa-onnx keeps what kind of model it is and the numbers it needs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::error::{FileDefect, ModelFolderError};

/// What a model file says of itself.
pub(super) type Metadata = BTreeMap<String, String>;

const IR_VERSION: u64 = 1;
const GRAPH: u64 = 7;
const METADATA_PROPS: u64 = 14;
/// Longer ones are no metadata; the longest known, the means of a feature, have some kilobytes.
const LONGEST_PROPERTY: u64 = 1 << 20;
/// A graph without anything in it is shorter than this.
const LEAST_BYTES: u64 = 64;

/// Checks that a file can be an ONNX model; returns its metadata.
pub(super) fn read_onnx(path: &Path) -> Result<Metadata, ModelFolderError> {
    let unreadable = |source| ModelFolderError::Unreadable { path: path.to_owned(), source };
    let defect = |defect| ModelFolderError::Damaged { path: path.to_owned(), defect };
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut reader = BufReader::new(file);
    check_start(&mut reader, length)
        .map_err(unreadable)?
        .map_or(Ok(()), |found| Err(defect(found)))?;
    match walk(&mut reader, length) {
        Ok(model) if model.has_version && model.has_graph => Ok(model.metadata),
        Ok(_) => Err(defect(FileDefect::NotOnnx)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(defect(FileDefect::CutShort))
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(defect(FileDefect::NotOnnx))
        }
        Err(error) => Err(unreadable(error)),
    }
}

/// Checks that a file can be a model in ORT format: a flatbuffer that carries its mark at the fifth byte.
pub(super) fn check_ort(path: &Path) -> Result<(), ModelFolderError> {
    let unreadable = |source| ModelFolderError::Unreadable { path: path.to_owned(), source };
    let defect = |defect| ModelFolderError::Damaged { path: path.to_owned(), defect };
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if let Some(found) = check_start(&mut file, length).map_err(unreadable)? {
        return Err(defect(found));
    }
    let mut start = [0; 8];
    file.read_exact(&mut start).map_err(unreadable)?;
    if &start[4..] == b"ORTM" { Ok(()) } else { Err(defect(FileDefect::NotOrt)) }
}

/// What downloads leave behind instead of a model. Leaves the reader at the beginning.
fn check_start(reader: &mut (impl Read + Seek), length: u64) -> io::Result<Option<FileDefect>> {
    let mut start = Vec::new();
    reader.take(40).read_to_end(&mut start)?;
    reader.seek(SeekFrom::Start(0))?;
    let text = String::from_utf8_lossy(&start).to_ascii_lowercase();
    let found = if length == 0 {
        Some(FileDefect::Empty)
    } else if text.starts_with("version https://git-lfs") {
        Some(FileDefect::LfsPointer)
    } else if text.trim_start().starts_with("<!doctype") || text.trim_start().starts_with("<html") {
        Some(FileDefect::WebPage)
    } else if length < LEAST_BYTES {
        Some(FileDefect::TooSmall(length))
    } else {
        None
    };
    Ok(found)
}

#[derive(Default)]
struct Model {
    has_version: bool,
    has_graph: bool,
    metadata: Metadata,
}

fn walk(reader: &mut BufReader<File>, length: u64) -> io::Result<Model> {
    let mut model = Model::default();
    let mut at = 0;
    while at < length {
        let (field, wire, size) = key(reader)?;
        at += size;
        let skipped = match wire {
            0 => {
                let (value, size) = varint(reader)?;
                model.has_version |= field == IR_VERSION && (1..=64).contains(&value);
                at += size;
                continue;
            }
            1 => 8,
            5 => 4,
            2 => {
                let (body, size) = varint(reader)?;
                at += size;
                body
            }
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        // What is not ONNX at all mostly begins wrong, too; what begins right and promises too much was cut short.
        if skipped > length - at {
            let kind = if model.has_version {
                io::ErrorKind::UnexpectedEof
            } else {
                io::ErrorKind::InvalidData
            };
            return Err(kind.into());
        }
        at += skipped;
        if wire == 2 && field == METADATA_PROPS && skipped <= LONGEST_PROPERTY {
            let mut body = vec![0; usize::try_from(skipped).unwrap_or(0)];
            reader.read_exact(&mut body)?;
            model.metadata.extend(property(&body));
            continue;
        }
        model.has_graph |= wire == 2 && field == GRAPH && skipped > 0;
        reader.seek_relative(i64::try_from(skipped).map_err(|_| io::ErrorKind::InvalidData)?)?;
    }
    Ok(model)
}

/// A key and a value; whatever else may be in it is left out.
fn property(body: &[u8]) -> Option<(String, String)> {
    let (mut name, mut value) = (None, None);
    let mut rest = body;
    while !rest.is_empty() {
        let (field, wire, _) = key(&mut rest).ok()?;
        if wire != 2 {
            return None;
        }
        let (length, _) = varint(&mut rest).ok()?;
        let (text, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        rest = after;
        let text = String::from_utf8_lossy(text).into_owned();
        match field {
            1 => name = Some(text),
            2 => value = Some(text),
            _ => {}
        }
    }
    Some((name?, value.unwrap_or_default()))
}

/// The number of a field, its wire type, and the bytes that both took.
fn key(reader: &mut impl Read) -> io::Result<(u64, u64, u64)> {
    let (key, size) = varint(reader)?;
    if key >> 3 == 0 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok((key >> 3, key & 7, size))
}

fn varint(reader: &mut impl Read) -> io::Result<(u64, u64)> {
    let mut value = 0_u64;
    for size in 0..10 {
        let mut byte = [0];
        reader.read_exact(&mut byte)?;
        value |= u64::from(byte[0] & 0x7f) << (7 * size);
        if byte[0] < 0x80 {
            return Ok((value, size + 1));
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_folder::fake::{onnx, write};
    use proptest::prelude::*;

    fn read(content: &[u8]) -> Result<Metadata, FileDefect> {
        let folder = tempfile::tempdir().unwrap();
        let path = write(folder.path(), "model.onnx", content);
        read_onnx(&path).map_err(|error| match error {
            ModelFolderError::Damaged { defect, .. } => defect,
            other => panic!("{other}"),
        })
    }

    #[test]
    fn metadata_is_read_from_behind_the_graph() {
        let metadata =
            read(&onnx(&[("model_type", "zipformer2"), ("T", "45"), ("empty", "")])).unwrap();
        assert_eq!(metadata["model_type"], "zipformer2");
        assert_eq!((metadata["T"].as_str(), metadata["empty"].as_str()), ("45", ""));
    }

    #[test]
    fn what_is_no_model_is_told_as_what_it_is() {
        assert_eq!(read(b""), Err(FileDefect::Empty));
        assert_eq!(read(b"abc"), Err(FileDefect::TooSmall(3)));
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0000000000000000\nsize 71082924\n";
        assert_eq!(read(pointer), Err(FileDefect::LfsPointer));
        assert_eq!(
            read(&[b"<!DOCTYPE html>".as_slice(), &[b' '; 200]].concat()),
            Err(FileDefect::WebPage)
        );
        assert_eq!(read(&[b'x'; 500]), Err(FileDefect::NotOnnx));
        assert_eq!(read(&[0; 500]), Err(FileDefect::NotOnnx));
        let whole = onnx(&[("model_type", "zipformer2")]);
        assert_eq!(read(&whole[..whole.len() / 2]), Err(FileDefect::CutShort));
        assert_eq!(read(&whole[..whole.len() - 3]), Err(FileDefect::CutShort));
    }

    proptest! {
        #[test]
        fn no_content_is_a_panic(content in prop::collection::vec(any::<u8>(), 0..400), keep in 0_usize..300) {
            drop(read(&content));
            let mut changed = onnx(&[("model_type", "x"), ("vocab_size", "500")]);
            let keep = keep.min(changed.len());
            for (to, from) in changed[keep..].iter_mut().zip(&content) {
                *to ^= from;
            }
            drop(read(&changed));
        }
    }
}
