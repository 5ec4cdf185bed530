//! Who puts a page on the screen together: the graphics processor or, where there is none, nobody has to.
//!
//! WebKitGTK composes every page with OpenGL. Without a graphics processor Mesa reckons that, all of the window for each change of a
//! letter, with a compiler of its own in memory. A page that is painted into its window directly needs neither: what changes is
//! painted, and nothing else (figures in ARCHITECTURE.md).

use std::ffi::OsStr;
use std::path::Path;

use super::defaults;

/// Where Linux has a node for each graphics processor that a program may reckon with.
const NODES: &str = "/dev/dri";
/// Read by WebKitGTK when its first view is made. Its settings have the same, but for a view that exists: by then its process has
/// begun with OpenGL.
const WITHOUT: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
/// Says the opposite. Who sets either knows better than this module.
const WITH: &str = "WEBKIT_FORCE_COMPOSITING_MODE";
/// What has our own process ask for OpenGL all the same, and read a driver with a compiler for it: GTK for its window, WebKit for
/// the pictures that the page's process hands over, and to tell that process which graphics processor is the screen's. The page's
/// process needs OpenGL to begin at all.
const WITHOUT_DRIVER: [(&str, &str); 3] = [
    ("GDK_GL", "disable"),
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    ("WEBKIT_WEB_RENDER_DEVICE_FILE", "/dev/null"),
];

/// Has pages painted directly where nothing could compose them but the processor.
///
/// To be called before any other thread runs, for it writes into the environment.
pub(crate) fn choose() {
    if has_graphics_processor(Path::new(NODES)) {
        return;
    }
    if std::env::var_os(WITH).is_none() {
        defaults::set(WITHOUT, "1");
    }
    if is_painted_directly() {
        for (name, value) in WITHOUT_DRIVER {
            defaults::set(name, value);
        }
    }
}

/// How pages come onto the screen, for whoever asks why they look as they do.
#[must_use]
pub(crate) fn in_words() -> &'static str {
    if is_painted_directly() { "painted directly" } else { "composed with OpenGL" }
}

/// As WebKitGTK reads it.
fn is_painted_directly() -> bool {
    std::env::var(WITHOUT).is_ok_and(|value| value != "0")
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
