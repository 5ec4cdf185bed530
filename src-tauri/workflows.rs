//! What builds the program is what was read: nothing follows a tag or a version that can be moved.

use std::fs;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn actions_are_pinned_by_hash_and_may_only_read() {
    for entry in fs::read_dir(Path::new(ROOT).join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("\npermissions:\n  contents: read\n"), "{}", path.display());
        assert_eq!(rights(&text), allowed(&path), "{}", path.display());
        for line in text.lines().filter(|line| line.contains("uses:")) {
            let version = line.split('@').nth(1).unwrap_or_default();
            let hash: String = version.chars().take_while(char::is_ascii_hexdigit).collect();
            assert_eq!(hash.len(), 40, "{}: {line}", path.display());
        }
    }
}

/// Every right that a job is given beyond the file's own, and that of secrets to a job that has them.
fn rights(workflow: &str) -> Vec<&str> {
    let lines = workflow.lines().map(str::trim);
    lines.filter(|line| line.ends_with(": write") || line.contains("write-all")).collect()
}

/// One job publishes, as a draft; it compiles nothing but the tool of this repository, and no secret of anybody is in it.
fn allowed(workflow: &Path) -> &'static [&'static str] {
    if workflow.ends_with("release.yml") { &["contents: write"] } else { &[] }
}

#[test]
fn the_job_that_publishes_knows_no_secret_and_what_knows_secrets_may_not_publish() {
    let text = fs::read_to_string(Path::new(ROOT).join(".github/workflows/release.yml")).unwrap();
    let (before, publishes) = text.split_once("\n  publish:\n").unwrap();
    assert!(publishes.contains("contents: write") && !publishes.contains("secrets."));
    assert!(before.contains("secrets.") && rights(before).is_empty());
    assert!(publishes.contains("--draft"), "a person says that it is out");
}

/// `npm ci` checks what it brings against these, and refuses a lock that says less than the list of packages.
#[test]
fn every_package_of_the_window_is_pinned_by_its_hash() {
    let text = fs::read_to_string(Path::new(ROOT).join("ui/package-lock.json")).unwrap();
    let lock: serde_json::Value = serde_json::from_str(&text).unwrap();
    let packages = lock["packages"].as_object().unwrap();
    // The first is the window itself.
    let brought: Vec<_> = packages.iter().filter(|(path, _)| !path.is_empty()).collect();
    assert!(brought.len() > 50, "the lock was not read");
    for (path, package) in brought {
        let hash = package["integrity"].as_str().unwrap_or_default();
        assert!(hash.starts_with("sha512-"), "{path} is pinned by no hash");
    }
}
