import { describe, expect, it } from "vitest";
import { fill, leg } from "../../tests/legs";
import { turn } from "../../tests/script";
import type { WireTurn } from "./codec";
import { FRAME } from "./io";
import { Levels } from "./levels";
import { isCut, rotationWindow, sessionEnd } from "./rotation";

describe("the window of a rotation", () => {
  const ends = (endsAt: number | null, beganAt = 0) => rotationWindow({ beganAt, endsAt, leavesAt: null });

  it("leaves room before the end, and closes before it", () => {
    expect(ends(300_000)).toEqual({ opensAt: 240_000, closesAt: 282_000, lastAt: 298_000 });
    expect(ends(60_000)).toEqual({ opensAt: 42_000, closesAt: 54_600, lastAt: 58_200 });
    expect(ends(1_060_000, 1_000_000)?.opensAt).toBe(1_042_000);
    expect(ends(15_000)?.opensAt).toBe(9000);
    expect(ends(5000)?.opensAt).toBe(1000);
    expect(ends(null)).toBeNull();
  });

  it("is at the end of a leg that began after it, as clocks will have it", () => {
    expect(ends(5000, 9000)).toEqual({ opensAt: 5000, closesAt: 5000, lastAt: 5000 });
  });

  it("opens at once where a leg is to be left, and is never later than that of its end", () => {
    const one = { beganAt: 0, endsAt: 300_000, leavesAt: 100_000 };
    expect(rotationWindow(one)).toEqual({ opensAt: 100_000, closesAt: 108_000, lastAt: 298_000 });
    expect(rotationWindow({ ...one, endsAt: null })).toEqual({
      opensAt: 100_000,
      closesAt: 108_000,
      lastAt: Infinity,
    });
    expect(rotationWindow({ ...one, leavesAt: 250_000 })?.opensAt).toBe(240_000);
    expect(rotationWindow({ ...one, leavesAt: 240_000 })?.closesAt).toBe(282_000);
  });
});

describe("the place of a cut", () => {
  const [W, Q] = [-20, -60];
  const window = { opensAt: 1000, closesAt: 2000, lastAt: 3000 };
  /** A leg that was sent frames of these levels. */
  const cuts = (dbfs: number[], isOpen = false) => {
    const [one, levels] = [leg(0, null), new Levels()];
    one.to = dbfs.length * FRAME;
    fill(one, dbfs.length, 0);
    dbfs.forEach((level, i) => {
      levels.put(i * FRAME, level, level > -40);
    });
    if (isOpen) one.hearing.receive(turn(0, [["on", 0, 100]], "partial") as WireTurn, null, 0);
    return [1000, 1500, 1501, 1750, 1751, 1999, 2000].filter((now) => isCut(one, levels, window, now));
  };
  const times = (count: number, level: number): number[] => Array(count).fill(level);

  it("is any pause between turns, from the first moment on", () => {
    expect(cuts([...times(10, W), ...times(4, Q)])[0]).toBe(1000);
    expect(cuts([...times(10, W), ...times(3, Q)])).not.toContain(1000);
  });

  it("is a pause inside a turn in the second half", () => {
    expect(cuts([...times(40, W), ...times(4, Q)], true)[0]).toBe(1501);
  });

  it("is a frame without speech that is quieter than most in the last quarter", () => {
    expect(cuts([...times(32, W), ...times(8, Q), -50], true)[0]).toBe(1501);
    expect(cuts([...times(8, Q), ...times(32, W), -50], true)[0]).toBe(1751);
    expect(cuts([...times(9, Q), ...times(31, W), -50], true)).toEqual([2000]);
  });

  it("is any frame without speech at the end of the window, and none with speech ever", () => {
    expect(cuts([...times(40, W), Q, W], true)).toEqual([]);
    expect(cuts([...times(40, Q), W], false)).toEqual([]);
  });
});

describe("the end of a session", () => {
  it("is the earlier of token and session, but a clock that is wrong is not believed", () => {
    const now = 1_000_000;
    expect(sessionEnd(now + 300_000, now + 200_000, now)).toBe(now + 200_000);
    expect(sessionEnd(now + 300_000, now + 900_000, now)).toBe(now + 300_000);
    expect(sessionEnd(now + 300_000, null, now)).toBe(now + 300_000);
    expect(sessionEnd(now + 300_000, now - 5000, now)).toBe(now + 300_000);
    expect(sessionEnd(now + 300_000, now + 19_999, now)).toBe(now + 300_000);
    expect(sessionEnd(now + 300_000, now + 20_000, now)).toBe(now + 20_000);
  });
});
