//! The closed sets of names in query parameters: models, encodings, modes.

use std::{fmt, str::FromStr};

/// A name that is not in its set. An unknown *value* of a known parameter ends a session with 3006 before `Begin`
/// (wire), unlike an unknown parameter, which is ignored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not one of {}", .allowed.join(", "))]
pub struct UnknownName {
    /// Every name that would have been accepted.
    pub allowed: &'static [&'static str],
}

macro_rules! names {
    ($(#[$meta:meta])* $type:ident { $($(#[$variant_meta:meta])* $variant:ident = $name:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$variant_meta])* $variant),+ }

        impl $type {
            /// Every value, in the order of the service's own list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The names of `ALL`.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The name on the wire.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;
            fn from_str(name: &str) -> Result<Self, UnknownName> {
                match name {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(UnknownName { allowed: Self::NAMES }),
                }
            }
        }
    };
}

names! {
    /// `speech_model`. The list is the server's own, verbatim from a rejection with 3006 (wire, 2026-09-24). The SDKs
    /// still name `u3-pro`, which the server no longer has. Sources disagree on the default when it is absent
    /// (`universal-streaming-english` on one day, `universal-3-5-pro` on another; docs: required), so a client always
    /// sends it and a server accepts its absence.
    SpeechModel {
        /// Word-by-word partials that never change once final; unformatted unless `format_turns` (docs).
        UniversalStreamingEnglish = "universal-streaming-english",
        /// The same for English, Spanish, French, German, Italian and Portuguese (docs).
        UniversalStreamingMultilingual = "universal-streaming-multilingual",
        /// More than 99 languages, slow first result of about 3 s (docs).
        WhisperRt = "whisper-rt",
        /// Re-transcribed segments, always formatted (docs).
        U3RtPro = "u3-rt-pro",
        /// A beta of the above (wire).
        U3RtProBeta1 = "u3-rt-pro-beta-1",
        /// Accepted with `Begin`, then died with 3005 (wire).
        U3RtAgent = "u3-rt-agent",
        /// The default of one capture (wire).
        Universal35Pro = "universal-3-5-pro",
        /// The default of LiveKit's and Pipecat's plugins.
        Universal36Pro = "universal-3-6-pro",
        /// (wire)
        Universal36 = "universal-3-6",
        /// Accepted with `Begin`, then died with 3005 (wire).
        Universal37Preview = "universal-3-7-preview",
        /// Internal by its name (wire).
        Universal35Notetaker = "_universal-3-5-notetaker",
    }
}

names! {
    /// `encoding`; `pcm_s16le` when absent (SDK). `flac` and others are refused with 3006 (wire).
    Encoding {
        /// Signed 16-bit little-endian samples, mono.
        PcmS16le = "pcm_s16le",
        /// One byte a sample, G.711 mu-law, mono.
        PcmMulaw = "pcm_mulaw",
        /// One raw Opus packet a message.
        Opus = "opus",
        /// A byte stream of Ogg Opus.
        OggOpus = "ogg_opus",
        /// A byte stream of AAC in ADTS.
        Aac = "aac",
    }
}

impl Encoding {
    /// Bytes a sample, or `None` where the encoding is compressed.
    pub fn bytes_per_sample(self) -> Option<usize> {
        match self {
            Self::PcmS16le => Some(2),
            Self::PcmMulaw => Some(1),
            Self::Opus | Self::OggOpus | Self::Aac => None,
        }
    }
}

names! {
    /// `mode` of the universal-3 family; `balanced` when absent (SDK). Echoed in `Begin.configuration.mode` (wire).
    Mode {
        /// Ends turns early.
        MinLatency = "min_latency",
        /// The default.
        Balanced = "balanced",
        /// Waits longest.
        MaxAccuracy = "max_accuracy",
    }
}

names! {
    /// `voice_focus` of the universal-3 family (SDK).
    VoiceFocus {
        /// A headset or handset.
        NearField = "near-field",
        /// A room.
        FarField = "far-field",
    }
}

impl SpeechModel {
    /// True for the universal-3 family: it always formats, re-transcribes partials and sends `SpeechStarted` (docs).
    pub fn is_universal_3(self) -> bool {
        !matches!(
            self,
            Self::UniversalStreamingEnglish
                | Self::UniversalStreamingMultilingual
                | Self::WhisperRt
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for model in SpeechModel::ALL {
            assert_eq!(model.name().parse(), Ok(*model));
        }
        assert_eq!("flac".parse::<Encoding>(), Err(UnknownName { allowed: Encoding::NAMES }));
    }

    #[test]
    fn families_are_told_apart() {
        assert!(SpeechModel::Universal36Pro.is_universal_3());
        assert!(!SpeechModel::WhisperRt.is_universal_3());
    }
}
