//! A file as frames, the same as those of a microphone.

use crate::{AudioFile, FileError, Frame, Pipeline};

/// Reads a file to its end, or until `take` wants no more and says false. `pipeline`: a fresh one of the file's rate.
///
/// # Errors
/// Where the file is damaged; all frames of what came before were given.
pub fn each_frame(
    mut file: AudioFile,
    mut pipeline: Pipeline,
    mut take: impl FnMut(Frame) -> bool,
) -> Result<(), FileError> {
    let (mut samples, mut frames) = (Vec::new(), Vec::new());
    let read = loop {
        match file.read(&mut samples) {
            Ok(true) => pipeline.push(&samples, &mut frames),
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
        if !frames.drain(..).all(&mut take) {
            return Ok(());
        }
    };
    pipeline.finish(&mut frames);
    if frames.drain(..).all(take) { read } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FRAME_SAMPLES;

    fn wav(samples: u32) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 16_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        (0..samples).for_each(|at| writer.write_sample((at % 100) as i16).unwrap());
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    fn frames(bytes: Vec<u8>, most: usize) -> Vec<u64> {
        let file = AudioFile::stream(std::io::Cursor::new(bytes)).unwrap();
        let pipeline = Pipeline::new(file.rate_hz()).unwrap();
        let mut seen = Vec::new();
        each_frame(file, pipeline, |frame| {
            seen.push(frame.first_sample);
            seen.len() < most
        })
        .unwrap();
        seen
    }

    #[test]
    fn the_tail_is_there_and_frames_tile() {
        let seen = frames(wav(16_000 + 1), 1_000);
        let tiled: Vec<u64> = (0..seen.len() as u64).map(|at| at * FRAME_SAMPLES as u64).collect();
        assert_eq!(seen, tiled);
        assert_eq!(seen.len(), 21);
    }

    #[test]
    fn who_wants_no_more_gets_no_more() {
        assert_eq!(frames(wav(160_000), 3).len(), 3);
    }
}
