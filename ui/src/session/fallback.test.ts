import { describe, expect, it } from "vitest";
import { of, Script, turn } from "../../tests/script";
import { type Effect, FRAME } from "./io";
import { PLAIN } from "./recognition";

const OFFLINE = { recogniser: "offline", paceLimit: null } as const;
const STANDS_IN = { fallbackAfter: 8000, isRedone: true, idleAfter: null, recognition: PLAIN };

const raised = (effects: Effect[]) => of(effects, "mint").map(({ recogniser }) => recogniser);
const fallbacks = (script: Script) => script.all("mint").filter((one) => one.recogniser === "fallback");

/** The chosen recogniser is refused for as long as this takes. */
function refusing(script: Script, ms: number): void {
  for (const end = script.now + ms; script.now < end; script.pass(50)) {
    for (const { leg, recogniser } of script.all("mint").slice(-2))
      if (recogniser === "chosen") script.refuse(leg, "Offline");
  }
}

/** Eight seconds without the chosen recogniser; the engine inside the program is live. */
function stoodIn(policy = STANDS_IN) {
  const script = new Script(policy).begin();
  script.frame(0);
  for (let i = 0; i < 400 && fallbacks(script).length === 0; i += 1) {
    script.pass(50);
    for (const { leg, recogniser } of script.all("mint").slice(-1))
      if (recogniser === "chosen") script.refuse(leg, "Offline");
  }
  const leg = fallbacks(script)[0]?.leg as number;
  script.connect(leg, OFFLINE);
  return { script, leg };
}

/** The chosen one is back: the newest of its legs on their way says `Begin`. */
function back(script: Script): number {
  for (let i = 0; i < 400; i += 1) {
    const last = script.all("mint").at(-1);
    if (last?.recogniser === "chosen") {
      if (of(script.mint(last.leg), "open").length > 0) {
        script.hear(last.leg, { kind: "begin", expiresAt: null });
        return last.leg;
      }
    }
    script.pass(50);
  }
  throw new Error("the chosen recogniser is not asked for");
}

