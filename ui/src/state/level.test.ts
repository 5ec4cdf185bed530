import { beforeEach, describe, expect, it } from "vitest";
import { Level, SILENT } from "./level.svelte";

const FRAME = 800;

let isHidden: boolean;
let level: Level;
/** What the page had, each time that it changed. */
let shown: number[];
/** The next frame. */
let hearing: number;

beforeEach(() => {
  isHidden = false;
  level = new Level(() => isHidden);
  [shown, hearing] = [[], 0];
});

function hear(frames: number, dbfs = -20, isSpeech = true) {
  const first = hearing;
  for (; hearing < first + frames; hearing += 1) {
    const before = level.heard;
    level.hear(dbfs, isSpeech, hearing * FRAME);
    if (level.heard !== before) shown.push(level.heard);
  }
}

describe("the level", () => {
  it("changes the page four times a second", () => {
    hear(40);
    expect(shown).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((quarter) => quarter * 4_000));
  });

  it("keeps a bar for every tenth of a second, however seldom they are shown", () => {
    hear(2, -12);
    hear(2, -58, false);
    hear(6, -35, false);
    expect(level.bars.slice(-5).map(({ height }) => Math.round(10 * height))).toEqual([10, 0, 5, 5, 5]);
    expect(level.bars.slice(-5).map((bar) => bar.isSpeech)).toEqual([true, false, false, false, false]);
  });

  it("draws nothing in a hidden window, but knows who speaks, and is whole again when it is shown", () => {
    isHidden = true;
    hear(20);
    expect([level.heard, level.bars, level.isSpeech]).toEqual([0, SILENT, true]);
    isHidden = false;
    hear(5);
    expect(level.heard).toBe(25 * FRAME);
    expect(level.bars.slice(-10).every((bar) => bar.isSpeech)).toBe(true);
  });

  it("is silent at once when the microphone is off, in a hidden window too", () => {
    hear(20);
    isHidden = true;
    level.hush();
    expect([level.bars, level.isSpeech]).toEqual([SILENT, false]);
  });

  it("starts anew where the axis does", () => {
    hear(20);
    level.hear(-20, true, 0);
    expect(level.heard).toBe(FRAME);
  });
});
