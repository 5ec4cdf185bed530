//! What WebKitGTK loads into the process of a page: it lets go of what only its start needed, as the program does in its own
//! (`pages.rs`). WebKit, Mesa with its compiler and what they are made of are 130 MiB, of which a page that writes down what is said
//! looks at less than half again.
//!
//! No script sees it, and it looks at nothing of the page. Without it the program does the same with more memory.

use std::ffi::c_void;
use std::thread;

#[path = "../pages/let_go.rs"]
mod let_go;

/// WebKitGTK calls it once, when the process has begun (`WebKitWebExtension` in its reference).
#[expect(unsafe_code, reason = "a name that WebKit looks for")]
#[unsafe(no_mangle)]
pub extern "C" fn webkit_web_extension_initialize(_extension: *const c_void) {
    let waiting = thread::Builder::new().name("pages".to_owned()).spawn(|| {
        thread::sleep(let_go::START);
        // Pages that stay are no reason to say anything in a process that is not ours.
        let_go::let_go().ok();
    });
    // The same holds where there is no thread to be had.
    waiting.map(drop).ok();
}
