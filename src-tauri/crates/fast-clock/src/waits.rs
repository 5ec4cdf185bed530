//! Waiting: for a while, for files, for other threads.

use std::ffi::{c_int, c_long, c_uint, c_ulong, c_void};
use std::mem::transmute;
use std::ptr::null;

use libc::{
    SYS_clock_nanosleep, SYS_epoll_pwait2, SYS_futex, SYS_nanosleep, SYS_ppoll, SYS_pselect6,
    clockid_t, epoll_event, fd_set, nfds_t, pollfd, sigset_t, timespec, timeval,
};

use crate::pace::{Pace, hurried_stretch, likely_clock, real_millis, real_stretch};
use crate::system::{address, call, told};

/// The kernel's own size of a set of signals.
const SIGNALS: usize = 8;

/// The stretch that a pointer names, in the world.
unsafe fn stretch(of: *const timespec) -> Option<timespec> {
    // SAFETY: the caller's, and not null.
    (!of.is_null()).then(|| real_stretch(unsafe { *of }))
}

/// The moment of a clock that a pointer names, in the world.
unsafe fn moment(clock: clockid_t, of: *const timespec) -> Option<timespec> {
    if of.is_null() {
        return None;
    }
    // SAFETY: the caller's, and not null.
    let of = unsafe { *of };
    Some(Pace::of(clock).map_or(of, |pace| pace.real(of)))
}

fn pointer(to: &Option<timespec>) -> *const timespec {
    to.as_ref().map_or(null(), std::ptr::from_ref)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nanosleep(wish: *const timespec, rest: *mut timespec) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe {
        let real = stretch(wish);
        let answer = call(SYS_nanosleep, [address(pointer(&real)), address(rest), 0, 0, 0, 0]);
        if answer != 0 && !rest.is_null() {
            *rest = hurried_stretch(*rest);
        }
        told(answer) as c_int
    }
}