describe("the offline engine stands in", () => {
  it("after the time that the user chose, and not before", () => {
    const script = new Script(STANDS_IN).begin();
    script.frame(0);
    refusing(script, 7900);
    expect(fallbacks(script)).toEqual([]);
    refusing(script, 200);
    expect(fallbacks(script)).toHaveLength(1);
  });

  it("at once when only a person could bring the chosen one back", () => {
    const script = new Script(STANDS_IN).begin();
    expect(raised(script.refuse(0, "KeyRejected"))).toEqual(["fallback"]);
    script.connect(1, OFFLINE);
    expect(script.phase).toMatchObject({ kind: "streaming", source: "offline", standsInFor: { kind: "credential" } });
    expect(raised(script.pass(60_000))).toEqual([]);
  });

  it("no more when the chosen one is to be tried again, if it is only on its way", () => {
    const script = new Script(STANDS_IN).begin();
    script.refuse(0, "KeyRejected");
    script.mint(1, OFFLINE);
    const effects = script.give({ kind: "retried" });
    expect(of(effects, "close")).toEqual([{ kind: "close", leg: 1 }]);
    expect(raised(effects)).toEqual(["chosen"]);
  });

  it("at its own speed, however slowly the chosen one must be sent", () => {
    const script = new Script(STANDS_IN).begin().connect(0);
    script.hear(0, { kind: "error", code: 3007, text: "Audio Transmission Rate Exceeded: Received 9 sec." });
    script.frames(0, 60);
    script.refuse(1, "KeyRejected");
    script.connect(2, OFFLINE);
    expect(script.all("replay")).toEqual([{ kind: "replay", from: 0, until: 60 * FRAME }]);
  });

  it("never where the user does not want it", () => {
    const script = new Script({ fallbackAfter: null, isRedone: true, idleAfter: null, recognition: PLAIN }).begin();
    script.frame(0);
    refusing(script, 60_000);
    expect(fallbacks(script)).toEqual([]);
    const halted = new Script({ fallbackAfter: null, isRedone: true, idleAfter: null, recognition: PLAIN }).begin();
    expect(raised(halted.refuse(0, "KeyRejected"))).toEqual([]);
  });

  it("for what was said since the chosen one went, and says whose place it takes", () => {
    const { script, leg } = stoodIn();
    expect(script.phase).toMatchObject({ kind: "streaming", source: "offline", standsInFor: { kind: "network" } });
    expect(script.all("replay")[0]).toEqual({ kind: "replay", from: 0, until: FRAME });
    script.frame(0);
    script.frames(1, 40, (n) => n >= 10 && n < 20);
    script.hear(leg, turn(0, [["here", 500, 1000]], "formatted"));
    expect(script.turns).toMatchObject([{ text: "here", source: "offline", isFallback: true, leg }]);
  });

  it("counts the eight seconds anew after each time that the chosen one was live", () => {
    const script = new Script(STANDS_IN).begin();
    script.frame(0);
    refusing(script, 2000);
    const leg = back(script);
    script.frame(0);
    script.give({ kind: "closed", leg, code: 1006, reason: "" });
    refusing(script, 7500);
    expect(fallbacks(script)).toEqual([]);
    refusing(script, 1000);
    expect(fallbacks(script)).toHaveLength(1);
  });

  it("is not kept on its way when the chosen one is back first", () => {
    const script = new Script(STANDS_IN).begin();
    script.frame(0);
    refusing(script, 8100);
    const leg = fallbacks(script)[0]?.leg as number;
    script.mint(leg, OFFLINE);
    const effects = script.effects.length;
    back(script);
    expect(of(script.effects.slice(effects), "close")).toEqual([{ kind: "close", leg }]);
    expect(script.phase).toMatchObject({ kind: "streaming", source: "assemblyai" });
  });

  it("goes on in another leg of its own when its token ends", () => {
    const script = new Script(STANDS_IN).begin();
    script.refuse(0, "KeyRejected");
    script.connect(1, { ...OFFLINE, expiresAt: script.now + 60_000 });
    const effects: Effect[] = [];
    let n = 0;
    for (; n < 2000 && raised(effects).length === 0; n += 1) effects.push(...script.frames(n, 1));
    expect(raised(effects)).toEqual(["fallback"]);
    script.connect(2, OFFLINE);
    script.frames(n, 1);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 1 }]);
    expect(script.phase).toMatchObject({ source: "offline", standsInFor: { kind: "credential" } });
  });

  it("is raised again when its own leg is lost", () => {
    const { script, leg } = stoodIn();
    script.give({ kind: "closed", leg, code: 1006, reason: "" });
    const before = fallbacks(script).length;
    for (let i = 0; i < 400 && fallbacks(script).length === before; i += 1) {
      script.pass(50);
      for (const one of script.all("mint").slice(-1))
        if (one.recogniser === "chosen") script.refuse(one.leg, "Offline");
    }
    expect(fallbacks(script).length).toBe(before + 1);
  });
});

