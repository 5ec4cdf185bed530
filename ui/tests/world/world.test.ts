import { describe, expect, it } from "vitest";
import { blocks, plainText } from "../../src/transcript/paragraphs";
import { explain, faults } from "./promise";
import { CALM, RESTLESS } from "./weather";
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
    [1108353047, "a word that nobody took for speech, sent into a dead socket and believed to be silence"],
    [291975109, "the same of the engine inside the program, which is believed only while it gives signs of life"],
    [251935161, "a sleep and a reload, after which the live leg kept the levels of what it had left to another"],
    [955855998, "a pause while the feed was lost, so that nobody knew up to where there was something to hear"],
    [23, "a turn that a dead window stored after the new one had read the history"],
  ])("in world %i: %s", (seed) => {
    const world = new World(seed, RESTLESS).run();
    expect(faults(world), explain(world, seed)).toEqual([]);
  });

  it.each([
    [950, "a healing leg that gave way to itself when it took the last socket, twenty times a second"],
    [185365021, "speech just before a sleep, which the engine that slept as well had no time to answer"],
    [
      218891126,
      "an engine with more time to finish than a sleep is told by, which was taken to have slept again and again",
    ],
    [343, "a rotation that was due, had no room and no pause, and was looked at a thousand times a second"],
  ])("in world %i of the usual weather: %s", (seed) => {
    const world = new World(seed).run();
    expect(faults(world), explain(world, seed)).toEqual([]);
  });

  it("through pauses, in which no socket stays open", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const pauses = [{ at: 8_000, length: 60_000 }];
      const world = new World(seed, { ...CALM, seconds: 25, paceLimit: 2, pauses }).run();
      expect(faults(world), explain(world, seed)).toEqual([]);
      expect(world.cloud.legsOpened, explain(world, seed)).toBe(2);
      expect(world.cloud.openMs, explain(world, seed)).toBeLessThan(55_000);
    }
  });

  it("where nobody speaks for long, with the socket closed until somebody does", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const world = new World(seed, { ...CALM, seconds: 120, paceLimit: 2, idleAfter: 2_000 });
      world.silence(20_000, 80_000);
      world.run();
      expect(faults(world), explain(world, seed)).toEqual([]);
      expect(world.cloud.openMs, explain(world, seed)).toBeLessThan(80_000);
    }
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

  it("and a rotation holds no word up: each is shown about as soon as without any", () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const slowest = [60, 600].map((tokenSeconds) => {
        const world = new World(seed, { ...CALM, seconds: 600, tokenSeconds, paceLimit: 2 }).run();
        // What is said before the first socket is open waits for it.
        const later = world.speech.words.filter((word) => word.to > 10_000 * 16);
        return Math.max(...later.map((word) => (world.shownAt.get(word.text) ?? Infinity) - word.to / 16));
      });
      const [rotating = Infinity, steady = 0] = slowest;
      expect(rotating - steady, `seed ${seed}: ${slowest}`).toBeLessThan(250);
    }
  });

  it("where the stand-in hears nothing, as soon as the chosen recogniser is back and redoes it", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const outages = [{ from: 10_000, to: 30_000 }];
      const away = {
        ...CALM,
        seconds: 60,
        paceLimit: 2,
        fallbackAfter: 3_000,
        isRedone: true,
        isFallbackDeaf: true,
        outages,
      };
      const world = new World(seed, away).run();
      expect(faults(world), explain(world, seed)).toEqual([]);
      expect(world.history.turns.filter((turn) => turn.isFallback)).toEqual([]);
    }
  });

  it("and everybody is told apart on their leg, also who said so little that it is known only at its end", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const calm = { ...CALM, seconds: 90, tokenSeconds: 30, paceLimit: 2, tellsSpeakers: true };
      const world = new World(seed, { ...calm, reconfiguredAt: 20_000 }).run();
      expect(faults(world), explain(world, seed)).toEqual([]);
      const words = world.history.turns.flatMap((turn) => turn.words);
      expect(words.filter((word) => word.speaker === undefined)).toEqual([]);
    }
  });

  it("and what is kept does not grow with the recording: an hour, with an outage in every ten minutes", () => {
    for (const paceLimit of [null, 1, 2]) {
      const outages = [1, 2, 3, 4, 5].map((n) => ({ from: n * 600_000, to: n * 600_000 + 20_000 }));
      const hour = { ...CALM, seconds: 3600, paceLimit, fallbackAfter: null, outages };
      const world = new World(9, hour).run(4000);
      expect(faults(world), explain(world, 9)).toEqual([]);
      expect(world.mostKept).toBeLessThan(20 * 60 * 3);
    }
  });

  it("reads as paragraphs that hold each word", () => {
    const world = new World(3, { ...CALM, seconds: 60 }).run();
    expect(plainText(world.transcript).split(/\s+/)).toEqual(world.spoken);
    expect(blocks(world.transcript.segments).length).toBeGreaterThan(0);
  });
});
