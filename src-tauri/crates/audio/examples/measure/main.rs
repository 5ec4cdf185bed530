//! What the crate's parts do and cost, as they are released. For `cargo xtask bench`, which makes tables of it.
//!
//! `measure resample RATE IN OUT` and `measure keep RATE IN OUT` turn mono samples of this rate (f32, little endian) into those
//! of 16 kHz: as the resampler gives them, or as they are kept. `measure callback FORM BLOCK-MS CALLS hot|cold` drives the body
//! of the callback; FORM is `f32`, as cpal gives it, or `bytes`, as PulseAudio does. `measure day FILE HOURS plain|encrypted`
//! records so many hours into a spool as fast as it goes; `measure live FILE` at the pace of a microphone, until its input
//! ends. The last three say in JSON what they saw.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool of the developers")]

mod callback;
mod resample;
mod spool;

use std::path::Path;

use sotto_encryption::DataKey;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["resample", rate, from, to] => {
            resample::given(rate.parse().unwrap(), Path::new(from), Path::new(to));
        }
        ["keep", rate, from, to] => {
            resample::kept(rate.parse().unwrap(), Path::new(from), Path::new(to));
        }
        ["callback", form, ms, calls, cache] => {
            let (ms, calls) = (ms.parse().unwrap(), calls.parse().unwrap());
            println!("{}", callback::measure(form == "bytes", ms, calls, cache == "cold"));
        }
        ["day", file, hours, kind] => {
            let key = (kind == "encrypted").then(|| DataKey::random().unwrap());
            println!("{}", spool::day(Path::new(file), hours.parse().unwrap(), key.as_ref()));
        }
        ["live", file] => println!("{}", spool::live(Path::new(file))),
        _ => panic!("see the head of examples/measure/main.rs"),
    }
}
