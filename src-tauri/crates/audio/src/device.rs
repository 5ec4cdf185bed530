//! What can be recorded from.

use std::fmt;

use cpal::traits::{DeviceTrait as _, HostTrait as _};
use cpal::{Device as CpalDevice, HostId};

use crate::AudioError;
use crate::host::host;

/// A device's name for programs, stable over restarts: the sound system and its own name for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceId(pub String);

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that can be recorded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// For the settings.
    pub id: DeviceId,
    /// For people.
    pub name: String,
    /// The system's default.
    pub is_default: bool,
    /// The sound that the system plays.
    pub is_monitor: bool,
}

/// All devices, microphones first.
///
/// # Errors
/// When the sound system does not answer.
pub fn devices() -> Result<Vec<Device>, AudioError> {
    let host = host();
    let default = host.default_input_device().and_then(|device| device.id().ok());
    let mut found = Vec::new();
    for device in host.input_devices()? {
        let (Ok(id), Ok(description)) = (device.id(), device.description()) else { continue };
        found.push(Device {
            is_default: default.as_ref() == Some(&id),
            is_monitor: is_monitor(&id),
            id: DeviceId(id.to_string()),
            name: description.name().to_owned(),
        });
    }
    found.sort_by_key(|device| device.is_monitor);
    Ok(found)
}

/// Which device to use where the wanted one is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Substitute {
    /// The default, whatever it is: so the user set the system up.
    Default,
    /// The default, if it is a microphone. When the last microphone is unplugged, PulseAudio's default becomes what the
    /// system plays, and nobody asked to have that written down.
    Microphone,
    /// None.
    Nothing,
}

/// A device to record from.
pub(crate) struct Found {
    pub(crate) device: CpalDevice,
    pub(crate) id: DeviceId,
    pub(crate) name: String,
    pub(crate) is_monitor: bool,
    /// PulseAudio's name for it, where the device is one of PulseAudio's.
    #[cfg(target_os = "linux")]
    pub(crate) pulse_source: Option<String>,
}

/// The device of this id, else its substitute; the caller is told which one it got.
pub(crate) fn find(wanted: Option<&DeviceId>, substitute: Substitute) -> Result<Found, AudioError> {
    let host = host();
    let chosen = wanted.and_then(|id| id.0.parse().ok()).and_then(|id| host.device_by_id(&id));
    let (device, id) = match chosen.map(|device| (device.id(), device)) {
        Some((id, device)) => (device, id?),
        None if substitute == Substitute::Nothing => return Err(AudioError::Missing),
        None => {
            let device = host.default_input_device().ok_or(AudioError::Missing)?;
            let id = device.id()?;
            if substitute == Substitute::Microphone && is_monitor(&id) {
                return Err(AudioError::Missing);
            }
            (device, id)
        }
    };
    let name = device
        .description()
        .map_or_else(|_| "microphone".to_owned(), |about| about.name().to_owned());
    Ok(Found {
        is_monitor: is_monitor(&id),
        #[cfg(target_os = "linux")]
        pulse_source: is_pulse(id.host()).then(|| id.id().to_owned()),
        id: DeviceId(id.to_string()),
        device,
        name,
    })
}

/// PulseAudio lists the output of each sink as a source whose name ends so.
fn is_monitor(id: &cpal::DeviceId) -> bool {
    is_pulse(id.host()) && id.id().ends_with(".monitor")
}

#[cfg(target_os = "linux")]
fn is_pulse(host: HostId) -> bool {
    host == HostId::PulseAudio
}

#[cfg(not(target_os = "linux"))]
fn is_pulse(_host: HostId) -> bool {
    false
}
