//! Lets go of what is in memory of a process's program and libraries, and can be read from their files again.
//!
//! It is part of the program and of what is loaded into the page's process (`page-process/`), which is built of itself alone: so
//! the C library's functions are declared here, for the 64-bit systems that there are packages for.

use std::ffi::{c_char, c_int, c_long, c_void};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::time::Duration;

/// Until a process has begun: long enough for a window to be there, and a recording to begin with.
pub(crate) const START: Duration = Duration::from_secs(10);

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

/// One number of 64 bits for each page of a process (Linux, `admin-guide/mm/pagemap`).
const PAGE_MAP: &str = "/proc/self/pagemap";
const PRESENT: u64 = 1 << 63;
const SWAPPED: u64 = 1 << 62;
/// It is what the file holds, and no copy that was written to.
const OF_FILE: u64 = 1 << 61;

#[expect(unsafe_code, reason = "functions of the C library")]
unsafe extern "C" {
    fn dl_iterate_phdr(
        each: unsafe extern "C" fn(*const Object, usize, *mut c_void) -> c_int,
        of_caller: *mut c_void,
    ) -> c_int;
    fn madvise(from: *mut c_void, length: usize, advice: c_int) -> c_int;
    fn sysconf(name: c_int) -> c_long;
}

/// One pass over all that is mapped.
struct Pass {
    page_map: File,
    page: usize,
    outcome: io::Result<()>,
}

/// Lets go of code and constants. What is needed of them comes back with the next look at it, in most cases from the system's cache
/// of files.
///
/// # Errors
/// Without the map of pages, nothing is let go of; else the last of what the system had against it: such pages stay.
#[expect(unsafe_code, reason = "functions of the C library")]
pub(crate) fn let_go() -> io::Result<()> {
    // SAFETY: it reads a number.
    let page = usize::try_from(unsafe { sysconf(PAGE_SIZE) }).unwrap_or(4096);
    let mut pass = Pass { page_map: File::open(PAGE_MAP)?, page, outcome: Ok(()) };
    // SAFETY: the callback is of the type that is asked for, and is called before this returns, with a pointer to what is here.
    unsafe {
        dl_iterate_phdr(let_go_of_object, (&raw mut pass).cast());
    }
    pass.outcome
}

/// One program or library. No other thread closes it meanwhile: the C library holds its lock on them.
#[expect(unsafe_code, reason = "the C library tells where the parts of a program lie")]
unsafe extern "C" fn let_go_of_object(object: *const Object, _: usize, pass: *mut c_void) -> c_int {
    // SAFETY: the C library hands over an object, and what `let_go` gave it.
    let (object, pass) = unsafe { (&*object, &mut *pass.cast::<Pass>()) };
    // SAFETY: the list of its parts is as long as it says.
    let parts = unsafe { std::slice::from_raw_parts(object.parts, object.part_count.into()) };
    for part in parts {
        // What may be written to is no copy of the file any more.
        if part.kind != MAPPED || part.flags & WRITABLE != 0 {
            continue;
        }
        // The whole pages of it alone: a neighbour may be another part.
        let from = object.base + part.address as usize;
        let until = (from + part.size as usize) / pass.page * pass.page;
        let from = from.next_multiple_of(pass.page);
        if let Some(length) = until.checked_sub(from).filter(|length| *length > 0)
            && let Err(error) = pass.let_go_of(from, length)
        {
            pass.outcome = Err(error);
        }
    }
    0
}

impl Pass {
    /// Whole pages, which nobody may write to.
    #[expect(unsafe_code, reason = "a function of the C library")]
    fn let_go_of(&self, from: usize, length: usize) -> io::Result<()> {
        if !self.is_as_in_file(from, length)? {
            return Ok(());
        }
        // SAFETY: pages that are what the file holds are read from it again when they are looked at.
        match unsafe { madvise(from as *mut c_void, length, NOT_NEEDED) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Whether nobody wrote to it all the same: a library whose code has to be fitted to its place, a driver that fits its functions
    /// to the processor, a debugger.
    fn is_as_in_file(&self, from: usize, length: usize) -> io::Result<bool> {
        let mut entries = vec![0; length / self.page * size_of::<u64>()];
        self.page_map.read_exact_at(&mut entries, (from / self.page * size_of::<u64>()) as u64)?;
        let (entries, _) = entries.as_chunks();
        Ok(entries
            .iter()
            .map(|entry| u64::from_ne_bytes(*entry))
            .all(|entry| entry & SWAPPED == 0 && (entry & PRESENT == 0 || entry & OF_FILE != 0)))
    }
}
