//! What goes into the history and comes out of it. Sample indices count 16 kHz samples from the start of a recording.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A name that is none of those the history knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a name that the history knows")]
pub struct Unknown(pub String);

/// Gives an enum the names under which it is stored; the window uses the same ones.
macro_rules! stored_names {
    ($type:ty { $($variant:ident => $name:literal),+ $(,)? }) => {
        impl $type {
            /// The name under which it is stored.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl FromStr for $type {
            type Err = Unknown;

            fn from_str(name: &str) -> Result<Self, Unknown> {
                match name { $($name => Ok(Self::$variant),)+ _ => Err(Unknown(name.to_owned())) }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl rusqlite::types::FromSql for $type {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                value.as_str()?.parse().map_err(|error: Unknown| rusqlite::types::FromSqlError::Other(Box::new(error)))
            }
        }

        impl rusqlite::ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }
    };
}

/// Who recognised a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The engine inside the program.
    Offline,
    /// AssemblyAI, nearest edge.
    AssemblyAi,
    /// AssemblyAI, in the EU.
    AssemblyAiEu,
    /// A service at a base URL of the user's own.
    SelfHosted,
}

stored_names!(Source {
    Offline => "offline",
    AssemblyAi => "assemblyai",
    AssemblyAiEu => "assemblyaiEu",
    SelfHosted => "selfHosted",
});

/// Why a range has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapCause {
    /// The device delivered nothing.
    MicLost,
    /// The system dropped samples.
    Xrun,
    /// It was never recognised.
    NotTranscribed,
    /// The recogniser would not take it.
    RecogniserRefused,
}

stored_names!(GapCause {
    MicLost => "micLost",
    Xrun => "xrun",
    NotTranscribed => "notTranscribed",
    RecogniserRefused => "recogniserRefused",
});

/// How far a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingState {
    /// The microphone is on, or was when the program died.
    Recording,
    /// Its length is known; its transcript is not complete.
    Finishing,
    /// Every sample is covered by a turn or a gap.
    Finished,
}

stored_names!(RecordingState { Recording => "recording", Finishing => "finishing", Finished => "finished" });

/// Where the sound of a recording came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A microphone, or what the system plays.
    Microphone,
    /// A file that was imported.
    File,
}

stored_names!(Origin { Microphone => "microphone", File => "file" });

/// By whom, or from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// At least in part by a recogniser over the network.
    Cloud,
    /// At least in part by the engine inside the program.
    Offline,
    /// Made of a file, whoever recognised it.
    File,
}

stored_names!(By { Cloud => "cloud", Offline => "offline", File => "file" });

/// What the library is to list; all that is said has to be so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// `None`: whoever it was.
    pub by: Option<By>,
    /// Its sound is still there.
    pub has_audio: bool,
    /// Somebody marked a moment in it.
    pub has_bookmarks: bool,
    /// Begun at this time (Unix milliseconds) or later.
    pub since: Option<u64>,
    /// Begun before this time.
    pub until: Option<u64>,
}

/// A moment that the user marked. Its key is recording and sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookmark {
    /// Which recording.
    pub recording: Uuid,
    /// The sample.
    pub at: u64,
    /// May be empty.
    pub note: String,
}

/// Who recognised a whole recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// All of it.
    By(Source),
    /// More than one.
    Mixed,
}

impl Heard {
    /// The name of the source, or `mixed`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::By(source) => source.as_str(),
            Self::Mixed => "mixed",
        }
    }
}

/// A word on the recording's axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// As recognised.
    pub text: String,
    /// First sample.
    pub from: u64,
    /// One past the last sample.
    pub to: u64,
    /// 0 to 1.
    pub confidence: f64,
    /// The recogniser's label of who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
}

/// A final turn. Its key is recording, leg and turn order.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Which recording.
    pub recording: Uuid,
    /// The socket that it came over, numbered within the recording.
    pub leg: u32,
    /// Its number on that socket.
    pub turn_order: u32,
    /// First sample that it answers for.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// Its text; empty where a turn answers for silence.
    pub text: String,
    /// Its words.
    pub words: Vec<Word>,
    /// Who recognised it.
    pub source: Source,
    /// The offline engine stood in for the chosen recogniser; a better text may replace it.
    pub is_fallback: bool,
    /// The recogniser's label of who spoke. Labels begin anew with every leg.
    pub speaker: Option<String>,
}

/// Later insight of the recogniser into who spoke in a turn; text and times stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relabelling {
    /// See [`Turn::leg`].
    pub leg: u32,
    /// See [`Turn::turn_order`].
    pub turn_order: u32,
    /// Of the turn.
    pub speaker: Option<String>,
    /// Of each word; of no use where it does not have as many as the turn.
    pub words: Vec<Option<String>>,
}

/// What a speaker is to be called from now on; without a name, what the recogniser calls them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpeakerChange {
    /// Everything that a voice said on one leg.
    Voice {
        /// See [`Turn::leg`].
        leg: u32,
        /// See [`Turn::speaker`].
        label: String,
        /// The new name.
        name: Option<String>,
    },
    /// What was said in a stretch, whoever the recogniser took for it.
    Stretch {
        /// First sample.
        from: u64,
        /// One past the last.
        to: u64,
        /// The new name.
        name: Option<String>,
    },
}

/// Somebody whom a recogniser told apart in one of its sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// See [`Turn::leg`].
    pub leg: u32,
    /// See [`Turn::speaker`].
    pub label: String,
}

