//! The recordings of the engine pack, streamed.

use std::collections::HashMap;

use sotto_engine::{EngineWord, Recogniser, SessionOptions, TurnUpdate};

const TWO_CITIES: &str = "it was the best of times it was the worst of times it was the age of wisdom it was the age of \
    foolishness it was the epoch of belief it was the epoch of incredulity it was the season of light it was the season \
    of darkness it was the spring of hope it was the winter of despair we had everything before us we had nothing before \
    us we were all going direct to heaven we were all going direct the other way in short the period was so far like the \
    present period that some of its noisiest authorities insisted on its being received for good or for evil in the \
    superlative degree of comparison only";
const BECKETT: &str = "ever tried ever failed no matter try again fail again fail better";

/// The 48 kHz recording at 16 kHz: a Hann-windowed sinc, and of its output every third sample.
fn two_cities() -> Vec<i16> {
    const REACH: i32 = 48;
    let pcm = read("two_cities.wav", 48_000);
    let taps: Vec<f64> = (-REACH..=REACH)
        .map(|tap| {
            let at = f64::from(tap) / 3.0 * 0.95 * std::f64::consts::PI;
            let sinc = if tap == 0 { 1.0 } else { at.sin() / at };
            sinc * (0.5
                + 0.5 * (std::f64::consts::PI * f64::from(tap) / f64::from(REACH + 1)).cos())
        })
        .collect();
    let gain: f64 = taps.iter().sum();
    let reach = usize::try_from(REACH).unwrap();
    (reach..pcm.len() - reach)
        .step_by(3)
        .map(|centre| {
            let sum: f64 = taps
                .iter()
                .zip(&pcm[centre - reach..])
                .map(|(tap, sample)| tap * f64::from(*sample))
                .sum();
            #[allow(clippy::cast_possible_truncation, reason = "clamped")]
            let sample = (sum / gain).round().clamp(-32_768.0, 32_767.0) as i16;
            sample
        })
        .collect()
}

pub(crate) fn read(name: &str, rate: u32) -> Vec<i16> {
    let mut wav = hound::WavReader::open(crate::pack().join("speech").join(name)).unwrap();
    assert_eq!(wav.spec().sample_rate, rate);
    wav.samples().map(Result::unwrap).collect()
}

fn stream(pcm: &[i16], mut chunks: impl FnMut() -> usize) -> Vec<TurnUpdate> {
    let options = SessionOptions { format_turns: true, ..SessionOptions::default() };
    let mut session = crate::engine().open(options).unwrap();
    let mut updates = Vec::new();
    let mut rest = pcm;
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(chunks().min(rest.len()));
        updates.extend(session.push(chunk).unwrap());
        rest = tail;
    }
    updates.extend(session.finish().unwrap());
    updates
}

fn finals(updates: &[TurnUpdate]) -> Vec<TurnUpdate> {
    updates.iter().filter(|update| update.end_of_turn).cloned().collect()
}

fn heard(updates: &[TurnUpdate]) -> Vec<String> {
    finals(updates).into_iter().flat_map(|turn| turn.words).map(|word| word.text).collect()
}

/// Words put in, left out or swapped, per word of the reference.
pub(crate) fn error_rate(reference: &str, heard: &[String]) -> f64 {
    let reference: Vec<&str> = reference.split_whitespace().collect();
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (at, word) in reference.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, other) in heard.iter().enumerate() {
            let swapped = diagonal + usize::from(word != other);
            diagonal = row[column + 1];
            row[column + 1] = swapped.min(row[column] + 1).min(diagonal + 1);
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let rate = row[heard.len()] as f64 / reference.len() as f64;
    rate
}

fn assert_final_words_stay(updates: &[TurnUpdate]) {
    let mut kept: HashMap<u32, Vec<EngineWord>> = HashMap::new();
    for update in updates {
        let before = kept.entry(update.turn_order).or_default();
        let now: Vec<EngineWord> =
            update.words.iter().take_while(|word| word.is_final).cloned().collect();
        assert!(now.starts_with(before), "{before:?} became {now:?}");
        *before = now;
    }
}

fn assert_times_rise(updates: &[TurnUpdate], samples: usize) {
    let mut from = 0;
    for word in finals(updates).into_iter().flat_map(|turn| turn.words) {
        assert!(word.start_ms >= from && word.end_ms >= word.start_ms, "{word:?} after {from}");
        from = word.end_ms;
    }
    assert!(from as usize <= samples / 16);
}

#[test]
fn two_cities_is_understood_and_nothing_final_changes() {
    let pcm = two_cities();
    let updates = stream(&pcm, || 800);
    let heard = heard(&updates);
    let rate = error_rate(TWO_CITIES, &heard);
    assert!(rate <= 0.08, "{:.1} % wrong in: {}", rate * 100.0, heard.join(" "));
    assert_final_words_stay(&updates);
    assert_times_rise(&updates, pcm.len());
    let first = &finals(&updates)[0];
    assert_eq!(first.turn_order, 0);
    assert!(first.formatted.as_ref().unwrap()[0].text.starts_with("It"));
    assert!(
        updates
            .iter()
            .any(|update| !update.end_of_turn && update.words.iter().any(|word| !word.is_final))
    );
}

#[test]
fn however_beckett_is_cut_the_same_words_come() {
    let pcm = read("beckett.wav", 16_000);
    let whole = stream(&pcm, || pcm.len());
    assert!(error_rate(BECKETT, &heard(&whole)) <= 0.25, "{:?}", heard(&whole));
    assert_eq!(stream(&pcm, || 800), whole);
    let mut odd = [1_usize, 255, 257, 4_001, 37].into_iter().cycle();
    assert_eq!(stream(&pcm, || odd.next().unwrap()), whole);
}

#[test]
fn silence_and_hum_say_nothing() {
    assert!(stream(&vec![0; 16_000 * 20], || 800).is_empty());
    let hum: Vec<i16> =
        (0..16_000 * 10).map(|at| if at / 160 % 2 == 0 { 300 } else { -300 }).collect();
    assert!(heard(&stream(&hum, || 800)).is_empty());
}

#[test]
fn sessions_share_the_model_and_not_their_words() {
    let pcm = read("beckett.wav", 16_000);
    let alone = stream(&pcm, || 800);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| stream(&vec![0; 16_000 * 5], || 800));
        let same = scope.spawn(|| stream(&pcm, || 800));
        assert_eq!(same.join().unwrap(), alone);
        assert!(other.join().unwrap().is_empty());
    });
}
