//! What the crate promises, from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod callback;
mod power;
mod spool;