/// What the user calls a voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceName {
    /// See [`Turn::leg`].
    pub leg: u32,
    /// See [`Turn::speaker`].
    pub label: String,
    /// The name.
    pub name: String,
}

/// Whom the user heard in a stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StretchName {
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// The name.
    pub name: String,
}

/// The names of those who spoke, as the user gave them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speakers {
    /// In the order of legs and labels.
    pub voices: Vec<VoiceName>,
    /// In the order in which they were named: where two overlap, the later counts.
    pub stretches: Vec<StretchName>,
}

impl Speakers {
    /// The user's name for who spoke in a turn: of its stretch, else of its voice.
    #[must_use]
    pub fn name_of(&self, turn: &Turn) -> Option<&str> {
        let at = turn.words.first().map_or(turn.from, |word| word.from);
        let here = self.stretches.iter().rev().find(|one| (one.from..one.to).contains(&at));
        let voice = || {
            let label = turn.speaker.as_deref()?;
            self.voices.iter().find(|one| one.leg == turn.leg && one.label == label)
        };
        here.map(|one| one.name.as_str()).or_else(|| voice().map(|one| one.name.as_str()))
    }
}

/// A turn as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTurn {
    /// As the machine heard it.
    pub turn: Turn,
    /// What the user made of it.
    pub edited_text: Option<String>,
}

impl StoredTurn {
    /// The text to show: the user's, else the machine's.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.edited_text.as_deref().unwrap_or(&self.turn.text)
    }
}

/// A range that is known to have no text. Its key is recording, range and cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Which recording.
    pub recording: Uuid,
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// Why.
    pub cause: GapCause,
}

/// The microphone was off for a while because the user wanted it so. Its key is recording and beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Which recording.
    pub recording: Uuid,
    /// The sample before which it lies; it takes no place on the axis.
    pub at: u64,
    /// Wall time of its beginning, Unix milliseconds.
    pub since: u64,
    /// Of its end; `None` while it lasts.
    pub until: Option<u64>,
}

/// Says that a session may store turns of a recording. Whoever takes the recording up later makes it worthless, so that
/// what an earlier session still had on its way cannot be stored beside what the later one hears again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim(pub u32);

/// Where a session takes a recording up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumePoint {
    /// Lets the session store.
    pub claim: Claim,
    /// Nothing from this sample on is covered.
    pub from: u64,
    /// What is not covered before it, in order.
    pub holes: Vec<Range<u64>>,
    /// Turns that the fallback wrote and nobody edited, in order.
    pub fallback: Vec<Range<u64>>,
    /// The first leg number under which nothing was ever stored.
    pub next_leg: u32,
}

/// A recording as the library lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Which.
    pub recording: Uuid,
    /// The user's title, or the first words; empty while there are none.
    pub title: String,
    /// Wall time of sample 0, Unix milliseconds.
    pub started_at: u64,
    /// Length; of a recording that is not stopped, what is covered so far.
    pub samples: u64,
    /// How many words.
    pub words: u32,
    /// Who recognised it; `None` while nothing is.
    pub source: Option<Heard>,
    /// How far it is.
    pub state: RecordingState,
    /// How many gaps.
    pub gaps: u32,
    /// How many moments the user marked.
    pub bookmarks: u32,
    /// Where its sound came from.
    pub origin: Origin,
    /// Surroundings of a search's first hit, hits between U+E000 and U+E001.
    pub snippet: Option<String>,
    /// It is in memory alone, and gone when the program ends.
    pub is_private: bool,
}

/// A recording with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedRecording {
    /// Its row.
    pub summary: Summary,
    /// In the order of the axis.
    pub turns: Vec<StoredTurn>,
    /// In the order of the axis.
    pub gaps: Vec<Gap>,
    /// In the order of the axis.
    pub pauses: Vec<Pause>,
    /// The names of those who spoke.
    pub speakers: Speakers,
    /// In the order of the axis.
    pub bookmarks: Vec<Bookmark>,
}

/// For how long sessions were open, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenTime {
    /// AssemblyAI's, wherever.
    pub assembly_ai: u64,
    /// Those of a service of the user's own.
    pub self_hosted: u64,
}

/// For how long sessions were open, by the days and months of the clock on the wall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Since midnight.
    pub today: OpenTime,
    /// Since the first of the month.
    pub this_month: OpenTime,
    /// In the month before.
    pub last_month: OpenTime,
}

/// A stretch of a long transcript: a few turns that are shown, and asked for, together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// The turns that begin from here on, up to the next passage, are its own.
    pub from: u64,
    /// How many of them have words.
    pub turns: u32,
}

/// A recording without its turns: what is needed to lay its transcript out, however long it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Its row.
    pub summary: Summary,
    /// From sample 0 on, in the order of the axis; none where nothing is said.
    pub passages: Vec<Passage>,
    /// In the order of the axis.
    pub gaps: Vec<Gap>,
    /// In the order of the axis.
    pub pauses: Vec<Pause>,
    /// The names of those who spoke.
    pub speakers: Speakers,
    /// Everyone who was told apart, in the order in which they began to speak.
    pub voices: Vec<Voice>,
    /// In the order of the axis.
    pub bookmarks: Vec<Bookmark>,
}

/// How often something that was looked for is said in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnHits {
    /// Where the turn begins.
    pub from: u64,
    /// How often.
    pub count: u32,
}
