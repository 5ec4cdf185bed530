//! Any requests, one a line, to the feed of a recording.
//!
//! - Whatever is asked, the feed comes to rest, and nothing but whole frames of the recording, its end and the time are sent.
//! - No request gets more than the recording has.
//! - Afterwards the feed still answers a request as it should, and it ends when the requests do.
#![no_main]

use std::pin::{Pin, pin};
use std::task::{Context, Waker};

use libfuzzer_sys::fuzz_target;
use sotto_audio::{
    FRAME_BYTES, FRAME_SAMPLES, Frame, FrameFlags, SpoolHeader, SpoolPlace, SpoolWriter,
};
use sotto_feed::{FeedMessage, FeedSource, pour};
use tempfile::TempDir;
use tokio::sync::mpsc;
use uuid::Uuid;

/// More than the longest piece of the past.
const FRAMES: u64 = 230;
/// Each may ask for the whole recording.
const MOST_REQUESTS: usize = 64;
const END: &str = r#"{"kind":"end","to":184000}"#;

thread_local! {
    static RECORDING: (TempDir, FeedSource) = recording().expect("a recording");
}

fuzz_target!(|bytes: &[u8]| {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').take(MOST_REQUESTS).collect();
    check(&asked(&lines), lines.len());
});

/// What the feed sends when it is asked this, and then for the newest frame.
fn asked(lines: &[&[u8]]) -> Vec<FeedMessage> {
    let source = RECORDING.with(|(_, source)| source.clone());
    let (ask, requests) = mpsc::unbounded_channel();
    let mut sent = Vec::new();
    {
        let mut feed = pin!(pour(source, requests, |message| {
            sent.push(message);
            true
        }));
        for line in lines {
            ask.send(String::from_utf8_lossy(line).into_owned()).expect("the feed listens");
        }
        assert!(!is_over(feed.as_mut()), "the feed ended before the requests did");
        ask.send(r#"{"kind":"follow"}"#.to_owned()).expect("the feed listens");
        assert!(!is_over(feed.as_mut()), "the feed ended before the requests did");
        drop(ask);
        assert!(is_over(feed.as_mut()), "the feed goes on without requests");
    }
    sent
}

/// Lets the feed do all that it can, which is everything: it waits for nothing but requests. True when it is over.
fn is_over(feed: Pin<&mut impl Future<Output = ()>>) -> bool {
    feed.poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

fn check(sent: &[FeedMessage], requests: usize) {
    let [before @ .., FeedMessage::Frame(newest), FeedMessage::Text(end)] = sent else {
        panic!("the newest frame and the end were asked for last");
    };
    assert_eq!((number(newest), end.as_str()), (FRAMES - 1, END));
    let mut frames = 0;
    for message in before {
        match message {
            FeedMessage::Frame(bytes) => {
                assert!(number(bytes) < FRAMES);
                frames += 1;
            }
            FeedMessage::Text(text) => {
                assert!(text == END || text.starts_with(r#"{"kind":"clock","sent":"#), "{text}");
            }
        }
    }
    assert!(frames <= requests * FRAMES as usize, "{frames} frames for {requests} requests");
}

/// The number of an encoded frame, which is as it was recorded.
fn number(bytes: &[u8]) -> u64 {
    let bytes: &[u8; FRAME_BYTES] = bytes.try_into().expect("a whole frame");
    let got = Frame::decode(bytes);
    let number = got.first_sample / FRAME_SAMPLES as u64;
    assert_eq!(got, frame(number));
    number
}

fn frame(number: u64) -> Frame {
    Frame {
        first_sample: number * FRAME_SAMPLES as u64,
        level_dbfs: -30.0,
        flags: FrameFlags::default(),
        pcm: Box::new([i16::try_from(number).unwrap_or(i16::MAX); FRAME_SAMPLES]),
    }
}

fn recording() -> Result<(TempDir, FeedSource), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let spool = folder.path().join("recording");
    let header = SpoolHeader { recording: Uuid::from_u128(1), started_at_unix_ms: 0 };
    let mut writer = SpoolWriter::create(&spool, header, None)?;
    for number in 0..FRAMES {
        writer.append(&frame(number))?;
    }
    writer.finish()?;
    let progress = writer.progress();
    Ok((folder, FeedSource { spool: SpoolPlace::File(spool, None), progress, times: None }))
}
