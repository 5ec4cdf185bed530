/** Signs of life, what is made of their absence, and when a session wants to be woken for it. */
import { describe, expect, it } from "vitest";
import { of, Script, T0, turn } from "../../tests/script";
import { type Effect, FRAME } from "./io";
import { PLAIN } from "./recognition";

const SECOND = 20;
const LONG = { expiresAt: T0 + 100_000_000 } as const;
const closes = (effects: Effect[]) => of(effects, "close").map((one) => one.leg);
const loud = () => true;

/** Seconds until this leg is closed, from frame `from` on, with speech that nothing answers. */
function livesFor(script: Script, leg: number, from: number): number {
  for (let n = from; n < from + 4000; n += 1) {
    if (closes(script.frames(n, 1, loud)).includes(leg)) return (n - from) / SECOND;
  }
  throw new Error("it lives for ever");
}

describe("a live leg", () => {
  it("is up with Begin and nothing less", () => {
    const script = new Script().begin();
    script.frame(0);
    script.mint(0);
    script.hear(0, { kind: "other", type: "Warning" });
    script.hear(0, turn(0, [["no", 0, 100]], "partial"));
    expect([script.phase.kind, script.all("send").length]).toEqual(["connecting", 0]);
    script.hear(0, { kind: "begin", expiresAt: null });
    expect(script.phase.kind).toBe("streaming");
  });

  it("is dead when its heart stops, be the room as quiet as it may", () => {
    const script = new Script().begin().connect(0, LONG);
    for (let n = 0; n < 10 * SECOND; n += 1) {
      script.frames(n, 1);
      if (n % 100 === 99) script.hear(0, { kind: "heartbeat", receivedMs: n * 50 });
    }
    expect(script.wakesAt).toBe(script.now + 12_000);
    expect(closes(script.frames(200, 12 * SECOND - 1))).toEqual([]);
    expect(closes(script.frames(200 + 12 * SECOND - 1, 1))).toEqual([0]);
  });

  it("is stuck when its heart beats on and receives nothing of what it is sent", () => {
    const script = new Script().begin().connect(0, LONG);
    let n = 0;
    for (; n < 60 * SECOND && closes(script.effects).length === 0; n += 1) {
      script.frames(n, 1);
      if (n % 100 === 99) script.hear(0, { kind: "heartbeat", receivedMs: 1000 });
    }
    // 16 s are believed, and 12 more waited for.
    expect(n / SECOND).toBeGreaterThan(24);
    expect(n / SECOND).toBeLessThan(30);
  });

  it.each([
    ["a message of any kind", { kind: "other", type: "SpeechStarted" }],
    ["one that cannot be read", { kind: "malformed", detail: "" }],
    ["words", turn(0, [["on", 0, 100]], "partial")],
    ["a turn without any", turn(0, [], "partial")],
  ] as const)("has answered with %s", (_, message) => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 9 * SECOND, loud);
    script.hear(0, message);
    expect(closes(script.frames(9 * SECOND, 9 * SECOND, loud))).toEqual([]);
    expect(livesFor(script, 0, 18 * SECOND)).toBeLessThan(2);
  });

  it("is given ten seconds again after words were heard, whatever the noise before", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 10 * SECOND + 1, loud);
    expect(closes(script.effects)).toEqual([0]);
    script.frames(201, SECOND);
    script.connect(1, LONG);
    script.frame(220);
    script.frames(221, SECOND, loud);
    script.hear(1, turn(0, [["word", 0, 100]], "partial"));
    expect(Math.round(livesFor(script, 1, 241))).toBe(10);
  });

  it("is not given ten seconds again by a message that says nothing", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, 10 * SECOND + 1, loud);
    script.frames(201, SECOND);
    script.connect(1, LONG);
    script.frame(220);
    script.frames(221, SECOND, loud);
    script.hear(1, turn(0, [], "partial"));
    expect(Math.round(livesFor(script, 1, 241))).toBe(20);
  });

  it("that is unpaced has time to think about what it was sent, up to its last word", () => {
    const script = new Script().begin();
    for (let n = 0; n < 40 * SECOND; n += 1) script.frame(n, true);
    script.connect(0, { recogniser: "offline", paceLimit: null, ...LONG });
    for (let n = 0; n < 40 * SECOND; n += 1) script.frame(n, true);
    expect(script.wakesAt).toBe(script.now + 10_000 + 40_000 / 4);
    script.hear(0, turn(0, [["word", 0, 20_000]], "partial"));
    script.frames(40 * SECOND, 1, loud);
    expect(script.wakesAt).toBe(script.now + 10_000 + 20_050 / 4);
  });
});

describe("a session wants to be woken", () => {
  it("for the next attempt, and for the token and the Begin that do not come", () => {
    const script = new Script().begin();
    expect(script.wakesAt).toBe(T0 + 20_000);
    script.mint(0);
    expect(script.wakesAt).toBe(T0 + 10_000);
    script.give({ kind: "closed", leg: 0, code: 1006, reason: "" });
    expect(script.wakesAt).toBe(T0 + 250);
  });

  it("for the offline engine, when its time has come", () => {
    const script = new Script({ fallbackAfter: 8000, isRedone: false, idleAfter: null, recognition: PLAIN }).begin();
    expect(script.wakesAt).toBe(T0 + 8000);
    const never = new Script({ fallbackAfter: null, isRedone: false, idleAfter: null, recognition: PLAIN }).begin();
    expect(never.wakesAt).toBe(T0 + 20_000);
  });

  it("by nothing while a person must act", () => {
    const script = new Script().begin();
    script.refuse(0, "KeyRejected");
    expect(script.wakesAt).toBeNull();
  });

  it("for the last moment of a rotation that finds no pause, once another leg is there", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 60_000 });
    expect(script.wakesAt).toBe(T0 + 42_000);
    script.frames(0, 42 * SECOND);
    expect(script.all("mint")).toHaveLength(2);
    script.frames(42 * SECOND, 1, loud);
    script.hear(0, { kind: "other", type: "x" });
    script.connect(1);
    expect(script.wakesAt).toBe(T0 + 58_200);
  });

  it("for no piece of the past while the feed is away", () => {
    const script = new Script().begin().connect(0, LONG);
    script.give({ kind: "feedClosed", error: null });
    script.give({ kind: "feedOpened" });
    script.frame(40);
    expect(script.wakesAt).toBeLessThanOrEqual(script.now + 2000);
    expect(script.all("replay")).toHaveLength(1);
    expect(script.all("replay")[0]).toEqual({ kind: "replay", from: 0, until: 20 * FRAME });
  });
});
