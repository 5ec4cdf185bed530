//! The sound system, as cpal knows it.

use std::sync::Arc;

use cpal::Host;

/// The system's own, whatever it is.
#[cfg(not(target_os = "linux"))]
pub(crate) fn host() -> Arc<Host> {
    Arc::new(cpal::default_host())
}

/// The system's own, whatever it is. PulseAudio is connected to once, for as long as it lives: cpal's client never lets go of a
/// connection, not even when it is dropped, and the server takes 64 of them from all programs together. A microphone that was
/// away for a quarter of a minute, looked for all the time, would leave none for anybody.
#[cfg(target_os = "linux")]
pub(crate) fn host() -> Arc<Host> {
    use std::sync::{Mutex, PoisonError};

    static KEPT: Mutex<Option<Arc<Host>>> = Mutex::new(None);
    // Held all the time, and no longer than twice `ANSWER_LIMIT`: two that look at once would make two.
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(host) = kept.as_ref().filter(|host| !is_gone(host)) {
        return Arc::clone(host);
    }
    let host = Arc::new(cpal::default_host());
    // Others keep nothing open, and where PulseAudio is not there yet it may come.
    *kept = (host.id() == cpal::HostId::PulseAudio).then(|| Arc::clone(&host));
    host
}

/// How long a sound server may take: as long as cpal gives it at the beginning.
#[cfg(target_os = "linux")]
const ANSWER_LIMIT: std::time::Duration = std::time::Duration::from_secs(2);

/// Whether its server is gone. One that is only slow is kept, or every look at it would be another connection; whoever waits for it
/// does so on a thread of its own, which ends with the server.
#[cfg(target_os = "linux")]
fn is_gone(host: &Arc<Host>) -> bool {
    use std::sync::mpsc;
    use std::thread;

    use cpal::traits::HostTrait as _;

    let (host, (done, answer)) = (Arc::clone(host), mpsc::sync_channel(1));
    let ask = move || done.send(host.input_devices().is_err());
    let asked = thread::Builder::new().name("sound server".to_owned()).spawn(ask);
    asked.is_ok() && answer.recv_timeout(ANSWER_LIMIT).unwrap_or(false)
}
