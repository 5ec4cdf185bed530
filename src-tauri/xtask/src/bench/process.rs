//! What processes have used, as Linux tells it: all of their threads, those that are over too.

use std::collections::HashMap;
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

/// How often each thread of some processes had waited for something.
pub(super) struct Wakes(HashMap<u32, (String, u64)>);

impl Wakes {
    /// Of a process and all that it started.
    pub(super) fn of_family(pid: u32) -> anyhow::Result<Self> {
        let mut wakes = HashMap::new();
        for member in family(pid)? {
            // What ends in between wakes no more.
            let Ok(threads) = fs::read_dir(format!("/proc/{}/task", member.pid)) else { continue };
            for thread in threads.flatten() {
                let Ok(text) = fs::read_to_string(thread.path().join("status")) else { continue };
                let (id, name, count) = waits(&text).context("/proc does not tell it")?;
                wakes.insert(id, (name, count));
            }
        }
        Ok(Self(wakes))
    }

    /// Those in between, by the name of the threads, the most first.
    pub(super) fn since(&self, before: &Self) -> Vec<(String, u64)> {
        let mut by_name = HashMap::<&str, u64>::new();
        for (id, (name, count)) in &self.0 {
            let earlier = before.0.get(id).map_or(0, |(_, count)| *count);
            *by_name.entry(name).or_default() += count.saturating_sub(earlier);
        }
        let mut woken: Vec<_> = by_name.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
        woken.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        woken
    }
}

/// Number and name of a thread, and how often it waited, from its status.
fn waits(status: &str) -> Option<(u32, String, u64)> {
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let count = field("voluntary_ctxt_switches:")?.parse().ok()?;
    Some((field("Pid:")?.parse().ok()?, field("Name:")?.to_owned(), count))
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
    fn a_thread_that_waits_is_seen_and_others_are_told_apart() {
        let status = "Name:\tcapture\nPid:\t42\nnonvoluntary_ctxt_switches:\t9\nvoluntary_ctxt_switches:\t7\n";
        assert_eq!(waits(status), Some((42, "capture".to_owned(), 7)));
        let wakes = |all: &[(u32, &str, u64)]| {
            Wakes(all.iter().map(|(id, name, n)| (*id, ((*name).to_owned(), *n))).collect())
        };
        let before = wakes(&[(1, "a", 5), (2, "a", 5), (3, "gone", 9)]);
        let after = wakes(&[(1, "a", 6), (2, "a", 7), (4, "b", 4)]);
        assert_eq!(after.since(&before), [("b".to_owned(), 4), ("a".to_owned(), 3)]);
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
