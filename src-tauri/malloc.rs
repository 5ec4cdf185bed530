//! The C library's memory, in this process and in those of the web view.
//!
//! glibc gives up to eight arenas a core to threads, and what is freed in one of them is not used by another. Nothing here
//! allocates so often that two threads would wait for each other.

/// How many.
const ARENAS: i32 = 2;
/// What glibc reads when a process starts.
const NAME: &str = "MALLOC_ARENA_MAX";

/// Keeps to few arenas, unless the user asked for another number. Called before any thread is started.
pub(crate) fn keep_few_arenas() {
    if std::env::var_os(NAME).is_some() {
        return;
    }
    #[expect(
        unsafe_code,
        reason = "there is no other way to tell the C library, and the processes that are started later"
    )]
    // SAFETY: no other thread is there that could read the environment, and the number is one that may be given.
    unsafe {
        std::env::set_var(NAME, ARENAS.to_string());
        // It answers 0 where it does not know the parameter: then all is as it was.
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
    }
}
