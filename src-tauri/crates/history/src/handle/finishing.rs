//! Whoever transcribes a recording to its end: one session at a time, which holds the claim.

use std::ops::Range;

use uuid::Uuid;

use super::History;
use crate::tables::{gaps, recordings, turns};
use crate::{Claim, Gap, GapCause, HistoryError, Relabelling, ResumePoint, Turn};

impl History {
    /// Takes a recording up: where to go on, and the claim that lets this session store. Every earlier claim is
    /// worthless when this returns.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn take_up(&self, recording: Uuid) -> Result<ResumePoint, HistoryError> {
        self.of(recording).write(move |tx| {
            let key = recordings::key(tx, recording)?;
            let mut holes = gaps::uncovered(tx, key, u64::MAX)?;
            let from = holes.pop().map_or(u64::MAX, |open| open.start);
            let sql = "SELECT legs FROM recordings WHERE started_at = ?1";
            Ok(ResumePoint {
                claim: recordings::claim(tx, key)?,
                from,
                holes,
                fallback: turns::fallback(tx, key)?,
                next_leg: tx.query_row(sql, [key], |row| row.get(0))?,
            })
        })
    }

    /// As [`History::turn_commit`], for the session that holds the claim.
    ///
    /// # Errors
    /// [`HistoryError::Superseded`] when another took the recording up; and as without a claim.
    pub fn commit_as(&self, claim: Claim, turn: &Turn) -> Result<(), HistoryError> {
        let turn = turn.clone();
        self.of(turn.recording).write(move |tx| {
            recordings::check(tx, turn.recording, claim)?;
            turns::commit(tx, &turn)
        })
    }

    /// Says anew who spoke in a turn; nothing happens where it is no longer there.
    ///
    /// # Errors
    /// [`HistoryError::Superseded`] when another took the recording up; and when it cannot be stored.
    pub fn relabel_as(
        &self,
        claim: Claim,
        recording: Uuid,
        anew: &Relabelling,
    ) -> Result<(), HistoryError> {
        let anew = anew.clone();
        self.of(recording).write(move |tx| {
            recordings::check(tx, recording, claim)?;
            turns::relabel(tx, recording, &anew)
        })
    }

    /// Puts `turns`, which tile `range`, in place of the turns that the fallback wrote there. False when the user had
    /// edited one of those; nothing was changed then.
    ///
    /// # Errors
    /// [`HistoryError::Superseded`] when another took the recording up; when the turns do not tile; when it cannot be
    /// stored.
    pub fn replace_as(
        &self,
        claim: Claim,
        recording: Uuid,
        range: Range<u64>,
        turns: &[Turn],
    ) -> Result<bool, HistoryError> {
        let turns = turns.to_owned();
        self.of(recording).write(move |tx| {
            recordings::check(tx, recording, claim)?;
            turns::replace(tx, recording, &range, &turns)
        })
    }

    /// Ends a recording as it is: what no turn answers for, before `end`, becomes a gap.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn give_up(&self, recording: Uuid, end: u64) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| {
            let key = recordings::key(tx, recording)?;
            // Whoever is still at it must not store beside the gap.
            recordings::claim(tx, key)?;
            for hole in gaps::uncovered(tx, key, end)? {
                let cause = GapCause::NotTranscribed;
                gaps::declare(tx, &Gap { recording, from: hole.start, to: hole.end, cause })?;
            }
            Ok(())
        })
    }

    /// All ranges before `end` that no stored turn answers for and nobody gave up, in order.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn uncovered(&self, recording: Uuid, end: u64) -> Result<Vec<Range<u64>>, HistoryError> {
        self.of(recording)
            .read(|conn| gaps::uncovered(conn, recordings::key(conn, recording)?, end))
    }

    /// Whether the transcript is complete; false for a recording that is not there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_finished(&self, recording: Uuid) -> Result<bool, HistoryError> {
        self.of(recording).read(|conn| recordings::is_finished(conn, recording))
    }

    /// Recordings whose transcript is not complete, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unfinished(&self) -> Result<Vec<Uuid>, HistoryError> {
        self.disk.read(recordings::unfinished)
    }
}
