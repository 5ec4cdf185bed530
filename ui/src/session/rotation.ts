/**
 * When a leg must make room for the next, and where the axis is cut. Pure.
 *
 * The cut is always at the sample that was sent last, at the moment of deciding: the old leg never hears what the new
 * one hears, so exactness does not hang on word times. To look back for a quieter frame would have both hear the
 * stretch in between.
 */

import type { Ms } from "./io";
import type { Leg } from "./leg";
import type { Levels } from "./levels";

const LONGEST_MARGIN: Ms = 60_000;
const SHORTEST_MARGIN: Ms = 6_000;
/** Frames without speech that make a pause: 200 ms. */
const PAUSE_FRAMES = 4;
/** Louder than this share of the last two seconds is no place to cut. */
const QUIET_SHARE = 0.8;

export interface RotationWindow {
  opensAt: Ms;
  closesAt: Ms;
  lastAt: Ms;
}

/** A leg that is to be left for another reason than its end: so long a pause is looked for before any frame will do. */
const LEAVE_WITHIN: Ms = 8_000;

/**
 * The next leg is opened at `opensAt`. From `closesAt` on any frame without speech will do. At `lastAt` the old leg is
 * given up, and the new one hears again what no final covers: slower, but a cut inside a word would lose it to both.
 */
export function rotationWindow(leg: Pick<Leg, "beganAt" | "endsAt" | "leavesAt">): RotationWindow | null {
  const end = endWindow(leg);
  if (leg.leavesAt === null || leg.leavesAt >= (end?.opensAt ?? Infinity)) return end;
  return { opensAt: leg.leavesAt, closesAt: leg.leavesAt + LEAVE_WITHIN, lastAt: end?.lastAt ?? Infinity };
}

function endWindow(leg: Pick<Leg, "beganAt" | "endsAt">): RotationWindow | null {
  if (leg.endsAt === null) return null;
  const life = Math.max(0, leg.endsAt - leg.beganAt);
  const margin = Math.min(LONGEST_MARGIN, Math.max(SHORTEST_MARGIN, life * 0.3), life * 0.8);
  return {
    opensAt: leg.endsAt - margin,
    closesAt: leg.endsAt - margin * 0.3,
    lastAt: leg.endsAt - Math.min(2000, margin * 0.1),
  };
}

/** Is this the place? Asked after each frame; the longer it waits, the less it wants, but never the inside of a word. */
export function isCut(leg: Leg, levels: Levels, window: RotationWindow, now: Ms): boolean {
  const urgency = (now - window.opensAt) / (window.closesAt - window.opensAt);
  const isPause = levels.isQuietBefore(leg.sent, PAUSE_FRAMES);
  if (isPause && !leg.hearing.isOpen) return true;
  if (urgency > 0.5 && isPause) return true;
  if (urgency <= 0.75 || !levels.isQuietBefore(leg.sent, 1)) return false;
  return urgency >= 1 || levels.quietness(leg.sent) >= QUIET_SHARE;
}

/** The earliest end that is believed. A session lives at least 60 s, so a clock that says less is wrong, not the session. */
export function sessionEnd(tokenEndsAt: Ms, beginExpiresAt: Ms | null, now: Ms): Ms {
  const PLAUSIBLE: Ms = 20_000;
  return beginExpiresAt === null || beginExpiresAt - now < PLAUSIBLE
    ? tokenEndsAt
    : Math.min(tokenEndsAt, beginExpiresAt);
}
