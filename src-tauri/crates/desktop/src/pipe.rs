//! PulseAudio's end of the microphone: a pipe that goes and comes back with the plug.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

/// While nobody records, PulseAudio reads nothing. What is in the pipe then, the next listener hears first: a twentieth of
/// a second.
const UNHEARD_BYTES: usize = 4_096;
/// While somebody records, a sound server that is busy for so long delays nothing.
const HEARD: Duration = Duration::from_millis(2_500);

/// The pipe, open while there is one.
pub(crate) struct Pipe {
    path: PathBuf,
    heard_bytes: usize,
    file: Option<File>,
    /// Bytes since it was opened or emptied.
    written: usize,
    is_heard: bool,
}

/// Where a block of sound went.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Went {
    /// To PulseAudio.
    In,
    /// Nobody records: PulseAudio reads nothing, and its pipe is full.
    Nowhere,
    /// There is no microphone.
    Unplugged,
}

impl Pipe {
    /// For so many bytes a second.
    pub(crate) fn open(path: PathBuf, pace: u32) -> io::Result<Self> {
        let heard_bytes = (f64::from(pace) * HEARD.as_secs_f64()) as usize;
        let mut pipe = Self { path, heard_bytes, file: None, written: 0, is_heard: false };
        pipe.reopen()?;
        Ok(pipe)
    }

    pub(crate) fn write(&mut self, block: &[u8]) -> Went {
        if self.file.is_none() && self.reopen().is_err() {
            return Went::Unplugged;
        }
        let Some(file) = &mut self.file else { return Went::Unplugged };
        match file.write(block) {
            Ok(bytes) => {
                self.written += bytes;
                if !self.is_heard && self.written > UNHEARD_BYTES {
                    // More than fits: somebody reads.
                    resize(file, self.heard_bytes);
                    self.is_heard = true;
                }
                Went::In
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Went::Nowhere,
            // Its reader went away: the source was unloaded.
            Err(_) => {
                self.file = None;
                Went::Unplugged
            }
        }
    }

    /// Bytes that the sound server has not taken yet, where somebody records.
    pub(crate) fn waiting(&self) -> u64 {
        #[cfg(target_os = "linux")]
        if let Some(file) = self.file.as_ref().filter(|_| self.is_heard) {
            return rustix::io::ioctl_fionread(file).unwrap_or(0);
        }
        0
    }

    /// Empties a pipe that was heard and is not any more: a microphone has no past.
    pub(crate) fn forget(&mut self) {
        let Some(file) = self.file.as_ref().filter(|_| self.is_heard) else { return };
        let mut options = OpenOptions::new();
        let Ok(mut reader) = nonblocking(options.read(true)).open(&self.path) else { return };
        let mut rest = vec![0; self.heard_bytes];
        while reader.read(&mut rest).is_ok_and(|bytes| bytes > 0) {}
        resize(file, UNHEARD_BYTES);
        self.written = 0;
        self.is_heard = false;
    }

    fn reopen(&mut self) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let file = nonblocking(options.write(true)).open(&self.path)?;
        resize(&file, UNHEARD_BYTES);
        (self.file, self.written, self.is_heard) = (Some(file), 0, false);
        Ok(())
    }
}

/// The clock must not wait for a reader.
fn nonblocking(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(O_NONBLOCK)
    }
    #[cfg(not(target_os = "linux"))]
    options
}

/// `O_NONBLOCK` of Linux, for which no crate is needed.
#[cfg(target_os = "linux")]
const O_NONBLOCK: i32 = 0o4000;

/// A pipe of another size is a pipe all the same, so a refusal changes little.
#[cfg_attr(not(target_os = "linux"), allow(unused_variables, reason = "pipes of Linux only"))]
fn resize(file: &File, bytes: usize) {
    #[cfg(target_os = "linux")]
    rustix::pipe::fcntl_setpipe_size(file, bytes).ok();
}
