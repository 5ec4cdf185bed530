//! Lets go of what is in memory of a process's program and libraries, and can be read from their files again.
//!
//! It is part of the program and of what is loaded into the page's process (`page-process/`), which is built of itself alone: so
//! the C library's functions are declared here, for the 64-bit systems that there are packages for.

use std::ffi::{c_char, c_int, c_long, c_void};
use std::io;

/// The beginning of the C library's `dl_phdr_info`: a program, or a library that it has opened.
#[repr(C)]
struct Object {
    base: usize,
    _name: *const c_char,
    parts: *const Part,
    part_count: u16,
}

/// `Elf64_Phdr`: what of a file lies where in memory.
#[repr(C)]
struct Part {
    kind: u32,
    flags: u32,
    _offset: u64,
    address: u64,
    _physical_address: u64,
    _size_in_file: u64,
    size: u64,
    _alignment: u64,
}

/// `PT_LOAD`: it is mapped.
const MAPPED: u32 = 1;
/// `PF_W`
const WRITABLE: u32 = 2;
/// `MADV_DONTNEED`
const NOT_NEEDED: c_int = 4;
/// `_SC_PAGESIZE`
const PAGE_SIZE: c_int = 30;

#[expect(unsafe_code, reason = "functions of the C library")]
unsafe extern "C" {
    fn dl_iterate_phdr(
        each: unsafe extern "C" fn(*const Object, usize, *mut c_void) -> c_int,
        of_caller: *mut c_void,
    ) -> c_int;
    fn madvise(from: *mut c_void, length: usize, advice: c_int) -> c_int;
    fn sysconf(name: c_int) -> c_long;
}

/// Lets go of code and constants. What is needed of them comes back with the next look at it, in most cases from the system's cache
/// of files.
///
/// # Errors
/// The last of what the system had against it; such pages stay, and nothing else happens.
#[expect(unsafe_code, reason = "a function of the C library")]
pub(crate) fn let_go() -> io::Result<()> {
    let mut outcome: io::Result<()> = Ok(());
    // SAFETY: the callback is of the type that is asked for, and is called before this returns, with a pointer to what is here.
    unsafe {
        dl_iterate_phdr(let_go_of_object, (&raw mut outcome).cast());
    }
    outcome
}

/// One program or library.
#[expect(unsafe_code, reason = "the C library tells where the parts of a program lie")]
unsafe extern "C" fn let_go_of_object(
    object: *const Object,
    _: usize,
    outcome: *mut c_void,
) -> c_int {
    // SAFETY: the C library hands over an object and the list of its parts, both of which it holds while it calls, and what
    // `let_go` gave it.
    let (object, outcome) = unsafe { (&*object, &mut *outcome.cast::<io::Result<()>>()) };
    // SAFETY: as above.
    let parts = unsafe { std::slice::from_raw_parts(object.parts, object.part_count.into()) };
    // SAFETY: it reads a number.
    let page = usize::try_from(unsafe { sysconf(PAGE_SIZE) }).unwrap_or(4096);
    for part in parts {
        // What may be written to is no copy of the file any more.
        if part.kind != MAPPED || part.flags & WRITABLE != 0 {
            continue;
        }
        // The whole pages of it alone: a neighbour may be another part.
        let from = object.base + part.address as usize;
        let until = (from + part.size as usize) / page * page;
        let from = from.next_multiple_of(page);
        let Some(length) = until.checked_sub(from).filter(|length| *length > 0) else { continue };
        // SAFETY: pages that are never written to are read from the file again when they are looked at.
        if unsafe { madvise(from as *mut c_void, length, NOT_NEEDED) } != 0 {
            *outcome = Err(io::Error::last_os_error());
        }
    }
    0
}
