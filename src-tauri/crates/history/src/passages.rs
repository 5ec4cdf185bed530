//! A long transcript in passages, so that a window need hold no more of it than it shows.

use crate::Passage;

/// Turns in a passage: a screen's worth, so that what comes into sight is soon there.
const TURNS: usize = 24;

/// Passages of turns that begin at these samples, which are in order. Turns that begin together stay together.
pub(crate) fn passages(beginnings: &[u64]) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::with_capacity(beginnings.len() / TURNS + 1);
    for (at, from) in beginnings.iter().enumerate() {
        let is_apart = at == 0 || beginnings.get(at - 1) != Some(from);
        match passages.last_mut() {
            Some(last) if (last.turns as usize) < TURNS || !is_apart => last.turns += 1,
            // Gaps and pauses before the first word belong somewhere too.
            None => passages.push(Passage { from: 0, turns: 1 }),
            Some(_) => passages.push(Passage { from: *from, turns: 1 }),
        }
    }
    passages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_turn_is_in_one_passage() {
        assert!(passages(&[]).is_empty());
        let beginnings: Vec<u64> = (0..100).map(|at| 500 + at * 16_000).collect();
        let made = passages(&beginnings);
        assert_eq!(made.iter().map(|one| one.turns).collect::<Vec<_>>(), [24, 24, 24, 24, 4]);
        assert_eq!((made[0].from, made[1].from), (0, 500 + 24 * 16_000));
    }

    #[test]
    fn turns_that_begin_together_stay_together() {
        let made = passages(&[7; 60]);
        assert_eq!(made, [Passage { from: 0, turns: 60 }]);
    }

    #[test]
    fn what_is_added_at_the_end_moves_no_boundary() {
        let beginnings: Vec<u64> = (0..200).map(|at| at * 16_000).collect();
        let (before, after) = (passages(&beginnings[..100]), passages(&beginnings));
        assert!(before.iter().zip(&after).all(|(a, b)| a.from == b.from));
    }
}
