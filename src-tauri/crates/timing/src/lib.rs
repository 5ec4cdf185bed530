//! How long sound and text take on their way through the program: counts in histograms of fixed size, and nothing of what was
//! said. Who measures adds numbers; who looks gets a few percentiles.
//!
//! Two sides measure. The trusted side adds what it sees itself; the page reports its own values in pieces, so there is one
//! histogram, in one language. Times of the page are on the clock of this crate already: see `ui/src/timing/clock.ts`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod clock;
mod histogram;
mod path;

pub use clock::{Micros, now, start};
pub use histogram::{Histogram, Summary};
pub use path::{Figures, Measure, PathTimes};
