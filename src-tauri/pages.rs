//! Memory for what only the start needed of the program's files.
//!
//! Linux maps sixteen pages of a file where one is asked for, and they stay with the program: also those of what GTK, the libraries
//! and this program do once, to open a window.

use std::time::Duration;

/// Long enough for a window to be there and a recording to begin with.
const START: Duration = Duration::from_secs(10);

/// Lets go of the code and the constants of the program and its libraries, when a start is over. Whatever is still needed comes back
/// with the next look at it, in most cases from the system's cache of files.
pub(crate) async fn let_go_after_start() {
    tokio::time::sleep(START).await;
    let_go();
}

fn let_go() {
    #[expect(unsafe_code, reason = "a function of the C library")]
    // SAFETY: the callback is of the type that is asked for, and looks at nothing that is not there while it is called.
    unsafe {
        libc::dl_iterate_phdr(Some(let_go_of_object), std::ptr::null_mut());
    }
}

/// One program or library.
#[expect(unsafe_code, reason = "the C library tells where the parts of a program lie")]
unsafe extern "C" fn let_go_of_object(
    object: *mut libc::dl_phdr_info,
    _size: libc::size_t,
    _: *mut libc::c_void,
) -> libc::c_int {
    // SAFETY: the C library hands over an object and the list of its parts, both of which it holds while it calls.
    let (base, parts) = unsafe {
        let object = &*object;
        (object.dlpi_addr, std::slice::from_raw_parts(object.dlpi_phdr, object.dlpi_phnum.into()))
    };
    let page = rustix::param::page_size() as u64;
    for part in parts {
        // What may be written to is no copy of the file any more.
        if part.p_type != libc::PT_LOAD || part.p_flags & libc::PF_W != 0 {
            continue;
        }
        // The whole pages of it alone: a neighbour may be another part.
        let from = (base + part.p_vaddr).next_multiple_of(page);
        let until = (base + part.p_vaddr + part.p_memsz) / page * page;
        if let Some(length) = until.checked_sub(from).filter(|length| *length > 0) {
            // SAFETY: pages that are never written to are read from the file again when they are looked at.
            let answer = unsafe {
                libc::madvise(from as *mut libc::c_void, length as usize, libc::MADV_DONTNEED)
            };
            if answer != 0 {
                tracing::debug!(error = %std::io::Error::last_os_error(), "pages of the start stay");
            }
        }
    }
    0
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
        let_go();
        let after = of_files();
        // Other tests run meanwhile, and need some of them.
        assert!(after < before, "{before} KiB before, {after} after");
        assert_eq!("as it was".to_uppercase(), "AS IT WAS");
    }
}
