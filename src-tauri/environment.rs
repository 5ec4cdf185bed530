//! What the environment is made to hold before anything else runs, for every process that is started later inherits it: no key,
//! for the window's own processes are no place for one; and how much memory the window's page may waste.

use std::sync::OnceLock;

use sotto_vault::Secret;

const NAME: &str = "ASSEMBLYAI_API_KEY";

/// How much of its memory the page's engine fills before it looks for what is no longer needed. WebKit's own is 32 MB; the page
/// holds three.
#[cfg(target_os = "linux")]
const PAGE_HEAP: (&str, &str) = ("JSC_largeHeapSize", "4194304");

static KEY: OnceLock<Option<Secret>> = OnceLock::new();

/// Takes the key out of the environment, and puts in what the window needs. Called once, first of all.
pub(crate) fn seal() {
    let key = std::env::var(NAME).ok().map(Secret::new);
    #[expect(
        unsafe_code,
        reason = "there is no other way to tell children, or to keep something from them"
    )]
    // SAFETY: it is the first thing that the program does, and no other thread is there that could read the environment.
    unsafe {
        std::env::remove_var(NAME);
        #[cfg(target_os = "linux")]
        if std::env::var_os(PAGE_HEAP.0).is_none() {
            std::env::set_var(PAGE_HEAP.0, PAGE_HEAP.1);
        }
    }
    // A second call would find nothing; what the first one found stays.
    KEY.set(key).ok();
}

/// The key that the environment held, for this run.
#[must_use]
pub(crate) fn api_key() -> Option<Secret> {
    KEY.get().cloned().flatten()
}
