//! No core dumps while a key may be in memory: one would hold it, in a file that outlives the program.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Forbids them to this process and to those that it starts.
///
/// One byte, not none: a system that pipes core dumps to a collector heeds no other limit than this one (core(5)), and a file
/// of one byte is not written either.
pub(crate) fn forbid() {
    let limit = Rlimit { current: Some(1), maximum: Some(1) };
    if let Err(error) = setrlimit(Resource::Core, limit) {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn the_limit_is_the_one_that_collectors_heed() {
        super::forbid();
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(line.split_whitespace().collect::<Vec<_>>()[4..6], ["1", "1"]);
    }
}
