import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Range, Storable } from "./io";
import { Regroup } from "./regroup";

/** `hearts`: where its words surely sound. */
function redone(from: number, to: number, ...hearts: number[]): Storable {
  const words = hearts.map((at) => ({ text: `w${at}`, from: at - 1, to: at + 1, confidence: 1 }));
  const text = words.map((word) => word.text).join(" ");
  return { leg: 1, turnOrder: from, from, to, text, words, source: "assemblyai", isFallback: false };
}

function regrouped(from: number, boundaries: number[], turns: Storable[]) {
  const out: { range: Range; turns: readonly Storable[] }[] = [];
  const regroup = new Regroup(from, boundaries, {
    push: (commit) => commit.kind === "replacement" && out.push({ range: commit.range, turns: commit.turns }),
  });
  for (const turn of turns) regroup.push(turn);
  return out.map(({ range, turns: with_ }) => ({ range, turns: with_.map(({ from, to, text }) => [from, to, text]) }));
}

describe("turns that redo a stretch", () => {
  it("replace what stands there turn by turn where both cut alike", () => {
    expect(regrouped(0, [100, 200], [redone(0, 100, 50), redone(100, 200, 150)])).toEqual([
      { range: { from: 0, to: 100 }, turns: [[0, 100, "w50"]] },
      { range: { from: 100, to: 200 }, turns: [[100, 200, "w150"]] },
    ]);
  });

  it("are cut where the old turns were, if that cuts no word: the next one begins there", () => {
    expect(regrouped(0, [100, 200], [redone(0, 110, 50), redone(110, 200, 150)])).toEqual([
      { range: { from: 0, to: 100 }, turns: [[0, 100, "w50"]] },
      { range: { from: 100, to: 200 }, turns: [[100, 200, "w150"]] },
    ]);
  });

  it("wait while a word of theirs lies beyond a boundary that it would be cut from", () => {
    expect(regrouped(0, [100, 200], [redone(0, 150, 50, 120), redone(150, 200, 180)])).toEqual([
      {
        range: { from: 0, to: 200 },
        turns: [
          [0, 150, "w50 w120"],
          [150, 200, "w180"],
        ],
      },
    ]);
  });

  it("replace several old turns at once where one covers them all", () => {
    expect(regrouped(0, [50, 100, 200], [redone(0, 100, 40, 60), redone(100, 200, 150)])).toEqual([
      { range: { from: 0, to: 100 }, turns: [[0, 100, "w40 w60"]] },
      { range: { from: 100, to: 200 }, turns: [[100, 200, "w150"]] },
    ]);
  });

  it("replace one old turn by several, which keep their own boundaries inside", () => {
    const turns = [redone(0, 70, 50), redone(70, 140, 90), redone(140, 200, 160)];
    expect(regrouped(0, [200], turns)).toEqual([
      {
        range: { from: 0, to: 200 },
        turns: [
          [0, 70, "w50"],
          [70, 140, "w90"],
          [140, 200, "w160"],
        ],
      },
    ]);
  });

  it("are not handed on while an old turn's end lies beyond what was heard", () => {
    expect(regrouped(0, [100, 200], [redone(0, 90, 50)])).toEqual([]);
  });

  it("begin at a boundary that lies just before their word", () => {
    const turns = [redone(0, 95, 50), redone(95, 200, 100), redone(200, 300, 250)];
    expect(regrouped(0, [100, 300], turns)).toEqual([
      { range: { from: 0, to: 100 }, turns: [[0, 100, "w50"]] },
      {
        range: { from: 100, to: 300 },
        turns: [
          [100, 200, "w100"],
          [200, 300, "w250"],
        ],
      },
    ]);
  });

  it("that are silent lie where they begin", () => {
    expect(regrouped(0, [100, 200], [redone(0, 100), redone(100, 200)])).toEqual([
      { range: { from: 0, to: 100 }, turns: [[0, 100, ""]] },
      { range: { from: 100, to: 200 }, turns: [[100, 200, ""]] },
    ]);
  });

  it("leave nothing in a range of the old turns that only silence stood in, but go on behind it", () => {
    // All that was heard lies beyond the first boundary: nothing may be replaced by nothing yet.
    expect(regrouped(0, [100, 200], [redone(0, 200, 150)])).toEqual([
      { range: { from: 0, to: 200 }, turns: [[0, 200, "w150"]] },
    ]);
  });

  it("take a word at the very boundary for one that lies beyond", () => {
    expect(regrouped(0, [100, 200], [redone(0, 150, 50), redone(150, 200, 100)])[0]).toEqual({
      range: { from: 0, to: 100 },
      turns: [[0, 100, "w50"]],
    });
  });

  it("that are silent and begin beyond a boundary wait for the next one", () => {
    expect(regrouped(0, [100, 200], [redone(0, 120, 50), redone(120, 200)])).toEqual([
      { range: { from: 0, to: 100 }, turns: [[0, 100, "w50"]] },
      { range: { from: 100, to: 200 }, turns: [[100, 200, ""]] },
    ]);
  });

  it("leave the one that is beyond a boundary to begin there, when both came before it was a common one", () => {
    expect(regrouped(0, [100, 200], [redone(0, 90, 50), redone(90, 160, 130), redone(160, 200, 180)])).toEqual([
      { range: { from: 0, to: 100 }, turns: [[0, 100, "w50"]] },
      {
        range: { from: 100, to: 200 },
        turns: [
          [100, 160, "w130"],
          [160, 200, "w180"],
        ],
      },
    ]);
  });

  it("wait while a later one of them has words on both sides of a boundary", () => {
    const turns = [redone(0, 60, 50), redone(60, 150, 80, 120), redone(150, 200, 180)];
    expect(regrouped(0, [100, 200], turns).map((one) => one.range)).toEqual([{ from: 0, to: 200 }]);
  });

  it("are said anew by whom, each by its own number", () => {
    const out: (string | undefined)[] = [];
    const regroup = new Regroup(0, [200], {
      push: (commit) => commit.kind === "replacement" && out.push(...commit.turns.map((one) => one.speaker)),
    });
    regroup.push(redone(0, 70, 50));
    regroup.push(redone(70, 140, 90));
    expect(regroup.relabel({ leg: 1, turnOrder: 70, speaker: "B", words: ["B"] })).toBe(true);
    expect(regroup.relabel({ leg: 1, turnOrder: 140, speaker: "C", words: ["C"] })).toBe(false);
    regroup.push(redone(140, 200, 160));
    expect(out).toEqual([undefined, "B", undefined]);
  });

  it("tile the whole stretch, hold each word once and inside its range, wherever either recogniser cuts", () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 49 }), { maxLength: 8 });
    fc.assert(
      fc.property(cuts, cuts, fc.uniqueArray(fc.nat(49), { maxLength: 30 }), (old, fresh, spoken) => {
        const ends = (at: number[]) => [...at.sort((a, b) => a - b), 50].map((one) => one * 100);
        const hearts = spoken.sort((a, b) => a - b).map((at) => at * 100 + 50);
        const turns = ends(fresh).map((to, i, all) => {
          const from = all[i - 1] ?? 0;
          return redone(from, to, ...hearts.filter((at) => at >= from && at < to));
        });
        const groups = regrouped(0, ends(old), turns);
        const flat = groups.flatMap((group) => group.turns);
        expect(flat.flatMap(([, , text]) => (text === "" ? [] : String(text).split(" ")))).toEqual(
          hearts.map((at) => `w${at}`),
        );
        expect(groups.map((group) => group.range.from)).toEqual([0, ...groups.slice(0, -1).map((one) => one.range.to)]);
        expect(groups.at(-1)?.range.to).toBe(5000);
        for (const { range, turns: inside } of groups) {
          expect(ends(old)).toContain(range.to);
          expect(inside[0]?.[0]).toBe(range.from);
          expect(inside.at(-1)?.[1]).toBe(range.to);
          for (const [, , text] of inside)
            for (const at of String(text)
              .split(" ")
              .filter(Boolean)
              .map((one) => Number(one.slice(1))))
              expect(at >= range.from && at < range.to).toBe(true);
        }
      }),
    );
  });
});
