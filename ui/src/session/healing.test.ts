import { describe, expect, it } from "vitest";
import { of, Script, turn } from "../../tests/script";
import { type Effect, FRAME } from "./io";

const SECOND = 20;
const OFFLINE = { recogniser: "offline", paceLimit: null } as const;
const loudUntil = (quiet: readonly [number, number]) => (n: number) => n < quiet[0] || n >= quiet[1];

/** What was asked of the spool and did not come yet is given now; the frames that went to which leg. */
function serve(script: Script, isLoud: (n: number) => boolean = () => false): [leg: number, frame: number][] {
  const sent: [number, number][] = [];
  let asked = script.all("replay").slice(-2);
  for (let round = 0; round < 20 && asked.length > 0; round += 1) {
    const effects: Effect[] = [];
    for (const { from, until } of asked)
      for (let n = from / FRAME; n < until / FRAME; n += 1) effects.push(...script.frame(n, isLoud(n)));
    sent.push(...of(effects, "send").map(({ leg, pcm }): [number, number] => [leg, pcm[0] as number]));
    asked = of(effects, "replay");
  }
  return sent;
}

/** Captured at once, so that nothing else happens in between. */
function captured(script: Script, count: number, isLoud: (n: number) => boolean = () => false): void {
  for (let n = 0; n < count; n += 1) script.frame(n, isLoud(n));
}

const holes = (script: Script) =>
  (script.events("holesChanged").at(-1)?.holes ?? []).map(({ kind, from, to }) => [kind, from / FRAME, to / FRAME]);

describe("a leg that comes up with much behind it", () => {
  it("begins at the latest pause, so that the words of now are shown now; the rest is healed beside", () => {
    const script = new Script().begin();
    captured(script, 400, loudUntil([380, 385]));
    expect(holes(script)).toEqual([]);
    script.connect(0);
    expect(script.all("replay")[0]).toEqual({ kind: "replay", from: 384 * FRAME, until: 400 * FRAME });
    expect(holes(script)).toEqual([["healing", 0, 384]]);
    expect(script.all("mint").map(({ leg, recogniser }) => [leg, recogniser])).toEqual([
      [0, "chosen"],
      [1, "chosen"],
    ]);
    expect(script.phase).toMatchObject({ kind: "streaming", source: "assemblyai" });
  });

  it("begins at the pause nearest to now, if there are several", () => {
    const script = new Script().begin();
    captured(script, 400, (n) => loudUntil([330, 335])(n) && loudUntil([390, 395])(n));
    script.connect(0);
    expect(holes(script)).toEqual([["healing", 0, 394]]);
  });

  it("hears all of it by itself when it is five seconds at most", () => {
    const script = new Script().begin();
    script.frames(0, 5 * SECOND, loudUntil([60, 70]));
    script.connect(0);
    expect(script.all("replay")[0]?.from).toBe(0);
    expect(holes(script)).toEqual([]);
  });

  it("waits for a pause while somebody speaks, for a word must not be cut", () => {
    const script = new Script().begin();
    captured(script, 200, () => true);
    script.connect(0);
    expect(script.all("replay")).toEqual([]);
    script.frames(200, 100, () => true);
    expect(script.all("replay")).toEqual([]);
    script.frames(300, 4);
    expect(holes(script)).toEqual([]);
    script.frames(304, 1);
    expect(holes(script)).toEqual([["healing", 0, 304]]);
    script.frame(304);
    script.frames(305, 1);
    expect(script.all("send").map((one) => one.leg)).toEqual([0, 0]);
  });

  it("hears all from the start when no pause comes within 15 s", () => {
    const script = new Script().begin();
    captured(script, 200, () => true);
    script.connect(0);
    script.frames(200, 14 * SECOND, () => true);
    expect(script.all("replay")).toEqual([]);
    script.frames(200 + 14 * SECOND, SECOND, () => true);
    expect(script.all("replay")[0]?.from).toBe(0);
    expect(holes(script)).toEqual([]);
  });

  it("is of an engine without a pace: that one catches up by itself, up to a minute", () => {
    const script = new Script().begin();
    captured(script, 60 * SECOND);
    script.connect(0, OFFLINE);
    expect(script.all("replay")[0]).toEqual({ kind: "replay", from: 0, until: 200 * FRAME });
    const late = new Script().begin();
    captured(late, 60 * SECOND + 1);
    late.connect(0, OFFLINE);
    expect(holes(late)).toEqual([["healing", 0, 60 * SECOND]]);
  });

  it("hears all from the start after the stop: nobody waits for the words of now", () => {
    const script = new Script().begin();
    captured(script, 400);
    script.give({ kind: "stopped", to: 400 * FRAME });
    script.connect(0);
    expect(script.all("replay")[0]?.from).toBe(0);
    expect(holes(script)).toEqual([]);
  });

  it("is not left while the leg before it may still say where it ended", () => {
    const script = new Script().begin().connect(0, { expiresAt: 1_700_000_060_000 });
    let n = 0;
    for (; n < 2000 && script.all("mint").length < 2; n += 1) script.frames(n, 1);
    script.connect(1);
    script.frames(n, 1);
    expect(script.all("finish")).toHaveLength(1);
    // The new one is lost while the old one finishes; what it was sent cannot be tiled yet.
    script.give({ kind: "closed", leg: 1, code: 1006, reason: "" });
    expect(holes(script)).toEqual([]);
  });
});

