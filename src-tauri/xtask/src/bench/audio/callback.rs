//! The body of the sound system's callback: how long a call takes.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::super::figures::percentile;
use super::super::table::{Row, Table};
use crate::shell::command;

/// A two-hundredth of the shortest time between two calls.
const WORST_US: f64 = 50.0;

/// How it is called.
struct Way {
    name: &'static str,
    form: &'static str,
    block_ms: u32,
    cache: &'static str,
    /// Of all the calls that are asked for, one in so many.
    share: u64,
}

const WAYS: [Way; 4] = [
    Way { name: "PulseAudio, 20 ms", form: "bytes", block_ms: 20, cache: "hot", share: 1 },
    Way { name: "PulseAudio, 20 ms, cold", form: "bytes", block_ms: 20, cache: "cold", share: 20 },
    Way { name: "cpal, 10 ms", form: "f32", block_ms: 10, cache: "hot", share: 1 },
    Way { name: "cpal, 100 ms", form: "f32", block_ms: 100, cache: "hot", share: 10 },
];

/// Calls it, each way.
pub(super) fn measure(measure: &Path, calls: u64, table: &mut Table) -> anyhow::Result<()> {
    table.note(
        "callback",
        "48 kHz, stereo; cold: 8 MiB of other memory are touched before each call; the goal is for the processor's time, for \
         what else runs on this machine is not the callback's doing",
    );
    for way in &WAYS {
        let calls = calls / way.share;
        let mut command = command(measure);
        command.args([
            "callback",
            way.form,
            &way.block_ms.to_string(),
            &calls.to_string(),
            way.cache,
        ]);
        let output = command.output()?;
        let seen: Value = serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        ensure!(seen["dropped"] == 0, "the ring was full, so something else was measured");
        add(way, calls, &seen, table);
    }
    Ok(())
}

fn add(way: &Way, calls: u64, seen: &Value, table: &mut Table) {
    let micros = |name: &str| -> Vec<f64> {
        seen[name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_f64)
            .map(|ns| ns / 1e3)
            .collect()
    };
    let (processor, clock) = (micros("cpu"), micros("wall"));
    let row = |what: &str, values: &[f64], share: f64| {
        Row::new(&format!("callback, {}: {what}", way.name), "µs", percentile(values, share))
    };
    table.add(row(&format!("median of {calls}"), &processor, 0.5));
    table.add(row("p99", &processor, 0.99));
    table.add(row("p99.9", &processor, 0.999));
    table.add(row("worst", &processor, 1.0).goal("< 50", |us| us < WORST_US));
    table.add(row("p99.9 by the clock", &clock, 0.999));
    table.add(row("worst by the clock", &clock, 1.0));
    let nothing = micros("nothing_cpu");
    table.add(row("worst of measuring nothing", &nothing, 1.0));
}
