/** What the controllers need of the world; tests bring their own. */
import type { Host, RecordingId, UnixMs } from "../host/host";
import type { OpenedSession, SessionOptions } from "../session/driver";
import type { PathTiming } from "../timing/path";

/** Where sound is played. */
export interface Speaker {
  /** Seconds, on its own clock. */
  readonly now: number;
  /** Plays samples of 16 kHz, from -1 to 1, from this time of its clock on. */
  play(samples: Float32Array<ArrayBuffer>, at: number): void;
  /** Falls silent, and lets go of the device. */
  close(): void;
}

export interface World {
  host: Host;
  openSession: (options: SessionOptions) => OpenedSession;
  /** Runs what changes the page, a few times a frame; see `painting.ts`. */
  paint: (work: () => void) => void;
  /** Runs the work when what is on the page now is on the screen; at once where nothing is painted, as in a hidden window. */
  afterPaint: (work: () => void) => void;
  /** Whether nobody sees the page. */
  isHidden: () => boolean;
  /** Measures how long sound and text take; where there is none, nobody does. */
  timing?: (recordingId: RecordingId) => PathTiming;
  now: () => UnixMs;
  openSpeaker: () => Speaker;
  /** Runs the work later; the answer calls it off. Only for what may be late: a hidden window throttles it. */
  later: (ms: number, work: () => void) => () => void;
}
