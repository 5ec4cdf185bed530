/** What a lane makes of failures, of crowds and of a feed that comes and goes. */
import { describe, expect, it } from "vitest";
import { of, Script, T0, turn } from "../../tests/script";
import { type Effect, FRAME } from "./io";
import { PLAIN } from "./recognition";

const SECOND = 20;
const CROWD = { kind: "error", code: 1008, text: "Unauthorized Connection: Too many concurrent sessions" } as const;
const SHORT = { expiresAt: T0 + 60_000 } as const;
const loud = () => true;
const raised = (effects: Effect[]) => of(effects, "mint").map((one) => one.leg);

/** A leg whose end is near: the next one is asked for; the frame that comes next. */
function rotating(): { script: Script; n: number } {
  const script = new Script().begin().connect(0, SHORT);
  for (let n = 0; n < 1200; n += 1) {
    if (raised(script.effects).length === 2) return { script, n };
    script.frames(n, 1, loud);
    if (n % 40 === 39) script.hear(0, { kind: "other", type: "SpeechStarted" });
  }
  throw new Error("no rotation");
}

/** When a second piece of the past is asked for, in ms after the burst was served. */
function nextPiece(script: Script, leg: number, frames: number): number {
  for (let n = frames; n < frames + 20; n += 1) script.frame(n, true);
  const asked = script.all("replay").length;
  for (let ms = 0; ms < 1000; ms += 5)
    if (script.all("replay").length > asked || script.pass(5).length > 1000) return ms;
  throw new Error(`leg ${leg} asks for nothing`);
}

describe("a leg that was lost", () => {
  it("is followed by one that catches up at twice real time", () => {
    const script = new Script().begin().connect(0);
    script.give({ kind: "closed", leg: 0, code: 1006, reason: "" });
    script.frames(0, 3 * SECOND);
    script.connect(1);
    expect(nextPiece(script, 1, 0)).toBeCloseTo(125, -1);
  });

  it("for being too fast is followed by one at real time", () => {
    const script = new Script().begin().connect(0);
    script.hear(0, { kind: "error", code: 3007, text: "Audio Transmission Rate Exceeded: Received 9 sec." });
    script.frames(0, 3 * SECOND);
    script.connect(1);
    expect(nextPiece(script, 1, 0)).toBeCloseTo(250, -1);
  });

  it("soon after it came up counts as another failure: the next attempt is later", () => {
    const script = new Script().begin();
    const waits = [0, 1, 2].map((leg) => {
      script.connect(leg);
      script.frames(leg, 1);
      script.give({ kind: "closed", leg, code: 1006, reason: "" });
      const since = script.now;
      const wait = (script.wakesAt ?? 0) - since;
      script.pass(wait);
      return wait;
    });
    expect(waits).toEqual([250, 500, 1000]);
  });

  it("while the next one is on its way already is no new attempt: that one takes over as it comes", () => {
    const { script, n } = rotating();
    script.mint(1);
    script.give({ kind: "closed", leg: 0, code: 1006, reason: "" });
    expect(script.phase.kind).toBe("connecting");
    script.hear(1, { kind: "begin", expiresAt: null });
    script.frames(n, 5);
    expect(script.phase.kind).toBe("streaming");
    expect(script.events("phaseChanged").some(({ phase }) => phase.kind === "reconnecting")).toBe(false);
  });

  it("says why", () => {
    const silent = new Script().begin().connect(0);
    silent.frames(0, 11 * SECOND, loud);
    expect(silent.phase).toMatchObject({ reason: { kind: "silent", detail: "speech was not answered" } });
    const unfinished = new Script().begin().connect(0);
    unfinished.frames(0, 20, loud);
    unfinished.give({ kind: "stopped", to: 20 * FRAME });
    unfinished.pass(5100);
    expect(unfinished.phase).toMatchObject({ reason: { kind: "silent", detail: "no Termination in time" } });
  });

  it("leaves nothing to another while the one before it may still say where it ended", () => {
    const { script, n } = rotating();
    script.connect(1);
    script.frames(n, 5);
    expect(of(script.effects, "finish").map((one) => one.leg)).toEqual([0]);
    script.give({ kind: "closed", leg: 1, code: 1006, reason: "" });
    for (let i = 0; i < 6 * SECOND; i += 1) {
      script.frames(n + 5 + i, 1);
      if (i % 20 === 0) script.hear(0, { kind: "other", type: "x" });
    }
    script.connect(2);
    expect(script.events("holesChanged")).toEqual([]);
    expect(of(script.effects, "replay")).toEqual([]);
    script.hear(0, { kind: "termination" });
    expect(script.events("holesChanged").at(-1)?.holes).toMatchObject([{ from: (n + 4) * FRAME }]);
  });
});

