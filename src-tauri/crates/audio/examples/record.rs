//! Lists the devices, records some seconds into a spool and says what came: `record [SECONDS] [DEVICE-ID] [SPOOL]`.
#![allow(clippy::print_stdout, reason = "an example for people")]

use std::error::Error;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sotto_audio::{Capture, DeviceId, SpoolHeader, SpoolReader, SpoolWriter, devices};
use uuid::Uuid;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: f64 = arguments.next().map_or(Ok(5.0), |text| text.parse())?;
    let device = arguments.next().filter(|id| id != "default").map(DeviceId);
    let recording = Uuid::now_v7();
    let path = arguments
        .next()
        .map_or_else(|| std::env::temp_dir().join(format!("{recording}.spool")), PathBuf::from);
    for found in devices()? {
        let marks = match (found.is_default, found.is_monitor) {
            (true, _) => " (default)",
            (_, true) => " (system sound)",
            _ => "",
        };
        println!("{}  {}{marks}", found.id, found.name);
    }

    let started_at = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let spool = SpoolWriter::create(
        &path,
        SpoolHeader { recording, started_at_unix_ms: started_at },
        None,
    )?;
    let clock = Instant::now();
    let capture = Capture::start(device, spool, move |notice| {
        println!("{:>7.3?}  {notice:?}", clock.elapsed())
    })?;
    println!("{:>7.3?}  open", clock.elapsed());
    thread::sleep(Duration::from_secs_f64(seconds));
    let end = capture.stop()?;
    println!("{:>7.3?}  stopped at sample {end}", clock.elapsed());

    let mut reader = SpoolReader::open(&path, None)?;
    let (mut frames, mut speech, mut gaps, mut loudest) = (0, 0, 0, f32::NEG_INFINITY);
    while let Some(frame) = reader.read(frames)? {
        frames += 1;
        speech += u64::from(frame.flags.is_speech);
        gaps += u64::from(frame.flags.is_gap);
        loudest = loudest.max(frame.level_dbfs);
    }
    println!(
        "{}: {frames} frames, {speech} with speech, {gaps} with a gap, {loudest:.1} dB at most",
        path.display()
    );
    Ok(())
}
