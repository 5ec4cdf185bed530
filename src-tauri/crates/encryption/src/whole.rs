//! A file that is encrypted as a whole, piece by piece: what was set aside and nobody reads any more, but somebody may; and
//! audio that is kept, which is read at any place.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::data_key::fill_random;
use crate::{DataKey, Purpose, RecordCipher, SEAL_BYTES};

const MAGIC: [u8; 8] = *b"SOTTOEF1";
const SALT_BYTES: usize = 16;
const PIECE: usize = 64 * 1024;

/// Whether a file is one that [`seal`] made.
///
/// # Errors
/// When it cannot be read.
pub fn is_sealed(path: &Path) -> io::Result<bool> {
    let mut magic = [0; MAGIC.len()];
    match File::open(path)?.read_exact(&mut magic) {
        Ok(()) => Ok(magic == MAGIC),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes what `from` holds into `to`, encrypted.
///
/// # Errors
/// When one cannot be read or the other not be written.
pub fn seal(key: &DataKey, mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    let (head, cipher) = begin(key)?;
    to.write_all(&head)?;
    let mut piece = vec![0; PIECE];
    for number in 0.. {
        let filled = fill(&mut from, &mut piece)?;
        // The last piece is never a full one, so that a file that was cut short is told.
        to.write_all(&cipher.seal(number, &piece[..filled])?)?;
        if filled < PIECE {
            break;
        }
    }
    to.flush()
}

/// The other way.
///
/// # Errors
/// When it is no such file, or one of another key, or not whole.
pub fn unseal(key: &DataKey, mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    let cipher = resume(key, &mut from)?;
    let mut piece = vec![0; PIECE + SEAL_BYTES];
    for number in 0.. {
        let filled = fill(&mut from, &mut piece)?;
        to.write_all(&cipher.open(number, &piece[..filled]).map_err(|_| bad())?)?;
        if filled < piece.len() {
            break;
        }
    }
    to.flush()
}

/// Writes such a file from its beginning to its end, of which the first bytes may be known at the end only.
pub struct Writer<W> {
    cipher: RecordCipher,
    to: W,
    /// The first piece, which is written last.
    first: Option<Vec<u8>>,
    piece: Vec<u8>,
    number: u64,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins one in `to`, which is empty.
    ///
    /// # Errors
    /// When it cannot be written, or the system gives no randomness.
    pub fn new(key: &DataKey, mut to: W) -> io::Result<Self> {
        let (head, cipher) = begin(key)?;
        to.write_all(&head)?;
        Ok(Self { cipher, to, first: None, piece: Vec::with_capacity(PIECE), number: 0 })
    }

    /// More of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
            if self.piece.len() == PIECE {
                self.next_piece()?;
            }
        }
        Ok(())
    }

    /// Ends it. `beginning` takes the place of as many bytes that were written first, at most a piece of them.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self, beginning: &[u8]) -> io::Result<W> {
        // A short one, or an empty one: the last piece is never a full one.
        self.next_piece()?;
        let mut first = self.first.take().unwrap_or_default();
        let patched = first.len().min(beginning.len());
        first[..patched].copy_from_slice(&beginning[..patched]);
        self.to.seek(SeekFrom::Start((MAGIC.len() + SALT_BYTES) as u64))?;
        self.to.write_all(&self.cipher.seal(0, &first)?)?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn next_piece(&mut self) -> io::Result<()> {
        if self.number == 0 {
            self.to.seek(SeekFrom::Current((self.piece.len() + SEAL_BYTES) as i64))?;
            self.first = Some(std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE)));
        } else {
            self.to.write_all(&self.cipher.seal(self.number, &self.piece)?)?;
            self.piece.clear();
        }
        self.number += 1;
        Ok(())
    }
}

/// Reads such a file at any place.
pub struct Reader<R> {
    cipher: RecordCipher,
    from: R,
    length: u64,
    at: u64,
    /// The piece that was read last, and its number.
    piece: Option<(u64, Vec<u8>)>,
}

impl<R: Read + Seek> Reader<R> {
    /// Looks at the beginning and at the end.
    ///
    /// # Errors
    /// When it is no such file, or one of another key, or not whole.
    pub fn new(key: &DataKey, mut from: R) -> io::Result<Self> {
        let cipher = resume(key, &mut from)?;
        let length = from.seek(SeekFrom::End(0))?;
        let sealed = length.checked_sub((MAGIC.len() + SALT_BYTES) as u64).ok_or_else(bad)?;
        let whole = sealed / (PIECE + SEAL_BYTES) as u64;
        let last = sealed % (PIECE + SEAL_BYTES) as u64;
        let last = last.checked_sub(SEAL_BYTES as u64).ok_or_else(bad)?;
        let length = whole * PIECE as u64 + last;
        let mut reader = Self { cipher, from, length, at: 0, piece: None };
        reader.hold(0)?;
        Ok(reader)
    }

