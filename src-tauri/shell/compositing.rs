//! Who puts a page on the screen together: the graphics processor or, where there is none, nobody has to.
//!
//! WebKitGTK composes every page with OpenGL. Without a graphics processor Mesa reckons that, all of the window for each change of a
//! letter, with a compiler of its own in memory. A page that is painted into its window directly needs neither: what changes is
//! painted, and nothing else (figures in ARCHITECTURE.md).

use std::ffi::OsStr;
use std::path::Path;

/// Where Linux has a node for each graphics processor that a program may reckon with.
const NODES: &str = "/dev/dri";
/// Read by WebKitGTK when its first view is made. Its settings have the same, but for a view that exists: by then its process has
/// begun with OpenGL.
const WITHOUT: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
/// Says the opposite. Who sets either knows better than this module.
const WITH: &str = "WEBKIT_FORCE_COMPOSITING_MODE";

/// Has pages painted directly where nothing could compose them but the processor.
///
/// To be called before any other thread runs, for it writes into the environment.
pub(crate) fn choose() {
    let is_decided = [WITHOUT, WITH].iter().any(|name| std::env::var_os(name).is_some());
    if is_decided || has_graphics_processor(Path::new(NODES)) {
        return;
    }
    #[expect(unsafe_code, reason = "WebKitGTK reads this decision from nowhere else in time")]
    // SAFETY: the caller sees to it that no other thread is there that could read the environment.
    unsafe {
        std::env::set_var(WITHOUT, "1");
    }
}

/// How pages come onto the screen, for whoever asks why they look as they do.
#[must_use]
pub(crate) fn in_words() -> &'static str {
    // As WebKitGTK reads it.
    if std::env::var(WITHOUT).is_ok_and(|value| value != "0") {
        "painted directly"
    } else {
        "composed with OpenGL"
    }
}

/// Nodes for drawing; those that only show pictures (`card0` of many virtual machines) reckon nothing.
fn has_graphics_processor(nodes: &Path) -> bool {
    let is_for_drawing = |name: &OsStr| name.as_encoded_bytes().starts_with(b"renderD");
    // No folder: no graphics processor, or one that this program may not use.
    std::fs::read_dir(nodes)
        .is_ok_and(|entries| entries.flatten().any(|entry| is_for_drawing(&entry.file_name())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graphics_processor_is_one_that_draws() {
        let folder = tempfile::tempdir().unwrap();
        let nodes = folder.path().join("dri");
        assert!(!has_graphics_processor(&nodes));
        std::fs::create_dir(&nodes).unwrap();
        std::fs::write(nodes.join("card0"), "").unwrap();
        assert!(!has_graphics_processor(&nodes));
        std::fs::write(nodes.join("renderD128"), "").unwrap();
        assert!(has_graphics_processor(&nodes));
    }
}
