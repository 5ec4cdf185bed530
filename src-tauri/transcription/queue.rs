//! The frames of a file on their way: those that are still to be sent, and those that were sent and are not covered by a
//! final turn yet, for they may have to be sent again.

use std::collections::VecDeque;
use std::thread;

use sotto_audio::{AudioError, AudioFile, FRAME_SAMPLES, FileError, Frame, Pipeline, each_frame};
use tokio::sync::mpsc;

/// Frames that are read ahead: 10 s.
const AHEAD: usize = 200;

/// Frames that a word may sound beyond its end: 300 ms. If there is more, it is another word.
const TAIL: usize = 6;

pub(crate) struct Queue {
    read: mpsc::Receiver<Result<Frame, FileError>>,
    /// To be sent again.
    again: VecDeque<Frame>,
    sent: VecDeque<Frame>,
    covered: u64,
    /// One past the last sample that was read.
    end: u64,
    damage: Option<FileError>,
}

impl Queue {
    /// Reads the file on a thread of its own.
    ///
    /// # Errors
    /// When its rate cannot be used.
    pub(crate) fn of(file: AudioFile) -> Result<Self, AudioError> {
        let pipeline = Pipeline::new(file.rate_hz())?;
        let (frames, read) = mpsc::channel(AHEAD);
        thread::Builder::new()
            .name("file".to_owned())
            .spawn(move || read_all(file, pipeline, &frames))
            .map_err(|error| AudioError::System(error.to_string()))?;
        Ok(Self::new(read))
    }

    fn new(read: mpsc::Receiver<Result<Frame, FileError>>) -> Self {
        let (again, sent) = (VecDeque::new(), VecDeque::new());
        Self { read, again, sent, covered: 0, end: 0, damage: None }
    }

    /// The next frame to send; `None` at the end of what can be read. Cancel safe.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        let frame = match self.again.pop_front() {
            Some(frame) => frame,
            None => match self.read.recv().await? {
                Ok(frame) => frame,
                Err(damage) => {
                    self.damage = Some(damage);
                    return None;
                }
            },
        };
        self.end = self.end.max(after(&frame));
        self.sent.push_back(frame.clone());
        Some(frame)
    }

    /// Everything before `sample` has its text.
    pub(crate) fn cover(&mut self, sample: u64) {
        self.covered = self.covered.max(sample);
        while self.sent.front().is_some_and(|frame| after(frame) <= self.covered) {
            self.sent.pop_front();
        }
    }

    /// Everything that was sent and has no text is to be sent again, but for the tail of the last word: recognisers say
    /// that words end a little before they do.
    pub(crate) fn go_back(&mut self) {
        let tail = self.sent.iter().take(TAIL).take_while(|frame| frame.flags.is_speech).count();
        if self.covered > 0 && tail < TAIL {
            self.sent.drain(..tail);
        }
        while let Some(frame) = self.sent.pop_back() {
            self.again.push_front(frame);
        }
    }

    pub(crate) fn covered_to(&self) -> u64 {
        self.covered
    }

    /// How much was read.
    pub(crate) fn samples(&self) -> u64 {
        self.end
    }

    pub(crate) fn take_damage(&mut self) -> Option<FileError> {
        self.damage.take()
    }
}

fn after(frame: &Frame) -> u64 {
    frame.first_sample + FRAME_SAMPLES as u64
}

fn read_all(file: AudioFile, pipeline: Pipeline, out: &mpsc::Sender<Result<Frame, FileError>>) {
    let read = each_frame(file, pipeline, |frame| out.blocking_send(Ok(frame)).is_ok());
    if let Err(damage) = read {
        // Nobody listens any more only where the whole is given up.
        out.blocking_send(Err(damage)).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn queue(frames: u64) -> Queue {
        let (sender, read) = mpsc::channel(AHEAD);
        for number in 0..frames {
            sender.send(Ok(Frame::missing(number))).await.unwrap();
        }
        Queue::new(read)
    }

    async fn numbers(queue: &mut Queue, count: usize) -> Vec<u64> {
        let mut out = Vec::new();
        while out.len() < count
            && let Some(frame) = queue.next().await
        {
            out.push(frame.first_sample / FRAME_SAMPLES as u64);
        }
        out
    }

    #[tokio::test]
    async fn what_has_no_text_is_sent_again_and_nothing_else() {
        let mut queue = queue(10).await;
        assert_eq!(numbers(&mut queue, 6).await, [0, 1, 2, 3, 4, 5]);
        queue.cover(2 * 800 + 1);
        queue.go_back();
        assert_eq!(numbers(&mut queue, 3).await, [2, 3, 4]);
        queue.go_back();
        assert_eq!(numbers(&mut queue, 99).await, [2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!((queue.samples(), queue.covered_to()), (8_000, 1_601));
    }

    #[tokio::test]
    async fn the_tail_of_the_last_word_is_not_heard_again_but_a_word_that_follows_at_once_is() {
        for (speech, expected) in [(5, 7), (9, 2)] {
            let (sender, read) = mpsc::channel(AHEAD);
            for number in 0..20 {
                let mut frame = Frame::missing(number);
                frame.flags.is_speech = number < 2 + speech;
                sender.send(Ok(frame)).await.unwrap();
            }
            let mut queue = Queue::new(read);
            numbers(&mut queue, 15).await;
            queue.cover(2 * 800);
            queue.go_back();
            assert_eq!(numbers(&mut queue, 1).await, [expected]);
        }
    }

    #[tokio::test]
    async fn damage_is_the_end_of_what_can_be_read() {
        let (sender, read) = mpsc::channel(AHEAD);
        sender.send(Ok(Frame::missing(0))).await.unwrap();
        sender.send(Err(FileError::Unknown)).await.unwrap();
        let mut queue = Queue::new(read);
        assert_eq!(numbers(&mut queue, 9).await, [0]);
        assert!(queue.take_damage().is_some());
    }
}