describe("a rotation on its way", () => {
  it("keeps the old leg until the new one has said Begin, however quiet it is", () => {
    const { script, n } = rotating();
    script.mint(1);
    script.frames(n, SECOND);
    expect(script.all("finish")).toEqual([]);
    script.hear(1, { kind: "begin", expiresAt: null });
    script.frames(n + SECOND, 1);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
  });

  it("that fails for another reason than a crowd teaches nothing about sockets", () => {
    const { script, n } = rotating();
    script.mint(1);
    script.give({ kind: "closed", leg: 1, code: 1006, reason: "" });
    script.frames(n, SECOND);
    expect(script.all("finish")).toEqual([]);
    expect(raised(script.effects)).toEqual([0, 1, 2]);
  });

  it("keeps the old leg also where the new one has taken the last socket that there is", () => {
    const script = new Script().begin(4000 * FRAME, 0, { holes: [{ from: 0, to: 800 }] }).connect(0, SHORT);
    let n = 4000;
    for (; raised(script.effects).length < 5; n += 1) {
      script.frames(n, 1, loud);
      if (n % 40 === 39) script.hear(0, { kind: "other", type: "x" });
    }
    const [healing, next] = raised(script.effects).slice(-2) as [number, number];
    script.mint(next);
    script.mint(healing);
    script.hear(healing, CROWD);
    script.frames(n, SECOND);
    expect(script.all("finish")).toEqual([]);
    script.hear(next, { kind: "begin", expiresAt: null });
    script.frames(n + SECOND, 1);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
  });

  it("of a recogniser that takes one socket at a time waits for the end of its leg", () => {
    const { script, n } = rotating();
    script.mint(1);
    script.hear(1, CROWD);
    script.frames(n, 5);
    script.hear(0, { kind: "termination" });
    script.connect(2, { expiresAt: T0 + 10_000_000 });
    script.frames(n + 4, 30 * SECOND);
    expect(script.all("send").at(-1)).toMatchObject({ leg: 2 });
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
  });
});

describe("the offline engine", () => {
  const POLICY = { fallbackAfter: 8000, isRedone: false, idleAfter: null, recognition: PLAIN };

  it("is raised where the chosen one takes no more sockets, and is no socket of it", () => {
    const script = new Script(POLICY).begin();
    script.mint(0);
    script.hear(0, CROWD);
    script.pass(2100);
    script.mint(1);
    script.pass(6000);
    const fallback = script.all("mint").find((one) => one.recogniser === "fallback");
    expect(fallback).toBeDefined();
    script.connect(fallback?.leg as number, { recogniser: "offline", paceLimit: null });
    script.give({ kind: "closed", leg: 1, code: 1006, reason: "" });
    script.pass(20_000);
    expect(script.all("mint").at(-1)).toMatchObject({ recogniser: "chosen" });
    expect(raised(script.effects).at(-1)).toBeGreaterThan(fallback?.leg as number);
  });

  it("may be refused for a crowd of its own, which says nothing of the chosen one", () => {
    const script = new Script(POLICY).begin();
    script.refuse(0, "KeyRejected");
    script.mint(1, { recogniser: "offline", paceLimit: null });
    script.hear(1, CROWD);
    script.give({ kind: "retried" });
    const chosen = script
      .all("mint")
      .filter((one) => one.recogniser === "chosen")
      .at(-1)?.leg as number;
    const holes = script.all("mint").length;
    script.connect(chosen, SHORT);
    expect(script.phase).toMatchObject({ kind: "streaming", source: "assemblyai" });
    for (let n = 0; n < 50 * SECOND && script.all("mint").length === holes; n += 1) script.frames(n, 1);
    expect(script.all("finish")).toEqual([]);
  });

  it("ends what it began: after the stop nobody asks for the chosen one to take it over", () => {
    const script = new Script(POLICY).begin();
    script.refuse(0, "KeyRejected");
    script.connect(1, { recogniser: "offline", paceLimit: null });
    script.frames(0, 10);
    script.give({ kind: "stopped", to: 20 * FRAME });
    const asked = script.all("mint").length;
    script.give({ kind: "retried" });
    script.pass(1000);
    expect(script.all("mint")).toHaveLength(asked);
  });
});

describe("the past", () => {
  it("is asked for again at once when the feed is another", () => {
    const script = new Script().begin();
    script.frames(0, SECOND);
    script.connect(0);
    expect(script.all("replay")).toHaveLength(1);
    script.give({ kind: "feedClosed", error: null });
    script.give({ kind: "feedOpened" });
    expect(script.all("replay")).toHaveLength(2);
  });

  it("of a short hole is caught up briskly, however long the recording is", () => {
    const holes = [{ from: 0, to: 80 * FRAME }];
    const script = new Script().begin(5000 * FRAME, 0, { holes }).connect(0);
    script.frames(5000, 1);
    script.connect(1);
    expect(nextPiece(script, 1, 0)).toBeCloseTo(125, -1);
  });

  it("is healed by a leg that takes its heartbeats for what they say", () => {
    const script = new Script().begin().connect(0, { expiresAt: T0 + 100_000_000 });
    let n = 0;
    for (; n < 60 * SECOND; n += 1) {
      script.frames(n, 1);
      if (n % 100 === 99) script.hear(0, { kind: "heartbeat", receivedMs: n * 50 });
    }
    expect(script.all("close")).toEqual([]);
    script.hear(0, turn(0, [], "partial"));
    expect(script.phase.kind).toBe("streaming");
  });
});
