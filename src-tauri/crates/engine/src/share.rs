//! How much of the machine a session may use for the text of running speech: less when many are open, so that all keep up.

use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread::available_parallelism,
};

/// A session alone takes no more than this of one core.
const MOST_OF_CORE: u64 = 22;
/// All sessions together take no more than this of each core: the ends of passages and turns, speech detection and whatever
/// else runs on the machine need the rest.
const MOST_OF_EACH_CORE: u64 = 50;

/// What the sessions of a model share.
#[derive(Debug, Clone)]
pub(crate) struct Shares {
    open: Arc<AtomicU64>,
    cores: u64,
}

impl Shares {
    /// With as many cores as this process may use.
    pub(crate) fn of_this_machine() -> Self {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Self { open: Arc::default(), cores: cores as u64 }
    }
}

/// The share of one session, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Share(Shares);

impl Share {
    /// Takes part.
    pub(crate) fn of(shares: &Shares) -> Self {
        shares.open.fetch_add(1, Relaxed);
        Self(shares.clone())
    }

    /// Shares with nobody.
    #[cfg(test)]
    pub(crate) fn alone() -> Self {
        Self::of(&Shares { open: Arc::default(), cores: 1 })
    }

    /// What decodes in running speech may take of a core, in percent.
    pub(crate) fn percent_of_core(&self) -> u64 {
        let all = self.0.cores * MOST_OF_EACH_CORE;
        (all / self.0.open.load(Relaxed).max(1)).clamp(1, MOST_OF_CORE)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_sessions_get_less_each_and_what_one_leaves_the_others_have() {
        let shares = Shares { open: Arc::default(), cores: 2 };
        let first = Share::of(&shares);
        assert_eq!(first.percent_of_core(), 22);
        let others: Vec<Share> = (0..7).map(|_| Share::of(&shares)).collect();
        assert_eq!(first.percent_of_core(), 12);
        assert_eq!(others[6].percent_of_core(), 12);
        drop(others);
        assert_eq!(first.percent_of_core(), 22);
    }
}
