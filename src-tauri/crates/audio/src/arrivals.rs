//! When the samples of the axis came from the device. Pure: the times are passed in.

use std::collections::VecDeque;

use sotto_timing::Micros;

use crate::{FRAME_SAMPLES, Frame};

/// More blocks than a full ring holds; frames that a full disk does not take must not make this grow for minutes.
const MOST: usize = 4_096;

/// Places on the axis are rounded from another rate. A frame that ends with a block must not be taken for one of the next block,
/// which came later: that would flatter.
const ROUNDING: u64 = 2;

#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    /// One past the last sample of a block, and when it came; both only grow.
    blocks: VecDeque<(u64, Micros)>,
}

impl Arrivals {
    /// A block came whose last sample lies just before `end` on the axis.
    pub(crate) fn note(&mut self, end: u64, at: Micros) {
        if self.blocks.len() == MOST {
            self.blocks.pop_front();
        }
        self.blocks.push_back((end, at));
    }

    /// When the last sample of a frame came; `None` where no device delivered it, or nobody remembers. Frames are asked for in
    /// order, and one may be asked for again.
    pub(crate) fn of(&mut self, frame: &Frame) -> Option<Micros> {
        let end = frame.first_sample + FRAME_SAMPLES as u64;
        while self.blocks.front().is_some_and(|(block, _)| *block + ROUNDING < end) {
            self.blocks.pop_front();
        }
        self.blocks.front().filter(|_| !frame.flags.is_gap).map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(number: u64, is_gap: bool) -> Frame {
        let mut frame = Frame::missing(number);
        frame.flags.is_gap = is_gap;
        frame
    }

    #[test]
    fn a_frame_came_with_the_block_that_has_its_last_sample() {
        let mut arrivals = Arrivals::default();
        for block in 1..=6 {
            arrivals.note(block * 320, block * 20_000);
        }
        assert_eq!(arrivals.of(&frame(0, false)), Some(60_000), "sample 799 is in the third");
        assert_eq!(arrivals.of(&frame(0, false)), Some(60_000), "a disk that was full tries again");
        assert_eq!(arrivals.of(&frame(1, false)), Some(100_000));
        assert_eq!(arrivals.of(&frame(2, false)), None);
    }

    #[test]
    fn a_sample_of_rounding_does_not_make_a_frame_younger() {
        let mut arrivals = Arrivals::default();
        arrivals.note(799, 20_000);
        arrivals.note(1_119, 40_000);
        assert_eq!(arrivals.of(&frame(0, false)), Some(20_000));
    }

    #[test]
    fn silence_in_place_of_what_was_not_delivered_never_came() {
        let mut arrivals = Arrivals::default();
        arrivals.note(8_000, 1);
        assert_eq!(arrivals.of(&frame(0, true)), None);
        assert_eq!(arrivals.of(&frame(1, false)), Some(1));
    }
}
