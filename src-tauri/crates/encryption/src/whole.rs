//! A file that is encrypted as a whole, piece by piece: what was set aside and nobody reads any more, but somebody may.

use std::fs::File;
use std::io::{self, Read, Write};
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
    let mut head = [0; MAGIC.len() + SALT_BYTES];
    head[..MAGIC.len()].copy_from_slice(&MAGIC);
    fill_random(&mut head[MAGIC.len()..])?;
    let cipher = RecordCipher::new(key, Purpose::File, &head)?;
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
    let bad = || io::Error::new(io::ErrorKind::InvalidData, "this file is not whole, or another's");
    let mut head = [0; MAGIC.len() + SALT_BYTES];
    from.read_exact(&mut head)?;
    if head[..MAGIC.len()] != MAGIC {
        return Err(bad());
    }
    let cipher = RecordCipher::new(key, Purpose::File, &head)?;
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
