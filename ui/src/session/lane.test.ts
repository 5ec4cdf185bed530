import { describe, expect, it } from "vitest";
import { of, Script, T0, turn } from "../../tests/script";
import { type Effect, FRAME } from "./io";
import { PLAIN } from "./recognition";

const SECOND = 20;
const ANOTHER = {
  kind: "reconfigured",
  policy: { fallbackAfter: null, isRedone: false, idleAfter: null, recognition: PLAIN },
} as const;
const LONG = { expiresAt: T0 + 100_000_000 } as const;
const CROWD = { kind: "error", code: 1008, text: "Unauthorized Connection: Too many concurrent sessions" } as const;

/** Frames until something happens, which the recogniser answers now and then; how many that were. */
function until(script: Script, from: number, happened: () => boolean, isLoud = (_: number) => false): number {
  for (let n = from; n < from + 3000; n += 1) {
    if (happened()) return n;
    script.frames(n, 1, isLoud);
    if (n % 40 === 39) script.hear(0, { kind: "other", type: "SpeechStarted" });
  }
  throw new Error("it never happens");
}

const minted = (script: Script) => script.all("mint").length;
const closes = (effects: Effect[]) => of(effects, "close").map((one) => one.leg);

describe("a recogniser that takes one socket at a time", () => {
  /** A rotation found out; the live leg's window is open. */
  function crowded() {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 60_000 });
    const n = until(
      script,
      0,
      () => minted(script) === 2,
      () => true,
    );
    script.mint(1);
    script.hear(1, CROWD);
    return { script, n };
  }

  it("is asked for no second one again: the old leg is through before the next is raised", () => {
    const { script, n } = crowded();
    script.hear(0, { kind: "other", type: "x" });
    const effects = script.frames(n, 4);
    expect(of(effects, "mint")).toEqual([]);
    expect(of(effects, "finish")).toEqual([]);
    expect(of(script.frames(n + 4, 1), "finish")).toEqual([{ kind: "finish", leg: 0 }]);
    script.frames(n + 5, 1);
    expect(minted(script)).toBe(2);
    const through = script.hear(0, { kind: "termination" });
    expect(of(through, "mint")).toEqual([{ kind: "mint", leg: 2, recogniser: "chosen" }]);
    script.connect(2);
    expect(script.all("replay").at(-1)?.from).toBe((n + 4) * FRAME);
  });

  it("loses nothing that was said in between", () => {
    const { script, n } = crowded();
    script.hear(0, { kind: "other", type: "x" });
    script.frames(n, 5);
    script.hear(0, { kind: "termination" });
    script.frames(n + 5, 5, () => true);
    script.connect(2);
    expect(script.all("replay").at(-1)).toMatchObject({ from: (n + 4) * FRAME });
  });

  it("wakes nobody while a rotation is due and nobody pauses", () => {
    const { script, n } = crowded();
    script.hear(0, { kind: "other", type: "x" });
    script.frames(n, 40, () => true);
    expect(script.wakesAt).toBeGreaterThan(script.now);
  });

  it("heals nothing beside the live leg, but after it", () => {
    const holes = [{ from: 0, to: 10 * FRAME }];
    const script = new Script().begin(100 * FRAME, 0, { holes }).connect(0);
    script.mint(1);
    script.hear(1, CROWD);
    script.pass(10_000);
    expect(minted(script)).toBe(2);
    expect(of(script.give({ kind: "closed", leg: 0, code: 1006, reason: "" }), "mint")).toEqual([]);
    script.pass(600);
    expect(minted(script)).toBe(3);
    script.connect(2);
    script.give({ kind: "stopped", to: 100 * FRAME });
    script.hear(2, { kind: "termination" });
    script.pass(100);
    expect(minted(script)).toBe(4);
    expect(script.all("conclude")).toEqual([]);
  });
});

describe("two legs that are both due to be given up", () => {
  it("are given up once each, and what they were sent is heard again", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 60_000 });
    const n = until(script, 0, () => minted(script) === 2);
    script.connect(1);
    script.frames(n, 1);
    script.frames(n + 1, SECOND, () => true);
    script.now += 20_000;
    expect(closes(script.frame(n + 1 + SECOND))).toEqual([0, 1]);
    script.give({ kind: "stopped", to: (n + SECOND + 2) * FRAME });
    script.pass(600);
    script.connect(2);
    expect(script.all("replay").at(-1)?.from).toBe(0);
    script.hear(2, turn(0, [["again", 0, 400]], "formatted"));
    expect(script.turns).toMatchObject([{ leg: 2, from: 0, text: "again" }]);
  });
});

