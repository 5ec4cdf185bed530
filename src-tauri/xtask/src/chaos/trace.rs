//! What a person needs who looks for the cause of a failure.

use std::fmt::Write as _;
use std::path::Path;

use sotto_standin::Log;

use super::compare::SAMPLES_A_MS;
use super::judge::{Evidence, Verdict};
use super::plan::Plan;

/// Lines of the program's own words.
const TAIL: usize = 40;
/// Words.
const SLOWEST: usize = 12;

/// Which round it was, and what is wrong with it.
pub(crate) fn head(plan: &Plan, folder: &Path, verdict: &Verdict) -> String {
    let mut text = String::new();
    let mut line = |words: String| text.push_str(&(words + "\n"));
    line(format!(
        "round {} of seed {}, fault {}: {}",
        plan.round,
        plan.seed,
        plan.kind.name(),
        verdict.failures.join("; ")
    ));
    line(format!("  kept in {}", folder.display()));
    line(format!(
        "  {} s of speech at {} Hz; {:?}",
        plan.speech_seconds, plan.microphone_hz, plan.settings
    ));
    for trouble in &plan.troubles {
        line(format!("  at {:>6} ms {:?}", trouble.at_ms, trouble.act));
    }
    let found = &verdict.comparison;
    line(format!("  lost {:?}", found.lost.iter().map(|word| word.number).collect::<Vec<_>>()));
    line(format!(
        "  excused {:?}",
        found.excused.iter().map(|word| word.number).collect::<Vec<_>>()
    ));
    line(format!("  doubled {:?}", found.doubled));
    line(format!("  out of order {:?}", found.out_of_order));
    line(format!("  never spoken {:?}", found.strange));
    text
}

/// All that happened.
pub(crate) fn body(evidence: &Evidence, notes: &[String], log: &Log, folder: &Path) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    write_body(&mut text, evidence, notes, log, folder).ok();
    text
}

fn write_body(
    text: &mut String,
    evidence: &Evidence,
    notes: &[String],
    log: &Log,
    folder: &Path,
) -> std::fmt::Result {
    let begins = evidence.speech_at.saturating_sub(evidence.started_at);
    writeln!(text, "recording since {}, speech since {}", evidence.started_at, evidence.speech_at)?;
    writeln!(text, "spoken, in samples of the axis as the clock has it:")?;
    for word in &evidence.spoken {
        let at = |ms: u64| (begins + ms) * SAMPLES_A_MS;
        write!(text, "  w{} {}–{}", word.number, at(word.start_ms), at(word.end_ms))?;
    }
    writeln!(
        text,
        "\nstored ({} samples, {} of them open):",
        evidence.transcript.samples, evidence.transcript.ledger.open
    )?;
    for turn in &evidence.transcript.turns {
        write!(text, "  {}–{} {}:", turn.from, turn.to, turn.source)?;
        for word in &turn.words {
            write!(text, "  {} {}–{}", word.text, word.from, word.to)?;
        }
        writeln!(text)?;
    }
    for gap in &evidence.transcript.gaps {
        writeln!(text, "  gap {}–{} {}", gap.from, gap.to, gap.cause)?;
    }
    writeln!(text, "lost:")?;
    evidence.clues().iter().try_for_each(|clue| writeln!(text, "  {clue}"))?;
    writeln!(text, "slowest on the screen:")?;
    let mut stalls = evidence.stalls();
    stalls.sort_by_key(|(_, ms)| std::cmp::Reverse(*ms));
    for (word, ms) in stalls.iter().take(SLOWEST) {
        writeln!(text, "  {} {}–{} after {ms} ms", word.text, word.from, word.to)?;
    }
    writeln!(text, "destroyed: {:?}", evidence.destroyed)?;
    writeln!(text, "what was done:")?;
    notes.iter().try_for_each(|note| writeln!(text, "  {note}"))?;
    writeln!(text, "what the service saw:")?;
    for (at, entry) in log.times.iter().zip(&log.entries) {
        writeln!(text, "  {at} {entry:?}")?;
    }
    log.heard.iter().try_for_each(|heard| writeln!(text, "  {heard:?}"))?;
    writeln!(text, "what the program said:")?;
    for (at, line) in evidence.said.iter().filter(|(_, line)| line["kind"] != "painted") {
        writeln!(text, "  {at} {line}")?;
    }
    writeln!(text, "what it painted, as sample@moment in the recording:")?;
    for (_, line) in evidence.said.iter().filter(|(_, line)| line["kind"] == "painted") {
        let at = line["at"].as_u64().unwrap_or_default().saturating_sub(evidence.started_at);
        write!(text, "  {}@{}", line["to"], at * SAMPLES_A_MS)?;
    }
    writeln!(text, "\nthe end of its log:")?;
    let complaints = std::fs::read_to_string(folder.join("program.log")).unwrap_or_default();
    let lines: Vec<&str> = complaints.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].iter().try_for_each(|line| writeln!(text, "  {line}"))
}
