import { describe, expect, it } from "vitest";
import { blocks, plainText } from "../../src/transcript/paragraphs";
import { explain, faults } from "./promise";
import { CALM } from "./weather";
import { World } from "./world";

describe("every spoken word exactly once", () => {
  /** Worlds that were bad once. */
  it.each([
    [165533637, "a rotation that could only cut inside a word"],
    [2108770800, "a token that expired while the system slept"],
    [553645598, "a window that died between resuming and storing"],
    [738788934, "a flood of frames after a sleep, taken for silence that nobody answered"],
    [171043832, "a redone stretch whose end nobody noticed"],
    [1059561923, "a padded word that was taken for one beyond what the user had edited"],
    [23, "a turn that a dead window stored after the new one had read the history"],
  ])("in world %i: %s", (seed) => {
    const world = new World(seed).run();
    expect(faults(world), explain(world, seed)).toEqual([]);
  });

  it("in a calm world without a single reconnect, and at rest soon after the last word", () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const world = new World(seed, CALM).run();
      expect(faults(world), explain(world, seed)).toEqual([]);
      expect(world.cloud.legsOpened, explain(world, seed)).toBe(1);
    }
  });

  it("through rotations that nobody notices: no phase but streaming in between", () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const world = new World(seed, { ...CALM, seconds: 60, tokenSeconds: 30, paceLimit: 2 }).run();
      expect(faults(world), explain(world, seed)).toEqual([]);
      expect(world.cloud.legsOpened).toBeGreaterThan(2);
      expect(
        world.trace.filter((line) => line.includes("reconnecting")),
        explain(world, seed),
      ).toEqual([]);
    }
  });

  it("reads as paragraphs that hold each word", () => {
    const world = new World(3, { ...CALM, seconds: 60 }).run();
    expect(plainText(world.transcript).split(/\s+/)).toEqual(world.spoken);
    expect(blocks(world.transcript.segments).length).toBeGreaterThan(0);
  });
});
