//! The plug of the microphone: a module of PulseAudio's that is there while the plug is in.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::DesktopError;
use crate::process::{Environment, run};

/// The microphone's name in PulseAudio.
pub(crate) const SOURCE: &str = "microphone";

/// A source that reads from a pipe: it has no start delay, unlike the monitor of a null sink.
pub(crate) struct Plug {
    pipe: PathBuf,
    rate_hz: u32,
    /// The number of the loaded module.
    module: Mutex<Option<String>>,
}

impl Plug {
    pub(crate) fn new(pipe: PathBuf, rate_hz: u32) -> Self {
        Self { pipe, rate_hz, module: Mutex::default() }
    }

    /// Where the source reads. The pipe is made with the source and goes with it.
    pub(crate) fn pipe(&self) -> &Path {
        &self.pipe
    }

    pub(crate) async fn put_in(&self, env: &Environment) -> Result<(), DesktopError> {
        let (name, file, rate) = (
            format!("source_name={SOURCE}"),
            format!("file={}", self.pipe.display()),
            self.rate_hz,
        );
        let rate = format!("rate={rate}");
        let described = "source_properties=device.description=Microphone";
        let kind = ["load-module", "module-pipe-source"];
        let options = [&*name, &*file, &*rate, "format=s16le", "channels=1", described];
        let output = run("pactl", &[&kind[..], &options].concat(), env).await?;
        let number = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        *self.module.lock().unwrap_or_else(PoisonError::into_inner) = Some(number);
        Ok(())
    }

    pub(crate) async fn pull(&self, env: &Environment) -> Result<(), DesktopError> {
        let module = self.module.lock().unwrap_or_else(PoisonError::into_inner).take();
        let number = module.ok_or_else(|| DesktopError::Failed {
            program: "pactl".to_owned(),
            said: "the microphone is not plugged in".to_owned(),
        })?;
        run("pactl", &["unload-module", &number], env).await.map(drop)
    }
}
