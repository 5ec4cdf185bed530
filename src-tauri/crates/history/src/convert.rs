//! From a plain file to an encrypted one, and back: a copy in its place.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use sotto_encryption::{DataKey, switch};

use crate::HistoryError;
use crate::encryption;

/// Another process that only looks something up is through by then.
const BUSY: Duration = Duration::from_secs(5);

/// Copies the file, encrypted with `to` or plain, looks whether the copy is whole, and puts it in the place of the file, which
/// is overwritten. No connection of this process may be open. At every instruction the file is there, whole, one way or the
/// other; [`tidy`] removes what a crash leaves beside it.
pub(crate) fn convert(
    path: &Path,
    from: Option<&DataKey>,
    to: Option<&DataKey>,
) -> Result<(), HistoryError> {
    let source = alone(path, from)?;
    let done = copy(&source, path, to).and_then(|()| {
        let whole = contents(&source)?;
        // Whoever opens the file from here on waits, or finds the new one. Windows renames over no file that is open.
        let held =
            if cfg!(unix) { Some(source) } else { source.close().err().map(|(held, _)| held) };
        is_whole(path, to, &whole)?;
        File::options().read(true).write(true).open(switch::fresh(path))?.sync_all()?;
        switch::put_in_place(path)?;
        drop(held);
        Ok(())
    });
    if done.is_err() {
        tidy(path)?;
    }
    done
}

/// Removes what a crash left of an encryption or decryption that was under way. Only for the one process that would begin
/// another one.
///
/// # Errors
/// When it cannot be removed.
pub fn tidy(path: &Path) -> Result<(), HistoryError> {
    let kind = |path: &Path| encryption::kind(path).map_err(io::Error::other);
    Ok(switch::tidy(path, |one, other| Ok(kind(one)? == kind(other)?))?)
}

/// A connection to the file that no other can be beside, with everything in the one file.
fn alone(path: &Path, key: Option<&DataKey>) -> Result<Connection, HistoryError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    encryption::unlock(&connection, key)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "secure_delete", true)?;
    // Refused while anybody else has it open.
    let mode: String =
        connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if mode != "delete" {
        return Err(HistoryError::Locked);
    }
    // Kept from the first lock on until the connection ends.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")?;
    Ok(connection)
}

fn copy(source: &Connection, path: &Path, key: Option<&DataKey>) -> Result<(), HistoryError> {
    drop(switch::make_fresh(path)?);
    let fresh = switch::fresh(path);
    let fresh = fresh.to_str().ok_or(HistoryError::Invalid("a folder whose name is no text"))?;
    let key = key.map(encryption::raw);
    let raw = key.as_deref().map_or("", String::as_str);
    source.execute("ATTACH DATABASE ?1 AS fresh KEY ?2", [fresh, raw])?;
    // Nobody needs half a copy: it is synced as a whole, and removed if it is none.
    source.execute_batch("PRAGMA fresh.journal_mode = OFF; PRAGMA fresh.synchronous = OFF")?;
    source.query_row("SELECT sqlcipher_export('fresh')", [], |_| Ok(()))?;
    // The one thing that is not exported.
    let version: u32 = source.query_row("PRAGMA main.user_version", [], |row| row.get(0))?;
    source.pragma_update(Some("fresh"), "user_version", version)?;
    Ok(source.execute_batch("DETACH DATABASE fresh")?)
}

/// How many rows each table has, and the version of all.
fn contents(connection: &Connection) -> Result<BTreeMap<String, i64>, HistoryError> {
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut contents = BTreeMap::new();
    for table in tables {
        let sql = format!("SELECT count(*) FROM \"{table}\"");
        contents.insert(table, connection.query_row(&sql, [], |row| row.get(0))?);
    }
    for (what, sql) in [
        ("user_version", "PRAGMA user_version"),
        ("everything that has a definition", "SELECT count(*) FROM sqlite_schema"),
    ] {
        contents.insert(what.to_owned(), connection.query_row(sql, [], |row| row.get(0))?);
    }
    Ok(contents)
}

/// Reads all of the copy, as the next start will.
fn is_whole(
    path: &Path,
    key: Option<&DataKey>,
    whole: &BTreeMap<String, i64>,
) -> Result<(), HistoryError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(switch::fresh(path), flags)?;
    encryption::unlock(&copy, key)?;
    let verdict: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    // Compares the index for searching with the text that it is of.
    copy.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)", [])?;
    if verdict == "ok" && contents(&copy)? == *whole { Ok(()) } else { Err(HistoryError::Corrupt) }
}
