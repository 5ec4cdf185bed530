/** What was said, and by whom. */
import type { RecogniserKind } from "./settings";
import type { RecordingId, Sample } from "./units";

export interface Word {
  text: string;
  from: Sample;
  to: Sample;
  /** 0 to 1. */
  confidence: number;
  /** The recogniser's label of who said it; absent where it told nobody apart. */
  speaker?: string;
}

export interface CommittedTurn {
  recordingId: RecordingId;
  /** Numbered from 0 within a recording, over restarts of the window too. */
  leg: number;
  turnOrder: number;
  /** The range of samples that this turn answers for. */
  from: Sample;
  to: Sample;
  text: string;
  words: Word[];
  source: RecogniserKind;
  /** Written by the offline engine while the chosen recogniser was away; it may be redone. */
  isFallback: boolean;
  /** The recogniser's label of who spoke. Labels begin anew with every leg. */
  speaker?: string;
}

export interface StoredTurn extends CommittedTurn {
  /** What the user made of it; null when untouched. */
  editedText: string | null;
}

/** Later insight of the recogniser into who spoke in a turn; text and times stay. */
export interface Relabelling {
  leg: number;
  turnOrder: number;
  speaker: string | null;
  /** Of each word; of no use where the turn has another number of them. */
  words: (string | null)[];
}

/** What a speaker is called from now on; without a name, what the recogniser calls them. */
export type SpeakerChange =
  /** All that a voice said on one leg. */
  | { kind: "voice"; leg: number; label: string; name: string | null }
  /** What was said in a stretch, whoever the recogniser took for it. */
  | { kind: "stretch"; from: Sample; to: Sample; name: string | null };

/** Whom a recogniser tells apart: its labels begin anew with every leg. */
export interface Voice {
  leg: number;
  label: string;
}

/** The names that the user gave. */
export interface Speakers {
  voices: { leg: number; label: string; name: string }[];
  /** Where two overlap, the later counts. */
  stretches: { from: Sample; to: Sample; name: string }[];
}
