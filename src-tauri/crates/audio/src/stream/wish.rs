//! Which device to open.

use std::time::Duration;

use crate::DeviceId;

/// How long a device that the user chose is waited for before another takes its place.
const PATIENCE: Duration = Duration::from_secs(2);

/// What to open.
#[derive(Debug, Clone)]
pub(crate) enum Wish {
    /// For the beginning of a recording: the chosen device, else the default. One that is there but refuses is an
    /// error: a recording does not begin with another microphone than the user chose.
    Begin(Option<DeviceId>),
    /// For one that goes on: this device and no other.
    Same(DeviceId),
    /// For one that goes on: this device, else any microphone.
    GoOn(DeviceId),
}

impl Wish {
    /// For a recording that goes on after its device was lost for `away`. The device that the user chose by name is waited
    /// for a little, for plugs are pulled by mistake; where the user left the choice to the system, it is the system's.
    pub(crate) fn after_loss(chosen: Option<&DeviceId>, lost: &Lost<'_>) -> Self {
        match chosen {
            Some(chosen) if chosen == lost.device && lost.away < PATIENCE => {
                Self::Same(chosen.clone())
            }
            Some(chosen) => Self::GoOn(chosen.clone()),
            None => Self::GoOn(lost.device.clone()),
        }
    }
}

/// A device that is away.
pub(crate) struct Lost<'a> {
    /// The one that delivered last.
    pub(crate) device: &'a DeviceId,
    /// Since when.
    pub(crate) away: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_loss(chosen: Option<&str>, lost: &str, away_ms: u64) -> String {
        let (chosen, device) = (chosen.map(id), id(lost));
        let lost = Lost { device: &device, away: Duration::from_millis(away_ms) };
        match Wish::after_loss(chosen.as_ref(), &lost) {
            Wish::Begin(_) => panic!("it has begun"),
            Wish::Same(device) => format!("only {device}"),
            Wish::GoOn(device) => format!("{device} or another"),
        }
    }

    fn id(name: &str) -> DeviceId {
        DeviceId(name.to_owned())
    }

    #[test]
    fn a_device_that_was_chosen_is_waited_for_two_seconds() {
        assert_eq!(after_loss(Some("a"), "a", 0), "only a");
        assert_eq!(after_loss(Some("a"), "a", 1_999), "only a");
        assert_eq!(after_loss(Some("a"), "a", 2_000), "a or another");
    }

    #[test]
    fn the_default_is_replaced_by_the_default_at_once() {
        assert_eq!(after_loss(None, "a", 0), "a or another");
    }

    #[test]
    fn when_what_took_its_place_goes_too_the_chosen_one_is_tried_first_and_none_is_waited_for() {
        assert_eq!(after_loss(Some("a"), "b", 0), "a or another");
    }
}