describe("the chosen recogniser comes back", () => {
  it("takes over in the next pause between words, at the sample that the other was sent last", () => {
    const { script, leg } = stoodIn();
    script.frame(0);
    script.frames(1, 30, () => true);
    const chosen = back(script);
    expect(script.all("finish")).toEqual([]);
    script.frames(31, 4);
    expect(script.all("finish")).toEqual([]);
    script.frames(35, 1);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg }]);
    script.frames(36, 1);
    expect(script.all("send").map((one) => [one.leg, one.pcm[0]])).toEqual([
      ...Array.from({ length: 35 }, (_, n) => [leg, n]),
      [chosen, 35],
      [chosen, 36],
    ]);
    expect(script.phase).toMatchObject({ kind: "streaming", source: "assemblyai", standsInFor: null });
  });

  it("is asked for all the time while the other stands in, later and later", () => {
    const { script } = stoodIn();
    const before = script.all("mint").length;
    refusing(script, 60_000);
    const asked = script.all("mint").slice(before);
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.every((one) => one.recogniser === "chosen")).toBe(true);
  });

  it("redoes what the other wrote, up to where both have a boundary, and its silence after it", () => {
    const { script, leg } = stoodIn();
    script.frame(0);
    script.frames(1, 40, (n) => n >= 10 && n < 20);
    script.hear(leg, turn(0, [["here", 500, 1000]], "formatted"));
    script.stored();
    const chosen = back(script);
    script.frames(41, 4);
    script.hear(leg, { kind: "termination" });
    expect(script.all("mint").at(-1)?.leg).toBe(chosen);
    script.stored();
    const redo = script.all("mint").at(-1)?.leg as number;
    expect(redo).toBeGreaterThan(chosen);
    expect(script.turns.map(({ text, isFallback }) => [text, isFallback])).toEqual([
      ["here", true],
      ["", true],
    ]);
    const end = script.turns[1]?.to as number;
    expect(script.events("holesChanged").at(-1)?.holes).toEqual([{ kind: "redoing", from: 0, to: end }]);
    const ledger = script.events("ledgerChanged").at(-1)?.ledger;
    expect(ledger?.transcribed).toBeGreaterThanOrEqual(end);
    script.connect(redo, { paceLimit: null });
    expect(script.all("replay").at(-1)).toEqual({ kind: "replay", from: 0, until: end });
    for (let n = 0; n < end / FRAME; n += 1) script.frame(n, n >= 10 && n < 20);
    script.hear(redo, turn(0, [["Here.", 500, 1000]], "formatted"));
    script.hear(redo, { kind: "termination" });
    for (let i = 0; i < 4; i += 1) script.stored();
    // Both have a boundary behind the word, so that is where the first replacement ends.
    const [words, silence] = script.events("turnsReplaced");
    const boundary = script.turns[0]?.to as number;
    expect(words).toMatchObject({
      range: { from: 0, to: boundary },
      turns: [{ recordingId: "r", leg: redo, text: "Here.", from: 0, to: boundary, isFallback: false }],
    });
    expect(silence).toMatchObject({
      range: { from: boundary, to: end },
      turns: [{ leg: redo, text: "", from: boundary, to: end, isFallback: false }],
    });
    expect(script.events("holesChanged").at(-1)?.holes).toEqual([]);
  });

  it("says nothing of a replacement that the history refused: the user had edited it", () => {
    const script = redoing();
    script.hear(1, turn(0, [["Here.", 500, 1000]], "formatted"));
    script.hear(1, { kind: "termination" });
    expect(script.all("store").at(-1)).toMatchObject({ commit: { kind: "replacement" } });
    script.give({ kind: "stored", answer: { ok: true, value: false } });
    expect(script.events("turnsReplaced")).toEqual([]);
    for (let i = 0; i < 3 && script.all("conclude").length === 0; i += 1) script.stored();
    expect(script.all("conclude")).toHaveLength(1);
  });
});

const STOPGAP = { from: 0, to: 40 * FRAME };

/** A recording that ended, and whose only turn the offline engine wrote; leg 1 redoes it. */
function ended(isRedone = true, stretches = [STOPGAP]) {
  const fallback = stretches as never;
  const script = new Script({ fallbackAfter: 8000, isRedone, idleAfter: null, recognition: PLAIN }).begin(
    40 * FRAME,
    0,
    { fallback },
  );
  script.give({ kind: "stopped", to: 40 * FRAME });
  return script;
}

function redoing(stretches = [STOPGAP]) {
  const script = ended(true, stretches);
  script.connect(1, { paceLimit: null });
  for (let n = 0; n < 40; n += 1) script.frame(n, n >= 10 && n < 20);
  return script;
}

