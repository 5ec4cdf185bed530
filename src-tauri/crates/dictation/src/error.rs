//! What can stand between a text and the program that is to have it.

/// Why a text was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum DictationError {
    /// The compositor lets no program type into another.
    #[error("on Wayland no program may type into another")]
    Wayland,
    /// The system does not let this program type.
    #[error("the system refused it: {0}")]
    Refused(String),
    /// Somebody holds Ctrl, Alt, Shift or Super down.
    #[error("a key was held down all the while")]
    KeysHeld,
    /// No window has the focus.
    #[error("no window has the focus")]
    NoFocus,
    /// The program in front did not ask for what was pasted.
    #[error("the program in front took nothing")]
    NotTaken,
}
