/** When a session must be woken next. Nothing is decided here: a deadline that came early finds nothing due. */
import type { Sample } from "../host/host";
import type { Axis } from "./axis";
import type { Ms } from "./io";
import type { Raising } from "./raising";
import { type RotationWindow, rotationWindow } from "./rotation";

/** When the live leg must make room; null if none is live or its end is its own. */
export function liveWindow(axis: Axis): RotationWindow | null {
  const { live } = axis;
  return live === null || live.to !== null ? null : rotationWindow(live);
}

/** `captured`: what the feed could replay; null while it is away. */
export function deadlines(
  axis: Axis,
  raising: Raising,
  isNeeded: boolean,
  captured: Sample | null,
  patience: number,
  now: Ms,
): (Ms | null)[] {
  const window = liveWindow(axis);
  const times = [raising.expiresAt];
  if (raising.leg === null && !raising.isHalted && axis.sockets <= 1) {
    if (isNeeded) times.push(raising.retryAt);
    else if (window !== null) times.push(Math.max(window.opensAt, raising.retryAt));
  }
  if (raising.leg?.phase.kind === "ready" && window !== null) times.push(window.lastAt);
  for (const leg of axis.legs) {
    times.push(leg.hearing.settlesAt, leg.silentAt(patience));
    if (captured !== null) times.push(leg.asksAt(captured, now));
  }
  return times;
}

export function earliest(times: readonly (Ms | null)[]): Ms | null {
  const due = times.filter((at) => at !== null);
  return due.length === 0 ? null : Math.min(...due);
}
