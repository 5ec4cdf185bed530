import { describe, expect, it } from "vitest";
import { of, Script, turn } from "../../tests/script";
import { FRAME } from "./io";

const SECOND = 20;
const speaking = (from: number, to: number) => (frame: number) => frame >= from && frame < to;

describe("loss", () => {
  it("takes the uncommitted range back and hears it again on a new leg with a fresh token", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 60, (n) => speaking(2, 10)(n) || speaking(30, 60)(n));
    script.hear(0, turn(0, [["one", 100, 500]], "formatted"));
    script.hear(0, turn(1, [["tw", 1500, 2000]], "partial"));
    const lost = script.give({ kind: "closed", leg: 0, code: 1006, reason: "" });
    expect(lost).toContainEqual({ kind: "event", event: { kind: "tentative", leg: 0, turnOrder: 1, words: [] } });
    expect(script.phase.kind).toBe("reconnecting");
    expect(of(script.pass(500), "mint")).toEqual([{ kind: "mint", leg: 1, recogniser: "chosen" }]);
    script.connect(1);
    expect(script.all("replay").at(-1)?.from).toBe(script.turns[0]?.to);
    script.hear(0, turn(1, [["two", 1500, 2000]], "formatted"));
    script.stored();
    expect(script.all("store")).toHaveLength(1);
  });

  it.each([
    [1008, "Unauthorized Connection: Invalid API key", "credential"],
    [1008, "Unauthorized Connection: Insufficient balance", "account"],
    [3006, "User Input Validation Error: bad", "badRequest"],
  ] as const)("reacts to %i %s: stops, says so, and goes on when the user says so", (code, text, kind) => {
    const script = new Script().begin().connect(0);
    script.frames(0, 5);
    const effects = script.hear(0, { kind: "error", code, text });
    expect(of(effects, "close")).toEqual([{ kind: "close", leg: 0 }]);
    expect(script.phase).toMatchObject({ kind: "ended", reason: { kind } });
    expect(of(script.pass(600_000), "mint")).toEqual([]);
    expect(of(script.give({ kind: "retried" }), "mint")).toEqual([{ kind: "mint", leg: 1, recogniser: "chosen" }]);
    expect(script.phase.kind).not.toBe("ended");
  });

  it.each([1001, 1006, 1011, 1012, 1013, 3005, 3008])("comes back after a close with %i", (code) => {
    const script = new Script().begin().connect(0);
    script.frames(0, 5);
    script.give({ kind: "closed", leg: 0, code, reason: "" });
    script.pass(1000);
    expect(script.all("mint").map((one) => one.leg)).toEqual([0, 1]);
  });

  it("asks again after a second when there were too many sessions, for an old one may still be counted", () => {
    const script = new Script().begin();
    script.mint(0);
    script.hear(0, { kind: "error", code: 1008, text: "Unauthorized Connection: Too many concurrent sessions" });
    expect(of(script.pass(999), "mint")).toEqual([]);
    expect(of(script.pass(1000), "mint")).toHaveLength(1);
  });

  it("asks for no token within five seconds when there were too many a minute", () => {
    const script = new Script().begin();
    script.refuse(0, "RateLimited");
    expect(of(script.pass(4_999), "mint")).toEqual([]);
    expect(of(script.pass(16_000), "mint")).toHaveLength(1);
  });

  it("never uses a token twice: each open has its own, a late or foreign one is thrown away", () => {
    const script = new Script().begin();
    script.mint(0);
    expect(of(script.mint(0), "open")).toEqual([]);
    script.give({ kind: "closed", leg: 0, code: 1006, reason: "" });
    expect(of(script.mint(0), "open")).toEqual([]);
    script.pass(1000);
    expect(of(script.mint(1), "open").map((one) => one.token.token)).toEqual(["t1"]);
    expect(script.all("mint").map((one) => one.leg)).toEqual([0, 1]);
  });

  it("gives up on a Begin that does not come within 10 s, and on a token within 20 s", () => {
    const script = new Script().begin();
    script.mint(0);
    expect(of(script.pass(10_000), "close")).toEqual([{ kind: "close", leg: 0 }]);
    script.pass(1000);
    expect(script.all("mint")).toHaveLength(2);
    expect(of(script.pass(21_000), "mint")).toHaveLength(1);
  });

  it("backs off with jitter up to 15 s while minting fails, for ever", () => {
    const script = new Script().begin();
    for (let leg = 0; leg < 12; leg += 1) {
      script.refuse(leg, "Offline");
      script.pass(7_500);
    }
    expect(script.all("mint")).toHaveLength(13);
  });

  it("starts from the shortest delay after 30 s of health", () => {
    const script = new Script().begin();
    for (let leg = 0; leg < 6; leg += 1) {
      script.refuse(leg, "Offline");
      script.pass(7_500);
    }
    script.connect(6, { expiresAt: script.now + 10_000_000 });
    script.frames(0, 31 * SECOND);
    script.give({ kind: "closed", leg: 6, code: 1006, reason: "" });
    expect(of(script.pass(250), "mint")).toHaveLength(1);
  });

  it("notices a half-open socket: speech was sent, and no message came for 10 s", () => {
    const script = new Script().begin().connect(0);
    const effects = script.frames(0, 11 * SECOND, () => true);
    expect(of(effects, "close")).toEqual([{ kind: "close", leg: 0 }]);
  });

  it("does not take a quiet room for a dead socket", () => {
    const script = new Script().begin().connect(0);
    expect(of(script.frames(0, 300 * SECOND), "close")).toEqual([]);
  });

  it("does not hear an hour of silence again, and keeps little while it lasts", () => {
    const script = new Script().begin().connect(0, { expiresAt: Number.MAX_SAFE_INTEGER });
    for (let second = 0; second < 600; second += 5) {
      script.frames(second * SECOND, 5 * SECOND);
      script.hear(0, { kind: "heartbeat", receivedMs: (second + 5) * 1000 });
    }
    // The loudness of six seconds for a cut, and of what the leg may still have to be asked about.
    expect(script.session.kept).toBeGreaterThan(120 + 200);
    expect(script.session.kept).toBeLessThan(450);
    script.give({ kind: "closed", leg: 0, code: 1006, reason: "" });
    script.pass(500);
    script.connect(1);
    // What may not have been answered yet is healed beside; the silence before it is not heard again.
    expect(script.events("holesChanged")[0]?.holes[0]?.from).toBeGreaterThan(580 * SECOND * FRAME);
    script.connect(2);
    expect(script.all("replay").at(-1)?.from).toBeGreaterThan(580 * SECOND * FRAME);
  });
});
