//! What the fuzz targets need to speak to the real service over a real loopback socket.
//!
//! A target's input is text, so that what libFuzzer makes of it can be read: a [`Script`] is a query and, line by line,
//! what a client does. [`session`] plays it and says what is wrong with the answer.

mod expected;
mod heard;
pub mod http;
mod script;
#[path = "../../crates/server/tests/service/fake.rs"]
mod scripted;
mod service;
pub mod session;
mod socket;

pub use http::{in_header, in_url};
pub use script::{Script, Step};
pub use service::{KEY, Service, runtime};
