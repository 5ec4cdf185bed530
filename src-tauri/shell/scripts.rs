//! How far WebKit translates the scripts of a page into instructions of the processor.
//!
//! Its last stage pays for pages that reckon for minutes on end. Ours answers a message within a millisecond and rests; translating
//! goes on for the first minutes of a recording all the same, and what is made stays in memory (figures in ARCHITECTURE.md).

use super::defaults;

/// An option of JavaScriptCore's, which it reads from the environment of the page's process. Where there is none of this name, it
/// says so and goes on.
const LAST_STAGE: (&str, &str) = ("JSC_useFTLJIT", "0");

/// Has scripts translated without the last stage, unless whoever started the program says otherwise.
///
/// To be called before any other thread runs, for it writes into the environment.
pub(crate) fn choose() {
    let (name, value) = LAST_STAGE;
    defaults::set(name, value);
}
