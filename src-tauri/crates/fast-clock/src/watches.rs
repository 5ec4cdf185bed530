//! What time it is.

use std::ffi::c_int;

use libc::{SYS_clock_gettime, clockid_t, time_t, timespec, timeval};

use crate::pace::Pace;
use crate::system::{address, call, told};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: clockid_t, out: *mut timespec) -> c_int {
    // SAFETY: the caller's.
    let answer = unsafe { call(SYS_clock_gettime, [clock as usize, address(out), 0, 0, 0, 0]) };
    if answer == 0
        && let Some(pace) = Pace::of(clock)
    {
        // SAFETY: the kernel has just written there.
        unsafe { *out = pace.hurried(*out) };
    }
    told(answer) as c_int
}

fn now() -> timespec {
    let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is there to be written to.
    unsafe { clock_gettime(libc::CLOCK_REALTIME, &raw mut now) };
    now
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gettimeofday(out: *mut timeval, _zone: *mut u8) -> c_int {
    let now = now();
    if !out.is_null() {
        // SAFETY: the caller's.
        unsafe { *out = timeval { tv_sec: now.tv_sec, tv_usec: now.tv_nsec / 1000 } };
    }
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn time(out: *mut time_t) -> time_t {
    let now = now().tv_sec;
    if !out.is_null() {
        // SAFETY: the caller's.
        unsafe { *out = now };
    }
    now
}
