/** Recordings that were made. */
import type { Gap, Pause } from "./recording";
import type { RecogniserKind } from "./settings";
import type { Speakers, Voice } from "./turns";
import type { RecordingId, Sample, UnixMs } from "./units";

export interface RecordingSummary {
  recordingId: RecordingId;
  title: string;
  startedAt: UnixMs;
  samples: Sample;
  words: number;
  source: RecogniserKind | "mixed" | null;
  state: "recording" | "finishing" | "finished";
  gaps: number;
  /** How many moments the user marked. */
  bookmarks: number;
  /** It was made of a file. */
  isImported: boolean;
  /** For a search: the surroundings of the first hit, with hits between U+E000 and U+E001. */
  snippet: string | null;
  /** It is in memory alone, and gone when the program ends. */
  isPrivate: boolean;
}

/** What the library is to list; all that is said has to be so. */
export interface LibraryFilter {
  /** At least in part by a recogniser of that kind, or out of a file. */
  by: "cloud" | "offline" | "file" | null;
  hasAudio: boolean;
  hasBookmarks: boolean;
  /** Begun then or later. */
  since: UnixMs | null;
  /** Begun before. */
  until: UnixMs | null;
}

/** A moment that the user marked. */
export interface Bookmark {
  at: Sample;
  /** May be empty. */
  note: string;
}

/** A few turns that are asked for together. */
export interface Passage {
  /** The turns that begin from here on, up to the next passage, are its own. */
  from: Sample;
  /** How many of them have words. */
  turns: number;
}

/** How often something that was looked for is said in a turn. */
export interface TurnHits {
  /** Where the turn begins. */
  from: Sample;
  count: number;
}

/** A recording without its turns, which are asked for passage by passage: it may be of any length. */
export interface OpenedRecording {
  summary: RecordingSummary;
  /** From sample 0 on; none where nothing is said. */
  passages: Passage[];
  gaps: Gap[];
  pauses: Pause[];
  speakers: Speakers;
  /** Those of all its turns, each once, in the order in which they are first heard. */
  voices: Voice[];
  bookmarks: Bookmark[];
  /** Its sound is still there. */
  hasSound: boolean;
}

export type ExportFormat = "txt" | "md" | "docx" | "pdf" | "srt" | "vtt" | "json";
