/** What the controllers need of the world; tests bring their own. */
import type { Host, RecordingId, Sample, UnixMs } from "../host/host";
import type { SessionEvent } from "../session/events";

export interface Session {
  retry(): void;
  close(): void;
}

export interface SessionWish {
  host: Host;
  recordingId: RecordingId;
  receive: (event: SessionEvent) => void;
  onLevel: (dbfs: number, isSpeech: boolean, sample: Sample) => void;
  tokenSeconds?: number;
  sessionSeconds?: number;
}

export interface World {
  host: Host;
  openSession: (wish: SessionWish) => Session;
  /** Runs the work with the next paint; at once where nothing is painted, as in a hidden window. */
  paint: (work: () => void) => void;
  now: () => UnixMs;
  /** Runs the work later; the answer calls it off. Only for what may be late: a hidden window throttles it. */
  later: (ms: number, work: () => void) => () => void;
}
