//! The trail of tokens: when one was asked for, for what and of whom, and what came of it. Never the token, never the key.
//!
//! A token costs money, and whoever holds one can have speech recognised on the user's account. So the user can see every one
//! that was asked for on this computer, and is warned of more than recordings explain.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sotto_tokens::{MintError, TokenRequest};
use specta::Type;

use crate::recogniser::{Recogniser, TokenError};

/// Of about 120 bytes each; the file never holds more than twice as many.
const KEPT: usize = 2_000;

/// What a token was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TokenUse {
    /// The first session of a recording.
    Start,
    /// A further session of it: its token or its session was about to end, the connection was lost, or a part is heard again.
    Continue,
    /// The offline engine writes while the chosen recogniser is away.
    StandIn,
    /// An API key was tried.
    KeyCheck,
    /// A file was transcribed.
    File,
}

/// Whose token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TokenIssuer {
    /// The engine inside the program.
    Offline,
    /// AssemblyAI, nearest edge.
    Assemblyai,
    /// AssemblyAI, in the EU.
    AssemblyaiEu,
    /// A service at a base URL of the user's own.
    SelfHosted,
    /// A team's source of tokens.
    Broker,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TokenOutcome {
    /// There is a token.
    Granted,
    /// There was no key, or the keyring did not give it.
    NoKey,
    /// The key is not accepted.
    KeyRejected,
    /// The account may not: plan, balance or region.
    Forbidden,
    /// Too many in a short time, as the recogniser or Sotto itself counts.
    RateLimited,
    /// Nobody answered, or with a fault.
    Unreachable,
    /// Anything else.
    Failed,
}

/// One line of the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TokenEntry {
    /// When, in Unix milliseconds.
    pub at: u64,
    /// Of whom.
    pub issuer: TokenIssuer,
    /// For what.
    pub used_for: TokenUse,
    /// For so long it may open a session, in seconds.
    pub life_seconds: u32,
    /// For so long that session may last, in seconds.
    pub session_seconds: u32,
    /// What came of it.
    pub outcome: TokenOutcome,
}

/// More than recordings explain. Nothing is stopped: the rate limit does that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Unusual {
    /// So many tokens of the cloud within ten minutes.
    Many {
        /// How many.
        count: u32,
    },
    /// So many refusals of the key in a row.
    Refused {
        /// How many.
        count: u32,
    },
}

impl TokenEntry {
    /// What was asked for at `at` (Unix milliseconds).
    #[must_use]
    pub fn new(
        at: u64,
        issuer: TokenIssuer,
        used_for: TokenUse,
        request: TokenRequest,
        outcome: TokenOutcome,
    ) -> Self {
        Self {
            at,
            issuer,
            used_for,
            life_seconds: request.expires_in_seconds,
            session_seconds: request.max_session_duration_seconds,
            outcome,
        }
    }
}

impl TokenOutcome {
    /// Of an attempt.
    pub fn of<T, E>(attempt: &Result<T, E>) -> Self
    where
        for<'a> Self: From<&'a E>,
    {
        attempt.as_ref().map_or_else(Self::from, |_| Self::Granted)
    }
}

/// The file. Cheap to share by reference; lines are written whole.
#[derive(Debug)]
pub struct TokenTrail {
    path: PathBuf,
    /// How many lines the file holds, once it was looked at.
    lines: Mutex<Option<usize>>,
}

impl TokenTrail {
    /// The trail in `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join("tokens.jsonl"), lines: Mutex::default() }
    }

    /// Writes it down. That it cannot be written keeps no recording from going on.
    pub fn note(&self, entry: &TokenEntry) {
        if let Err(error) = self.write(entry) {
            tracing::warn!(%error, "the trail of tokens could not be written");
        }
    }

    /// The last `count` entries, oldest first. A line that cannot be read is left out.
    ///
    /// # Errors
    /// When the file cannot be read; that there is none is no error.
    pub fn last(&self, count: usize) -> io::Result<Vec<TokenEntry>> {
        let mut entries = self.read()?;
        entries.drain(..entries.len().saturating_sub(count));
        Ok(entries)
    }

    fn write(&self, entry: &TokenEntry) -> io::Result<()> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let held = match *lines {
            Some(held) if held < 2 * KEPT => held,
            Some(_) => self.shorten()?,
            None => self.read()?.len(),
        };
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        private(OpenOptions::new().append(true).create(true)).open(&self.path)?.write_all(&line)?;
        *lines = Some(held + 1);
        Ok(())
    }

    fn read(&self) -> io::Result<Vec<TokenEntry>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut entries = Vec::new();
        for line in BufReader::new(file).lines() {
            entries.extend(serde_json::from_str::<TokenEntry>(&line?));
        }
        Ok(entries)
    }

    /// Keeps the newest ones; a crash leaves the old file or the new one.
    fn shorten(&self) -> io::Result<usize> {
        let kept = self.last(KEPT)?;
        let mut text = Vec::new();
        for entry in &kept {
            serde_json::to_writer(&mut text, entry)?;
            text.push(b'\n');
        }
        let beside = self.path.with_extension("jsonl.new");
        let mut file =
            private(OpenOptions::new().write(true).create(true).truncate(true)).open(&beside)?;
        file.write_all(&text)?;
        fs::rename(&beside, &self.path)?;
        Ok(kept.len())
    }
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// What is unusual about the entries (oldest first) as of `now` (Unix milliseconds), the graver thing first.
#[must_use]
pub fn unusual(entries: &[TokenEntry], now: u64) -> Option<Unusual> {
    const WINDOW_MS: u64 = 600_000;
    /// A token of a minute is renewed 13 times in ten; healing beside it may double that, and restarts add some.
    const MANY: u32 = 40;
    const REFUSALS: u32 = 5;
    let recent = || {
        let is_recent = move |entry: &&TokenEntry| {
            entry.issuer != TokenIssuer::Offline && entry.at.saturating_add(WINDOW_MS) > now
        };
        entries.iter().filter(is_recent)
    };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let granted = count(recent().filter(|entry| entry.outcome == TokenOutcome::Granted).count());
    if granted >= MANY {
        return Some(Unusual::Many { count: granted });
    }
    let refused = count(
        recent().rev().take_while(|entry| entry.outcome == TokenOutcome::KeyRejected).count(),
    );
    (refused >= REFUSALS).then_some(Unusual::Refused { count: refused })
}

