//! Which program this is, in one line: what a report of a defect begins with.

use std::sync::LazyLock;

static LINE: LazyLock<String> = LazyLock::new(|| {
    line_of(env!("SOTTO_COMMIT"), sotto_engine::library_version().unwrap_or("is missing"))
});

/// As in `0.1.0 (commit 0123456789ab, engine sherpa-onnx 2.0.1)`.
#[must_use]
pub(crate) fn line() -> &'static str {
    &LINE
}

fn line_of(commit: &str, engine: &str) -> String {
    format!("{} (commit {commit}, engine sherpa-onnx {engine})", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_commit_and_the_library_that_is_really_there() {
        let library = sotto_engine::library_version().unwrap();
        assert!(library.split('.').count() == 3, "{library}");
        assert_eq!(
            line_of("abc", library),
            format!("{} (commit abc, engine sherpa-onnx {library})", env!("CARGO_PKG_VERSION"))
        );
        assert!(!line().contains('/'), "a path: {}", line());
    }
}
