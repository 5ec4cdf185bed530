/**
 * What goes into the session machine and what it asks for. Inputs are past participles (the world reports), outputs
 * imperatives (the driver obeys). No audio is kept in the machine: a frame's bytes pass through in the same call.
 */
import type {
  CommandError,
  CommittedTurn,
  Recognition,
  Relabelling,
  Result,
  ResumePoint,
  Sample,
  Token,
} from "../host/host";
import type { WireMessage } from "./codec";
import type { SessionEvent } from "./events";
import type { FrameHead } from "./feed";

/** Session clock: Unix milliseconds, made by the driver so that they never run backwards. */
export type Ms = number;
/** One attempt at one socket, and at the same time its number in the recording. */
export type LegId = number;

/** The shortest piece of audio that a recogniser accepts, and the step of the axis: 50 ms. */
export const FRAME: Sample = 800;
export const SAMPLES_PER_MS = 16;

export interface Range {
  from: Sample;
  to: Sample;
}

/** The recogniser that the user chose, or the one inside the program that stands in for it. */
export type Wanted = "chosen" | "fallback";

/** What the user chose: what is asked of recognisers, and who stands in for whom. */
export interface Policy {
  /** So long without the chosen recogniser, and the offline engine goes on; null: it never does. */
  fallbackAfter: Ms | null;
  /** What it wrote is redone by the chosen recogniser when that is back. */
  isRedone: boolean;
  /** So long without a voice, and the chosen recogniser is let go until there is one; null: never. */
  idleAfter: Ms | null;
  recognition: Recognition;
}

export type Storable = Omit<CommittedTurn, "recordingId">;

/** One write to the history: a turn beside the others, turns in place of those in a range, or a label on one that is there. */
export type Commit =
  | { kind: "turn"; turn: Storable }
  | { kind: "replacement"; range: Range; turns: readonly Storable[] }
  | { kind: "label"; anew: Relabelling };

export type Input =
  | { kind: "started" }
  | { kind: "resumed"; answer: Result<ResumePoint> }
  | { kind: "feedOpened" }
  | { kind: "feedClosed"; error: CommandError | null }
  | { kind: "framed"; frame: FrameHead; pcm: Uint8Array<ArrayBuffer> }
  /** Capture ended there, and the spool is complete. */
  | { kind: "stopped"; to: Sample }
  /** The microphone is off for a while, and the axis stands there; null: it goes on. */
  | { kind: "paused"; at: Sample | null }
  | { kind: "minted"; leg: LegId; answer: Result<Token> }
  | { kind: "received"; leg: LegId; message: WireMessage }
  | { kind: "closed"; leg: LegId; code: number; reason: string }
  /** Bytes that the socket has not handed to the system yet. */
  | { kind: "buffered"; leg: LegId; bytes: number }
  /** False: the user had edited what would have been replaced, so it was not. */
  | { kind: "stored"; answer: Result<boolean> }
  | { kind: "concluded"; answer: Result<null> }
  /** The user asks again, or the system says that it is online. */
  | { kind: "retried" }
  /** Another recogniser, or another policy: the live leg makes room for one that knows. */
  | { kind: "reconfigured"; policy: Policy };

export type Effect =
  | { kind: "resume" }
  | { kind: "openFeed" }
  /** Live frames from the newest one on. */
  | { kind: "follow" }
  /** A bounded piece of the past, beside the live frames. */
  | { kind: "replay"; from: Sample; until: Sample }
  | { kind: "mint"; leg: LegId; recogniser: Wanted }
  | { kind: "open"; leg: LegId; token: Token; recognition: Recognition }
  | { kind: "send"; leg: LegId; pcm: Uint8Array<ArrayBuffer> }
  /** Ask for the last words: `Terminate`. */
  | { kind: "finish"; leg: LegId }
  | { kind: "close"; leg: LegId }
  /** `claim`: from the resume point; it says that this session, and no later one, may store. */
  | { kind: "store"; claim: number; commit: Commit }
  /** Every sample is covered and every turn stored. */
  | { kind: "conclude" }
  /** Nothing more will be asked for: let go of feed, timers and listeners. */
  | { kind: "rest" }
  | { kind: "event"; event: SessionEvent };

/** `timeout` is always last: the machine rests until then, or until the next input if `at` is null. */
export type Output = Effect | { kind: "timeout"; at: Ms | null };
