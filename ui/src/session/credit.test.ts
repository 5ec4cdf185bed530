import { describe, expect, it } from "vitest";
import type { WireTurn } from "./codec";
import { Credit } from "./credit";

const SECOND = 16_000;

function turn(words: number, isEnd: boolean, text = ""): WireTurn {
  const word = { text: "w", startMs: 0, endMs: 1, confidence: 1 };
  return { kind: "turn", turnOrder: 0, isEnd, isFormatted: true, text, words: Array<typeof word>(words).fill(word) };
}

/** How often `one` is allowed in a row. */
function times(one: WireTurn, sent: number, passed: number): number {
  const credit = new Credit();
  let allowed = 0;
  while (allowed < 100_000 && credit.allows(one, sent, passed)) allowed += 1;
  return allowed;
}

describe("how much a leg may say", () => {
  it("is an hour of a fast talker, heard at twenty times the speed, with room to spare", () => {
    const credit = new Credit();
    for (let heard = 0; heard < 3_600; heard += 10) {
      const passed = (heard / 20) * 1_000;
      // Ten seconds: a partial every tenth of a second with all seventy words of the turn, and its two finals.
      for (let at = 0; at < 100; at += 1) expect(credit.allows(turn(70, false), heard * SECOND, passed)).toBe(true);
      expect(credit.allows(turn(70, true), heard * SECOND, passed)).toBe(true);
      expect(credit.allows(turn(70, true), heard * SECOND, passed)).toBe(true);
    }
  });

  it("is a thousand words at once and twenty more a second of audio, however long that took", () => {
    expect(times(turn(99, true), 0, 0)).toBe(10);
    expect(times(turn(99, true), 10 * SECOND, 0)).toBe(12);
    expect(times(turn(99, true), 10 * SECOND, 3_600_000)).toBe(12);
  });

  it("counts a turn without words by its text, and an empty one as one word", () => {
    expect(times(turn(0, true, "x".repeat(495)), 0, 0)).toBe(10);
    expect(times(turn(0, true), 0, 0)).toBe(1_000);
    expect(times(turn(0, false, "x".repeat(495)), 0, 0)).toBe(2_000);
  });

  it("is two thousand messages at once and fifty more a second of audio and of waiting, fewer where they are long", () => {
    expect(times(turn(0, false), 0, 0)).toBe(2_000);
    expect(times(turn(0, false), 2 * SECOND, 1_000)).toBe(2_150);
    expect(times(turn(9_000, false), 0, 0)).toBe(200);
  });
});
