//! Coded speech through the program's own audio pipeline.

use sotto_audio::{FRAME_SAMPLES, Frame, Pipeline};
use sotto_standin::{
    Ears, Spoken,
    coded::{CodedEars, CodedSpeech, CodedWord, speech},
};

mod cuts;
mod strange;

/// As the program would capture it.
fn captured(speech: &CodedSpeech, rate_hz: u32, change: impl Fn(usize, f32) -> f32) -> Vec<Frame> {
    let samples: Vec<f32> = speech
        .samples
        .iter()
        .enumerate()
        .map(|(at, sample)| change(at, f32::from(*sample) / 32_768.0))
        .collect();
    let mut frames = Vec::new();
    let mut pipeline = Pipeline::new(rate_hz).unwrap();
    pipeline.push(&samples, &mut frames);
    pipeline.finish(&mut frames);
    frames
}

fn pcm(frames: &[Frame]) -> Vec<i16> {
    frames.iter().flat_map(|frame| frame.pcm.iter().copied()).collect()
}

fn heard(samples: &[i16]) -> Vec<Spoken> {
    let mut ears = CodedEars::default();
    let mut words = ears.hear(samples);
    words.extend(ears.flush());
    words
}

/// The same words, each at its place.
fn assert_same(heard: &[Spoken], spoken: &[CodedWord], what: &str) {
    let numbers = |words: &[Spoken]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
    let wanted: Vec<String> = spoken.iter().map(CodedWord::text).collect();
    assert_eq!(numbers(heard), wanted, "{what}");
    for (heard, spoken) in heard.iter().zip(spoken) {
        let off =
            heard.start_ms.abs_diff(spoken.start_ms).max(heard.end_ms.abs_diff(spoken.end_ms));
        assert!(off <= 10, "{what}: {} is {off} ms off", heard.text);
    }
}

fn noise(at: usize) -> f32 {
    let mut z = (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (z >> 40) as f32 / (1 << 23) as f32 - 1.0
}

#[test]
fn words_come_through_the_pipeline() {
    for rate in [16_000, 44_100, 48_000] {
        let spoken = speech(7, 100, 30, rate);
        assert!(spoken.words.len() > 20);
        let as_is = pcm(&captured(&spoken, rate, |_, sample| sample));
        assert_same(&heard(&as_is), &spoken.words, "as it is");
        let noisy = pcm(&captured(&spoken, rate, |at, sample| sample + 0.0017 * noise(at)));
        assert_same(&heard(&noisy), &spoken.words, "with noise");
        let loud = pcm(&captured(&spoken, rate, |_, sample| (sample * 5.0).clamp(-1.0, 1.0)));
        assert_same(&heard(&loud), &spoken.words, "clipped");
        let quiet = pcm(&captured(&spoken, rate, |at, sample| sample * 0.1 + 0.001 * noise(at)));
        assert_same(&heard(&quiet), &spoken.words, "from afar");
    }
}

#[test]
fn the_speech_detector_takes_words_for_speech_and_pauses_for_pauses() {
    let (mut inside, mut flagged, mut late) = (0, 0, Vec::new());
    for rate in [44_100, 48_000] {
        for seed in 0..2 {
            let spoken = speech(seed, 1000 * seed as u32, 40, rate);
            let frames = captured(&spoken, rate, |at, sample| sample + 0.0003 * noise(at));
            for word in &spoken.words {
                for at in word.start_ms.div_ceil(50)..word.end_ms / 50 {
                    inside += 1;
                    flagged += usize::from(frames[at as usize].flags.is_speech);
                }
            }
            for pair in spoken.words.windows(2) {
                if pair[1].start_ms - pair[0].end_ms >= 400 {
                    let quiet = (pair[0].end_ms + 300).div_ceil(50)..pair[1].start_ms / 50;
                    late.extend(quiet.filter(|at| frames[*at as usize].flags.is_speech));
                }
            }
        }
    }
    assert!(flagged * 100 >= inside * 95, "{flagged} of {inside} frames");
    assert!(late.is_empty(), "{late:?}");
}

#[test]
fn the_cut_of_the_audio_changes_nothing() {
    let spoken = speech(1, 0, 12, 16_000);
    let whole = heard(&spoken.samples);
    for size in [1, 39, 160, FRAME_SAMPLES] {
        let mut ears = CodedEars::default();
        let mut pieces: Vec<Spoken> =
            spoken.samples.chunks(size).flat_map(|piece| ears.hear(piece)).collect();
        pieces.extend(ears.flush());
        assert_eq!(pieces, whole, "{size}");
    }
}
