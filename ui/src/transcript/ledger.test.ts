import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Gap, StoredTurn } from "../host/host";
import { ledgerRanges } from "./ledger";

const turn = (from: number, to: number, changes: Partial<StoredTurn> = {}): StoredTurn => ({
  recordingId: "r",
  leg: 0,
  turnOrder: from,
  from,
  to,
  text: "a",
  words: [],
  source: "assemblyai",
  isFallback: false,
  editedText: null,
  ...changes,
});
const gap = (from: number, to: number, cause: Gap["cause"] = "micLost"): Gap => ({ recordingId: "r", from, to, cause });

describe("ledgerRanges", () => {
  it("joins the turns of one recogniser and says where another stood in", () => {
    const turns = [turn(0, 5), turn(5, 9), turn(9, 12, { source: "offline", isFallback: true }), turn(12, 20)];
    const told = ledgerRanges({ turns, gaps: [] }, 20).map(({ from, to, fate }) => [
      from,
      to,
      fate.kind === "heard" && fate.source,
    ]);
    expect(told).toEqual([
      [0, 9, "assemblyai"],
      [9, 12, "offline"],
      [12, 20, "assemblyai"],
    ]);
  });

  it("puts a gap before the text around it, and says what is still open", () => {
    const ranges = ledgerRanges({ turns: [turn(0, 10)], gaps: [gap(4, 6), gap(12, 13, "xrun")] }, 15);
    expect(ranges.map(({ from, to, fate }) => [from, to, fate.kind])).toEqual([
      [0, 4, "heard"],
      [4, 6, "gap"],
      [6, 10, "heard"],
      [10, 12, "open"],
      [12, 13, "gap"],
      [13, 15, "open"],
    ]);
  });

  it("joins what is alike in every respect, and nothing else", () => {
    const joined = (turns: StoredTurn[], gaps: Gap[], end: number) =>
      ledgerRanges({ turns, gaps }, end).map(({ from, to }) => [from, to]);
    expect(joined([turn(0, 5), turn(5, 9, { isFallback: true })], [], 9)).toEqual([
      [0, 5],
      [5, 9],
    ]);
    expect(joined([turn(0, 5, { source: "offline" }), turn(5, 9)], [], 9)).toEqual([
      [0, 5],
      [5, 9],
    ]);
    expect(joined([], [gap(0, 4), gap(4, 6)], 6)).toEqual([[0, 6]]);
    expect(joined([], [gap(0, 4), gap(4, 6, "xrun")], 6)).toEqual([
      [0, 4],
      [4, 6],
    ]);
    expect(joined([turn(0, 4)], [gap(4, 6)], 6)).toEqual([
      [0, 4],
      [4, 6],
    ]);
    expect(joined([turn(2, 4)], [gap(0, 2)], 4)).toEqual([
      [0, 2],
      [2, 4],
    ]);
  });

  it("goes by where things are, not by the order in which they are told", () => {
    const turns = [turn(9, 12), turn(0, 3), turn(3, 9)];
    expect(ledgerRanges({ turns, gaps: [] }, 12)).toHaveLength(1);
    const gaps = [gap(8, 9), gap(1, 2)];
    expect(ledgerRanges({ turns: [], gaps }, 10).map(({ from, fate }) => [from, fate.kind])).toEqual([
      [0, "open"],
      [1, "gap"],
      [2, "open"],
      [8, "gap"],
      [9, "open"],
    ]);
  });

  it("of nothing is nothing", () => {
    expect(ledgerRanges({ turns: [], gaps: [] }, 0)).toEqual([]);
  });

  it("tiles the recording, whatever was stored", () => {
    const range = fc.tuple(fc.nat(60), fc.nat(20));
    fc.assert(
      fc.property(fc.array(range), fc.array(range), fc.integer({ min: 1, max: 80 }), (turns, gaps, end) => {
        const stored = {
          turns: turns.map(([from, length]) => turn(from, from + length)),
          gaps: gaps.map(([from, length]) => gap(from, from + length)),
        };
        const ranges = ledgerRanges(stored, end);
        expect(ranges[0]?.from).toBe(0);
        expect(ranges.at(-1)?.to).toBe(end);
        ranges.forEach((one, i) => {
          expect(one.to).toBeGreaterThan(one.from);
          if (i > 0) expect(one.from).toBe(ranges[i - 1]?.to);
        });
      }),
    );
  });
});
