/** A recording while it is made: its microphone, what is missing, and where a session takes it up. */
import type { CommandError } from "./result";
import type { RecordingId, Sample, UnixMs } from "./units";

export interface Device {
  id: string;
  name: string;
  isDefault: boolean;
  /** True for the sound that the system plays, offered as a source. */
  isMonitor: boolean;
}

/** A microphone that is listened to for its level alone. */
export type Metered =
  /** `isMuted`: it delivers no sound at all. */
  | { kind: "level"; dbfs: number; isSpeech: boolean; isMuted: boolean }
  /** Open, and nothing comes. */
  | { kind: "dead" }
  | { kind: "lost"; error: CommandError }
  /** It was open for long enough. */
  | { kind: "ended" };

/** What the microphone is doing. One recording at a time; earlier ones may still be finishing. */
export type LiveState =
  | { kind: "idle" }
  | { kind: "arming"; recordingId: RecordingId; startedAt: UnixMs }
  /** `isMuted`: the device delivers no sound at all; a silent room is never so silent. */
  | { kind: "recording"; recordingId: RecordingId; startedAt: UnixMs; deviceName: string; isMuted: boolean }
  /** The microphone is off because the user paused it; the axis stands. */
  | { kind: "paused"; recordingId: RecordingId; startedAt: UnixMs; at: Sample; since: UnixMs }
  | { kind: "micLost"; recordingId: RecordingId; startedAt: UnixMs; deviceName: string; error: CommandError };

export interface RecordingState {
  live: LiveState;
  /** What is live, or was last, is in memory alone: nothing of it is written. */
  isPrivate: boolean;
  /** Stopped (or found without an end at start), and still being transcribed from the spool. */
  finishing: RecordingId[];
  /** Why the last attempt to start did not work; cleared by the next start. */
  failure: CommandError | null;
}

export interface Gap {
  recordingId: RecordingId;
  from: Sample;
  to: Sample;
  cause: "micLost" | "xrun" | "notTranscribed" | "recogniserRefused";
}

/** The microphone was off for a while because the user wanted it so: between two samples, for it takes no place on the axis. */
export interface Pause {
  recordingId: RecordingId;
  /** The sample before which it lies. */
  at: Sample;
  since: UnixMs;
  /** null while it lasts. */
  until: UnixMs | null;
}

/** What the trusted side knows of a recording that a session must take up. */
export interface ResumePoint {
  recordingId: RecordingId;
  /** Nothing after this sample is covered. */
  from: Sample;
  /** Legs from this number on are free. */
  nextLeg: number;
  /** Says that this session may store; the next resume makes it worthless. */
  claim: number;
  /** How far capture is. */
  captured: Sample;
  /** What is not covered before `from`, in order. */
  holes: { from: Sample; to: Sample }[];
  /** Turns that the fallback wrote and nobody edited, in order. */
  fallback: { from: Sample; to: Sample }[];
}

export interface Imported {
  recordingId: RecordingId;
  /** Only its beginning could be read. */
  isDamaged: boolean;
}
