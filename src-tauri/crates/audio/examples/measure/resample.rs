//! From a file to another one, in the pieces in which the capture thread finds samples in the ring.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;

use sotto_audio::{Frame, Pipeline};
use sotto_resampling::Resampler;

const LOOKS_A_SECOND: u32 = 100;

/// As the resampler gives it.
pub(crate) fn given(rate: u32, from: &Path, to: &Path) {
    let mut resampler = Resampler::new(rate).unwrap();
    let mut out = BufWriter::new(File::create(to).unwrap());
    let mut write = |samples: &[f32]| put(&mut out, samples.iter().copied());
    each_look(rate, from, |samples| resampler.push(samples, &mut write));
    resampler.finish(&mut write);
    out.flush().unwrap();
}

/// As it is kept: 16 bits, in frames.
pub(crate) fn kept(rate: u32, from: &Path, to: &Path) {
    let mut pipeline = Pipeline::new(rate).unwrap();
    let mut out = BufWriter::new(File::create(to).unwrap());
    let mut frames = Vec::new();
    let mut write = |frames: &mut Vec<Frame>| {
        for frame in frames.drain(..) {
            put(&mut out, frame.pcm.iter().map(|sample| f32::from(*sample) / 32_768.0));
        }
    };
    each_look(rate, from, |samples| {
        pipeline.push(samples, &mut frames);
        write(&mut frames);
    });
    pipeline.finish(&mut frames);
    write(&mut frames);
    out.flush().unwrap();
}

fn each_look(rate: u32, from: &Path, mut take: impl FnMut(&[f32])) {
    let mut from = BufReader::with_capacity(1 << 16, File::open(from).unwrap());
    let mut bytes = vec![0; (rate / LOOKS_A_SECOND) as usize * size_of::<f32>()];
    let mut samples = Vec::new();
    loop {
        let mut filled = 0;
        while filled < bytes.len() {
            match from.read(&mut bytes[filled..]).unwrap() {
                0 => break,
                read => filled += read,
            }
        }
        if filled == 0 {
            return;
        }
        samples.clear();
        samples.extend(bytes[..filled].as_chunks().0.iter().copied().map(f32::from_le_bytes));
        take(&samples);
    }
}

fn put(to: &mut BufWriter<File>, samples: impl Iterator<Item = f32>) {
    for sample in samples {
        to.write_all(&sample.to_le_bytes()).unwrap();
    }
}
