/** The one light that says what is going on. Honest: red is never here, for the record button alone says "recording". */
import type { LiveState, RecogniserStatus } from "../host/host";
import type { SessionPhase } from "../session/events";

/** idle: grey. busy: grey, moving. flow: green-blue. care: amber. */
export type Tone = "idle" | "busy" | "flow" | "care";

export type Light =
  | "ready"
  | "arming"
  | "connecting"
  | "listening"
  | "hearing"
  | "transcribing"
  | "catchingUp"
  | "standingIn"
  | "reconnecting"
  | "offline"
  | "micLost"
  | "muted"
  | "paused"
  | "resting"
  | "finishing"
  | "stopped";

export interface Seen {
  live: LiveState;
  isFinishing: boolean;
  phase: SessionPhase | null;
  isSpeech: boolean;
  /** Words that are not final yet are on the screen. */
  isWriting: boolean;
}

/** From here on "reconnecting" would be a euphemism. */
const HOPEFUL_ATTEMPTS = 3;
/** A recogniser is always a little behind; two seconds a reader does not call late. */
const LATE_SAMPLES = 2 * 16_000;

const TONES: Record<Light, Tone> = {
  ready: "idle",
  arming: "busy",
  connecting: "busy",
  listening: "flow",
  hearing: "flow",
  transcribing: "flow",
  catchingUp: "care",
  standingIn: "care",
  reconnecting: "care",
  offline: "care",
  micLost: "care",
  muted: "care",
  paused: "idle",
  resting: "idle",
  finishing: "busy",
  stopped: "care",
};

export function lamp(seen: Seen): { light: Light; tone: Tone } {
  const light = lightOf(seen);
  return { light, tone: TONES[light] };
}

function lightOf({ live, isFinishing, phase, isSpeech, isWriting }: Seen): Light {
  if (live.kind === "idle") return isFinishing ? finishing(phase) : "ready";
  if (live.kind === "arming") return "arming";
  if (live.kind === "paused") return "paused";
  if (live.kind === "micLost") return "micLost";
  if (live.isMuted) return "muted";
  switch (phase?.kind) {
    case "reconnecting":
      return phase.attempt > HOPEFUL_ATTEMPTS && phase.reason.kind === "network" ? "offline" : "reconnecting";
    case "ended":
      return "stopped";
    case "resting":
      return "resting";
    case "streaming":
      if (phase.behind > LATE_SAMPLES) return "catchingUp";
      if (phase.standsInFor !== null) return "standingIn";
      if (isWriting) return "transcribing";
      return isSpeech ? "hearing" : "listening";
    default:
      return isSpeech ? "hearing" : "connecting";
  }
}

function finishing(phase: SessionPhase | null): Light {
  if (phase?.kind === "reconnecting") return phase.attempt > HOPEFUL_ATTEMPTS ? "offline" : "reconnecting";
  return phase?.kind === "ended" && phase.reason !== null ? "stopped" : "finishing";
}

/** What the recogniser chip says beside its label. */
export function isDegraded(recogniser: RecogniserStatus): boolean {
  return !recogniser.isReady || recogniser.problem !== null;
}
