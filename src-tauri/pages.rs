//! Memory for what only the start needed of the program's files.
//!
//! Linux maps sixteen pages of a file where one is asked for, and they stay with the program: also those of what GTK, the libraries
//! and this program do once, to open a window. The same for a page's process is `page-process/`.

use std::path::PathBuf;

mod let_go;

/// Lets go of the code and the constants of the program and its libraries, when a start is over. Whatever is still needed comes back
/// with the next look at it, in most cases from the system's cache of files.
pub(crate) async fn let_go_after_start() {
    tokio::time::sleep(let_go::START).await;
    if let Err(error) = let_go::let_go() {
        tracing::debug!(%error, "pages of the start stay");
    }
}

/// The folder of what WebKitGTK is to load into the process of a page, beside the program; none where it was left out.
#[must_use]
pub(crate) fn for_page_process() -> Option<PathBuf> {
    let folder = std::env::current_exe().ok()?.parent()?.join("page-process");
    folder.is_dir().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// KiB of files that this process has in memory.
    fn of_files() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssFile:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
    }

    #[test]
    fn pages_are_let_go_and_come_back() {
        let before = of_files();
        let_go::let_go().unwrap();
        let after = of_files();
        // Other tests run meanwhile, and need some of them.
        assert!(after < before, "{before} KiB before, {after} after");
        assert_eq!("as it was".to_uppercase(), "AS IT WAS");
    }

    /// Says where `marker` is, by an address that is written into its code when it is opened; with pages of other code around, for
    /// whole ones alone are let go of.
    const FITTED: &str = "
        .fill 8192, 1, 0x90
        .globl place
        place: movabs $marker, %rax
        ret
        .fill 8192, 1, 0x90
        .data
        .globl marker
        marker: .quad 42
        .section .note.GNU-stack, \"\", @progbits
    ";

    #[test]
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "a library is opened and called")]
    fn code_that_was_fitted_to_its_place_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (source, library) = (folder.path().join("place.s"), folder.path().join("place.so"));
        std::fs::write(&source, FITTED).unwrap();
        let mut compiler = std::process::Command::new("cc");
        compiler.args(["-shared", "-nostdlib", "-Wl,-z,notext", "-Wl,--no-warnings", "-o"]);
        assert!(compiler.arg(&library).arg(&source).status().unwrap().success());
        let path = std::ffi::CString::new(library.to_str().unwrap()).unwrap();
        // SAFETY: the library is the one above: it has no beginning of its own, and `place` takes nothing and gives an address.
        let (place, marker) = unsafe {
            let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW);
            assert!(!library.is_null(), "it cannot be opened");
            let place = libc::dlsym(library, c"place".as_ptr());
            let place: extern "C" fn() -> usize = std::mem::transmute(place);
            (place, libc::dlsym(library, c"marker".as_ptr()) as usize)
        };
        assert_eq!(place(), marker);
        let_go::let_go().unwrap();
        assert_eq!(place(), marker);
    }
}
