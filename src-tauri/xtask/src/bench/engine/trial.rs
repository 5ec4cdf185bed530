//! Everything that is measured in one run, in its order.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::super::figures::median;
use super::super::process::{load, processor_seconds};
use super::super::table::{Row, Table};
use super::crowd;
use super::goals;
use super::hearing::Hearing;
use super::peer::{self, Peer, PeerStory};
use super::python::Script;
use super::recording::{RATE, Recording, write_wav};
use super::reference::{self, Spoken};
use super::score::turn_ends;
use super::session::{Pace, Story, Wishes, speak};
use crate::conformance::service::Service;

/// Seconds of room after each recording, in which its last turn ends.
const ROOM: f64 = 2.5;
/// Seconds of digital silence for the cost of nothing at all; less than a socket is waited for.
const SILENCE: usize = 40;
/// A recording as both are given it.
pub(super) struct Take<'a> {
    pub(super) recording: &'a Recording,
    pub(super) spoken: Vec<Spoken>,
    pcm: Vec<i16>,
    wav: PathBuf,
}

/// What one engine did with all recordings, in their order.
pub(super) struct Heard {
    pub(super) hearings: Vec<Hearing>,
    /// Processor-seconds of its process.
    cost: f64,
}

/// Measures everything and fills the table.
pub(super) fn run(
    service: &Service,
    recordings: &[Recording],
    table: &mut Table,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let takes = takes(recordings, folder.path())?;
    note(&takes, table);

    let mut peer = Peer::start()?;
    step("the peer hears all recordings, in real time");
    let (peers, peer_stories) = peer_hears(&mut peer, &takes)?;
    let silence =
        turn_silence(&takes, &peer_stories).context("the peer ended no turn in a pause")?;
    table.note(
        "turn end",
        format!("after {:.0} ms of silence: the peer's median", silence * 1000.0),
    );

    step("we hear them");
    let (ours, stories) = we_hear(service, &takes, Wishes::default())?;
    step("we hear them with turns that end as soon as the peer's");
    let wishes =
        Wishes { turn_silence: Some((silence * 1000.0).round() as u64), ..Wishes::default() };
    let (quick, quick_stories) = we_hear(service, &takes, wishes)?;

    goals::errors(&takes, &ours, &quick, &peers, table);
    goals::ends(&takes, &quick, &peers, silence, table);
    goals::first_readings(&takes, &ours, &peers, table);
    let seconds: f64 = recordings.iter().map(Recording::seconds).sum();
    goals::costs(ours.cost / seconds, peers.cost / seconds, table);
    nothing(service, &mut peer, folder.path(), table)?;
    speed(service, &mut peer, &takes, table)?;
    drop(peer);
    let all: Vec<&Story> = stories.iter().chain(&quick_stories).collect();
    goals::stability(&all, table);
    goals::places(&takes, &stories, table);
    step("many sessions at once");
    goals::many(crowd::run(service, recordings), table);
    Ok(())
}

fn step(what: &str) {
    eprintln!("bench  {what}");
}

fn takes<'a>(recordings: &'a [Recording], folder: &Path) -> anyhow::Result<Vec<Take<'a>>> {
    let mut aligner = Script::start("reference.py")?;
    recordings
        .iter()
        .enumerate()
        .map(|(at, recording)| {
            let pcm = recording.with_room(ROOM);
            let wav = write_wav(folder, &at.to_string(), &pcm)?;
            let spoken = reference::align(&mut aligner, recording, &wav)?;
            Ok(Take { recording, spoken, pcm, wav })
        })
        .collect()
}

