//! What the crate promises, from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod callback;
mod held_up;
mod power;
mod spool;
