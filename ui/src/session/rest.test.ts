/** No socket while there is nothing to hear: in a pause, and in long silence. */
import { describe, expect, it } from "vitest";
import { of, Script, T0, turn } from "../../tests/script";
import { FRAME } from "./io";
import { Quiet } from "./quiet";
import { PLAIN } from "./recognition";

const SECOND = 20;
const IDLE = { fallbackAfter: null, isRedone: false, idleAfter: 60_000, recognition: PLAIN };
const LONG = { expiresAt: T0 + 100_000_000 } as const;

/** A minute and more without a voice, after one word in the first second; its leg is through. */
function asleep(): Script {
  const script = new Script(IDLE).begin().connect(0, LONG);
  script.frames(0, SECOND, (n) => n < 10);
  script.hear(0, turn(0, [["hello", 0, 400]], "formatted"));
  for (let n = SECOND; n < 61 * SECOND; n += 5 * SECOND) {
    script.frames(n, 5 * SECOND);
    script.hear(0, { kind: "heartbeat", receivedMs: n * 50 });
  }
  script.hear(0, { kind: "termination" });
  return script;
}

describe("long silence", () => {
  it("ends the leg, and raises no other", () => {
    const script = asleep();
    expect([script.all("finish").length, script.all("mint").length]).toEqual([1, 1]);
    expect(script.phase.kind).toBe("resting");
    script.frames(61 * SECOND, 600 * SECOND);
    expect(script.all("mint")).toHaveLength(1);
  });

  it("is over with the first voice, which is heard from two seconds before it", () => {
    const script = asleep();
    const first = 61 * SECOND;
    script.frames(first, 30 * SECOND);
    script.frames(first + 30 * SECOND, 1, () => true);
    script.connect(1, LONG);
    const [replay] = script.all("replay").slice(-1);
    expect(replay?.from).toBe((first + 30 * SECOND - 40) * FRAME);
  });

  it("is stored as silence, so that a reload does not hear it all", () => {
    const script = asleep();
    for (let i = 0; i < 3; i += 1) script.stored();
    script.frames(61 * SECOND, 100 * SECOND);
    for (let i = 0; i < 5; i += 1) script.stored();
    const last = script.turns.at(-1);
    expect(last?.text).toBe("");
    expect(last?.to).toBeGreaterThan(120 * SECOND * FRAME);
  });

  it("at the end of a recording costs no other leg", () => {
    const script = asleep();
    script.frames(61 * SECOND, 30 * SECOND);
    script.give({ kind: "stopped", to: 91 * SECOND * FRAME });
    for (let i = 0; i < 5; i += 1) script.stored();
    expect(script.all("mint")).toHaveLength(1);
    expect(script.turns.at(-1)?.to).toBe(91 * SECOND * FRAME);
    expect(script.all("conclude")).toHaveLength(1);
  });

  it("does not hold where frames were not seen", () => {
    const script = asleep();
    script.frames(61 * SECOND, 10 * SECOND);
    script.frame(80 * SECOND);
    expect(script.all("mint")).toHaveLength(2);
  });
});

describe("a pause", () => {
  it("ends the leg after three seconds, and what follows is heard by another", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 2 * SECOND, () => true);
    script.give({ kind: "paused", at: 2 * SECOND * FRAME });
    expect(script.pass(2_900)).toEqual([]);
    expect(of(script.pass(200), "finish")).toHaveLength(1);
    script.hear(0, turn(0, [["hello", 0, 1900]], "formatted"));
    script.hear(0, { kind: "termination" });
    script.pass(3_600_000);
    expect([script.phase.kind, script.all("mint").length]).toEqual(["resting", 1]);
    script.give({ kind: "paused", at: null });
    expect(script.all("mint")).toHaveLength(2);
  });

  it("does not end a leg that still lacks what was captured while the feed was lost", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 2 * SECOND, () => true);
    script.give({ kind: "feedClosed", error: null });
    script.give({ kind: "paused", at: 3 * SECOND * FRAME });
    script.pass(5_000);
    expect(script.all("finish")).toEqual([]);
    script.give({ kind: "feedOpened" });
    expect(script.all("replay").at(-1)).toEqual({
      kind: "replay",
      from: 2 * SECOND * FRAME,
      until: 3 * SECOND * FRAME,
    });
    script.frames(2 * SECOND, SECOND, () => true);
    expect(script.all("finish")).toHaveLength(1);
  });

  it("that is short is not noticed", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 2 * SECOND);
    script.give({ kind: "paused", at: 2 * SECOND * FRAME });
    script.pass(2_000);
    script.give({ kind: "paused", at: null });
    script.frames(2 * SECOND, 2 * SECOND);
    expect([script.all("finish").length, script.all("mint").length]).toEqual([0, 1]);
  });
});

describe("quiet", () => {
  const frame = (n: number, dbfs: number, isSpeech = false, isGap = false) => ({
    from: n * FRAME,
    dbfs,
    isSpeech,
    isGap,
  });

  it("is broken by what lasts and stands out from the room, though no detector calls it speech", () => {
    const quiet = new Quiet();
    for (let n = 0; n < 20; n += 1) quiet.put(frame(n, -60));
    for (let n = 20; n < 22; n += 1) quiet.put(frame(n, -40));
    expect(quiet.since).toBe(0);
    quiet.put(frame(22, -40));
    expect(quiet.since).toBe(23 * FRAME);
  });

  it("is not broken by the silence of a device that is away, nor by its return", () => {
    const quiet = new Quiet();
    for (let n = 0; n < 10; n += 1) quiet.put(frame(n, -60));
    for (let n = 10; n < 20; n += 1) quiet.put(frame(n, Number.NEGATIVE_INFINITY, false, true));
    for (let n = 20; n < 30; n += 1) quiet.put(frame(n, -60));
    expect(quiet.since).toBe(0);
  });
});
