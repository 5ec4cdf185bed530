//! Whether there is a newer version, as far as is known. Nobody is asked unless the user said so, and a build that was made
//! without the key of the releases has nothing to ask with (`build.rs`).

use std::error::Error;

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::sync::watch;

use crate::ipc::CommandError;

/// What is known of newer versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Updates {
    /// This build cannot look.
    Absent,
    /// Nobody looked yet.
    Unknown,
    /// Somebody is asked.
    Looking,
    /// None is newer.
    Current,
    /// One is newer.
    New {
        /// As in `1.2.3`.
        version: String,
        /// The program can put it in its place; else the system's packages do.
        is_installable: bool,
    },
    /// It is brought and put in place.
    Installing {
        /// As in `1.2.3`.
        version: String,
    },
    /// It is in place, and begins with the next start.
    Installed {
        /// As in `1.2.3`.
        version: String,
    },
    /// It could not be found out, or not put in place.
    Failed {
        /// Why.
        error: CommandError,
    },
}

/// Why there is no answer, or no newer program.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The build has no key to know a release by.
    #[error("this build does not look for new versions")]
    Absent,
    /// Nobody answered, or not with a list of versions.
    #[error("the list of versions cannot be read: {0}")]
    NotReached(#[source] Box<dyn Error + Send + Sync>),
    /// It was signed by somebody else, or for another version.
    #[error("the new version is not genuine: {0}")]
    NotGenuine(#[source] Box<dyn Error + Send + Sync>),
    /// It is genuine, and could not take the old one's place.
    #[error("the new version cannot be put in place: {0}")]
    NotInstalled(#[source] Box<dyn Error + Send + Sync>),
    /// A recording comes first.
    #[error("something is being recorded")]
    Recording,
}

/// What is known, for those who show it.
#[derive(Debug)]
pub struct UpdateBoard(watch::Sender<Updates>);

impl UpdateBoard {
    /// Nothing is known.
    #[must_use]
    pub fn new(can_look: bool) -> Self {
        let first = if can_look { Updates::Unknown } else { Updates::Absent };
        Self(watch::channel(first).0)
    }

    /// As it stands.
    #[must_use]
    pub fn now(&self) -> Updates {
        self.0.borrow().clone()
    }

    /// Something else is known; false: it was known already. What cannot look learns nothing.
    pub fn set(&self, next: Updates) -> bool {
        self.0.send_if_modified(|known| {
            let is_news = *known != Updates::Absent && *known != next;
            if is_news {
                *known = next;
            }
            is_news
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_that_cannot_look_never_knows_of_a_version() {
        let board = UpdateBoard::new(false);
        assert!(!board.set(Updates::Current));
        assert_eq!(board.now(), Updates::Absent);
    }

    #[test]
    fn the_same_twice_is_no_news() {
        let board = UpdateBoard::new(true);
        let new = Updates::New { version: "1.2.3".to_owned(), is_installable: true };
        assert!(board.set(new.clone()) && !board.set(new.clone()));
        assert_eq!(board.now(), new);
    }
}
