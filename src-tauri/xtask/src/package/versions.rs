//! `versions`: the list in which installed programs look for newer ones (`latest.json`), made of the signatures beside what is
//! handed out.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;
use serde_json::{Map, Value, json};

use super::VERSION;

#[derive(Debug, Args)]
pub(crate) struct VersionsArguments {
    /// Where the files lie that are handed out.
    folder: PathBuf,
    /// Where they can be fetched from.
    #[arg(long)]
    address: String,
}

/// Ends of names, and which systems they are for.
const SYSTEMS: [(&str, &str); 5] = [
    ("_amd64.deb", "linux-x86_64"),
    ("_arm64.deb", "linux-aarch64"),
    ("aarch64.app.tar.gz", "darwin-aarch64"),
    ("x64.app.tar.gz", "darwin-x86_64"),
    ("-setup.exe", "windows-x86_64"),
];

/// Writes it into the folder; where nothing is signed there is none.
pub(crate) fn run(arguments: &VersionsArguments) -> anyhow::Result<ExitCode> {
    let mut signed = Vec::new();
    for entry in fs::read_dir(&arguments.folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".sig") {
            signed.push((name.to_owned(), fs::read_to_string(&path)?.trim().to_owned()));
        }
    }
    if signed.is_empty() {
        println!("nothing is signed, so there is no list of versions");
        return Ok(ExitCode::SUCCESS);
    }
    let list = list(&signed, &arguments.address)?;
    fs::write(arguments.folder.join("latest.json"), serde_json::to_string_pretty(&list)?)?;
    Ok(ExitCode::SUCCESS)
}

fn list(signed: &[(String, String)], address: &str) -> anyhow::Result<Value> {
    ensure!(address.starts_with("https://"), "{address} is not fetched over TLS");
    let mut platforms = Map::new();
    for (name, signature) in signed {
        let system = SYSTEMS.iter().find(|(end, _)| name.ends_with(*end));
        let Some((_, system)) = system else { continue };
        let url = format!("{}/{name}", address.trim_end_matches('/'));
        platforms.insert((*system).to_owned(), json!({ "signature": signature, "url": url }));
    }
    ensure!(!platforms.is_empty(), "no signature is for a system that is known");
    Ok(json!({ "version": VERSION, "platforms": platforms }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_finds_its_own_file() {
        let signed = [
            ("sotto_0.1.0_amd64.deb", "a"),
            ("Sotto_0.1.0_aarch64.app.tar.gz", "b"),
            ("Sotto_0.1.0_x64-setup.exe", "c"),
            ("notes.txt", "d"),
        ];
        let signed = signed.map(|(name, signature)| (name.to_owned(), signature.to_owned()));
        let list = list(&signed, "https://example.org/v1/").unwrap();
        assert_eq!(list["version"], VERSION);
        let of = |system: &str| list["platforms"][system]["url"].as_str().map(str::to_owned);
        assert_eq!(of("linux-x86_64").unwrap(), "https://example.org/v1/sotto_0.1.0_amd64.deb");
        assert_eq!(list["platforms"]["darwin-aarch64"]["signature"], "b");
        assert!(of("windows-x86_64").unwrap().ends_with("-setup.exe"));
        assert_eq!(list["platforms"].as_object().unwrap().len(), 3);
    }

    #[test]
    fn nothing_is_fetched_in_the_open() {
        let signed = [("sotto_0.1.0_amd64.deb".to_owned(), "a".to_owned())];
        assert!(list(&signed, "http://example.org").is_err());
    }
}