impl From<&Recogniser> for TokenIssuer {
    fn from(recogniser: &Recogniser) -> Self {
        match recogniser {
            Recogniser::Offline => Self::Offline,
            Recogniser::AssemblyAi => Self::Assemblyai,
            Recogniser::AssemblyAiEu => Self::AssemblyaiEu,
            Recogniser::SelfHosted(_) => Self::SelfHosted,
        }
    }
}

impl From<&TokenError> for TokenOutcome {
    fn from(error: &TokenError) -> Self {
        match error {
            TokenError::KeyMissing | TokenError::Vault(_) => Self::NoKey,
            TokenError::Mint(error) => error.into(),
            TokenError::Engine(_) | TokenError::Address(_) => Self::Failed,
        }
    }
}

impl From<&MintError> for TokenOutcome {
    fn from(error: &MintError) -> Self {
        match error {
            MintError::Rejected { .. } | MintError::NotAKey => Self::KeyRejected,
            MintError::Forbidden { .. } => Self::Forbidden,
            MintError::RateLimited { .. } | MintError::LocalRateLimit => Self::RateLimited,
            MintError::Unreachable { .. } | MintError::ServerFault { .. } => Self::Unreachable,
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: TokenRequest =
        TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 600 };

    fn entry(at: u64, outcome: TokenOutcome) -> TokenEntry {
        TokenEntry {
            at,
            issuer: TokenIssuer::Assemblyai,
            used_for: TokenUse::Continue,
            life_seconds: 60,
            session_seconds: 600,
            outcome,
        }
    }

    #[test]
    fn what_was_asked_for_is_there_after_a_restart_and_for_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let trail = TokenTrail::new(folder.path());
        assert_eq!(trail.last(10).unwrap(), []);
        let note = |at, used_for, attempt: Result<&str, MintError>| {
            let outcome = TokenOutcome::of(&attempt);
            trail.note(&TokenEntry::new(at, TokenIssuer::Assemblyai, used_for, REQUEST, outcome));
        };
        note(1, TokenUse::Start, Ok("a-token"));
        note(2, TokenUse::KeyCheck, Err(MintError::Rejected { detail: "a-key".to_owned() }));

        let seen = TokenTrail::new(folder.path()).last(10).unwrap();
        assert_eq!(
            seen[0],
            TokenEntry { used_for: TokenUse::Start, ..entry(1, TokenOutcome::Granted) }
        );
        assert_eq!(
            (seen[1].used_for, seen[1].outcome),
            (TokenUse::KeyCheck, TokenOutcome::KeyRejected)
        );
        let text = fs::read_to_string(folder.path().join("tokens.jsonl")).unwrap();
        assert!(!text.contains("a-token") && !text.contains("a-key"), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode =
                fs::metadata(folder.path().join("tokens.jsonl")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn the_file_stays_small_and_a_torn_line_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tokens.jsonl"), "{\"at\":1,\"iss\n").unwrap();
        let trail = TokenTrail::new(folder.path());
        for at in 0..5_000 {
            trail.write(&entry(at, TokenOutcome::Granted)).unwrap();
        }
        let all = trail.read().unwrap();
        assert!((KEPT..=2 * KEPT).contains(&all.len()), "{}", all.len());
        assert_eq!(all.last().unwrap().at, 4_999);
        assert_eq!(
            trail.last(3).unwrap().iter().map(|entry| entry.at).collect::<Vec<_>>(),
            [4_997, 4_998, 4_999]
        );
    }

    #[test]
    fn many_tokens_and_refusals_in_a_row_are_unusual_and_rotation_is_not() {
        let minute = 60_000;
        let rotation: Vec<_> =
            (0..14).map(|at| entry(at * 45_000, TokenOutcome::Granted)).collect();
        assert_eq!(unusual(&rotation, 14 * 45_000), None);
        let many: Vec<_> = (0..40).map(|at| entry(at * 10_000, TokenOutcome::Granted)).collect();
        assert_eq!(unusual(&many, 400_000), Some(Unusual::Many { count: 40 }));
        assert_eq!(unusual(&many, 400_000 + 10 * minute), None, "long ago");
        let mut refused: Vec<_> = (0..5).map(|at| entry(at, TokenOutcome::KeyRejected)).collect();
        assert_eq!(unusual(&refused, minute), Some(Unusual::Refused { count: 5 }));
        refused.push(entry(6, TokenOutcome::Granted));
        assert_eq!(unusual(&refused, minute), None, "the key works again");
        let offline: Vec<_> = many
            .iter()
            .map(|entry| TokenEntry { issuer: TokenIssuer::Offline, ..*entry })
            .collect();
        assert_eq!(unusual(&offline, 400_000), None, "the engine's own cost nothing");
    }
}
