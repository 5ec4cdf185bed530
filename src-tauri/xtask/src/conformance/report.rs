//! What the checks found.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::shell::root;

/// A check as its suite reports it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Check {
    pub(super) name: String,
    /// The item of the protocol notes that it is about, for example `sotto_protocol::Begin::id`.
    pub(super) note: String,
    pub(super) pass: bool,
    #[serde(default)]
    pub(super) detail: String,
}

/// All checks, under the names of their clients.
pub(super) struct Report {
    rows: Vec<(&'static str, Check)>,
    names: HashSet<String>,
    /// Every identifier in the sources of `sotto-protocol`.
    notes: HashSet<String>,
}

impl Report {
    /// Empty, with the protocol notes at hand.
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut notes = HashSet::new();
        collect(&root().join("src-tauri/crates/protocol/src"), &mut notes)?;
        Ok(Self { rows: Vec::new(), names: HashSet::new(), notes })
    }

    /// Enters a check and says how it went. One with no item, or with another's name, has failed: it says nothing.
    pub(super) fn add(&mut self, client: &'static str, mut check: Check) {
        if !self.names.insert(format!("{client}/{}", check.name)) {
            check.pass = false;
            check.detail = format!("a second check of this name; {}", check.detail);
        }
        if !self.is_item(&check.note) {
            check.pass = false;
            check.detail = format!("there is no item {}; {}", check.note, check.detail);
        }
        let word = if check.pass { "good" } else { "FAILED" };
        eprintln!("conformance  {client:<7} {:<66} {word}", check.name);
        self.rows.push((client, check));
    }

    fn is_item(&self, note: &str) -> bool {
        note.strip_prefix("sotto_protocol::")
            .is_some_and(|path| path.split("::").all(|name| self.notes.contains(name)))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The names of those that do not hold.
    pub(super) fn failed(&self) -> Vec<String> {
        let failed = self.rows.iter().filter(|(_, check)| !check.pass);
        failed.map(|(client, check)| format!("{client}/{}", check.name)).collect()
    }

    fn by_client(&self) -> BTreeMap<&'static str, (usize, usize)> {
        let mut counts = BTreeMap::new();
        for (client, check) in &self.rows {
            let (all, passed) = counts.entry(*client).or_default();
            *all += 1;
            *passed += usize::from(check.pass);
        }
        counts
    }

    /// The table.
    pub(super) fn print(&self) {
        println!("{:<7} {:<66} {:<60} result", "client", "check", "protocol note");
        for (client, Check { name, note, pass, detail }) in &self.rows {
            let note = note.trim_start_matches("sotto_protocol::");
            println!("{client:<7} {name:<66} {note:<60} {}", if *pass { "good" } else { "FAILED" });
            if !pass {
                println!("        {detail}");
            }
        }
        for (client, (all, passed)) in self.by_client() {
            println!("{client:<7} {passed} of {all} hold");
        }
    }

    /// The same in one line of JSON.
    pub(super) fn line(&self, pass: bool) -> Value {
        let by_client: BTreeMap<_, _> = self
            .by_client()
            .into_iter()
            .map(|(client, (all, passed))| (client, json!({ "checks": all, "passed": passed })))
            .collect();
        let failed: Vec<_> = self.failed();
        json!({ "checks": self.len(), "failed": failed, "by_client": by_client, "pass": pass })
    }
}

fn collect(folder: &Path, notes: &mut HashSet<String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, notes)?;
        } else {
            let text = fs::read_to_string(path)?;
            let names = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            notes.extend(names.map(str::to_owned));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, note: &str) -> Check {
        let (name, note) = (name.to_owned(), note.to_owned());
        Check { name, note, pass: true, detail: String::new() }
    }

    #[test]
    fn a_check_about_nothing_or_named_twice_has_failed() {
        let mut report = Report::new().unwrap();
        report.add("raw", check("one", "sotto_protocol::Begin::expires_at"));
        report.add("node", check("one", "sotto_protocol::texts::INVALID_KEY"));
        assert!(report.failed().is_empty());
        report.add("raw", check("one", "sotto_protocol::Begin"));
        report.add("raw", check("two", "sotto_protocol::Began"));
        report.add("raw", check("three", "Begin"));
        assert_eq!(report.failed(), ["raw/one", "raw/two", "raw/three"]);
        assert_eq!(report.line(false)["by_client"]["raw"], json!({ "checks": 4, "passed": 1 }));
    }
}
