//! What a spool asks of the disk: a file, and in tests one that is full, tears what it is given, and recovers.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};

pub(crate) trait Disk: Send {
    /// At its place, whatever a write before it left behind. Where it fails, any part of it may have been written.
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes it this long.
    fn cut(&mut self, length: u64) -> io::Result<()>;

    /// Everything is on the disk for good when this returns.
    fn sync(&self) -> io::Result<()>;
}

impl Disk for File {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::Start(at))?;
        self.write_all(bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_all()
    }
}

#[cfg(test)]
pub(crate) mod shim {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What a disk does until told otherwise.
    #[derive(Debug, Clone, Copy, Default)]
    pub(crate) struct Mood {
        /// How it refuses; `None` while it works.
        pub(crate) refuses: Option<io::ErrorKind>,
        /// So many bytes of a write that it refuses are written all the same.
        pub(crate) torn: usize,
        /// A file cannot even be cut.
        pub(crate) is_stuck: bool,
    }

    /// The test's hand on the disk.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct Switch {
        mood: Arc<Mutex<Mood>>,
        refused: Arc<AtomicUsize>,
    }

    impl Switch {
        pub(crate) fn set(&self, mood: Mood) {
            *self.mood.lock().unwrap() = mood;
        }

        /// How many writes were refused so far.
        pub(crate) fn refused(&self) -> usize {
            self.refused.load(Ordering::Relaxed)
        }

        pub(crate) fn fill(&self) {
            self.set(Mood {
                refuses: Some(io::ErrorKind::StorageFull),
                torn: 700,
                is_stuck: false,
            });
        }

        pub(crate) fn mend(&self) {
            self.set(Mood::default());
        }
    }

    /// A file behind the switch.
    pub(crate) struct Moody {
        pub(crate) file: File,
        pub(crate) switch: Switch,
    }

    impl Disk for Moody {
        fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
            let mood = *self.switch.mood.lock().unwrap();
            match mood.refuses {
                None => self.file.write_at(at, bytes),
                Some(kind) => {
                    self.switch.refused.fetch_add(1, Ordering::Relaxed);
                    self.file.write_at(at, &bytes[..mood.torn.min(bytes.len())])?;
                    Err(kind.into())
                }
            }
        }

        fn cut(&mut self, length: u64) -> io::Result<()> {
            if self.switch.mood.lock().unwrap().is_stuck {
                return Err(io::ErrorKind::Other.into());
            }
            self.file.cut(length)
        }

        fn sync(&self) -> io::Result<()> {
            Disk::sync(&self.file)
        }
    }
}
