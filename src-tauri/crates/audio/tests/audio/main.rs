//! What the crate promises, from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod callback;
mod connections;
mod encrypted;
mod held_up;
mod power;
mod spool;
