/** How the program says that it is. Nothing of what was said is in it. */

export type Topic =
  | "version"
  | "webview"
  | "system"
  | "desktop"
  | "portal"
  | "recogniser"
  | "engine"
  | "microphones"
  | "keyring"
  | "hosts"
  | "data"
  | "log";

/** What is measured of sound and text, in the order of the way; `ipc/timing.rs` says what each is, and in which unit. */
export type Measure =
  | "ringDepth"
  | "spool"
  | "feedDepth"
  | "window"
  | "socket"
  | "held"
  | "buffered"
  | "painted"
  | "finalPainted";

export interface Measured {
  what: Measure;
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** The figures of one recording. */
export interface Timing {
  measures: Measured[];
  droppedFrames: number;
  /** How far the page's clock may be off, in microseconds; null where it told nothing. */
  clockError: number | null;
}

/** What the page measured since its last report: microseconds, but for `buffered`, which are bytes. */
export interface TimingReport {
  window: number[];
  socket: number[];
  held: number[];
  buffered: number[];
  painted: number[];
  finalPainted: number[];
  droppedFrames: number;
  clockError: number | null;
}

export interface Diagnostics {
  /** Names, versions and paths: they need no translation. */
  facts: { topic: Topic; value: string }[];
  /** Of the running recording and the one before, the newest first. */
  timing: Timing[];
  /** Never anything that was said. */
  log: string;
}