/// Gives the reason of an error itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_nanosleep(
    clock: clockid_t,
    flags: c_int,
    wish: *const timespec,
    rest: *mut timespec,
) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe {
        let is_moment = flags & libc::TIMER_ABSTIME != 0;
        let real = if is_moment { moment(clock, wish) } else { stretch(wish) };
        let arguments =
            [clock as usize, flags as usize, address(pointer(&real)), address(rest), 0, 0];
        let answer = call(SYS_clock_nanosleep, arguments);
        if answer != 0 && !is_moment && !rest.is_null() {
            *rest = hurried_stretch(*rest);
        }
        -answer as c_int
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn usleep(micros: c_uint) -> c_int {
    let wish = timespec {
        tv_sec: i64::from(micros / 1_000_000),
        tv_nsec: i64::from(micros % 1_000_000) * 1000,
    };
    // SAFETY: `wish` is there.
    unsafe { nanosleep(&raw const wish, std::ptr::null_mut()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn sleep(seconds: c_uint) -> c_uint {
    let wish = timespec { tv_sec: i64::from(seconds), tv_nsec: 0 };
    let mut rest = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: both are there.
    let is_over = unsafe { nanosleep(&raw const wish, &raw mut rest) } == 0;
    if is_over { 0 } else { c_uint::try_from(rest.tv_sec).unwrap_or(0) }
}

unsafe fn poll_for(
    files: *mut pollfd,
    count: nfds_t,
    real: Option<timespec>,
    signals: *const sigset_t,
) -> c_int {
    let arguments =
        [address(files), count as usize, address(pointer(&real)), address(signals), SIGNALS, 0];
    // SAFETY: the caller's pointers.
    told(unsafe { call(SYS_ppoll, arguments) }) as c_int
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn poll(files: *mut pollfd, count: nfds_t, millis: c_int) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe { poll_for(files, count, real_millis(millis), null()) }
}

/// What `poll` is called by programs that were built to check their buffers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __poll_chk(
    files: *mut pollfd,
    count: nfds_t,
    millis: c_int,
    _size: usize,
) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe { poll(files, count, millis) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ppoll(
    files: *mut pollfd,
    count: nfds_t,
    wish: *const timespec,
    signals: *const sigset_t,
) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe { poll_for(files, count, stretch(wish), signals) }
}

/// As [`__poll_chk`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __ppoll_chk(
    files: *mut pollfd,
    count: nfds_t,
    wish: *const timespec,
    signals: *const sigset_t,
    _size: usize,
) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe { ppoll(files, count, wish, signals) }
}

unsafe fn select_for(
    count: c_int,
    sets: [*mut fd_set; 3],
    real: Option<timespec>,
    signals: *const sigset_t,
) -> c_int {
    let both = [address(signals), SIGNALS];
    let [read, write, other] = sets.map(|set| address(set));
    let with = if signals.is_null() { 0 } else { address(both.as_ptr()) };
    // SAFETY: the caller's pointers.
    let answer = unsafe {
        call(SYS_pselect6, [count as usize, read, write, other, address(pointer(&real)), with])
    };
    told(answer) as c_int
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn select(
    count: c_int,
    read: *mut fd_set,
    write: *mut fd_set,
    other: *mut fd_set,
    wish: *mut timeval,
) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe {
        let wish = (!wish.is_null())
            .then(|| timespec { tv_sec: (*wish).tv_sec, tv_nsec: (*wish).tv_usec * 1000 });
        select_for(count, [read, write, other], wish.map(real_stretch), null())
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pselect(
    count: c_int,
    read: *mut fd_set,
    write: *mut fd_set,
    other: *mut fd_set,
    wish: *const timespec,
    signals: *const sigset_t,
) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe { select_for(count, [read, write, other], stretch(wish), signals) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn epoll_pwait(
    epoll: c_int,
    events: *mut epoll_event,
    count: c_int,
    millis: c_int,
    signals: *const sigset_t,
) -> c_int {
    let real = real_millis(millis);
    let arguments = [
        epoll as usize,
        address(events),
        count as usize,
        address(pointer(&real)),
        address(signals),
        SIGNALS,
    ];
    // SAFETY: the caller's pointers.
    told(unsafe { call(SYS_epoll_pwait2, arguments) }) as c_int
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn epoll_wait(
    epoll: c_int,
    events: *mut epoll_event,
    count: c_int,
    millis: c_int,
) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe { epoll_pwait(epoll, events, count, millis, null()) }
}

/// Threads of Rust and of GLib wait in the kernel by this.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn syscall(
    number: c_long,
    a: usize,
    b: usize,
    c: usize,
    d: usize,
    e: usize,
    f: usize,
) -> c_long {
    // SAFETY: the caller's arguments, and where they are a futex's, its pointers.
    unsafe {
        if number != SYS_futex {
            return told(call(number, [a, b, c, d, e, f]));
        }
        let operation = b as c_int;
        let clock = if operation & libc::FUTEX_CLOCK_REALTIME != 0 {
            libc::CLOCK_REALTIME
        } else {
            libc::CLOCK_MONOTONIC
        };
        let wish = d as *const timespec;
        let real = match operation & libc::FUTEX_CMD_MASK {
            libc::FUTEX_WAIT => stretch(wish),
            libc::FUTEX_WAIT_BITSET | libc::FUTEX_WAIT_REQUEUE_PI => moment(clock, wish),
            libc::FUTEX_LOCK_PI => moment(libc::CLOCK_REALTIME, wish),
            // The argument is no time.
            _ => return told(call(number, [a, b, c, d, e, f])),
        };
        told(call(number, [a, b, c, address(pointer(&real)), e, f]))
    }
}

/// The C library's own of this name.
unsafe fn own(name: &std::ffi::CStr) -> *mut c_void {
    // SAFETY: a name that ends with a zero.
    unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) }
}

type Timed<A, B> = unsafe extern "C" fn(*mut A, *mut B, *const timespec) -> c_int;
type Clocked<A, B> = unsafe extern "C" fn(*mut A, *mut B, clockid_t, *const timespec) -> c_int;
type TimedOne = unsafe extern "C" fn(*mut c_void, *const timespec) -> c_int;
type ClockedOne = unsafe extern "C" fn(*mut c_void, clockid_t, *const timespec) -> c_int;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_cond_timedwait(
    condition: *mut c_void,
    mutex: *mut c_void,
    until: *const timespec,
) -> c_int {
    // SAFETY: the caller's pointers, and the signature of the C library.
    unsafe {
        let own = transmute::<*mut c_void, Timed<c_void, c_void>>(own(c"pthread_cond_timedwait"));
        let real = moment(likely_clock(*until), until);
        own(condition, mutex, pointer(&real))
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_cond_clockwait(
    condition: *mut c_void,
    mutex: *mut c_void,
    clock: clockid_t,
    until: *const timespec,
) -> c_int {
    // SAFETY: the caller's pointers, and the signature of the C library.
    unsafe {
        let own = transmute::<*mut c_void, Clocked<c_void, c_void>>(own(c"pthread_cond_clockwait"));
        let real = moment(clock, until);
        own(condition, mutex, clock, pointer(&real))
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_mutex_timedlock(
    mutex: *mut c_void,
    until: *const timespec,
) -> c_int {
    // SAFETY: the caller's pointers, and the signature of the C library.
    unsafe {
        let own = transmute::<*mut c_void, TimedOne>(own(c"pthread_mutex_timedlock"));
        let real = moment(libc::CLOCK_REALTIME, until);
        own(mutex, pointer(&real))
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn sem_timedwait(semaphore: *mut c_void, until: *const timespec) -> c_int {
    // SAFETY: the caller's pointers, and the signature of the C library.
    unsafe {
        let own = transmute::<*mut c_void, TimedOne>(own(c"sem_timedwait"));
        let real = moment(libc::CLOCK_REALTIME, until);
        own(semaphore, pointer(&real))
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn sem_clockwait(
    semaphore: *mut c_void,
    clock: clockid_t,
    until: *const timespec,
) -> c_int {
    // SAFETY: the caller's pointers, and the signature of the C library.
    unsafe {
        let own = transmute::<*mut c_void, ClockedOne>(own(c"sem_clockwait"));
        let real = moment(clock, until);
        own(semaphore, clock, pointer(&real))
    }
}

/// A moment is taken for one of the clock that it can only be of.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn timerfd_settime(
    timer: c_int,
    flags: c_int,
    new: *const libc::itimerspec,
    old: *mut libc::itimerspec,
) -> c_int {
    // SAFETY: the caller's pointers.
    unsafe {
        let is_moment = flags & libc::TFD_TIMER_ABSTIME != 0;
        let value = (*new).it_value;
        let value = if is_moment && (value.tv_sec, value.tv_nsec) != (0, 0) {
            Pace::of(likely_clock(value)).map_or(value, |pace| pace.real(value))
        } else {
            real_stretch(value)
        };
        let real =
            libc::itimerspec { it_interval: real_stretch((*new).it_interval), it_value: value };
        let arguments =
            [timer as usize, flags as usize, address(&raw const real), address(old), 0, 0];
        told(call(libc::SYS_timerfd_settime, arguments)) as c_int
    }
}

const _: () = assert!(size_of::<c_ulong>() == size_of::<usize>(), "64 bits");
