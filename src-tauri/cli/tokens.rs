//! `sotto tokens`: which tokens were asked for on this computer, and what came of them.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{say, say_json};
use crate::place::Place;
use crate::recogniser::unix_ms;
use crate::token_trail::{TokenEntry, TokenTrail, Unusual, unusual};

#[derive(Debug, Args)]
pub(super) struct TokensArguments {
    /// How many of the last ones.
    #[arg(long, default_value_t = 20)]
    count: usize,
}

pub(super) fn run(arguments: &TokensArguments, json: bool) -> anyhow::Result<ExitCode> {
    let trail = TokenTrail::new(Place::of_user()?.data());
    let entries = trail.last(arguments.count)?;
    for entry in &entries {
        if json {
            say_json(entry)?;
        } else {
            say(&line(entry)?)?;
        }
    }
    if let Some(unusual) = unusual(&entries, unix_ms()).filter(|_| !json) {
        say(&match unusual {
            Unusual::Many { count } => {
                format!("{count} tokens within ten minutes: more than recordings explain")
            }
            Unusual::Refused { count } => format!("the key was refused {count} times in a row"),
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

fn line(entry: &TokenEntry) -> anyhow::Result<String> {
    let at = OffsetDateTime::from_unix_timestamp(i64::try_from(entry.at / 1_000)?)?;
    // The names are those of the file.
    let fields = serde_json::to_value(entry)?;
    let name =
        |field: &str| fields.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(format!(
        "{}  {:12}  {:9}  {:13} {} s",
        at.format(&Rfc3339).context("a time that cannot be written")?,
        name("issuer"),
        name("usedFor"),
        name("outcome"),
        entry.life_seconds
    ))
}
