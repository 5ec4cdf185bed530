//! The program's log on disk, for when somebody asks what happened: small, for its user only, and without anything that was
//! said. Three files at most: the one that grows, and the two before it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// Some weeks of ordinary days, or a very bad hour.
const LONGEST: u64 = 1 << 20;
/// Behind the one that grows.
const OLDER: u32 = 2;

/// Where log lines go. A disk that takes none costs lines, never the program.
#[derive(Debug)]
pub(crate) struct LogFile {
    path: PathBuf,
    longest: u64,
    open: Mutex<Option<Grown>>,
}

#[derive(Debug)]
struct Grown {
    file: File,
    length: u64,
}

impl LogFile {
    /// `sotto.log` in `folder`, which is made.
    pub(crate) fn new(folder: &Path) -> Self {
        Self::of(folder, LONGEST)
    }

    fn of(folder: &Path, longest: u64) -> Self {
        Self { path: folder.join("sotto.log"), longest, open: Mutex::default() }
    }

    fn append(&self, line: &[u8]) -> io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut grown = match open.take() {
            Some(grown) => grown,
            None => self.begin()?,
        };
        if grown.length >= self.longest {
            self.shift()?;
            grown = self.begin()?;
        }
        grown.file.write_all(line)?;
        grown.length += line.len() as u64;
        *open = Some(grown);
        Ok(())
    }

    fn begin(&self) -> io::Result<Grown> {
        if let Some(folder) = self.path.parent() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(folder)?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.path)?;
        let length = file.metadata()?.len();
        Ok(Grown { file, length })
    }

    /// The oldest goes, the others move on by one.
    fn shift(&self) -> io::Result<()> {
        for number in (1..OLDER).rev() {
            let older = self.older(number);
            if older.exists() {
                fs::rename(older, self.older(number + 1))?;
            }
        }
        fs::rename(&self.path, self.older(1))
    }

    fn older(&self, number: u32) -> PathBuf {
        self.path.with_extension(format!("{number}.log"))
    }
}

impl Write for &LogFile {
    /// One line at a time, as the log writes them.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.append(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogFile {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_larger_than_three_files_and_goes_on_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..100 {
            let log = LogFile::of(&folder.path().join("logs"), 100);
            writeln!(&log, "line {number} of some length").unwrap();
        }
        let read = |name: &str| fs::read_to_string(folder.path().join("logs").join(name));
        let (newest, before) = (read("sotto.log").unwrap(), read("sotto.1.log").unwrap());
        assert!(newest.ends_with("line 99 of some length\n"), "{newest}");
        assert!(before.lines().count() == 5 && before.len() < 200, "{before}");
        assert_eq!(fs::read_dir(folder.path().join("logs")).unwrap().count(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_user_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let log = LogFile::new(&folder.path().join("logs"));
        writeln!(&log, "a line").unwrap();
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path().join("logs")), 0o700);
        assert_eq!(mode(folder.path().join("logs/sotto.log")), 0o600);
    }
}