fn note(takes: &[Take<'_>], table: &mut Table) {
    let names: Vec<_> = takes
        .iter()
        .map(|take| format!("{} ({:.0} s)", take.recording.name, take.recording.seconds()))
        .collect();
    table.note("peer", format!("{}, update every 0.2 s", peer::NAME));
    if let Some(load) = load() {
        table.note("load", format!("{load} before (runnable processes, mean of a minute): what else runs is in all times"));
    }
    table.note("audio", names.join(", "));
    table.note(
        "reference",
        "forced alignment by PocketSphinx; half of its boundaries are within 10 to 24 ms",
    );
}

fn peer_hears(peer: &mut Peer, takes: &[Take<'_>]) -> anyhow::Result<(Heard, Vec<PeerStory>)> {
    let before = processor_seconds(peer.pid())?;
    let stories: Vec<_> =
        takes.iter().map(|take| peer.live(&take.wav)).collect::<anyhow::Result<_>>()?;
    let cost = processor_seconds(peer.pid())? - before;
    Ok((Heard { hearings: stories.iter().map(PeerStory::hearing).collect(), cost }, stories))
}

fn we_hear(
    service: &Service,
    takes: &[Take<'_>],
    wishes: Wishes,
) -> anyhow::Result<(Heard, Vec<Story>)> {
    let before = processor_seconds(service.pid())?;
    let stories: Vec<_> = takes
        .iter()
        .map(|take| speak(service, wishes, &take.pcm, Pace::RealTime))
        .collect::<anyhow::Result<_>>()?;
    let cost = processor_seconds(service.pid())? - before;
    Ok((Heard { hearings: stories.iter().map(Story::hearing).collect(), cost }, stories))
}

/// The silence after which the peer ends a turn: the audio of its lines goes on after their last words for so long.
fn turn_silence(takes: &[Take<'_>], stories: &[PeerStory]) -> Option<f64> {
    let silences = takes
        .iter()
        .zip(stories)
        .flat_map(|(take, story)| turn_ends(&story.at_ends_of_audio(), &take.spoken, 0.2));
    median(&silences.collect::<Vec<_>>())
}

fn nothing(
    service: &Service,
    peer: &mut Peer,
    folder: &Path,
    table: &mut Table,
) -> anyhow::Result<()> {
    step("both hear silence");
    let pcm = vec![0; SILENCE * RATE];
    let wav = write_wav(folder, "silence", &pcm)?;
    let before = processor_seconds(peer.pid())?;
    peer.live(&wav)?;
    let peers = (processor_seconds(peer.pid())? - before) / SILENCE as f64;
    let before = processor_seconds(service.pid())?;
    speak(service, Wishes::default(), &pcm, Pace::RealTime)?;
    let ours = (processor_seconds(service.pid())? - before) / SILENCE as f64;
    table.add(
        Row::new("processor-seconds a second of silence", "s", Some(ours))
            .beside(Some(peers))
            .goal("≤ 0.03", |seconds| seconds <= 0.03),
    );
    Ok(())
}

/// Ours by the way that clients have, the socket; the peer's by its call for whole recordings.
fn speed(
    service: &Service,
    peer: &mut Peer,
    takes: &[Take<'_>],
    table: &mut Table,
) -> anyhow::Result<()> {
    step("both hear the recordings as fast as they can");
    let (mut seconds, mut ours, mut peers) = (0.0, Vec::new(), Vec::new());
    for take in takes {
        seconds += take.pcm.len() as f64 / RATE as f64;
        ours.push(speak(service, Wishes::default(), &take.pcm, Pace::AsFastAsItGoes)?);
        peers.push(peer.whole(&take.wav)?);
    }
    let our_time: f64 = ours.iter().map(|story| story.ended).sum();
    let peer_time: f64 = peers.iter().map(|whole| whole.took).sum();
    table.add(
        Row::new("a whole recording at once", "x real time", Some(seconds / our_time))
            .beside(Some(seconds / peer_time))
            .goal("≥ 15", |speed| speed >= 15.0),
    );
    let our_texts = ours.iter().map(|story| story.hearing().words().join(" "));
    let peer_texts = peers.iter().map(|whole| whole.text.clone());
    table.add(
        Row::new("word error rate of that", "%", Some(goals::error_rate(takes, our_texts)))
            .beside(Some(goals::error_rate(takes, peer_texts))),
    );
    Ok(())
}
