/** Legs for tests that need no session around them. */
import type { Token } from "../src/host/host";
import type { FrameHead } from "../src/session/feed";
import { FRAME, type LegId } from "../src/session/io";
import { Leg, type ReadyLeg } from "../src/session/leg";

export function readyLeg(id: LegId = 0, changes: Partial<Token> = {}): ReadyLeg {
  const token: Token = {
    token: `t${id}`,
    expiresAt: 600_000,
    socketUrl: "wss://x/v3/ws",
    recogniser: "assemblyai",
    paceLimit: 2,
    ...changes,
  };
  return { id, phase: { kind: "ready" }, token, endsAt: null, beganAt: 0 };
}

/** Begins at frame `from`, at time 0. */
export function leg(from = 0, limit: number | null = 2): Leg {
  return new Leg(readyLeg(), false, from * FRAME, from * FRAME, limit, 0);
}

export function head(n: number, isSpeech = false): FrameHead {
  return { from: n * FRAME, dbfs: isSpeech ? -20 : -60, isSpeech, isGap: false };
}

/** As many frames as go, from the next one on; how many that were. */
export function fill(to: Leg, captured: number, now: number, isSpeech = false): number {
  for (let taken = 0; taken < 20_000; taken += 1) {
    if (!to.take(head(to.sent / FRAME, isSpeech), captured * FRAME, now)) return taken;
  }
  throw new Error("a leg without end");
}
