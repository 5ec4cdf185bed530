//! What WebKitGTK and GTK read from the environment and from nowhere else in time: when there is something else to tell it to, it
//! is decided already.

/// Sets a variable, unless whoever started the program did.
///
/// To be called before any other thread runs.
pub(super) fn set(name: &str, value: &str) {
    if std::env::var_os(name).is_some() {
        return;
    }
    #[expect(unsafe_code, reason = "other threads could read the environment meanwhile")]
    // SAFETY: the caller sees to it that there are none.
    unsafe {
        std::env::set_var(name, value);
    }
}
