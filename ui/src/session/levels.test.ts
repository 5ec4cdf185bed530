import { describe, expect, it } from "vitest";
import { FRAME } from "./io";
import { Levels } from "./levels";

/** Frames from 0 on, by their loudness; above -40 dBFS is speech. */
function levels(dbfs: readonly number[]): Levels {
  const all = new Levels();
  dbfs.forEach((level, i) => {
    all.put(i * FRAME, level, level > -40);
  });
  return all;
}

const [W, Q] = [-20, -60];
const times = (count: number, level: number): number[] => Array(count).fill(level);

describe("the boundary between two turns", () => {
  const boundary = (dbfs: number[], endFrame: number, atLeast = FRAME) =>
    levels(dbfs).pauseAfter(endFrame * FRAME, atLeast, dbfs.length * FRAME) / FRAME;

  it("lies in the pause, not in the tail of the word nor in the next word", () => {
    expect(boundary([Q, W, W, W, W, Q, Q, Q, W, W, W, Q, Q], 3)).toBe(6);
  });

  it("is the first pause after the word, even when a later one is quieter", () => {
    expect(boundary([Q, W, W, W, -58, Q, -58, W, W, -99, -99, -99], 4)).toBe(5);
  });

  it("is the quietest frame near the word's end where there is no pause", () => {
    expect(boundary([W, W, W, W, W, -22, W, W, W, W, W, W, W, W, W, W], 5)).toBe(5);
  });

  it("never goes behind what is covered already, nor beyond what was sent", () => {
    expect(boundary([W, Q, Q, Q, Q, Q], 1, 3 * FRAME)).toBeGreaterThanOrEqual(3);
    expect(boundary([W, W, W], 40)).toBe(3);
  });

  it("copes with digital silence", () => {
    const quiet = Number.NEGATIVE_INFINITY;
    expect(boundary([W, W, quiet, quiet, quiet, quiet], 2)).toBe(3);
  });

  it("is where the floor itself is: a hum is no word next to a muted stretch", () => {
    const [hum, muted] = [-52, -100];
    expect(boundary([...times(10, muted), ...times(4, W), hum, hum, hum, ...times(4, W)], 14)).toBe(15);
  });

  it("waits for a tail that sounds on for a third of a second, and not for the words of another", () => {
    expect(boundary([...times(10, Q), ...times(10, W), ...times(6, Q)], 15)).toBeGreaterThanOrEqual(20);
    // Six frames of sound: a word of its own; so the least loud frame around the end itself.
    expect(boundary([...times(10, Q), ...times(4, W), -24, ...times(9, W), ...times(6, Q)], 14)).toBe(14);
  });

  it("lies in the middle of even quiet, as far from both words as can be", () => {
    expect(boundary([Q, Q, Q, W, W, ...times(5, Q), W, W], 5)).toBe(7);
    expect(boundary([Q, Q, Q, W, W, ...times(4, Q), W, W], 5)).toBe(6);
  });

  it("does not look further into a long pause than half a second or so", () => {
    expect(boundary([...times(5, W), ...times(12, Q), -80, -80], 5)).toBeLessThan(17);
    expect(boundary([...times(5, W), ...times(11, Q), -80, -80], 5)).toBe(16);
  });

  it("tells words from quiet by the room: in a loud one a dip is a pause, and a tail is none", () => {
    const [hum, tail, dip] = [-40, -30, -35];
    const words = [...times(10, hum), ...times(10, W)];
    expect(boundary([...words, ...times(4, tail), ...times(4, hum), ...times(4, W)], 20)).toBe(25);
    expect(boundary([...words, dip, dip, W, ...times(4, hum)], 20)).toBe(20);
  });

  it("takes six frames of sound for the tail of the word, and seven for another word", () => {
    const words = [...times(10, Q), ...times(10, W)];
    expect(boundary([...words, ...times(6, W), ...times(6, Q)], 20)).toBeGreaterThanOrEqual(26);
    expect(boundary([...words, ...times(7, W), ...times(6, Q)], 20)).toBe(20);
  });

  it("does not depend on what comes behind its limit", () => {
    const all = levels([...times(10, Q), ...times(10, W), -30, -30, -30, Q, Q, Q, ...times(10, 0)]);
    expect(all.pauseAfter(20 * FRAME, FRAME, 26 * FRAME) / FRAME).toBe(24);
    expect(levels([...times(5, Q), ...times(20, W)]).pauseAfter(13 * FRAME, FRAME, 15 * FRAME) / FRAME).toBe(15);
  });

  it("lies before what was sent last, whatever follows", () => {
    const all = levels([...times(5, W), Q, -61, ...times(6, -90)]);
    expect(all.pauseAfter(5 * FRAME, FRAME, 7 * FRAME) / FRAME).toBe(6);
    expect(all.pauseAfter(20 * FRAME, FRAME, 7 * FRAME) / FRAME).toBe(7);
  });
});

