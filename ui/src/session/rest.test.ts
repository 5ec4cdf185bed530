/** No socket while there is nothing to hear: in a pause, and in long silence. */
import { describe, expect, it } from "vitest";
import { of, Script, T0, turn } from "../../tests/script";
import { FRAME } from "./io";
import { PLAIN } from "./recognition";

const SECOND = 20;
const IDLE = { fallbackAfter: null, isRedone: false, idleAfter: 60_000, recognition: PLAIN };
const LONG = { expiresAt: T0 + 100_000_000 } as const;

/** A minute and more without a voice, after one word in the first second; its leg is through, or says nothing more. */
function asleep(last: "termination" | null = "termination"): Script {
  const script = new Script(IDLE).begin().connect(0, LONG);
  script.frames(0, SECOND, (n) => n < 10);
  script.hear(0, turn(0, [["hello", 0, 400]], "formatted"));
  for (let n = SECOND; n < 61 * SECOND; n += 5 * SECOND) {
    script.frames(n, 5 * SECOND);
    script.hear(0, { kind: "heartbeat", receivedMs: n * 50 });
  }
  if (last !== null) script.hear(0, { kind: last });
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
    expect(script.phase.kind).toBe("finishing");
    for (let i = 0; i < 5; i += 1) script.stored();
    expect(script.all("mint")).toHaveLength(1);
    expect(script.turns.at(-1)?.to).toBe(91 * SECOND * FRAME);
    expect(script.all("conclude")).toHaveLength(1);
  });

  it("is stored in pieces of half a minute, and no sooner", () => {
    const script = asleep();
    const told = () => {
      for (let i = 0; i < 5; i += 1) script.stored();
      return script.turns.length;
    };
    const before = told();
    script.frames(61 * SECOND, 25 * SECOND);
    expect(told()).toBe(before);
    script.frames(86 * SECOND, 70 * SECOND);
    expect(told()).toBe(before + 3);
    const [silence] = script.turns.slice(-1);
    expect([silence?.text, (silence?.to ?? 0) - (silence?.from ?? 0)]).toEqual(["", 30 * SECOND * FRAME]);
  });

  it("asks for no timer, for nothing is due before the next voice", () => {
    const script = asleep();
    script.stored();
    script.stored();
    expect(script.wakesAt).toBeNull();
  });

  it("does not end a leg that was not sent all that was said: it would never be heard", () => {
    const script = new Script(IDLE).begin().connect(0, LONG);
    script.give({ kind: "buffered", leg: 0, bytes: 1_000_000 });
    script.frames(0, 70 * SECOND, (n) => n >= 10 && n < 20);
    expect([script.all("send"), script.all("finish")]).toEqual([[], []]);
    script.give({ kind: "buffered", leg: 0, bytes: 0 });
    script.pass(100);
    for (let n = 0; n < 20; n += 1) script.frame(n, n >= 10);
    expect(script.all("send").map(({ leg, pcm }) => [leg, pcm[0]])).toEqual([...Array(20).keys()].map((n) => [0, n]));
    expect(script.all("finish")).toEqual([]);
  });

  it("does not end a leg in the middle of a turn", () => {
    const script = new Script(IDLE).begin().connect(0, LONG);
    script.frames(0, SECOND, (n) => n < 10);
    script.hear(0, turn(0, [["hello", 0, 400]], "partial"));
    for (let n = SECOND; n < 66 * SECOND; n += 5 * SECOND) {
      script.frames(n, 5 * SECOND);
      script.hear(0, { kind: "heartbeat", receivedMs: n * 50 });
    }
    expect(script.all("finish")).toEqual([]);
    script.hear(0, turn(0, [["hello", 0, 400]], "formatted"));
    script.frame(66 * SECOND);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
  });

  it("does not end the engine inside the program, which stands in and costs nobody anything", () => {
    const script = new Script({ ...IDLE, fallbackAfter: 1_000 }).begin();
    script.refuse(0, "KeyRejected");
    script.frame(0);
    const leg = script.all("mint").at(-1)?.leg as number;
    script.connect(leg, { ...LONG, recogniser: "offline", paceLimit: null });
    script.frame(0);
    for (let n = 1; n < 70 * SECOND; n += 5 * SECOND) {
      script.frames(n, 5 * SECOND);
      script.hear(leg, { kind: "heartbeat", receivedMs: n * 50 });
    }
    expect([script.all("finish"), script.phase]).toMatchObject([[], { kind: "streaming", behind: 0 }]);
  });

  it("does not end a leg that already has its end: what comes late belongs to it", () => {
    const script = new Script(IDLE).begin().connect(0, LONG);
    script.frames(0, 59 * SECOND);
    script.give({ kind: "stopped", to: 62 * SECOND * FRAME });
    script.frames(59 * SECOND, 3 * SECOND - 1);
    expect(script.all("finish")).toEqual([]);
    script.frame(62 * SECOND - 1);
    expect([script.all("finish").length, script.all("mint").length]).toEqual([1, 1]);
  });

  it("is heard again when the leg that was let go does not say that it is through", () => {
    const script = asleep(null);
    const end = script.all("send").length * FRAME;
    script.pass(5_100);
    expect(script.all("close")).toEqual([{ kind: "close", leg: 0 }]);
    script.pass(600);
    script.connect(1, LONG);
    // The newest frames by this leg, the rest by one beside it.
    const [hole] = script.events("holesChanged").at(-1)?.holes ?? [];
    expect(hole).toMatchObject({ kind: "healing", to: script.all("replay").at(-1)?.from });
    expect(hole?.from).toBeLessThan(end);
    expect(hole?.from).toBeGreaterThan(30 * SECOND * FRAME);
  });

  it("may be over before the leg that was let go is through: the next one's turns wait for it", () => {
    const script = asleep(null);
    const [end, voice] = [script.all("send").length, 61 * SECOND + 5];
    script.frames(61 * SECOND, 6, (n) => n === voice);
    script.connect(1, LONG);
    expect(script.all("replay").at(-1)?.from).toBe(end * FRAME);
    for (let n = end; n <= voice; n += 1) script.frame(n, n === voice);
    script.hear(1, turn(0, [["again", (voice - end) * 50, (voice - end) * 50 + 50]], "formatted"));
    script.stored();
    expect(script.written).toEqual(["hello"]);
    script.hear(0, { kind: "termination" });
    script.stored();
    expect(script.written).toEqual(["hello", "again"]);
    expect(script.turns[1]?.from).toBe(script.turns[0]?.to);
  });

  it("at the end of a recording is heard as far as nobody saw it", () => {
    const script = asleep();
    script.frames(61 * SECOND, 30 * SECOND);
    script.give({ kind: "stopped", to: 95 * SECOND * FRAME });
    script.connect(1, LONG);
    expect(script.all("replay").at(-1)?.from).toBe(89 * SECOND * FRAME);
  });

  it("is none to a user who wants no rest", () => {
    const script = asleep();
    script.give({ kind: "reconfigured", policy: { ...IDLE, idleAfter: null } });
    expect(script.all("mint")).toHaveLength(2);
  });

  it("is not broken by frames that come again, whoever asked for them", () => {
    const script = asleep();
    script.frame(5, true);
    script.frame(61 * SECOND - 1, true);
    script.frames(61 * SECOND, SECOND);
    expect([script.phase.kind, script.all("mint").length]).toEqual(["resting", 1]);
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

  it("has what was said before it stored to the last sample, and asks for no timer then", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 2 * SECOND, (n) => n < 20);
    script.give({ kind: "paused", at: 2 * SECOND * FRAME });
    expect(script.wakesAt).toBe(script.now + 3_000);
    script.pass(3_000);
    script.hear(0, turn(0, [["hello", 0, 900]], "formatted"));
    script.hear(0, { kind: "termination" });
    script.stored();
    script.stored();
    expect(script.written).toEqual(["hello", ""]);
    expect(script.turns.at(-1)?.to).toBe(2 * SECOND * FRAME);
    expect(script.wakesAt).toBeNull();
  });

  it("may end before the last words of its leg are there: the next leg begins behind them", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 2 * SECOND, (n) => n < 20);
    script.give({ kind: "paused", at: 2 * SECOND * FRAME });
    script.pass(3_000);
    script.give({ kind: "paused", at: null });
    script.connect(1, LONG);
    script.frames(2 * SECOND, SECOND, () => true);
    expect(script.all("replay")).toEqual([]);
    script.hear(1, turn(0, [["again", 0, 900]], "formatted"));
    expect(script.turns).toEqual([]);
    script.hear(0, turn(0, [["hello", 0, 900]], "formatted"));
    script.hear(0, { kind: "termination" });
    script.stored();
    expect(script.written).toEqual(["hello", "again"]);
    expect(script.turns[1]?.from).toBe(script.turns[0]?.to);
  });

  it("is measured from when it began, however often it is told", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 2 * SECOND);
    script.give({ kind: "paused", at: 2 * SECOND * FRAME });
    script.pass(2_000);
    script.give({ kind: "paused", at: 2 * SECOND * FRAME });
    expect(of(script.pass(1_000), "finish")).toHaveLength(1);
  });

  it("is when what was lost is heard again, and the leg that hears it ends then", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 2 * SECOND, () => true);
    script.give({ kind: "paused", at: 2 * SECOND * FRAME });
    script.give({ kind: "closed", leg: 0, code: 1006, reason: "" });
    script.pass(10_000);
    script.connect(1, LONG);
    expect(script.all("replay").at(-1)?.from).toBe(0);
    script.frames(0, 2 * SECOND - 1, () => true);
    expect(script.all("finish")).toEqual([]);
    script.frames(2 * SECOND - 1, 1, () => true);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 1 }]);
  });

  it("that a window finds at its start raises no leg, but a hole is healed in it", () => {
    const asked = (holes: { from: number; to: number }[]) => {
      const script = new Script();
      script.give({ kind: "paused", at: 40 * FRAME });
      script.begin(40 * FRAME, 3, { holes });
      return { script, legs: script.all("mint").length };
    };
    const nothing = asked([]);
    expect([nothing.legs, nothing.script.wakesAt]).toEqual([0, null]);
    const { script, legs } = asked([{ from: 0, to: 20 * FRAME }]);
    expect(legs).toBe(1);
    script.connect(3, LONG);
    expect(script.all("replay").at(-1)).toEqual({ kind: "replay", from: 0, until: 20 * FRAME });
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
    expect(script.phase.kind).toBe("streaming");
    script.give({ kind: "paused", at: null });
    script.frames(2 * SECOND, 2 * SECOND);
    expect([script.all("finish").length, script.all("mint").length]).toEqual([0, 1]);
  });
});