describe("a hole", () => {
  /** 20 s without a socket, then a live leg that begins with the last frame; leg 1 is to heal `[0, 399)`. */
  function left() {
    const script = new Script().begin();
    captured(script, 400, (n) => n >= 100 && n < 120);
    script.connect(0);
    return script;
  }

  it("is heard on a leg of its own while the live one goes on, each frame by one of them", () => {
    const script = left();
    script.connect(1, { paceLimit: null });
    const sent = serve(script);
    expect(sent.filter(([leg]) => leg === 1)).toHaveLength(399);
    expect(of(script.frames(400, 1), "send").map((one) => one.leg)).toEqual([0]);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 1 }]);
    // A frame of the past is not sent again, whoever asks for it.
    expect(of(script.frame(5), "send")).toEqual([]);
  });

  it("shrinks as its turns are stored, is gone at its end, and its silence is stored too", () => {
    const script = left();
    script.connect(1, { paceLimit: null });
    serve(script, (n) => n >= 100 && n < 120);
    script.hear(1, turn(0, [["past", 5000, 6000]], "formatted"));
    expect(script.events("tentative")).toEqual([]);
    script.stored();
    const end = script.turns[0]?.to as number;
    expect(holes(script)).toEqual([["healing", end / FRAME, 399]]);
    const ledger = script.events("ledgerChanged").at(-1)?.ledger;
    expect(ledger).toEqual({ captured: 20 * 16_000, transcribed: end });
    script.hear(1, { kind: "termination" });
    expect(script.turns.map(({ leg, from, to, text }) => [leg, from, to, text])).toEqual([
      [1, 0, end, "past"],
      [1, end, 399 * FRAME, ""],
    ]);
    script.stored();
    expect(holes(script)).toEqual([]);
    expect(script.events("ledgerChanged").at(-1)?.ledger.transcribed).toBe(399 * FRAME);
  });

  it("is none any more when a turn is stored up to its end, though its leg is not through", () => {
    const script = left();
    script.connect(1, { paceLimit: null });
    serve(script, () => true);
    script.hear(1, turn(0, [["past", 0, 20_000]], "formatted"));
    expect(script.turns.at(-1)?.to).toBe(399 * FRAME);
    script.stored();
    expect(holes(script)).toEqual([]);
  });

  it("is healed before the recording is concluded", () => {
    const script = left();
    script.frame(399);
    script.give({ kind: "stopped", to: 400 * FRAME });
    script.hear(0, { kind: "termination" });
    script.pass(3000);
    expect(script.all("conclude")).toEqual([]);
    script.connect(1, { paceLimit: null });
    serve(script);
    script.hear(1, { kind: "termination" });
    expect(script.all("conclude")).toEqual([]);
    script.stored();
    script.stored();
    expect(script.all("conclude")).toHaveLength(1);
  });

  it("waits its turn: one is healed after the other", () => {
    const hole = (from: number, to: number) => ({ from: from * FRAME, to: to * FRAME });
    const script = new Script().begin(400 * FRAME, 7, { holes: [hole(0, 100), hole(200, 300)] });
    expect(holes(script)).toEqual([
      ["waiting", 0, 100],
      ["waiting", 200, 300],
    ]);
    expect(script.events("ledgerChanged").at(-1)?.ledger.transcribed).toBe(200 * FRAME);
    script.connect(7);
    expect(holes(script)).toEqual([
      ["healing", 0, 100],
      ["waiting", 200, 300],
    ]);
    script.connect(8, { paceLimit: null });
    serve(script);
    script.hear(8, { kind: "termination" });
    script.stored();
    expect(holes(script)).toEqual([["healing", 200, 300]]);
    expect(script.all("mint").map((one) => one.leg)).toEqual([7, 8, 9]);
  });

  it("is not healed while nothing is live: the words of now come first", () => {
    const script = new Script().begin(400 * FRAME, 0, { holes: [{ from: 0, to: 800 }] });
    script.frames(400, 10);
    expect(script.all("mint")).toHaveLength(1);
    expect(holes(script)).toEqual([["waiting", 0, 1]]);
  });

  it("that begins or ends inside a frame is heard to the frame's ends, and tiled to the sample", () => {
    const script = new Script().begin(40 * FRAME, 0, { holes: [{ from: 100, to: 900 }] });
    expect(holes(script)).toEqual([["waiting", 0, 2]]);
    script.give({ kind: "stopped", to: 40 * FRAME });
    script.pass(10);
    expect(holes(script)).toEqual([["healing", 0, 2]]);
    script.connect(1, { paceLimit: null });
    serve(script);
    script.hear(1, { kind: "termination" });
    expect(script.turns).toMatchObject([{ from: 100, to: 2 * FRAME, text: "" }]);
  });

  it("is heard again from its last turn when its leg is lost, while the live one does not notice", () => {
    const script = left();
    script.connect(1, { paceLimit: null });
    serve(script, (n) => n >= 100 && n < 120);
    script.hear(1, turn(0, [["past", 5000, 6000]], "formatted"));
    script.give({ kind: "closed", leg: 1, code: 1006, reason: "" });
    expect(script.phase.kind).toBe("streaming");
    script.pass(600);
    script.connect(2, { paceLimit: null });
    expect(script.all("replay").at(-1)?.from).toBe(script.turns[0]?.to);
  });

  it("is healed on the last socket that the recogniser gives", () => {
    const script = new Script().begin();
    captured(script, 400, (n) => n >= 100 && n < 120);
    script.connect(0, { expiresAt: script.now + 60_000 });
    script.connect(1);
    // The live leg's next one finds out that there are two.
    while (script.all("mint").length < 3) script.frames(400, 1, () => true);
    script.mint(2);
    script.hear(2, { kind: "error", code: 1008, text: "Unauthorized Connection: Too many concurrent sessions" });
    script.give({ kind: "closed", leg: 1, code: 1006, reason: "" });
    script.pass(1000);
    const healing = script.all("mint").at(-1)?.leg as number;
    const effects = [...script.mint(healing), ...script.frames(401, 2, () => true)];
    expect(of(effects, "open").map(({ leg }) => leg)).toEqual([healing]);
    expect([of(effects, "close"), of(effects, "mint")]).toEqual([[], []]);
  });

  it("is never given up, for nobody has heard it: not after many refusals, nor while a person must act", () => {
    const script = new Script().begin(400 * FRAME, 0, { holes: [{ from: 0, to: 800 }] });
    script.give({ kind: "stopped", to: 400 * FRAME });
    const newest = () => script.all("mint").at(-1)?.leg as number;
    for (let i = 0; i < 12; i += 1) {
      script.refuse(newest(), "Offline");
      script.pass(15_000);
    }
    script.refuse(newest(), "KeyRejected");
    expect([script.all("conclude").length, holes(script)]).toEqual([0, [["healing", 0, 1]]]);
    expect(script.phase).toMatchObject({ kind: "ended", reason: { kind: "credential" } });
    script.give({ kind: "retried" });
    script.connect(newest(), { paceLimit: null });
    serve(script);
    script.hear(newest(), { kind: "termination" });
    script.stored();
    expect(script.all("conclude")).toHaveLength(1);
  });

  it("stays where it is on the disk when the window lets go: the next one is told of it", () => {
    const script = left();
    script.give({ kind: "feedClosed", error: { code: "Superseded", message: "" } });
    expect(holes(script)).toEqual([]);
    expect(script.phase).toMatchObject({ kind: "ended", reason: { code: "Superseded" } });
  });
});
