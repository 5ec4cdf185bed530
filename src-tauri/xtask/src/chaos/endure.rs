//! `endure`: recordings as long as a meeting. Either one with rotation beside the same without it, or one with a cut in the
//! middle during which the offline engine writes.

use std::path::Path;
use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use super::kind::Kind;
use super::plan::{Act, Plan};
use super::round::{Door, Watched, watch};
use super::speech::Speech;
use super::tally::Sums;
use super::{build, dice::Dice, disk};
use crate::shell::root;

/// Rotation may hold live text up by so much.
const STALL_ALLOWED_MS: u64 = 250;
/// Of a voice at a time: a recogniser of coded words has nothing to say of it, and one that says nothing for ten seconds is
/// given up.
const VOICE_MS: u64 = 6_000;
/// A token that outlives a session of half an hour by its renewals only.
const LONG_TOKEN_SECONDS: u64 = 600;

#[derive(Debug, Clone, Args)]
pub(crate) struct EndureArguments {
    /// How long is spoken.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=600))]
    minutes: u32,
    /// How long a token lives.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(60..=600))]
    token_seconds: u64,
    /// Instead of rotation: so long nobody listens in the middle, and the offline engine takes over.
    #[arg(long)]
    cut_minutes: Option<u32>,
    /// What is spoken follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Take the programs as they are built.
    #[arg(long)]
    no_build: bool,
    /// Only the last line, which is JSON in any case, is meant for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Sets up, builds, records; success only when nothing is missing and nothing stalls.
pub(crate) fn run(arguments: &EndureArguments) -> anyhow::Result<ExitCode> {
    ensure!(cfg!(target_os = "linux"), "the virtual desktop is made for Linux");
    if !arguments.no_build {
        build()?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let result = match arguments.cut_minutes {
        None => runtime.block_on(rotate(arguments))?,
        Some(minutes) => {
            ensure!(minutes < arguments.minutes, "the cut must be shorter than the recording");
            runtime.block_on(cut(arguments, minutes))?
        }
    };
    println!("{result}");
    Ok(if result["pass"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a recording came to.
#[derive(Serialize)]
struct Recorded {
    sessions: usize,
    rotations: usize,
    #[serde(flatten)]
    sums: Sums,
    failures: Vec<String>,
}

impl Recorded {
    fn of(watched: &Watched) -> Self {
        let sessions = watched.log.sessions();
        Self {
            sessions,
            rotations: sessions.saturating_sub(1),
            sums: Sums::of(&watched.verdict),
            failures: watched.verdict.failures.clone(),
        }
    }
}

/// The same words twice at the same time: with a token that dies every minute, and with one that lives long.
async fn rotate(arguments: &EndureArguments) -> anyhow::Result<Value> {
    let (folder, door) = (disk::folder_of_run()?, Door::for_all_at_once(2));
    let speech = || Speech::coded(arguments.seed, arguments.minutes * 60, 48_000);
    let mut rotating = plan(arguments, Kind::Rotation);
    rotating.set("tokenSeconds", json!(arguments.token_seconds));
    rotating.meet(0, Act::ExpiryCloses);
    let mut steady = plan(arguments, Kind::None);
    steady.set("tokenSeconds", json!(LONG_TOKEN_SECONDS));
    let (in_rotating, in_steady) = (folder.join("rotating"), folder.join("steady"));
    let (rotating, steady) = tokio::join!(
        watch(&rotating, speech(), &in_rotating, &door),
        watch(&steady, speech(), &in_steady, &door),
    );
    let watched = [("rotating", rotating?), ("steady", steady?)];
    let [rotating, steady] = watched.each_ref().map(|(_, watched)| Recorded::of(watched));
    let difference = rotating.sums.longest_stall_ms.zip(steady.sums.longest_stall_ms);
    let difference = difference.map(|(one, other)| one.saturating_sub(other));
    let is_smooth = difference.is_some_and(|difference| difference <= STALL_ALLOWED_MS);
    for (name, watched) in &watched {
        put_away(watched, &folder, name, is_smooth)?;
    }
    let wanted = u64::from(arguments.minutes) * 60 / arguments.token_seconds;
    let pass = rotating.failures.is_empty()
        && steady.failures.is_empty()
        && rotating.rotations as u64 + 1 >= wanted
        && is_smooth;
    Ok(json!({
        "minutes": arguments.minutes,
        "token_seconds": arguments.token_seconds,
        "rotating": rotating,
        "steady": steady,
        "stall_difference_ms": difference,
        "pass": pass,
    }))
}

/// Coded words, then voices and coded words in turn while nobody listens, then coded words again.
async fn cut(arguments: &EndureArguments, cut_minutes: u32) -> anyhow::Result<Value> {
    let around = (arguments.minutes - cut_minutes) * 60 / 2;
    let mut dice = Dice::new(arguments.seed, 0);
    let mut speech = Speech::coded(dice.next(), around, 48_000);
    let begin_ms = speech.ms();
    let for_ms = u64::from(cut_minutes) * 60_000;
    // The last of it are coded words, so that no voice is cut by the service's return.
    for voice in ["beckett.wav", "two_cities.wav"].iter().cycle() {
        speech.pause(700);
        speech.say_recorded(&root().join("src-tauri/engine-pack/speech").join(voice), VOICE_MS)?;
        speech.pause(700);
        speech.say_coded(dice.next(), 8);
        if speech.ms() >= begin_ms + for_ms.saturating_sub(30_000) {
            break;
        }
    }
    let rest_ms = (begin_ms + for_ms).saturating_sub(speech.ms());
    speech.say_coded(dice.next(), u32::try_from(rest_ms / 1000)? + around);

    let mut plan = plan(arguments, Kind::Takeover);
    plan.set("isOfflineTakeover", json!(true));
    plan.meet(begin_ms, Act::Dark { for_ms });
    plan.finishing_seconds += for_ms / 1000;
    let folder = disk::folder_of_run()?;
    let watched = watch(&plan, speech, &folder.join("cut"), &Door::default()).await?;
    put_away(&watched, &folder, "cut", true)?;
    let recorded = Recorded::of(&watched);
    let left = watched.evidence.transcript.turns.iter().filter(|turn| turn.source == "offline");
    let left = left.filter(|turn| !turn.words.is_empty()).count();
    let live = live_from_offline(&watched, for_ms);
    let pass = recorded.failures.is_empty() && left == 0 && live.words > 0 && live.paints > 0;
    Ok(json!({
        "minutes": arguments.minutes,
        "cut_minutes": cut_minutes,
        "live_from_offline": live,
        "offline_turns_left": left,
        "recording": recorded,
        "pass": pass,
    }))
}

/// What was live during the cut.
#[derive(Serialize)]
struct Live {
    turns: usize,
    words: usize,
    paints: usize,
}

fn live_from_offline(watched: &Watched, for_ms: u64) -> Live {
    let Some(begin) = watched.dark_since_ms else { return Live { turns: 0, words: 0, paints: 0 } };
    let during = |at: u64| (begin..begin + for_ms).contains(&at);
    let lines = || watched.evidence.said.iter().filter(|(at, _)| during(*at)).map(|(_, line)| line);
    let turns =
        lines().filter(|line| line["kind"] == "turnCommitted" && line["source"] == "offline");
    let texts: Vec<&str> = turns.filter_map(|line| line["text"].as_str()).collect();
    Live {
        turns: texts.len(),
        words: texts.iter().map(|text| text.split_whitespace().count()).sum(),
        paints: lines().filter(|line| line["kind"] == "painted").count(),
    }
}

fn plan(arguments: &EndureArguments, kind: Kind) -> Plan {
    Plan::bare(arguments.seed, kind, arguments.minutes * 60)
}

/// Removes the folder of a recording that went well; where something is wrong it stays, with all that is known.
fn put_away(watched: &Watched, among: &Path, name: &str, is_smooth: bool) -> anyhow::Result<()> {
    let folder = among.join(name);
    if watched.verdict.failures.is_empty() && is_smooth {
        std::fs::remove_dir_all(&folder)?;
        // Empty when the others went well too.
        std::fs::remove_dir(among).ok();
    } else {
        std::fs::write(folder.join("trace.txt"), &watched.trace)?;
        eprintln!("{name}: {}; see {}", watched.verdict.failures.join("; "), folder.display());
    }
    Ok(())
}
