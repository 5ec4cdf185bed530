import { describe, expect, it } from "vitest";
import { ClockRelation } from "./clock";

describe("the relation of the clocks", () => {
  it("is unknown until a question was answered", () => {
    const clock = new ClockRelation();
    expect([clock.toPage(1), clock.error]).toEqual([null, null]);
  });

  it("takes an answer for the middle of its way, and half of the way for the error", () => {
    const clock = new ClockRelation();
    clock.heard(100, 7_000_000, 104);
    expect(clock.toPage(7_000_000)).toBeCloseTo(102);
    expect(clock.toPage(7_010_000)).toBeCloseTo(112);
    expect(clock.error).toBeCloseTo(3);
  });

  it("believes the fastest answer", () => {
    const clock = new ClockRelation();
    clock.heard(100, 50_000, 140);
    clock.heard(200, 120_500, 201);
    clock.heard(300, 250_000, 330);
    expect(clock.toPage(120_500)).toBeCloseTo(200.5);
    expect(clock.error).toBeCloseTo(1.5);
  });

  it("is never further off than it says, whatever the way there and the way back take", () => {
    const [offset, clock] = [1234.5, new ClockRelation()];
    for (const [there, back] of [
      [3, 0.2],
      [0.1, 9],
      [2, 2],
    ] as const) {
      clock.heard(1000, (1000 + there + offset) * 1000, 1000 + there + back);
      const off = Math.abs((clock.toPage((2000 + offset) * 1000) ?? 0) - 2000);
      expect(off).toBeLessThanOrEqual(clock.error ?? 0);
    }
  });

  it("forgets what one of the clocks did before the system slept", () => {
    const clock = new ClockRelation();
    clock.heard(0, 0, 0);
    for (let n = 0; n < 8; n += 1) clock.heard(1000, 61_000_000, 1002);
    expect(clock.toPage(61_000_000)).toBeCloseTo(1001);
  });
});
