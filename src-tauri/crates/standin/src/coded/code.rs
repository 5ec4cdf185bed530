//! The number of a word as symbols: three loud harmonics each, one in every band.

/// Bands of harmonics.
pub(super) const BANDS: usize = 3;
/// Harmonics in a band: three bits.
pub(super) const CHOICES: usize = 8;
/// Symbols of a word that carry something.
pub(super) const SYMBOLS: usize = 4;
/// Symbols of a word with the one that announces it.
pub(super) const SLOTS: usize = SYMBOLS + 1;

const CHOICE_BITS: u32 = 3;
const NUMBER_BITS: u32 = 16;
const CHECK_BITS: u32 = 20;

/// The loud harmonic of each band, counted from the band's lowest.
pub(super) type Symbol = [usize; BANDS];

/// How slowly a word is spoken. Part of the checksum, so that a word which is read at the wrong pace is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    Quick,
    Even,
    Slow,
}

impl Pace {
    pub(super) const ALL: [Self; 3] = [Self::Quick, Self::Even, Self::Slow];

    /// The length of a symbol.
    pub(super) fn symbol_ms(self) -> u64 {
        match self {
            Self::Quick => 50,
            Self::Even => 70,
            Self::Slow => 90,
        }
    }

    /// The length of a word.
    pub(super) fn word_ms(self) -> u64 {
        self.symbol_ms() * SLOTS as u64
    }
}

pub(super) fn encode(number: u16, pace: Pace) -> [Symbol; SYMBOLS] {
    let mut bits = u64::from(number) | u64::from(check(number, pace)) << NUMBER_BITS;
    let mut symbols = [[0; BANDS]; SYMBOLS];
    for choice in symbols.iter_mut().flatten() {
        *choice = (bits % CHOICES as u64) as usize;
        bits >>= CHOICE_BITS;
    }
    symbols
}

/// The number, if the checksum is right.
pub(super) fn decode(symbols: &[Symbol; SYMBOLS], pace: Pace) -> Option<u16> {
    let number = symbols
        .iter()
        .flatten()
        .rev()
        .fold(0, |bits: u64, choice| bits << CHOICE_BITS | *choice as u64);
    let number = u16::try_from(number & u64::from(u16::MAX)).ok()?;
    (encode(number, pace) == *symbols).then_some(number)
}

/// The lower bits of the usual CRC-32 of number and pace.
fn check(number: u16, pace: Pace) -> u32 {
    let [low, high] = number.to_le_bytes();
    let crc = [low, high, pace as u8].into_iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    });
    crc & ((1 << CHECK_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_survives_and_no_symbol_may_change() {
        for number in (0..=u16::MAX).step_by(7) {
            for pace in Pace::ALL {
                let symbols = encode(number, pace);
                assert_eq!(decode(&symbols, pace), Some(number));
                for at in 0..SYMBOLS {
                    for band in 0..BANDS {
                        let mut wrong = symbols;
                        wrong[at][band] = (wrong[at][band] + 1) % CHOICES;
                        assert_eq!(decode(&wrong, pace), None, "{number}");
                    }
                }
            }
        }
    }

    /// What is glued from two words next to each other is not a third one.
    #[test]
    fn glued_words_are_none() {
        for number in 0..16_384 {
            let (first, second) = (encode(number, Pace::Even), encode(number + 1, Pace::Even));
            for at in 1..SYMBOLS {
                let mut glued = second;
                glued[..at].copy_from_slice(&first[..at]);
                let heard = decode(&glued, Pace::Even);
                assert!(heard.is_none() || glued == first || glued == second, "{number} {heard:?}");
            }
        }
    }
}
