//! A whole session: any query and any sequence of messages, pieces, pings, closes and bytes that are none of these, to
//! the real service over a real socket. See [`sotto_fuzz::Script`] for the input.
//!
//! - Every session ends within the service's own limits, with a close, unless the client leaves first; after bytes that
//!   are no frames the connection may end without one.
//! - It begins with `Begin` or is refused; every message is one of the protocol's, written as the protocol writes it;
//!   turns follow each other; the last message is `Error` or `Termination`, and the close has its code.
//! - A client that does nothing wrong is served to its end: the audio is as long as what was sent, the recogniser hears
//!   each sample, every word comes once and in order. One that does wrong never gets that end.
//! - Afterwards the recogniser's session is over, and the next client has the only place of the service and is served.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sotto_fuzz::{Script, Service, runtime, session};

static SERVICE: LazyLock<Service> =
    LazyLock::new(|| runtime().block_on(Service::start()).expect("the service starts"));

fuzz_target!(|bytes: &[u8]| {
    runtime().block_on(session::run(&SERVICE, &Script::parse(bytes)));
});
