//! A key that the environment holds. It is taken out before anything else runs: every process that is started later would
//! inherit it, and the window's own processes are no place for a key.

use std::sync::OnceLock;

use sotto_vault::Secret;

const NAME: &str = "ASSEMBLYAI_API_KEY";

static KEY: OnceLock<Option<Secret>> = OnceLock::new();

/// Takes the key out of the environment. Called once, first of all.
pub(crate) fn seal() {
    let key = std::env::var(NAME).ok().map(Secret::new);
    #[expect(unsafe_code, reason = "there is no other way to keep it from children")]
    // SAFETY: it is the first thing that the program does, and no other thread is there that could read the environment.
    unsafe {
        std::env::remove_var(NAME);
    }
    // A second call would find nothing; what the first one found stays.
    KEY.set(key).ok();
}

/// The key that the environment held, for this run.
#[must_use]
pub(crate) fn api_key() -> Option<Secret> {
    KEY.get().cloned().flatten()
}
