/** Placeholder of the real driver: the signatures hold. */
import type { Host, RecordingId, Sample } from "../host/host";
import type { SessionEvent } from "./events";

export interface OpenedSession {
  /** The user asks again, for example after a new key. */
  retry(): void;
  /** The window lets go; the recording goes on and may be opened again. */
  close(): void;
}

export interface SessionOptions {
  host: Host;
  recordingId: RecordingId;
  receive: (event: SessionEvent) => void;
  onLevel: (dbfs: number, isSpeech: boolean, sample: Sample) => void;
  tokenSeconds?: number;
  sessionSeconds?: number;
}

/** Calls `recordingResume`, `feedOpen`, `tokenMint`, `turnCommit` and at last `recordingFinish` by itself. */
export function openSession(_options: SessionOptions): OpenedSession {
  throw new Error("not yet");
}
