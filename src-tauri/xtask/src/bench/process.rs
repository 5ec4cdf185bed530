//! What processes have used, as Linux tells it: all of their threads, those that are over too.

use std::fs;

use anyhow::Context as _;

use crate::chaos::process::{Process, family, processes};

/// What `/proc` counts in: a hundredth of a second on every system that Linux runs on.
const TICKS_A_SECOND: f64 = 100.0;

/// Processor-seconds since it was started.
pub(super) fn processor_seconds(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let ticks = Ticks::of(&text).context("/proc does not tell it")?;
    Ok(ticks.own / TICKS_A_SECOND)
}

/// Processor-seconds of all children of this process that are over.
pub(super) fn children_seconds() -> anyhow::Result<f64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    let ticks = Ticks::of(&text).context("/proc does not tell it")?;
    Ok(ticks.waited_for / TICKS_A_SECOND)
}

/// Processor-seconds of a process and all that it started, those that are over included.
pub(super) fn processor_seconds_of_family(pid: u32) -> anyhow::Result<f64> {
    let mut sum = 0.0;
    for member in family(pid)? {
        // One that ends in between is in its parent's figure at the next look.
        let Ok(text) = fs::read_to_string(format!("/proc/{}/stat", member.pid)) else { continue };
        let ticks = Ticks::of(&text).context("/proc does not tell it")?;
        sum += ticks.own + ticks.waited_for;
    }
    Ok(sum / TICKS_A_SECOND)
}

/// Hundredths of a second.
struct Ticks {
    own: f64,
    /// Of children that are over, and their children.
    waited_for: f64,
}

impl Ticks {
    /// `pid (name) state …`, where the name may hold anything; the 14th to 17th field are user and system time, of the
    /// process and of its children.
    fn of(stat: &str) -> Option<Self> {
        let (_, after) = stat.rsplit_once(')')?;
        let mut fields = after.split_whitespace().skip(11);
        let mut next = || fields.next()?.parse::<f64>().ok();
        Some(Self { own: next()? + next()?, waited_for: next()? + next()? })
    }
}

/// Resident memory, in MiB.
pub(super) fn resident_mib(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    mib(&text, "VmRSS:").context("/proc does not tell it")
}

/// What a process has for itself and its share of what it has with others, in MiB.
pub(crate) fn share_mib(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    mib(&text, "Pss:").context("/proc does not tell it")
}

/// The same of a process and each that it started, itself first, in MiB.
pub(super) fn shares_of_family(pid: u32) -> anyhow::Result<Vec<(Process, f64)>> {
    let mut shares = Vec::new();
    for member in family(pid)? {
        // One that ended in between has nothing.
        if let Ok(share) = share_mib(member.pid) {
            shares.push((member, share));
        }
    }
    Ok(shares)
}

/// `Name:   123 kB`.
fn mib(text: &str, name: &str) -> Option<f64> {
    let kib = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = kib.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// How many processes wanted to run in the last minute.
pub(super) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// How many web views run on this machine. Programs that share pages of a library share its memory, so that each seems to
/// have less.
pub(super) fn web_views() -> anyhow::Result<usize> {
    Ok(processes()?.iter().filter(|one| one.name.starts_with("WebKitWebProc")).count())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_brackets_misleads_nobody() {
        let stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 50 7 3 0 0";
        let ticks = Ticks::of(stat).unwrap();
        assert_eq!((ticks.own, ticks.waited_for), (200.0, 10.0));
        assert!(Ticks::of("42 (a) S 1 2").is_none());
    }

    #[test]
    fn a_share_is_read_and_not_what_is_named_like_it() {
        let rollup = "55d0-7ffc ---p 00000000 00:00 0    [rollup]\n\
            Rss:               20480 kB\n\
            Pss_Dirty:          1024 kB\n\
            Pss:               10240 kB\n\
            SwapPss:             512 kB\n";
        assert_eq!(mib(rollup, "Pss:"), Some(10.0));
        assert_eq!(mib(rollup, "Locked:"), None);
        assert_eq!(mib("Pss: many kB", "Pss:"), None);
    }

    #[test]
    fn work_and_memory_are_seen() {
        let pid = std::process::id();
        let before = processor_seconds(pid).unwrap();
        let mut sum = 0_u64;
        while processor_seconds(pid).unwrap() < before + 0.05 {
            sum = std::hint::black_box(sum.wrapping_mul(31) + 1);
        }
        // It is one of its family, whose other members come and go with other tests.
        assert!(processor_seconds_of_family(pid).unwrap() >= before + 0.05);
        assert!(resident_mib(pid).unwrap() > 0.1);
        let shares = shares_of_family(pid).unwrap();
        assert!(shares[0].0.pid == pid && shares[0].1 > 0.1);
    }
}
