//! What the library and an opened recording show.

use std::ops::Range;

use rusqlite::Connection;
use uuid::Uuid;

use super::History;
use crate::query::Query;
use crate::tables::{bookmarks, gaps, pauses, recordings, search, speakers, stored, turns, usage};
use crate::{
    Bookmark, Filter, HistoryError, OpenedRecording, Outline, StoredTurn, Summary, TurnHits, Usage,
    finding, passages,
};

impl History {
    /// At most `limit` recordings that began before `before` (Unix milliseconds), newest first; with a query, those in
    /// which all its words are said, the last one possibly unfinished. The query may hold anything.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn page(
        &self,
        query: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Summary>, HistoryError> {
        self.filtered(query, &Filter::default(), before, limit)
    }

    /// As [`History::page`], of what a filter lets through.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn filtered(
        &self,
        query: &str,
        filter: &Filter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Summary>, HistoryError> {
        let before = before.map_or(Ok(i64::MAX), stored)?;
        let query = Query::typed(query);
        let mut page = Vec::new();
        for (store, is_private) in self.stores() {
            let found = store.read(|conn| page_of(conn, &query, filter, before, limit))?;
            page.extend(found.into_iter().map(|one| Summary { is_private, ..one }));
        }
        page.sort_by_key(|summary| std::cmp::Reverse(summary.started_at));
        page.truncate(limit as usize);
        Ok(page)
    }

    /// A recording with all its text, also one that was deleted and not purged.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn open_recording(&self, recording: Uuid) -> Result<OpenedRecording, HistoryError> {
        let is_private = self.is_private(recording);
        self.of(recording).read(|conn| {
            let key = recordings::key(conn, recording)?;
            Ok(OpenedRecording {
                summary: Summary { is_private, ..recordings::summary(conn, key)? },
                turns: turns::of(conn, recording, key)?,
                gaps: gaps::of(conn, recording, key)?,
                pauses: pauses::of(conn, recording, key)?,
                speakers: speakers::of(conn, key)?,
                bookmarks: bookmarks::of(conn, recording, key)?,
            })
        })
    }

    /// A recording without its turns, however long it is; see [`History::turns_between`].
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn outline(&self, recording: Uuid) -> Result<Outline, HistoryError> {
        let is_private = self.is_private(recording);
        self.of(recording).read(|conn| {
            let key = recordings::key(conn, recording)?;
            Ok(Outline {
                summary: Summary { is_private, ..recordings::summary(conn, key)? },
                passages: passages::passages(&turns::beginnings(conn, key)?),
                gaps: gaps::of(conn, recording, key)?,
                pauses: pauses::of(conn, recording, key)?,
                speakers: speakers::of(conn, key)?,
                voices: speakers::told_apart(conn, key)?,
                bookmarks: bookmarks::of(conn, recording, key)?,
            })
        })
    }

    /// The turns that begin in `range`, in the order of the axis.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn turns_between(
        &self,
        recording: Uuid,
        range: Range<u64>,
    ) -> Result<Vec<StoredTurn>, HistoryError> {
        self.of(recording).read(|conn| {
            let key = recordings::key(conn, recording)?;
            turns::beginning_in(conn, recording, key, &range)
        })
    }

    /// The turns in which `query` is said or corrected to, and how often, in the order of the axis. Case does not matter.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn find_in(&self, recording: Uuid, query: &str) -> Result<Vec<TurnHits>, HistoryError> {
        let Some(pattern) = finding::pattern(query) else { return Ok(Vec::new()) };
        self.of(recording).read(|conn| {
            let key = recordings::key(conn, recording)?;
            turns::counted(conn, key, |text| pattern.find_iter(text).count())
        })
    }

    /// The moments that are marked, in the order of the axis.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn bookmarks(&self, recording: Uuid) -> Result<Vec<Bookmark>, HistoryError> {
        self.of(recording)
            .read(|conn| bookmarks::of(conn, recording, recordings::key(conn, recording)?))
    }

    /// Recordings whose sound is said to be kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn with_audio(&self) -> Result<Vec<Uuid>, HistoryError> {
        self.disk.read(recordings::with_audio)
    }

    /// For how long sessions were open, on the day and in the months around `at` (Unix milliseconds).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn usage(&self, at: u64) -> Result<Usage, HistoryError> {
        self.disk.read(|conn| usage::around(conn, at))
    }
}

/// A page of one store.
fn page_of(
    conn: &Connection,
    query: &Query,
    filter: &Filter,
    before: i64,
    limit: u32,
) -> Result<Vec<Summary>, HistoryError> {
    match query {
        Query::Nothing => Ok(Vec::new()),
        Query::All => {
            let keys = recordings::page(conn, filter, before, limit)?;
            keys.into_iter().map(|key| recordings::summary(conn, key)).collect()
        }
        Query::Expression(expression) => found(conn, expression, filter, before, limit),
    }
}

/// Those in which it is said, with the surroundings of the first place.
fn found(
    conn: &Connection,
    expression: &str,
    filter: &Filter,
    before: i64,
    limit: u32,
) -> Result<Vec<Summary>, HistoryError> {
    let is_wanted = |key| recordings::is_wanted(conn, filter, key);
    let until = filter.until.map_or(Ok(i64::MAX), stored)?.min(before);
    let hits = search::hits(conn, expression, until, limit, is_wanted)?;
    let texts: Vec<String> =
        hits.iter().map(|hit| turns::shown(conn, hit.turn)).collect::<Result<_, _>>()?;
    let snippets = search::snippets(expression, &texts)?;
    hits.iter()
        .zip(snippets)
        .map(|(hit, snippet)| Ok(Summary { snippet, ..recordings::summary(conn, hit.recording)? }))
        .collect()
}
