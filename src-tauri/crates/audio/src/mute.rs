//! A device that delivers, but no sound: muted at its switch or by the system, or dead. A silent room is never exactly
//! silent, so samples that are all the same tell the two apart.

/// So long must all samples be the same.
const MUTED_SECONDS: u64 = 3;

#[derive(Debug, Default)]
pub(crate) struct Mute {
    value: f32,
    /// How many samples in a row had it.
    run: u64,
    is_muted: bool,
}

impl Mute {
    /// Takes what was delivered; tells when that changes what the device is.
    pub(crate) fn heard(&mut self, samples: &[f32], rate_hz: u32) -> Option<bool> {
        let &last = samples.last()?;
        #[allow(clippy::float_cmp, reason = "the very same value is what is looked for")]
        let same = samples.iter().rev().take_while(|sample| **sample == last).count() as u64;
        #[allow(clippy::float_cmp, reason = "as above")]
        let goes_on = same == samples.len() as u64 && last == self.value;
        self.run = if goes_on { self.run + same } else { same };
        self.value = last;
        let is_muted = self.run >= MUTED_SECONDS * u64::from(rate_hz);
        (is_muted != self.is_muted).then(|| {
            self.is_muted = is_muted;
            is_muted
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_seconds_of_one_value_are_a_mute_and_the_first_sound_ends_it() {
        let mut mute = Mute::default();
        let block = [0.0; 480];
        for _ in 0..299 {
            assert_eq!(mute.heard(&block, 48_000), None);
        }
        assert_eq!(mute.heard(&block, 48_000), Some(true));
        assert_eq!(mute.heard(&block, 48_000), None);
        assert_eq!(mute.heard(&[], 48_000), None);
        let mut noise = block;
        noise[479] = 1.0 / 32_768.0;
        assert_eq!(mute.heard(&noise, 48_000), Some(false));
    }

    #[test]
    fn a_quiet_room_is_no_mute() {
        let mut mute = Mute::default();
        let noise: Vec<f32> = (0..480_000).map(|i| (i % 3) as f32 / 32_768.0).collect();
        assert!(noise.chunks(480).all(|block| mute.heard(block, 48_000).is_none()));
    }

    #[test]
    fn a_value_that_is_stuck_is_a_mute_too() {
        let mut mute = Mute::default();
        let told: Vec<bool> = (0..400).filter_map(|_| mute.heard(&[-0.25; 480], 48_000)).collect();
        assert_eq!(told, [true]);
    }
}
