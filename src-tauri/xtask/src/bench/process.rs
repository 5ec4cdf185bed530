//! What a process has used, as Linux tells it: all of its threads, those that are over too.

use std::fs;

use anyhow::Context as _;

/// What `/proc` counts in: a hundredth of a second on every system that Linux runs on.
const TICKS_A_SECOND: f64 = 100.0;

/// Processor-seconds since it was started.
pub(super) fn processor_seconds(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    ticks(&text).map(|ticks| ticks / TICKS_A_SECOND).context("/proc does not tell it")
}

/// Processor-seconds of all children of this process that are over.
pub(super) fn children_seconds() -> anyhow::Result<f64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    pair(&text, 13).map(|ticks| ticks / TICKS_A_SECOND).context("/proc does not tell it")
}

/// `pid (name) state …`, where the name may hold anything; user and system time are the 14th and 15th field.
fn ticks(stat: &str) -> Option<f64> {
    pair(stat, 11)
}

/// The sum of two fields, so many behind the name.
fn pair(stat: &str, behind: usize) -> Option<f64> {
    let (_, after) = stat.rsplit_once(')')?;
    let mut fields = after.split_whitespace().skip(behind);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some(next()? + next()?)
}

/// Resident memory, in MiB.
pub(super) fn resident_mib(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kib = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib =
        kib.and_then(|rest| rest.trim().strip_suffix("kB")).context("/proc does not tell it")?;
    Ok(kib.trim().parse::<f64>()? / 1024.0)
}

/// How many processes wanted to run in the last minute.
pub(super) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_brackets_misleads_nobody() {
        let stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 50 7 2";
        assert_eq!(ticks(stat), Some(200.0));
        assert_eq!(pair(stat, 13), Some(9.0), "its children's");
    }

    #[test]
    fn work_and_memory_are_seen() {
        let pid = std::process::id();
        let before = processor_seconds(pid).unwrap();
        let mut sum = 0_u64;
        while processor_seconds(pid).unwrap() < before + 0.05 {
            sum = std::hint::black_box(sum.wrapping_mul(31) + 1);
        }
        assert!(resident_mib(pid).unwrap() > 0.1);
    }
}
