//! One file in the place of another, where the two differ in who can read them.
//!
//! The new file is written beside the old one under the name [`fresh`] and synced by whoever makes it. [`put_in_place`] then
//! gives the old one a second name, renames the new one over the first, and overwrites and removes the old one. [`tidy`], at
//! the next start, ends whatever a crash interrupted. At every instruction between, the name holds a whole file, the old one
//! or the new one, and what can be read and should not be is known by its name.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Where the file that is to take this place is written.
#[must_use]
pub fn fresh(path: &Path) -> PathBuf {
    named(path, ".converting")
}

fn old(path: &Path) -> PathBuf {
    named(path, ".replaced")
}

fn named(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Makes the file for what is to take the place of `path`, readable by its user only; one that a crash left is removed.
///
/// # Errors
/// When it cannot be made.
pub fn make_fresh(path: &Path) -> io::Result<File> {
    let path = fresh(path);
    wipe(&path)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Puts what was written under the name of [`fresh`], whole and synced, in the place of `path`; the old file is overwritten
/// and removed.
///
/// # Errors
/// When it cannot be done; [`tidy`] ends it. Where the old file is gone, nothing takes its place.
pub fn put_in_place(path: &Path) -> io::Result<()> {
    let old = old(path);
    // A second name, so that the first is never without a file. Where a file system has none, a rename must do: `tidy` knows.
    match fs::hard_link(path, &old) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            wipe(&fresh(path))?;
            return Err(error);
        }
        Err(_) => fs::rename(path, &old)?,
    }
    sync_folder_of(path)?;
    fs::rename(fresh(path), path)?;
    sync_folder_of(path)?;
    wipe(&old)?;
    sync_folder_of(path)
}

/// Ends what a crash interrupted. `is_like`: whether two files are of the same kind, which the old and the new one never are;
/// so it is told whether the second name is only a name, or the old file.
///
/// # Errors
/// When something is left that cannot be removed.
pub fn tidy(path: &Path, is_like: impl Fn(&Path, &Path) -> io::Result<bool>) -> io::Result<()> {
    let old = old(path);
    if old.try_exists()? {
        if !path.try_exists()? {
            fs::rename(&old, path)?;
        } else if is_like(path, &old)? {
            fs::remove_file(&old)?;
        } else {
            wipe(&old)?;
        }
    }
    wipe(&fresh(path))?;
    wipe(&named(&fresh(path), "-journal"))
}

/// The files in a folder, whose names end so, that a crash may have left something of, by the names that they were to have.
///
/// # Errors
/// When the folder cannot be read.
pub fn interrupted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "converting" || ending == "replaced") {
            found.push(path.with_extension(""));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Overwrites a file with zeros, then removes it; one that is not there is gone already. A disk that writes elsewhere than it
/// is told, as flash and copying file systems do, may keep what was there for a while.
///
/// # Errors
/// When it cannot be written or removed.
pub fn wipe(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut left = file.metadata()?.len();
    let zeros = [0; 64 * 1024];
    file.seek(SeekFrom::Start(0))?;
    while left > 0 {
        let length = zeros.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        file.write_all(&zeros[..length])?;
        left -= length as u64;
    }
    file.sync_all()?;
    drop(file);
    fs::remove_file(path)
}

/// A name is there after a power loss only if its folder was synced; Windows does that by itself and opens no folders.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) && !folder.as_os_str().is_empty() => {
            File::open(folder)?.sync_all()
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files of a kind begin with the same letter.
    fn is_like(one: &Path, other: &Path) -> io::Result<bool> {
        Ok(fs::read(one)?.first() == fs::read(other)?.first())
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_new_file_stands_in_the_place_of_the_old_one_which_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "plain").unwrap();
        let witness = folder.path().join("witness");
        fs::hard_link(&path, &witness).unwrap();
        make_fresh(&path).unwrap().write_all(b"sealed").unwrap();
        put_in_place(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"sealed");
        assert_eq!(fs::read(&witness).unwrap(), [0; 5], "what was on the disk");
        assert_eq!(names(folder.path()), ["a", "witness"]);
    }

    #[test]
    fn what_is_gone_does_not_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        make_fresh(&path).unwrap().write_all(b"sealed").unwrap();
        assert_eq!(put_in_place(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(names(folder.path()).is_empty());
    }

    /// Each state that a crash can leave, and what must come of it.
    #[test]
    fn a_crash_at_any_step_leaves_one_whole_file() {
        let states: [(&[(&str, &str)], &str); 5] = [
            (&[("a", "plain"), ("a.converting", "sea")], "plain"),
            (&[("a", "plain"), ("a.replaced", "plain"), ("a.converting", "sealed")], "plain"),
            (&[("a.replaced", "plain"), ("a.converting", "sealed")], "plain"),
            (&[("a", "sealed"), ("a.replaced", "plain")], "sealed"),
            (&[("a", "sealed"), ("a.replaced", "\0\0\0in")], "sealed"),
        ];
        for (files, left) in states {
            let folder = tempfile::tempdir().unwrap();
            for (name, content) in files {
                fs::write(folder.path().join(name), content).unwrap();
            }
            let path = folder.path().join("a");
            assert_eq!(interrupted(folder.path()).unwrap(), std::slice::from_ref(&path));
            tidy(&path, is_like).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), left, "{files:?}");
            assert_eq!(names(folder.path()), ["a"], "{files:?}");
        }
    }

    /// The second name of a file that was not replaced yet: overwriting it would be overwriting the file.
    #[test]
    fn a_second_name_is_removed_and_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "plain").unwrap();
        fs::hard_link(&path, old(&path)).unwrap();
        tidy(&path, is_like).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "plain");
    }
}
