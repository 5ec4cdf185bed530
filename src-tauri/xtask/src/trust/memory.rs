//! The memory of processes, by way of `/proc`.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use anyhow::Context as _;

use super::needle::Needle;
use super::places::Place;

/// How much is read at once.
const PIECE: usize = 1 << 20;
const PAGE: usize = 4096;
const ENTRY: usize = 8;

/// The mappings of a process in which the key is.
pub(crate) fn hits_in_memory(pid: u32, needle: &Needle) -> anyhow::Result<Vec<Place>> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"))
        .with_context(|| format!("the memory of process {pid} cannot be looked at"))?;
    let mut memory = Memory {
        bytes: File::open(format!("/proc/{pid}/mem"))?,
        pages: File::open(format!("/proc/{pid}/pagemap"))?,
    };
    let mut found = Vec::new();
    for line in maps.lines() {
        let Some((from, until, name)) = mapping(line) else { continue };
        if memory.holds(from, until, needle) {
            found.push(Place::Memory { pid, mapping: name.to_owned() });
        }
    }
    Ok(found)
}

/// `from-until perms offset dev inode name`, of what can be read and is no device.
fn mapping(line: &str) -> Option<(u64, u64, &str)> {
    let mut parts = line.split_whitespace();
    let (from, until) = parts.next()?.split_once('-')?;
    let is_readable = parts.next()?.starts_with('r');
    let name = parts.nth(3).unwrap_or("anonymous");
    let is_special = name.starts_with("/dev/") || name == "[vvar]" || name == "[vsyscall]";
    if !is_readable || is_special {
        return None;
    }
    Some((u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(until, 16).ok()?, name))
}

struct Memory {
    bytes: File,
    /// Eight bytes for each page. A web process reserves 70 gigabytes and uses a fifth of one.
    pages: File,
}

impl Memory {
    fn holds(&mut self, from: u64, until: u64, needle: &Needle) -> bool {
        let overlap = needle.longest();
        let (mut at, mut kept) = (from, Vec::new());
        let mut piece = vec![0; PIECE];
        while at < until {
            let wanted = PIECE.min(usize::try_from(until - at).unwrap_or(PIECE));
            let read =
                if self.is_used(at, wanted) { self.read(at, &mut piece[..wanted]) } else { 0 };
            // What was never used, or cannot be read, holds nothing.
            if read == 0 {
                kept.clear();
                at += wanted as u64;
                continue;
            }
            kept.extend_from_slice(&piece[..read]);
            if needle.is_in(&kept) {
                return true;
            }
            kept.drain(..kept.len().saturating_sub(overlap));
            at += read as u64;
        }
        false
    }

    fn read(&mut self, at: u64, into: &mut [u8]) -> usize {
        let read = self.bytes.seek(SeekFrom::Start(at)).and_then(|_| self.bytes.read(into));
        read.unwrap_or(0)
    }

    /// Whether any page there is in memory or was swapped out: the two highest bits of its entry.
    fn is_used(&mut self, at: u64, length: usize) -> bool {
        let mut entries = vec![0; length.div_ceil(PAGE) * ENTRY];
        let place = SeekFrom::Start(at / PAGE as u64 * ENTRY as u64);
        let read = self.pages.seek(place).and_then(|_| self.pages.read_exact(&mut entries));
        // Not told: then it has to be looked at.
        read.is_err()
            || entries.chunks_exact(ENTRY).any(|entry| entry[ENTRY - 1] & 0b1100_0000 != 0)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_the_memory_of_a_process_is_found_and_what_is_not_there_is_not() {
        let here = Needle::random();
        let me = std::process::id();
        assert!(!hits_in_memory(me, &here).unwrap().is_empty());
        // Made so that neither the whole nor any form of it is in this process.
        let text: String = here.text().chars().rev().collect();
        let searched = std::process::Command::new("sleep").arg("5").spawn().unwrap();
        let elsewhere = hits_in_memory(searched.id(), &Needle::new(text)).unwrap();
        assert!(elsewhere.is_empty());
        let mut searched = searched;
        searched.kill().unwrap();
        searched.wait().unwrap();
    }
}
