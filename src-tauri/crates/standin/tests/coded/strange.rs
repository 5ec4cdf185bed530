//! Sound in which there are no words, and words of every number.

use super::*;

/// A vowel that wanders: a buzz of many harmonics through two resonances, as a throat makes it.
fn babble(seed: usize, seconds: usize) -> Vec<i16> {
    let (mut phase, mut one, mut other) = (0.0f32, [0.0f32; 2], [0.0f32; 2]);
    (0..seconds * 16_000)
        .map(|n| {
            let pick = |what: usize| noise(seed * 7919 + what * 104_729 + n / 2_400);
            phase = (phase + (150.0 + 50.0 * pick(0)) / 16_000.0).fract();
            let buzz = if phase < 0.1 { 1.0 } else { -0.1 } + 0.05 * noise(n);
            let throat = resonate(&mut one, 600.0 + 300.0 * pick(1), buzz)
                + resonate(&mut other, 1_700.0 + 700.0 * pick(2), buzz);
            let is_quiet = pick(3) > 0.5;
            if is_quiet { 0 } else { (throat * 3_000.0).clamp(-32_768.0, 32_767.0) as i16 }
        })
        .collect()
}

fn resonate(state: &mut [f32; 2], hz: f32, input: f32) -> f32 {
    let radius = 0.97f32;
    let angle = std::f32::consts::TAU * hz / 16_000.0;
    let output =
        (1.0 - radius) * input + 2.0 * radius * angle.cos() * state[0] - radius * radius * state[1];
    *state = [output, state[0]];
    output
}

#[test]
fn nothing_is_heard_in_noise_voices_and_chords() {
    for seed in 0..4 {
        assert_eq!(heard(&babble(seed, 30)), [], "babble {seed}");
    }
    let hiss: Vec<i16> = (0..480_000).map(|n| (noise(n) * 8_000.0) as i16).collect();
    assert_eq!(heard(&hiss), [], "noise");
    let chords: Vec<i16> = (0..480_000)
        .map(|n| {
            let tone = |which: usize| {
                let step = noise(which * 31 + n / 800) * 12.0 + 13.0;
                (n as f32 * step.round() * 150.0 / 16_000.0 * std::f32::consts::TAU).sin()
            };
            ((tone(1) + tone(2) + tone(3)) * 4_000.0) as i16
        })
        .collect();
    assert_eq!(heard(&chords), [], "chords");
}

#[test]
fn words_over_other_sound_are_heard_right_or_not_at_all() {
    let spoken = speech(5, 300, 30, 16_000);
    for loudness in [0.2, 0.5, 1.0] {
        let both: Vec<i16> = spoken
            .samples
            .iter()
            .zip(babble(9, 30))
            .map(|(word, other)| word.saturating_add((f32::from(other) * loudness) as i16))
            .collect();
        for word in heard(&both) {
            let same = spoken.words.iter().find(|spoken| spoken.text() == word.text);
            let off = same.map(|same| same.start_ms.abs_diff(word.start_ms));
            assert!(off.is_some_and(|off| off <= 30), "{word:?} was never said");
        }
    }
}

#[test]
fn every_number_can_be_said() {
    for first in (0..16_384).step_by(331).chain([16_383, 65_535]) {
        let spoken = speech(first.into(), first, 3, 16_000);
        assert!(!spoken.words.is_empty());
        assert_same(&heard(&spoken.samples), &spoken.words, "numbers");
    }
    let last = speech(1, 65_535, 10, 16_000).words;
    assert_eq!((last[0].number, last[1].number), (65_535, 0));
}

#[test]
fn talk_has_runs_and_pauses_and_a_seed() {
    let spoken = speech(11, 1, 120, 16_000);
    assert_eq!(spoken.samples.len(), 120 * 16_000);
    assert_eq!(spoken, speech(11, 1, 120, 16_000));
    assert_eq!(spoken.words, speech(11, 1, 120, 48_000).words);
    assert_ne!(spoken.words, speech(12, 1, 120, 16_000).words);
    let gaps: Vec<u64> =
        spoken.words.windows(2).map(|pair| pair[1].start_ms - pair[0].end_ms).collect();
    assert!(gaps.iter().all(|gap| (80..=250).contains(gap) || (500..=3_000).contains(gap)));
    assert!(gaps.iter().any(|gap| *gap <= 250) && gaps.iter().any(|gap| *gap >= 500));
    assert!(spoken.words.iter().all(|word| (250..=450).contains(&(word.end_ms - word.start_ms))));
    let loud: Vec<f64> =
        spoken.samples.iter().map(|s| f64::from(*s)).filter(|s| *s != 0.0).collect();
    let rms = (loud.iter().map(|s| s * s).sum::<f64>() / loud.len() as f64).sqrt();
    let dbfs = 20.0 * (rms / 32_768.0).log10();
    assert!((-20.0..=-16.0).contains(&dbfs), "{dbfs}");
}
