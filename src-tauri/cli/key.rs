//! `sotto key …`: the key comes by standard input, never as an argument, where every process could read it.

use std::io::{self, Read as _};
use std::process::ExitCode;

use clap::Subcommand;
use sotto_tokens::Minter;
use sotto_vault::{Kept, Secret, Vault};
use zeroize::Zeroizing;

use super::{say, say_json};
use crate::control::{Control, Request};
use crate::ipc::convert;
use crate::place::Place;
use crate::recogniser::{Recogniser, check_key};
use crate::settings::SettingsFile;
use crate::token_trail::TokenTrail;

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Read the key from standard input, check it, and keep it in the keyring.
    Set {
        /// Keep it without asking AssemblyAI.
        #[arg(long)]
        unchecked: bool,
    },
    /// Say where the key is; never what it is.
    Status,
    /// Forget it.
    Forget,
}

pub(super) async fn run(command: KeyCommand, json: bool) -> anyhow::Result<ExitCode> {
    let place = Place::of_user()?;
    let vault = Vault::open(crate::wiring::KEYRING_SERVICE, None);
    match command {
        KeyCommand::Set { unchecked } => {
            let key = read_key()?;
            if !unchecked {
                let recogniser =
                    Recogniser::chosen(SettingsFile::new(place.data()).load().recogniser);
                let trail = TokenTrail::new(place.data());
                check_key(&Minter::default(), &trail, &recogniser, key.expose()).await?;
            }
            if let Kept::ThisRunOnly { reason } = vault.save(key).await? {
                // This run ends here: a key that is in no keyring would be gone with it.
                anyhow::bail!("the key was not kept, for there is no keyring: {reason}");
            }
            tell_running(&place).await?;
        }
        KeyCommand::Status => {}
        KeyCommand::Forget => {
            vault.forget().await?;
            tell_running(&place).await?;
        }
    }
    let status = convert::key_status(vault.status().await);
    if json {
        say_json(&status)?
    } else {
        say(&convert::key_words(&status))?
    }
    Ok(ExitCode::SUCCESS)
}

fn read_key() -> anyhow::Result<Secret> {
    let mut typed = Zeroizing::new(String::new());
    io::stdin().read_to_string(&mut typed)?;
    let key = Secret::new(typed.trim().to_owned());
    anyhow::ensure!(!key.is_empty(), "no key came on standard input");
    Ok(key)
}

async fn tell_running(place: &Place) -> anyhow::Result<()> {
    if let Some(mut control) = Control::ask(place, Request::KeyChanged).await? {
        control.next().await?;
    }
    Ok(())
}