describe("what the offline engine wrote", () => {
  it("is redone after the end as well, before the recording is concluded", () => {
    const script = ended();
    expect(script.all("conclude")).toEqual([]);
    expect(raised(script.effects)).toContain("chosen");
    const done = redoing();
    done.hear(1, turn(0, [["Here.", 500, 1000]], "formatted"));
    done.hear(1, { kind: "termination" });
    for (let i = 0; i < 3 && done.all("conclude").length === 0; i += 1) done.stored();
    expect(done.all("conclude")).toHaveLength(1);
  });

  it("is all that is redone: what the chosen one wrote needs no second opinion", () => {
    const script = new Script(STANDS_IN).begin().connect(0);
    script.frames(0, 40, (n) => n >= 10 && n < 20);
    script.hear(0, turn(0, [["here", 500, 1000]], "formatted"));
    script.give({ kind: "stopped", to: 40 * FRAME });
    script.hear(0, { kind: "termination" });
    for (let i = 0; i < 4 && script.all("conclude").length === 0; i += 1) script.stored();
    expect([script.all("conclude").length, script.all("mint").length]).toEqual([1, 1]);
  });

  it("stays as it is where the user wants it so", () => {
    const script = ended(false);
    expect(script.all("conclude")).toHaveLength(1);
  });

  it("stays as it is when the chosen one is refused for good, or eight times", () => {
    const halted = ended();
    halted.refuse(1, "KeyRejected");
    expect(halted.all("conclude")).toHaveLength(1);
    const tired = ended();
    for (let i = 0; i < 20 && tired.all("conclude").length === 0; i += 1) {
      tired.refuse(tired.all("mint").at(-1)?.leg as number, "Offline");
      tired.pass(15_000);
    }
    expect(tired.all("conclude")).toHaveLength(1);
    expect(tired.all("mint").filter((one) => one.leg > 0)).toHaveLength(8);
    expect(fallbacks(tired)).toEqual([]);
  });

  it("stays as it is where the chosen one is refused for good, stretch by stretch, and is asked about none again", () => {
    const fallback = [STOPGAP, { from: 60 * FRAME, to: 80 * FRAME }] as never;
    const script = new Script(STANDS_IN).begin(80 * FRAME, 0, { fallback });
    script.give({ kind: "stopped", to: 80 * FRAME });
    expect(of(script.refuse(1, "KeyRejected"), "conclude")).toHaveLength(1);
    expect(script.all("mint").filter((one) => one.leg > 1)).toEqual([]);
  });

  it("is replaced as far as it was redone when the rest is given up", () => {
    const halves = [
      { from: 0, to: 20 * FRAME },
      { from: 20 * FRAME, to: 40 * FRAME },
    ];
    const script = redoing(halves);
    script.hear(1, turn(0, [["Here.", 500, 1000]], "formatted"));
    expect(script.all("store")).toMatchObject([{ commit: { kind: "replacement", range: halves[0] } }]);
    script.give({ kind: "closed", leg: 1, code: 1006, reason: "" });
    script.pass(600);
    script.refuse(2, "KeyRejected");
    script.stored();
    expect([script.events("turnsReplaced").length, script.all("conclude").length]).toEqual([1, 1]);
  });

  it("goes on being redone after the end, however often the chosen one was refused before it came", () => {
    const fallback = [STOPGAP] as never;
    const script = new Script(STANDS_IN).begin(40 * FRAME, 0, { fallback }).connect(0);
    const newest = () => script.all("mint").at(-1)?.leg as number;
    for (let i = 0; i < 12; i += 1) {
      script.refuse(newest(), "Offline");
      script.pass(15_000);
    }
    script.connect(newest(), { paceLimit: null });
    script.give({ kind: "stopped", to: 40 * FRAME });
    script.hear(0, { kind: "termination" });
    expect(of(script.effects, "close").map((one) => one.leg)).not.toContain(newest());
    expect(script.all("conclude")).toEqual([]);
  });

  it("is not given up while the recording goes on: there is time", () => {
    const fallback = [STOPGAP] as never;
    const script = new Script(STANDS_IN).begin(40 * FRAME, 0, { fallback }).connect(0);
    for (let i = 0; i < 12; i += 1) {
      script.refuse(script.all("mint").at(-1)?.leg as number, "Offline");
      script.pass(15_000);
    }
    expect(script.events("holesChanged").at(-1)?.holes).toMatchObject([{ kind: "redoing" }]);
  });

  it("is never redone by the offline engine itself", () => {
    const script = ended();
    refusing(script, 9000);
    expect(fallbacks(script)).toEqual([]);
  });
});
