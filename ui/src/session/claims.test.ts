import { describe, expect, it } from "vitest";
import { of, resumePoint, Script, turn } from "../../tests/script";
import type { CommandError, ErrorCode } from "../host/host";
import { FRAME } from "./io";
import { PLAIN } from "./recognition";

const refused = (code: ErrorCode): { ok: false; error: CommandError } => ({ ok: false, error: { code, message: "m" } });

function heard() {
  const script = new Script().begin(0, 0, { claim: 7 }).connect(0);
  script.frames(0, 30, (n) => n >= 2 && n < 10);
  script.hear(0, turn(0, [["one", 100, 500]], "formatted"));
  return script;
}

describe("a session whose recording another took up, or that is gone", () => {
  it.each(["Superseded", "NotFound"] as const)("says so and lets go: %s at whatever it asked", (code) => {
    const asked: [string, (script: Script) => void][] = [
      ["resume", (script) => void script.give({ kind: "resumed", answer: refused(code) })],
      ["feed", (script) => void script.give({ kind: "feedClosed", error: refused(code).error })],
      ["conclude", (script) => void script.give({ kind: "concluded", answer: refused(code) })],
    ];
    for (const [, answer] of asked) {
      const script = new Script();
      script.give({ kind: "started" });
      answer(script);
      expect(script.phase).toMatchObject({ kind: "ended", reason: { code } });
      expect(script.all("rest")).toHaveLength(1);
      expect(script.wakesAt).toBeNull();
      expect(script.give({ kind: "retried" })).toEqual([]);
      expect(script.give({ kind: "feedOpened" })).toEqual([]);
    }
  });

  it("closes every socket, live or on its way", () => {
    const script = heard();
    script.give({
      kind: "reconfigured",
      policy: { fallbackAfter: null, isRedone: false, idleAfter: null, recognition: PLAIN },
    });
    script.mint(1);
    const effects = script.give({ kind: "stored", answer: refused("Superseded") });
    expect(of(effects, "close").map((one) => one.leg)).toEqual([0, 1]);
    expect(of(effects, "mint")).toEqual([]);
    expect(script.events("storingFailed")).toEqual([]);
  });

  it("stays at it when the answer is any other refusal", () => {
    const script = new Script();
    script.give({ kind: "started" });
    script.give({ kind: "resumed", answer: refused("Unexpected") });
    script.give({ kind: "feedClosed", error: refused("Unexpected").error });
    expect(script.phase.kind).toBe("connecting");
    script.pass(1000);
    expect([script.all("resume").length, script.all("openFeed").length]).toEqual([2, 2]);
  });

  it("asks again to conclude until that is done, once at a time", () => {
    const script = new Script().begin(40 * FRAME, 0);
    script.give({ kind: "stopped", to: 40 * FRAME });
    script.pass(1000);
    expect(script.all("conclude")).toHaveLength(1);
    script.give({ kind: "concluded", answer: refused("DiskFull") });
    script.pass(1000);
    expect(script.all("conclude")).toHaveLength(2);
    expect(script.phase.kind).toBe("finishing");
  });
});

describe("a session that resumes", () => {
  it("stores with the claim that it was given, and tells what it stored", () => {
    const script = heard();
    expect(script.all("store")).toMatchObject([{ claim: 7, commit: { kind: "turn" } }]);
    expect(script.events("turnCommitted")).toEqual([]);
    script.stored();
    expect(script.events("turnCommitted")).toMatchObject([{ turn: { recordingId: "r", text: "one" } }]);
    expect(script.events("resumed")).toHaveLength(1);
  });

  it("makes nothing of a second answer, nor of one to a write that it did not ask for", () => {
    const script = heard();
    expect(of(script.give({ kind: "resumed", answer: { ok: true, value: resumePoint(0, 9) } }), "mint")).toEqual([]);
    script.stored();
    expect(script.stored()).toEqual([]);
  });

  it("asks for nothing twice while it waits", () => {
    const script = new Script();
    script.give({ kind: "started" });
    script.pass(60_000);
    expect([script.all("resume").length, script.all("openFeed").length]).toEqual([1, 1]);
  });

  it("hears from the start of the frame in which the last turn ended", () => {
    const script = new Script().begin(40 * FRAME + 300, 2).connect(2);
    script.frames(41, 1);
    expect(script.all("replay")[0]?.from).toBe(40 * FRAME);
  });

  it("knows what was captured before it came, and reports what is on the disk", () => {
    const script = new Script().begin(16_000, 0, { captured: 64_000 });
    expect(script.events("ledgerChanged").at(-1)?.ledger).toEqual({ captured: 64_000, transcribed: 16_000 });
  });

  it("ends at once where the end came before the answer", () => {
    const script = new Script();
    script.give({ kind: "started" });
    script.give({ kind: "stopped", to: 40 * FRAME });
    const answer = { ok: true, value: resumePoint(40 * FRAME, 3) } as const;
    expect(of(script.give({ kind: "resumed", answer }), "conclude")).toHaveLength(1);
  });

  it("is not told of legs and sockets that are none of its own", () => {
    const script = heard();
    const before = script.effects.length;
    script.give({ kind: "closed", leg: 99, code: 1006, reason: "" });
    script.give({ kind: "buffered", leg: 99, bytes: 1e9 });
    script.hear(99, { kind: "termination" });
    script.mint(99);
    expect(script.effects.length).toBe(before);
  });
});
