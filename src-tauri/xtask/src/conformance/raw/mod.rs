//! What no SDK does, byte by byte: a client of its own, on a plain socket, with no library between.

mod doors;
mod frames;
mod http;
mod limits;
mod messages;
mod parameters;
mod scene;
pub(crate) mod socket;
mod speech;
mod tokens;
mod turns;

use std::thread;

use super::report::{Check, Report};
use super::service::Services;
use scene::Scene;

/// A check: its name, the item of the protocol notes that it is about, and what has to hold.
type Case = (&'static str, &'static str, fn(&Scene<'_>) -> anyhow::Result<()>);

/// Runs every case, the longest beside the others.
pub(super) fn run(services: &Services, report: &mut Report) -> anyhow::Result<()> {
    let scene = Scene::set(services)?;
    let suites = [
        tokens::CASES,
        doors::CASES,
        parameters::CASES,
        messages::CASES,
        frames::CASES,
        turns::CASES,
        limits::CASES,
    ];
    thread::scope(|scope| {
        let slow: Vec<_> =
            limits::SLOW.iter().map(|case| scope.spawn(|| judged(case, &scene))).collect();
        for case in suites.iter().copied().flatten() {
            report.add("raw", judged(case, &scene));
        }
        for (judging, (name, note, _)) in slow.into_iter().zip(limits::SLOW) {
            report.add(
                "raw",
                judging
                    .join()
                    .unwrap_or_else(|_| told(name, note, &Err(anyhow::anyhow!("it panicked")))),
            );
        }
    });
    Ok(())
}

fn judged((name, note, holds): &Case, scene: &Scene<'_>) -> Check {
    told(name, note, &holds(scene))
}

fn told(name: &str, note: &str, outcome: &anyhow::Result<()>) -> Check {
    Check {
        name: name.to_owned(),
        note: format!("sotto_protocol::{note}"),
        pass: outcome.is_ok(),
        detail: outcome.as_ref().err().map(|error| format!("{error:#}")).unwrap_or_default(),
    }
}