describe("frames of speech and of none", () => {
  it("are known by any sample in them", () => {
    const all = levels([Q, W, Q]);
    expect([FRAME - 1, FRAME, 2 * FRAME - 1, 2 * FRAME].map((at) => all.isSpeech(at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(all.isSpeech(99 * FRAME)).toBe(false);
  });

  it("make a pause only where all were heard and none was speech", () => {
    const all = levels([...times(5, Q), W, ...times(4, Q)]);
    expect([5, 6, 9, 10, 11].map((end) => all.isQuietBefore(end * FRAME, 4))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(all.isQuietBefore(10 * FRAME, 5)).toBe(false);
  });

  it("may be cut in the latest pause that is long enough, a quiet frame before its end", () => {
    const all = levels([...times(8, Q), ...times(8, W), Q, Q]);
    expect(all.cutBefore(18 * FRAME, 0, 1)).toBe(17 * FRAME);
    expect(all.cutBefore(18 * FRAME, 0, 2)).toBe(7 * FRAME);
    expect(all.cutBefore(18 * FRAME, 0, 4)).toBe(7 * FRAME);
    expect(all.cutBefore(18 * FRAME, 3 * FRAME, 4)).toBe(7 * FRAME);
    expect(all.cutBefore(18 * FRAME, 4 * FRAME, 4)).toBeNull();
  });

  it("are quiet by what the two seconds before were like", () => {
    const before = [...times(10, Q), ...times(30, W)];
    expect(levels([...before, -50]).quietness(41 * FRAME)).toBe(0.75);
    expect(levels([...before, W]).quietness(41 * FRAME)).toBe(0);
    expect(levels([...before, -90]).quietness(41 * FRAME)).toBe(1);
    expect(levels([...times(5, W), ...before, -50]).quietness(46 * FRAME)).toBe(0.75);
    expect(levels([-50]).quietness(FRAME)).toBe(0);
  });

  it("are no louder than the loudest silence that is told apart", () => {
    expect(levels([Number.NEGATIVE_INFINITY]).dbfs(0)).toBe(-100);
    expect(levels([-30]).dbfs(0)).toBe(-30);
    expect(levels([]).dbfs(7)).toBe(-100);
  });

  it("are forgotten when they lie behind, but for the two seconds by which speech is judged", () => {
    const all = levels(times(500, Q));
    all.prune(400 * FRAME);
    expect(all.size).toBe(140);
    all.prune(0);
    expect(all.size).toBe(140);
    all.prune(401 * FRAME - 1);
    expect(all.size).toBe(140);
  });

  it("are forgotten in whatever order they came", () => {
    const all = new Levels();
    for (const n of [100, 90, 95]) all.put(n * FRAME, Q, false);
    all.prune(131 * FRAME);
    expect([all.size, all.dbfs(95)]).toEqual([2, Q]);
    all.prune(1000 * FRAME);
    expect(all.size).toBe(0);
    all.put(2000 * FRAME, Q, false);
    all.put(1990 * FRAME, Q, false);
    all.prune(3000 * FRAME);
    expect(all.size).toBe(0);
  });
});
