//! Who spoke, as the user says it. What the recogniser says is a label in `turns`; a name is here, so that neither touches
//! the other. Labels begin anew with every leg, so a voice is a leg and a label. A name may also be given to a stretch of
//! the axis: that stands whatever turns a better recogniser puts there later.

use rusqlite::{Connection, Transaction, params};
use uuid::Uuid;

use super::{recordings, stored, unsigned};
use crate::{HistoryError, SpeakerChange, Speakers, StretchName, Voice, VoiceName};

pub(crate) const CREATE: &str = "
ALTER TABLE turns ADD COLUMN speaker TEXT;
CREATE TABLE voices (
    recording INTEGER NOT NULL REFERENCES recordings (started_at) ON DELETE CASCADE,
    leg       INTEGER NOT NULL,
    label     TEXT NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (recording, leg, label)
) STRICT, WITHOUT ROWID;
CREATE TABLE stretches (
    id          INTEGER PRIMARY KEY,
    recording   INTEGER NOT NULL REFERENCES recordings (started_at) ON DELETE CASCADE,
    from_sample INTEGER NOT NULL,
    to_sample   INTEGER NOT NULL CHECK (to_sample > from_sample),
    name        TEXT NOT NULL,
    UNIQUE (recording, from_sample, to_sample)
) STRICT;
";

/// Who is told apart, without a look at what they say: a recording of a hundred thousand turns is opened by it.
pub(crate) const TOLD_APART: &str =
    "CREATE INDEX turns_by_voice ON turns (recording, leg, speaker, from_sample)
    WHERE speaker IS NOT NULL AND trim(text) <> ''";

/// Longer names are not names.
const LONGEST: usize = 120;

/// Everyone who said something, in the order in which they began.
pub(crate) fn told_apart(conn: &Connection, recording: i64) -> Result<Vec<Voice>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT leg, speaker FROM turns
         WHERE recording = ?1 AND speaker IS NOT NULL AND trim(text) <> ''
         GROUP BY leg, speaker ORDER BY min(from_sample), leg, speaker",
    )?;
    let voices = statement
        .query_map([recording], |row| Ok(Voice { leg: row.get(0)?, label: row.get(1)? }))?;
    Ok(voices.collect::<Result<_, _>>()?)
}

/// All of them or none.
pub(crate) fn change(
    tx: &Transaction<'_>,
    uuid: Uuid,
    changes: &[SpeakerChange],
) -> Result<(), HistoryError> {
    let recording = recordings::key(tx, uuid)?;
    changes.iter().try_for_each(|change| match change {
        SpeakerChange::Voice { leg, label, name } => {
            name_voice(tx, recording, *leg, label, name.as_deref())
        }
        SpeakerChange::Stretch { from, to, name } => {
            name_stretch(tx, recording, *from, *to, name.as_deref())
        }
    })
}

fn name_voice(
    tx: &Transaction<'_>,
    recording: i64,
    leg: u32,
    label: &str,
    name: Option<&str>,
) -> Result<(), HistoryError> {
    match checked(name)? {
        Some(name) => tx.execute(
            "INSERT INTO voices (recording, leg, label, name) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (recording, leg, label) DO UPDATE SET name = excluded.name",
            params![recording, leg, label, name],
        )?,
        None => tx.execute(
            "DELETE FROM voices WHERE recording = ?1 AND leg = ?2 AND label = ?3",
            params![recording, leg, label],
        )?,
    };
    Ok(())
}

/// One that is named anew is the newest: where stretches overlap, the newest counts.
fn name_stretch(
    tx: &Transaction<'_>,
    recording: i64,
    from: u64,
    to: u64,
    name: Option<&str>,
) -> Result<(), HistoryError> {
    if from >= to {
        return Err(HistoryError::Invalid("a stretch without length"));
    }
    let (from, to) = (stored(from)?, stored(to)?);
    tx.execute(
        "DELETE FROM stretches WHERE recording = ?1 AND from_sample = ?2 AND to_sample = ?3",
        params![recording, from, to],
    )?;
    if let Some(name) = checked(name)? {
        tx.execute(
            "INSERT INTO stretches (recording, from_sample, to_sample, name) VALUES (?1, ?2, ?3, ?4)",
            params![recording, from, to, name],
        )?;
    }
    Ok(())
}

/// A blank name is none.
fn checked(name: Option<&str>) -> Result<Option<&str>, HistoryError> {
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    match name {
        Some(name) if name.chars().count() > LONGEST => {
            Err(HistoryError::Invalid("a name of more than 120 characters"))
        }
        name => Ok(name),
    }
}

/// Voices in the order of legs and labels, stretches in the order in which they were named.
pub(crate) fn of(conn: &Connection, recording: i64) -> Result<Speakers, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT leg, label, name FROM voices WHERE recording = ?1 ORDER BY leg, label",
    )?;
    let voices = statement.query_map([recording], |row| {
        Ok(VoiceName { leg: row.get(0)?, label: row.get(1)?, name: row.get(2)? })
    })?;
    let voices = voices.collect::<Result<_, _>>()?;
    let mut statement = conn.prepare_cached(
        "SELECT from_sample, to_sample, name FROM stretches WHERE recording = ?1 ORDER BY id",
    )?;
    let stretches = statement.query_map([recording], |row| {
        Ok(StretchName { from: unsigned(row, 0)?, to: unsigned(row, 1)?, name: row.get(2)? })
    })?;
    Ok(Speakers { voices, stretches: stretches.collect::<Result<_, _>>()? })
}
