//! The one clock of the figures: monotonic, and of no meaning outside of this run of the program.

use std::sync::LazyLock;
use std::time::Instant;

/// Microseconds since the clock was first asked; never runs backwards.
pub type Micros = u64;

static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Begins to count, unless somebody did. From then on [`now`] neither allocates nor waits: a callback of a sound system may ask.
pub fn start() {
    LazyLock::force(&ORIGIN);
}

/// Now.
#[must_use]
pub fn now() -> Micros {
    u64::try_from(ORIGIN.elapsed().as_micros()).unwrap_or(u64::MAX)
}
