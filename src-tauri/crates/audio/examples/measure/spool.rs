//! A spool written through the real pipeline, and what that costs: bytes, files, and the time of each frame.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sotto_audio::{Frame, Pipeline, SAMPLE_RATE, SpoolHeader, SpoolWriter, recover};
use sotto_encryption::DataKey;
use uuid::Uuid;

/// As the capture thread looks.
const LOOK: Duration = Duration::from_millis(10);
const LOOK_SAMPLES: usize = SAMPLE_RATE as usize / 100;
const HEADER: SpoolHeader = SpoolHeader { recording: Uuid::nil(), started_at_unix_ms: 0 };

/// So many hours of a device with 16 kHz, as fast as it goes.
pub(crate) fn day(path: &Path, hours: f64, key: Option<&DataKey>) -> Value {
    let looks = (hours * 3_600.0 * 100.0) as u64;
    let seen = write(path, key, |look, _| look < looks);
    let frames = recover(path, key).unwrap().frames;
    let mut seen = seen;
    seen["readable"] = frames.into();
    seen
}

/// As a microphone does it, until this program's input ends.
pub(crate) fn live(path: &Path) -> Value {
    let is_over = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_over);
    thread::spawn(move || {
        // Nothing is said: its end is the end.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        told.store(true, Ordering::Release);
    });
    write(path, None, |look, began| {
        let due = began + LOOK * u32::try_from(look).unwrap();
        thread::sleep(due.saturating_duration_since(Instant::now()));
        !is_over.load(Ordering::Acquire)
    })
}

/// For as long as `goes_on` says, which is asked before each look.
fn write(
    path: &Path,
    key: Option<&DataKey>,
    mut goes_on: impl FnMut(u64, Instant) -> bool,
) -> Value {
    let (io, files) = (Io::now(), open_files());
    let mut pipeline = Pipeline::new(SAMPLE_RATE).unwrap();
    let mut spool = SpoolWriter::create(path, HEADER, key).unwrap();
    let (mut room, mut frames, mut appends) = (vec![0.0; LOOK_SAMPLES], Vec::new(), Vec::new());
    let (began, mut look, mut most_files) = (Instant::now(), 0, 0);
    while goes_on(look, began) {
        sound(look, &mut room);
        pipeline.push(&room, &mut frames);
        append(&mut spool, &mut frames, &mut appends);
        if look.is_multiple_of(100_000) {
            most_files = most_files.max(open_files());
        }
        look += 1;
    }
    pipeline.finish(&mut frames);
    append(&mut spool, &mut frames, &mut appends);
    spool.finish().unwrap();
    let took = began.elapsed();
    drop(spool);
    let after = Io::now();
    appends.sort_by(f64::total_cmp);
    json!({
        "seconds": took.as_secs_f64(),
        "frames": appends.len(),
        "pcm_bytes": look * LOOK_SAMPLES as u64 * 2,
        "file_bytes": fs::metadata(path).unwrap().len(),
        "blocks_bytes": blocks(path),
        "asked_bytes": after.asked - io.asked,
        "disk_bytes": after.disk - io.disk,
        "files": most_files - files,
        "files_after": open_files() - files,
        "append_p99_ms": appends[appends.len() * 99 / 100],
        "append_worst_ms": appends.last(),
    })
}

fn append(spool: &mut SpoolWriter, frames: &mut Vec<Frame>, times: &mut Vec<f64>) {
    for frame in frames.drain(..) {
        let since = Instant::now();
        spool.append(&frame).unwrap();
        times.push(since.elapsed().as_secs_f64() * 1_000.0);
    }
}

/// A second of noise, louder and softer, then one of a quiet room.
fn sound(look: u64, room: &mut [f32]) {
    let height = if (look / 100).is_multiple_of(2) { 0.3 } else { 0.001 };
    let mut state = u32::try_from(look % u64::from(u32::MAX)).unwrap() | 1;
    for sample in room {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = ((state >> 8) as f32 / 8_388_608.0 - 1.0) * height;
    }
}

/// What this process has written, as Linux counts it.
struct Io {
    /// What was asked of the system.
    asked: u64,
    /// What of it the disk was, or will be, given: whole pages, each time that one is written to again after it was synced.
    disk: u64,
}

impl Io {
    fn now() -> Self {
        let text = fs::read_to_string("/proc/self/io").unwrap_or_default();
        let field = |name: &str| {
            text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap_or(0)
        };
        Self { asked: field("wchar:"), disk: field("write_bytes:") }
    }
}

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// What the file takes on the disk.
fn blocks(path: &Path) -> u64 {
    #[cfg(unix)]
    {
        std::os::unix::fs::MetadataExt::blocks(&fs::metadata(path).unwrap()) * 512
    }
    #[cfg(not(unix))]
    {
        fs::metadata(path).unwrap().len()
    }
}
