//! The body of the sound system's callback: how long a call takes.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::super::figures::percentile;
use super::super::table::{Row, Table};
use crate::shell::command;

/// A two-hundredth of the shortest time between two calls.
const WORST_US: f64 = 50.0;
/// Each call is made so often, with the same sound and the same calls before it. What it needs it needs each time; an
/// interruption of the machine's finds another call.
const PASSES: usize = 3;

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
        format!(
            "48 kHz, stereo; cold: 8 MiB of other memory are touched before each call; the goal is for the processor's time, the \
             least of {PASSES} passes call by call: what else this machine does is not the callback's doing"
        ),
    );
    for way in &WAYS {
        let passes: Vec<Pass> =
            (0..PASSES).map(|_| way.pass(measure, calls)).collect::<anyhow::Result<_>>()?;
        add(way, &passes, table);
    }
    Ok(())
}

/// All calls once, in microseconds.
struct Pass {
    processor: Vec<f64>,
    clock: Vec<f64>,
    /// Of the processor, when nothing is called.
    nothing: Vec<f64>,
}

impl Way {
    fn pass(&self, measure: &Path, calls: u64) -> anyhow::Result<Pass> {
        let (block, calls) = (self.block_ms.to_string(), (calls / self.share).to_string());
        let output =
            command(measure).args(["callback", self.form, &block, &calls, self.cache]).output()?;
        let seen: Value = serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        ensure!(seen["dropped"] == 0, "the ring was full, so something else was measured");
        Ok(Pass {
            processor: micros(&seen["cpu"]),
            clock: micros(&seen["wall"]),
            nothing: micros(&seen["nothing_cpu"]),
        })
    }
}

fn micros(nanos: &Value) -> Vec<f64> {
    nanos.as_array().into_iter().flatten().filter_map(Value::as_f64).map(|ns| ns / 1e3).collect()
}

/// Call by call, the shortest time that it took.
fn least(passes: &[Pass], times: impl Fn(&Pass) -> &[f64]) -> Vec<f64> {
    let mut least = Vec::new();
    for pass in passes {
        let times = times(pass);
        if least.is_empty() {
            least = times.to_vec();
        }
        for (least, time) in least.iter_mut().zip(times) {
            *least = time.min(*least);
        }
    }
    least
}

fn add(way: &Way, passes: &[Pass], table: &mut Table) {
    let row = |what: &str, values: &[f64], share: f64| {
        Row::new(&format!("callback, {}: {what}", way.name), "µs", percentile(values, share))
    };
    let all = |times: fn(&Pass) -> &Vec<f64>| -> Vec<f64> {
        passes.iter().flat_map(times).copied().collect()
    };
    let (processor, clock) = (all(|pass| &pass.processor), all(|pass| &pass.clock));
    table.add(row(&format!("median of {}", processor.len()), &processor, 0.5));
    table.add(row("p99", &processor, 0.99));
    table.add(row("p99.9", &processor, 0.999));
    let least_of = least(passes, |pass| &pass.processor);
    table.add(row("worst, of itself", &least_of, 1.0).goal("< 50", |us| us < WORST_US));
    table.add(row("worst, with the machine's interruptions", &processor, 1.0));
    table.add(row("p99.9 by the clock", &clock, 0.999));
    table.add(row("worst by the clock", &clock, 1.0));
    table.add(row("worst of measuring nothing", &all(|pass| &pass.nothing), 1.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_is_slow_each_time_is_the_worst_and_an_interrupted_one_is_not() {
        let pass = |processor: &[f64]| Pass {
            processor: processor.to_vec(),
            clock: Vec::new(),
            nothing: Vec::new(),
        };
        let passes = [pass(&[1.0, 70.0, 9.0]), pass(&[80.0, 2.0, 8.0]), pass(&[1.5, 2.5, 60.0])];
        assert_eq!(least(&passes, |pass| &pass.processor), [1.0, 2.0, 8.0]);
    }
}
