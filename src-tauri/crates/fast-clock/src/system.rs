//! The system itself, asked without the C library: its functions are those that are replaced.

use std::arch::asm;
use std::ffi::{c_int, c_long};

/// A call with six arguments; what it takes less is zero. The answer is as the kernel gives it: errors are negative.
#[cfg(target_arch = "x86_64")]
pub(crate) unsafe fn call(number: c_long, arguments: [usize; 6]) -> isize {
    let [a, b, c, d, e, f] = arguments;
    let answer: isize;
    // SAFETY: the caller's arguments are what this call takes.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => answer,
            in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d, in("r8") e, in("r9") f,
            lateout("rcx") _, lateout("r11") _,
            options(nostack)
        );
    }
    answer
}

/// The same of 64-bit ARM.
#[cfg(target_arch = "aarch64")]
pub(crate) unsafe fn call(number: c_long, arguments: [usize; 6]) -> isize {
    let [a, b, c, d, e, f] = arguments;
    let answer: isize;
    // SAFETY: the caller's arguments are what this call takes.
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") a => answer,
            in("x1") b, in("x2") c, in("x3") d, in("x4") e, in("x5") f,
            options(nostack)
        );
    }
    answer
}

/// As the C library tells it: −1, and the reason in `errno`.
pub(crate) fn told(answer: isize) -> c_long {
    match c_int::try_from(-answer) {
        Ok(reason @ 1..4096) => {
            // SAFETY: every thread has one.
            unsafe { *libc::__errno_location() = reason };
            -1
        }
        _ => answer as c_long,
    }
}

/// A pointer as an argument.
pub(crate) fn address<T>(of: *const T) -> usize {
    of as usize
}
