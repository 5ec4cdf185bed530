//! The tables and how they came to be. A migration that was released is never changed; a new one follows it.

use rusqlite_migration::{M, Migrations};

/// Recordings, turns and gaps, and the index over what was said.
const FIRST: &str = "
CREATE TABLE recordings (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB NOT NULL UNIQUE,
    started_at  INTEGER NOT NULL,              -- Unix milliseconds of sample 0
    samples     INTEGER NOT NULL DEFAULT 0,    -- 16,000 a second
    phase       INTEGER NOT NULL DEFAULT 0,    -- 0 recording, 1 finishing, 2 finished
    title       TEXT,                          -- the user's; NULL: the first words
    deleted_at  INTEGER                        -- so that deleting can be undone
) STRICT;
CREATE INDEX recordings_by_time ON recordings (started_at DESC);

CREATE TABLE turns (
    id          INTEGER PRIMARY KEY,
    recording   INTEGER NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    leg         INTEGER NOT NULL,
    turn_order  INTEGER NOT NULL,
    from_sample INTEGER NOT NULL,
    to_sample   INTEGER NOT NULL,
    text        TEXT NOT NULL,                 -- the machine's
    edited_text TEXT,                          -- the user's, which always wins
    words       TEXT NOT NULL,                 -- JSON
    word_count  INTEGER NOT NULL,
    source      TEXT NOT NULL,
    shown_text  TEXT NOT NULL GENERATED ALWAYS AS (coalesce(edited_text, text)) VIRTUAL,
    UNIQUE (recording, leg, turn_order)
) STRICT;
CREATE INDEX turns_by_axis ON turns (recording, from_sample);

CREATE TABLE gaps (
    recording   INTEGER NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    from_sample INTEGER NOT NULL,
    to_sample   INTEGER NOT NULL,
    cause       INTEGER NOT NULL,
    PRIMARY KEY (recording, from_sample)
) STRICT;

CREATE VIRTUAL TABLE said USING fts5 (
    shown_text, content = 'turns', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
CREATE TRIGGER turns_said AFTER INSERT ON turns BEGIN
    INSERT INTO said (rowid, shown_text) VALUES (new.id, new.shown_text);
END;
CREATE TRIGGER turns_unsaid AFTER DELETE ON turns BEGIN
    INSERT INTO said (said, rowid, shown_text) VALUES ('delete', old.id, old.shown_text);
END;
CREATE TRIGGER turns_resaid AFTER UPDATE OF text, edited_text ON turns BEGIN
    INSERT INTO said (said, rowid, shown_text) VALUES ('delete', old.id, old.shown_text);
    INSERT INTO said (rowid, shown_text) VALUES (new.id, new.shown_text);
END;
INSERT INTO said (said, rank) VALUES ('secure-delete', 1);
";

/// All migrations, oldest first.
pub(crate) fn migrations() -> Migrations<'static> {
    Migrations::new(vec![M::up(FIRST)])
}

#[cfg(test)]
mod tests {
    #[test]
    fn migrations_are_valid() {
        super::migrations().validate().unwrap();
    }
}
