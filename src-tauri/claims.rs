//! Keeps `THREAT-MODEL.md` true: each of its claims names tests, and each of these exists and runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir()
            && !["target", "node_modules", "dist", "engine-pack"].contains(&name.as_str())
        {
            sources(&path, into);
        } else if [".rs", ".ts", ".toml"].iter().any(|ending| name.ends_with(ending))
            && name != "claims.rs"
        {
            into.push(path);
        }
    }
}

/// The rows of the table under "What holds": claim and names of tests.
fn claims() -> BTreeMap<String, Vec<String>> {
    let text = include_str!("THREAT-MODEL.md");
    let table = text.split("## What holds").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let names = cells[3].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (cells[1].to_owned(), names)
    })
    .collect()
}

/// Whether a source has a test, an attempt or a field of this name, and nothing keeps it from running.
fn runs(name: &str, source: &str) -> bool {
    let as_function = format!("fn {name}(");
    let as_title = format!("\"{name}\"");
    let Some(at) = source.find(&as_function).or_else(|| source.find(&as_title)) else {
        return false;
    };
    // What stands between the end of the thing before and the name.
    let before = &source[..at];
    let own = before.rfind("\n}\n").map_or(before, |end| &before[end..]);
    let line = own.lines().last().unwrap_or_default();
    !own.contains("#[ignore") && !line.contains(".skip(") && !line.contains(".todo(")
}

#[test]
fn every_claim_of_the_threat_model_names_a_test_that_exists_and_runs() {
    let mut paths = Vec::new();
    for folder in ["src-tauri", "ui/src", "ui/tests"] {
        sources(&Path::new(ROOT).join(folder), &mut paths);
    }
    let texts: Vec<String> = paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let is_file = |name: &str| paths.iter().any(|path| path.ends_with(name));
    let claims = claims();
    assert!(claims.len() > 15, "the table was not read: {claims:?}");
    for (claim, names) in claims {
        assert!(!names.is_empty(), "nothing holds up: {claim}");
        for name in names {
            let is_there = is_file(&name) || texts.iter().any(|text| runs(&name, text));
            assert!(is_there, "{name} does not run, and should hold up: {claim}");
        }
    }
}

#[test]
fn a_test_that_sleeps_or_is_only_mentioned_holds_nothing_up() {
    assert!(runs("it_holds", "}\n\n#[test]\nfn it_holds() {}"));
    assert!(runs("it holds", "test(\"it holds\", () => {})"));
    assert!(!runs("it_holds", "}\n\n#[test]\n#[ignore = \"slow\"]\nfn it_holds() {}"));
    assert!(!runs("it holds", "test.skip(\"it holds\", () => {})"));
    assert!(!runs("it_holds", "// it_holds"));
}
