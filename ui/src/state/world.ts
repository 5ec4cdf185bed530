/** What the controllers need of the world; tests bring their own. */
import type { Host, UnixMs } from "../host/host";
import type { OpenedSession, SessionOptions } from "../session/driver";

export interface World {
  host: Host;
  openSession: (options: SessionOptions) => OpenedSession;
  /** Runs the work with the next paint; at once where nothing is painted, as in a hidden window. */
  paint: (work: () => void) => void;
  now: () => UnixMs;
  /** Runs the work later; the answer calls it off. Only for what may be late: a hidden window throttles it. */
  later: (ms: number, work: () => void) => () => void;
}