    /// How many bytes were sealed.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    fn hold(&mut self, number: u64) -> io::Result<&[u8]> {
        if self.piece.as_ref().is_none_or(|(held, _)| *held != number) {
            let before = (MAGIC.len() + SALT_BYTES) as u64;
            self.from.seek(SeekFrom::Start(before + number * (PIECE + SEAL_BYTES) as u64))?;
            let mut sealed = vec![0; PIECE + SEAL_BYTES];
            let filled = fill(&mut self.from, &mut sealed)?;
            let opened = self.cipher.open(number, &sealed[..filled]).map_err(|_| bad())?;
            self.piece = Some((number, opened));
        }
        Ok(self.piece.as_ref().map_or(&[], |(_, piece)| piece))
    }
}

impl<R: Read + Seek> Read for Reader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length {
            return Ok(0);
        }
        let within = usize::try_from(self.at % PIECE as u64).map_err(io::Error::other)?;
        let piece = self.hold(self.at / PIECE as u64)?;
        let rest = piece.get(within..).unwrap_or_default();
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        self.at += length as u64;
        Ok(length)
    }
}

impl<R: Read + Seek> Seek for Reader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

fn begin(key: &DataKey) -> io::Result<([u8; MAGIC.len() + SALT_BYTES], RecordCipher)> {
    let mut head = [0; MAGIC.len() + SALT_BYTES];
    head[..MAGIC.len()].copy_from_slice(&MAGIC);
    fill_random(&mut head[MAGIC.len()..])?;
    let cipher = RecordCipher::new(key, Purpose::File, &head)?;
    Ok((head, cipher))
}

fn resume(key: &DataKey, from: &mut impl Read) -> io::Result<RecordCipher> {
    let mut head = [0; MAGIC.len() + SALT_BYTES];
    from.read_exact(&mut head)?;
    if head[..MAGIC.len()] != MAGIC {
        return Err(bad());
    }
    RecordCipher::new(key, Purpose::File, &head)
}

fn bad() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "this file is not whole, or another's")
}

/// As much as there is; less than all of `piece` only at the end.
fn fill(from: &mut impl Read, piece: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < piece.len() {
        match from.read(&mut piece[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn key(byte: u8) -> DataKey {
        DataKey::new(Zeroizing::new([byte; 32]))
    }

    #[test]
    fn a_file_is_written_with_its_beginning_last_and_read_at_any_place() {
        use std::io::Cursor;
        for length in [4, 5, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7] {
            let mut content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut writer = Writer::new(&key(1), Cursor::new(Vec::new())).unwrap();
            for part in content.chunks(10_007) {
                writer.write_all(part).unwrap();
            }
            let sealed = writer.finish(b"head").unwrap().into_inner();
            content[..4].copy_from_slice(b"head");
            let mut back = Vec::new();
            unseal(&key(1), sealed.as_slice(), &mut back).unwrap();
            assert_eq!(back, content, "{length}");

            let mut reader = Reader::new(&key(1), Cursor::new(&sealed)).unwrap();
            assert_eq!(reader.length(), length as u64);
            for at in [length / 2, 0, length - 1, length.saturating_sub(PIECE + 3), length] {
                reader.seek(SeekFrom::Start(at as u64)).unwrap();
                let mut rest = Vec::new();
                reader.read_to_end(&mut rest).unwrap();
                assert_eq!(rest, content[at..], "{length} at {at}");
            }
            assert!(Reader::new(&key(2), Cursor::new(&sealed)).is_err());
        }
    }

    #[test]
    fn a_file_of_any_length_comes_back_and_only_whole_and_by_its_key() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let (mut sealed, mut back) = (Vec::new(), Vec::new());
            seal(&key(1), content.as_slice(), &mut sealed).unwrap();
            unseal(&key(1), sealed.as_slice(), &mut back).unwrap();
            assert_eq!(back, content, "{length}");
            assert!(unseal(&key(2), sealed.as_slice(), io::sink()).is_err(), "{length}");
            let piece = PIECE + SEAL_BYTES;
            for cut in
                [sealed.len() - 1, MAGIC.len() + SALT_BYTES, MAGIC.len() + SALT_BYTES + piece]
            {
                if cut < sealed.len() {
                    assert!(unseal(&key(1), &sealed[..cut], io::sink()).is_err(), "{length} {cut}");
                }
            }
        }
    }
}
