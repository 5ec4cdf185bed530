import { describe, expect, it } from "vitest";
import { Backlog } from "./backlog";

const hole = (from: number, to: number) => ({ from, to, tile: from });

describe("the past that is still to be heard", () => {
  it("is taken hole by hole, in the order in which they were left", () => {
    const backlog = new Backlog();
    expect([backlog.isEmpty, backlog.take(true)]).toEqual([true, null]);
    backlog.addHole(hole(800, 1600));
    backlog.addHole(hole(3200, 4000));
    expect(backlog.isEmpty).toBe(false);
    expect(backlog.take(false)).toEqual({ kind: "hole", hole: hole(800, 1600) });
    expect(backlog.holes).toEqual([hole(3200, 4000)]);
    expect(backlog.take(true)).toEqual({ kind: "hole", hole: hole(3200, 4000) });
    expect(backlog.take(true)).toBeNull();
  });

  it("holds no hole and no stopgap of no length", () => {
    const backlog = new Backlog();
    backlog.addHole(hole(800, 800));
    backlog.addStopgap({ from: 800, to: 800 });
    expect(backlog.isEmpty).toBe(true);
    expect(backlog.hasStopgaps).toBe(false);
  });

  it("gives holes before stopgaps: what nobody heard before what somebody did", () => {
    const backlog = new Backlog();
    backlog.addStopgap({ from: 0, to: 800 });
    expect([backlog.hasStopgaps, backlog.isEmpty]).toEqual([true, false]);
    backlog.addHole(hole(800, 1600));
    expect(backlog.take(true)?.kind).toBe("hole");
    expect(backlog.take(true)?.kind).toBe("redo");
    expect(backlog.isEmpty).toBe(true);
  });

  it("redoes stopgaps that follow on each other in one stretch, whatever the order in which they came", () => {
    const backlog = new Backlog();
    for (const [from, to] of [
      [4000, 4800],
      [800, 1600],
      [0, 800],
      [1600, 2400],
    ] as const)
      backlog.addStopgap({ from, to });
    expect(backlog.take(true)).toEqual({
      kind: "redo",
      range: { from: 0, to: 2400 },
      boundaries: [800, 1600, 2400],
    });
    expect(backlog.take(true)).toEqual({ kind: "redo", range: { from: 4000, to: 4800 }, boundaries: [4800] });
    expect(backlog.take(true)).toBeNull();
  });

  it("keeps stopgaps that are not to be redone, until they are forgotten", () => {
    const backlog = new Backlog();
    backlog.addStopgap({ from: 0, to: 800 });
    expect(backlog.take(false)).toBeNull();
    expect(backlog.hasStopgaps).toBe(true);
    backlog.forgetStopgaps();
    expect([backlog.hasStopgaps, backlog.take(true)]).toEqual([false, null]);
  });
});
