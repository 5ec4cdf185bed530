//! A session of many hours, as fast as the engine takes it, and the memory of the service meanwhile.

use std::thread;
use std::time::Instant;

use anyhow::{Context as _, ensure};

use super::super::process::resident_mib;
use super::super::table::{Row, Table};
use super::recording::{RATE, Recording};
use super::session::{Pace, Wishes, listen, open, say};
use crate::conformance::service::Service;

/// The share of the time in which somebody speaks.
const SPEECH: f64 = 0.3;
/// Between two looks at the memory.
const INTERVAL: usize = 600 * RATE;
/// How much more memory there may be at the end than after the first interval.
const GROWTH_PERCENT: f64 = 5.0;

/// Speaks for hours.
pub(super) fn run(
    service: &Service,
    recordings: &[Recording],
    hours: f64,
    table: &mut Table,
) -> anyhow::Result<()> {
    let samples = (hours * 3600.0) as usize * RATE;
    ensure!(samples >= 2 * INTERVAL, "less than 20 minutes say nothing about memory");
    let round = round(recordings);
    let mut socket = open(service, Wishes { heartbeat: true, ..Wishes::default() })?;
    let listening = socket.twin()?;
    let began = Instant::now();
    let (series, words, took) = thread::scope(|scope| {
        let listener = scope.spawn(move || {
            // What is final is counted; ten hours of it need not be kept.
            listen(listening, began, 0_usize, |words, told| {
                *words += if told.turn.end_of_turn { told.turn.words.len() } else { 0 };
            })
        });
        let mut series = Vec::new();
        let mut speech = round.iter().copied().cycle();
        let mut left = samples;
        while left > 0 {
            let some: Vec<i16> = speech.by_ref().take(INTERVAL.min(left)).collect();
            say(&mut socket, &some, Pace::AsFastAsItGoes, began)?;
            left -= some.len();
            let minutes = (samples - left) as f64 / RATE as f64 / 60.0;
            let memory = resident_mib(service.pid())?;
            eprintln!("bench  {minutes:>5.0} min heard, {memory:>6.1} MiB resident");
            series.push((minutes, memory));
        }
        socket.text(r#"{"type":"Terminate"}"#)?;
        let (words, took) = listener.join().ok().context("the listener panicked")??;
        anyhow::Ok((series, words, took))
    })?;

    let said: usize = recordings.iter().map(|recording| recording.words().len()).sum();
    let expected = said as f64 * samples as f64 / round.len() as f64;
    let shown: Vec<_> =
        series.iter().map(|(minutes, memory)| format!("{minutes:.0}: {memory:.1}")).collect();
    table.note("memory", format!("minutes heard: MiB resident | {}", shown.join(" | ")));
    let (first, last) =
        (series.first().context("no figure")?.1, series.last().context("no figure")?.1);
    table.add(
        Row::new(
            "memory at the end, against after 10 min of audio",
            "%",
            Some((last / first - 1.0) * 100.0),
        )
        .goal("≤ 5", |percent| percent <= GROWTH_PERCENT),
    );
    table.add(Row::new("memory at the end", "MiB", Some(last)));
    table.add(
        Row::new(
            "words heard, of those that were said",
            "%",
            Some(words as f64 / expected * 100.0),
        )
        .goal("95 to 105", |percent| (95.0..=105.0).contains(&percent)),
    );
    let seconds = samples as f64 / RATE as f64;
    table.add(Row::new("pace", "x real time", Some(seconds / took)));
    Ok(())
}

/// All recordings once, each followed by so much of its room that its share of the time is right.
fn round(recordings: &[Recording]) -> Vec<i16> {
    let silence = 1.0 / SPEECH - 1.0;
    recordings
        .iter()
        .flat_map(|recording| recording.with_room(recording.seconds() * silence))
        .collect()
}