describe("a system that slept", () => {
  it("takes sockets to elsewhere for dead at once, and hears again what was not answered", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 40, () => true);
    script.now += 30_001;
    const effects = script.frame(40);
    expect(closes(effects)).toEqual([0]);
    expect(script.phase).toMatchObject({
      kind: "reconnecting",
      reason: { kind: "silent", detail: "the system slept" },
    });
    script.pass(600);
    script.connect(1);
    expect(script.all("replay").at(-1)?.from).toBe(0);
  });

  it("takes both legs of a rotation for dead, each once, and hears again from where the first had nothing final", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 60_000 });
    const n = until(script, 0, () => minted(script) === 2);
    script.connect(1);
    script.frames(n, SECOND);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
    script.now += 30_001;
    expect(closes(script.frame(n + SECOND))).toEqual([0, 1]);
    script.give({ kind: "stopped", to: (n + SECOND + 1) * FRAME });
    script.pass(600);
    script.connect(2);
    expect(script.all("replay").at(-1)?.from).toBe(0);
    script.hear(2, turn(0, [["again", 0, 400]], "formatted"));
    expect(script.turns).toMatchObject([{ leg: 2, from: 0, text: "again" }]);
  });

  it("keeps the engine inside the program, which slept as well", () => {
    const script = new Script().begin().connect(0, { recogniser: "offline", paceLimit: null });
    script.frames(0, 40);
    script.now += 60_000;
    expect(closes(script.frame(40))).toEqual([]);
  });

  it("gives that engine the time to answer which it slept through, and hears again what it never answers", () => {
    const script = new Script().begin().connect(0, { recogniser: "offline", paceLimit: null });
    script.frames(0, 40, () => true);
    script.now += 600_000;
    expect(closes(script.frames(40, 4 * SECOND, () => true))).toEqual([]);
    let n = 40 + 4 * SECOND;
    for (; closes(script.frames(n, 1, () => true)).length === 0; n += 1) expect(n).toBeLessThan(30 * SECOND);
    script.pass(1_000);
    script.connect(1, { recogniser: "offline", paceLimit: null });
    expect(script.all("replay").at(-1)?.from).toBe(0);
  });

  it("did not sleep when it was only late", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 40);
    script.now += 29_950;
    expect(closes(script.frames(40, 1))).toEqual([]);
    const fresh = new Script();
    fresh.now = 1;
    expect(fresh.give({ kind: "started" }).length).toBeGreaterThan(0);
  });
});

describe("a word that begins late in a frame which is still called quiet", () => {
  it("is heard whole by the leg that goes on: the axis is cut before a quiet frame, never before speech", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 40, () => true);
    script.give(ANOTHER);
    script.connect(1);
    script.frames(40, 4);
    // Its first milliseconds are in frame 43, which the old leg was sent.
    script.frames(44, 6, () => true);
    expect(script.all("finish")).toEqual([]);
    script.frames(50, 5);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
    expect(script.all("send").findLast((one) => one.leg === 0)?.pcm[0]).toBe(53);
  });
});

describe("a quiet frame that is not the next one", () => {
  it("is no place to cut the axis at: what the leg lacks before it may be speech", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 40, () => true);
    script.give(ANOTHER);
    script.connect(1);
    script.frames(40, 4);
    script.give({ kind: "buffered", leg: 0, bytes: 1_000_000 });
    script.frames(44, 1, () => true);
    script.frames(45, 4);
    expect(script.all("finish")).toEqual([]);
  });
});

describe("another recogniser, chosen while it listens", () => {
  it("takes over in the next pause; the old one says its last words", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 40, () => true);
    const effects = script.give(ANOTHER);
    expect(closes(effects)).toEqual([]);
    expect(of(effects, "mint")).toEqual([{ kind: "mint", leg: 1, recogniser: "chosen" }]);
    script.connect(1, { recogniser: "offline", paceLimit: null });
    expect(script.all("finish")).toEqual([]);
    script.frames(40, 5);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
    expect(script.phase).toMatchObject({ kind: "streaming", source: "offline", standsInFor: null });
  });

  it("gives up a leg of the old one that is still on its way, and asks anew", () => {
    const script = new Script().begin();
    script.mint(0);
    const effects = script.give(ANOTHER);
    expect(closes(effects)).toEqual([0]);
    expect(of(effects, "mint").map((one) => one.leg)).toEqual([1]);
    expect(of(script.hear(0, { kind: "begin", expiresAt: null }), "replay")).toEqual([]);
  });

  it("is chosen for this session alone, whoever else was given the same policy", () => {
    const policy = { fallbackAfter: null, isRedone: false, idleAfter: null, recognition: PLAIN };
    const [script, other] = [new Script(policy).begin(), new Script(policy).begin()];
    script.give({ kind: "reconfigured", policy: { ...policy, fallbackAfter: 8000 } });
    expect(of(script.refuse(1, "KeyRejected"), "mint")).toMatchObject([{ recogniser: "fallback" }]);
    expect(of(other.refuse(0, "KeyRejected"), "mint")).toEqual([]);
  });

  it("brings its own policy along", () => {
    const script = new Script({ fallbackAfter: null, isRedone: false, idleAfter: null, recognition: PLAIN }).begin();
    script.refuse(0, "KeyRejected");
    expect(script.phase.kind).toBe("ended");
    script.give({
      kind: "reconfigured",
      policy: { fallbackAfter: 8000, isRedone: false, idleAfter: null, recognition: PLAIN },
    });
    expect(script.all("mint").map((one) => one.recogniser)).toEqual(["chosen", "chosen"]);
    expect(of(script.refuse(1, "KeyRejected"), "mint")).toMatchObject([{ recogniser: "fallback" }]);
  });
});

