//! What others wrote and the program is made of, with their licences, in one text: crates of Rust, packages of the window, and
//! the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::shell::{cargo, root};

/// Files that a licence asks to be handed on.
const NAMES: [&str; 5] = ["license", "licence", "copying", "notice", "copyright"];

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: String,
    version: String,
    licence: String,
    source: String,
    /// Licences and notices, as they lie in the part.
    texts: Vec<String>,
}

/// Writes it.
pub(super) fn write(to: &Path) -> anyhow::Result<()> {
    let crates = crates()?;
    ensure!(crates.len() > 100, "the crates were not read");
    let packages = packages()?;
    ensure!(!packages.is_empty(), "the window's packages were not read");
    let engine = fs::read_to_string(root().join("src-tauri/engine-pack/NOTICE"))?;
    let licences = fs::read_to_string(super::sources().join("copyright"))?;
    let engine = format!("{engine}\n{licences}");
    Ok(fs::write(to, told(&engine, &crates, &packages))?)
}

fn told(engine: &str, crates: &[Part], packages: &[Part]) -> String {
    let mut text = "Sotto is made with the work of others. This names it, with the licences that come with it.\n".to_owned();
    let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
    for (title, parts) in [("Crates of Rust", crates), ("Packages of the window", packages)] {
        // Writing to a String cannot fail.
        write!(text, "\n{title}\n\n").ok();
        for part in parts {
            let Part { name, version, licence, source, .. } = part;
            let numbers: BTreeSet<usize> = part
                .texts
                .iter()
                .map(|text| {
                    let next = texts.len() + 1;
                    *texts.entry(text).or_insert(next)
                })
                .collect();
            let numbers: Vec<String> = numbers.iter().map(|number| format!("[{number}]")).collect();
            let line = format!("{name} {version}: {licence}, {source} {}", numbers.join(" "));
            writeln!(text, "{}", line.trim_end()).ok();
        }
    }
    write!(text, "\nThe engine\n\n{engine}").ok();
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by_key(|(_, number)| *number);
    for (words, number) in texts {
        write!(text, "\n{}\n[{number}]\n\n{}\n", "-".repeat(79), words.trim_end()).ok();
    }
    text
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Crate>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Crate {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    license_file: Option<String>,
    repository: Option<String>,
    source: Option<String>,
    manifest_path: std::path::PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    root: Option<String>,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

/// What the program is linked from: no tools of the build, nothing that only tests need.
fn crates() -> anyhow::Result<Vec<Part>> {
    let host = host()?;
    let mut ask = cargo();
    ask.args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--all-features",
        "--filter-platform",
        &host,
    ]);
    let metadata: Metadata = serde_json::from_slice(&told_by(&mut ask)?)?;
    let linked = linked(&metadata.resolve)?;
    let mut parts = Vec::new();
    for one in
        metadata.packages.into_iter().filter(|one| one.source.is_some() && linked.contains(&one.id))
    {
        let folder = one.manifest_path.parent().context("a crate has no folder")?;
        parts.push(Part {
            texts: texts(folder)?,
            licence: one.license.or(one.license_file).unwrap_or_else(|| "see its text".to_owned()),
            source: one
                .repository
                .unwrap_or_else(|| format!("https://crates.io/crates/{}", one.name)),
            name: one.name,
            version: one.version,
        });
    }
    parts.sort();
    Ok(parts)
}

/// All that is reached from the program by ordinary dependencies.
fn linked(resolve: &Resolve) -> anyhow::Result<BTreeSet<String>> {
    let nodes: BTreeMap<&str, &Node> =
        resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut found = BTreeSet::new();
    let mut open = vec![resolve.root.clone().context("the workspace has no program")?];
    while let Some(id) = open.pop() {
        if !found.insert(id.clone()) {
            continue;
        }
        let node = nodes.get(id.as_str()).with_context(|| format!("{id} was not resolved"))?;
        for dependency in &node.deps {
            if dependency.dep_kinds.iter().any(|one| one.kind.is_none()) {
                open.push(dependency.pkg.clone());
            }
        }
    }
    Ok(found)
}

/// What the window's bundle is made of: what its lock says is no tool.
fn packages() -> anyhow::Result<Vec<Part>> {
    let ui = root().join("ui");
    let lock: Value = serde_json::from_slice(&fs::read(ui.join("package-lock.json"))?)?;
    let all = lock["packages"].as_object().context("the lock has no packages")?;
    let mut parts = Vec::new();
    for (path, about) in all {
        // Svelte is a tool, and what it makes of the views runs with its own code.
        let is_tool = about["dev"] == true && path != "node_modules/svelte";
        let is_left_out = about["optional"] == true;
        if path.is_empty() || is_tool || is_left_out {
            continue;
        }
        let word = |key: &str| about[key].as_str().unwrap_or_default().to_owned();
        parts.push(Part {
            name: path.rsplit("node_modules/").next().unwrap_or(path).to_owned(),
            version: word("version"),
            licence: word("license"),
            source: word("resolved"),
            texts: texts(&ui.join(path))?,
        });
    }
    parts.sort();
    Ok(parts)
}

fn texts(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("{} is not there", folder.display()))?
    {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if entry.file_type()?.is_file() && NAMES.iter().any(|one| name.starts_with(one)) {
            // Some are in older encodings.
            let text = String::from_utf8_lossy(&fs::read(entry.path())?).into_owned();
            found.push(text.replace("\r\n", "\n"));
        }
    }
    found.sort();
    Ok(found)
}

fn host() -> anyhow::Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let told = String::from_utf8(told_by(Command::new(rustc).arg("-vV"))?)?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

fn told_by(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{name} could not be started"))?;
    ensure!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, texts: &[&str]) -> Part {
        Part {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
            source: "https://example.org".to_owned(),
            texts: texts.iter().map(|&text| text.to_owned()).collect(),
        }
    }

    #[test]
    fn every_part_is_named_and_every_text_stands_once() {
        let crates =
            [part("one", &["Licence of many", "Notice of one"]), part("two", &["Licence of many"])];
        let text = told("the engine's notice\n", &crates, &[part("three", &[])]);
        assert!(text.contains("one 1.0.0: MIT, https://example.org [1] [2]\n"), "{text}");
        assert!(text.contains("two 1.0.0: MIT, https://example.org [1]\n"));
        assert!(text.contains("three 1.0.0: MIT, https://example.org\n"));
        assert!(text.contains("the engine's notice"));
        assert_eq!(text.matches("Licence of many").count(), 1);
    }

    #[test]
    fn what_only_builds_or_tests_is_not_linked() {
        let resolve: Resolve = serde_json::from_value(serde_json::json!({
            "root": "program",
            "nodes": [
                { "id": "program", "deps": [
                    { "pkg": "used", "dep_kinds": [{ "kind": null }] },
                    { "pkg": "builder", "dep_kinds": [{ "kind": "build" }] },
                    { "pkg": "tester", "dep_kinds": [{ "kind": "dev" }] },
                ] },
                { "id": "used", "deps": [{ "pkg": "deep", "dep_kinds": [{ "kind": null }, { "kind": "dev" }] }] },
                { "id": "deep", "deps": [] },
                { "id": "builder", "deps": [] },
                { "id": "tester", "deps": [] },
            ],
        }))
        .unwrap();
        assert_eq!(
            linked(&resolve).unwrap(),
            ["deep", "program", "used"].map(str::to_owned).into()
        );
    }
}