describe("a lane", () => {
  it("makes nothing of a token for a leg that is live", () => {
    const script = new Script().begin().connect(0);
    expect(script.mint(0)).toEqual([]);
    expect(script.phase.kind).toBe("streaming");
  });

  it("goes on as it is when it is told to try again while all is well, or while it tries already", () => {
    const script = new Script().begin();
    expect(script.give({ kind: "retried" })).toEqual([]);
    script.mint(0);
    expect(script.give({ kind: "retried" })).toEqual([]);
    script.hear(0, { kind: "begin", expiresAt: null });
    script.frames(0, SECOND);
    expect(script.give({ kind: "retried" })).toEqual([]);
    expect(of(script.frames(SECOND, SECOND), "mint")).toEqual([]);
  });

  it("wants no timer for a leg that must wait for another to be through", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 60_000 });
    const n = until(script, 0, () => minted(script) === 2);
    script.connect(1, { expiresAt: script.now + 3000 });
    script.frames(n, 3 * SECOND);
    expect(minted(script)).toBe(2);
    expect(script.wakesAt).toBeGreaterThan(script.now);
  });

  it("wants no timer for the last moment of a leg that none is there to follow", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 60_000 });
    const n = until(
      script,
      0,
      () => minted(script) === 2,
      () => true,
    );
    for (let i = n; script.now < T0 + 59_000; i += 1) {
      for (const { leg } of script.all("mint").slice(-1)) script.refuse(leg, "Offline");
      script.frames(i, 1, () => true);
      if (i % 40 === 39) script.hear(0, { kind: "other", type: "x" });
    }
    expect(closes(script.effects)).toEqual([]);
    expect(script.wakesAt).toBeGreaterThan(script.now);
  });

  it("sends a leg no faster than real time once the recogniser said that it was too fast", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 2);
    script.hear(0, { kind: "error", code: 3007, text: "Audio Transmission Rate Exceeded: Received 9 sec. audio" });
    script.frames(2, 3 * SECOND);
    script.connect(1);
    for (let n = 0; n < 20; n += 1) script.frame(n);
    const before = script.all("send").length;
    script.pass(1000);
    const asked = of(script.effects, "replay").at(-1);
    expect(asked).toBeDefined();
    for (let n = 20; n < 60; n += 1) script.frame(n);
    expect(script.all("send").length - before).toBeLessThanOrEqual(20);
  });

  it("takes noise for speech less and less: ten seconds, then twenty", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 100_000_000 });
    const first = 10 * SECOND + 1;
    script.frames(0, first - 1, () => true);
    expect(closes(script.effects)).toEqual([]);
    script.frames(first - 1, 1, () => true);
    expect(closes(script.effects)).toEqual([0]);
    script.frames(first, SECOND);
    script.connect(1, { expiresAt: T0 + 100_000_000 });
    script.frame(first + SECOND - 1);
    const from = first + SECOND;
    const n = until(
      script,
      from,
      () => closes(script.effects).includes(1),
      () => true,
    );
    expect((n - from) / SECOND).toBeCloseTo(20, 0);
  });

  it("does not take for noise what a leg was sent that never said it was through", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, SECOND, () => true);
    script.give(ANOTHER);
    script.connect(1, LONG);
    script.frames(SECOND, 5);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
    script.pass(5_100);
    expect(closes(script.effects)).toEqual([0, 1]);
    script.pass(600);
    script.connect(2, LONG);
    script.frames(0, SECOND + 5);
    const n = until(
      script,
      SECOND + 5,
      () => closes(script.effects).includes(2),
      () => true,
    );
    expect((n - SECOND - 5) / SECOND).toBeCloseTo(10, 0);
  });

  it("believes two legs that heard nothing in the same noise, and is no longer hasty after the next word", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 100_000_000 });
    const loud = () => true;
    const lost = (leg: number) => () => closes(script.effects).includes(leg);
    // What the first was sent is left to another lane, whose leg says nothing to it either and is through.
    const first = 10 * SECOND + 1;
    script.frames(0, first, loud);
    expect(lost(0)()).toBe(true);
    script.frames(first, SECOND);
    script.connect(1, { expiresAt: T0 + 100_000_000 });
    const n = (script.all("replay").at(-1)?.from ?? 0) / FRAME;
    const hole = script.events("holesChanged")[0]?.holes[0]?.to ?? 0;
    script.connect(2, { expiresAt: T0 + 100_000_000 });
    for (let n = 0; n < hole / FRAME; n += 1) {
      script.now += 50;
      script.frame(n, true);
    }
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 2 }]);
    script.hear(2, { kind: "termination" });
    script.hear(1, turn(0, [["word", 500, 900]], "formatted"));
    expect((until(script, n, lost(1), loud) - n) / SECOND).toBeCloseTo(20, 0);
  });

  it("gives a leg up that says more than anybody could have, and stores nothing of it", () => {
    const script = new Script().begin(8_000 * FRAME).connect(0, LONG);
    script.frames(8_000, SECOND, () => true);
    const words = (count: number) => Array.from({ length: count }, (): [string, number, number] => ["la", 0, 900]);
    expect(closes(script.hear(0, turn(0, words(900), "formatted")))).toEqual([]);
    expect(closes(script.hear(0, turn(1, words(900), "formatted")))).toEqual([0]);
    expect(script.turns).toHaveLength(1);
    expect(script.phase).toMatchObject({ kind: "reconnecting", reason: { kind: "serverFault" } });
  });

  it("gives a leg up that sends messages without end, whatever time of day it is", () => {
    const script = new Script().begin().connect(0, LONG);
    script.frames(0, SECOND, () => true);
    let count = 0;
    for (; count < 4_000 && closes(script.effects).length === 0; count += 1) {
      script.hear(0, turn(0, [["la", 0, 900]], "partial"));
      script.effects.splice(0, script.effects.length - 5);
    }
    expect(count).toBeLessThan(2_200);
    expect(count).toBeGreaterThan(2_000);
  });

  it("comes back when a leg ends without being asked to, and hears again what it had not finished", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 20, () => true);
    script.hear(0, { kind: "termination" });
    expect(script.phase).toMatchObject({
      kind: "reconnecting",
      reason: { kind: "network", detail: "1000 ended without being asked" },
    });
    expect(closes(script.effects)).toEqual([0]);
  });

  it("goes on as if nothing were when a rotation fails, and tries it again", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 60_000 });
    const n = until(
      script,
      0,
      () => minted(script) === 2,
      () => true,
    );
    script.hear(0, { kind: "other", type: "x" });
    script.refuse(1, "Offline");
    expect(script.phase.kind).toBe("streaming");
    const m = until(
      script,
      n,
      () => minted(script) === 3,
      () => true,
    );
    expect(m - n).toBeLessThanOrEqual(SECOND);
    script.connect(2);
    script.frames(m, 5);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
  });

  it("raises one leg at a time, and none while one before still finishes", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 60_000 });
    const n = until(script, 0, () => minted(script) === 2);
    script.connect(1, { expiresAt: script.now + 3000 });
    script.frames(n, 1);
    expect(script.all("finish")).toHaveLength(1);
    script.frames(n + 1, 3 * SECOND - 1);
    expect(minted(script)).toBe(2);
    script.hear(0, { kind: "termination" });
    script.frames(n + 3 * SECOND, 1);
    expect(minted(script)).toBe(3);
  });

  it("lets go of a leg on its way when the recording ends where the live one is", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 60_000 });
    const n = until(
      script,
      0,
      () => minted(script) === 2,
      () => true,
    );
    script.mint(1);
    const effects = script.give({ kind: "stopped", to: n * FRAME });
    expect(of(effects, "finish")).toEqual([{ kind: "finish", leg: 0 }]);
    expect(closes([...effects, ...script.pass(50)])).toEqual([1]);
  });

  it("wakes neither early nor for nothing while all is well", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 600_000 });
    script.frames(0, 20);
    expect(script.wakesAt).toBe(T0 + 540_000);
    script.frames(20, 1, () => true);
    expect(script.wakesAt).toBe(script.now + 10_000);
    script.hear(0, turn(0, [["one", 900, 1000]], "unformatted"));
    expect(script.wakesAt).toBe(script.now + 2000);
  });

  it("asks the spool for nothing while the feed is away", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 5);
    script.give({ kind: "feedClosed", error: null });
    script.effects.splice(0);
    script.give({ kind: "stopped", to: 10 * FRAME });
    script.pass(200);
    expect(script.all("replay")).toEqual([]);
  });
});
