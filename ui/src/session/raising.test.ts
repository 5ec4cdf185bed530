import { describe, expect, it } from "vitest";
import type { ErrorCode, Token } from "../host/host";
import { LegIds, Raising } from "./raising";

const FAILURE = { kind: "network", code: null, detail: "gone" } as const;

function raising(wanted: "chosen" | "fallback" = "chosen", ids = new LegIds(0)) {
  return new Raising(wanted, ids, () => 1);
}

function token(expiresAt: number): { ok: true; value: Token } {
  const value: Token = {
    token: "t",
    expiresAt,
    socketUrl: "wss://x",
    recogniser: "assemblyai",
    paceLimit: 2,
  };
  return { ok: true, value };
}

const refused = (code: ErrorCode) => ({ ok: false, error: { code, message: "m" } }) as const;

/** Raised at 0, opened at 100, `Begin` at 200. */
function ready(expiresAt: number | null = null) {
  const one = raising();
  one.raise(0);
  one.minted(0, token(600_000), 100);
  one.began(expiresAt, 200);
  return one;
}

describe("a leg on its way up", () => {
  it("has a number that no other has, whoever raised it", () => {
    const ids = new LegIds(7);
    const [a, b] = [raising("chosen", ids), raising("fallback", ids)];
    expect([a.raise(0), b.raise(0)]).toEqual([7, 8]);
    expect([a.leg?.id, b.leg?.id]).toEqual([7, 8]);
  });

  it("is one at a time: none is due while it is on its way", () => {
    const one = raising();
    expect([one.dueAt, one.isDue(0)]).toEqual([0, true]);
    one.raise(0);
    expect([one.dueAt, one.isDue(1e9)]).toEqual([null, false]);
  });

  it("opens with the token that was minted for it, once", () => {
    const one = raising();
    one.raise(0);
    expect(one.minted(5, token(600_000), 100)).toBeNull();
    expect(one.leg?.phase.kind).toBe("minting");
    expect(one.minted(0, token(600_000), 100)).toMatchObject({ token: "t" });
    expect([one.isReady, one.expiresAt]).toEqual([false, 10_100]);
    expect(one.minted(0, token(700_000), 100)).toBeNull();
    expect(one.leg?.token?.expiresAt).toBe(600_000);
  });

  it("fails with a refusal, and says with which", () => {
    const one = raising();
    one.raise(0);
    expect(one.minted(0, refused("Offline"), 100)).toBeNull();
    expect(one.leg).toBeNull();
    expect(one.failure).toEqual({ kind: "network", code: "Offline", detail: "m" });
    expect([one.retryAt, one.attempt, one.isHalted]).toEqual([600, 1, false]);
  });

  it("fails with a token that is of no use any more when it comes", () => {
    const one = raising();
    one.raise(0);
    expect(one.minted(0, token(100), 100)).toBeNull();
    expect(one.failure).toEqual({ kind: "tokenExpired", code: null, detail: "the token expired on its way" });
    expect(one.retryAt).toBe(100);
    const other = raising();
    other.raise(0);
    expect(other.minted(0, token(101), 100)).not.toBeNull();
  });

  it("is ready with Begin, counts its life from there, and ends with its session", () => {
    const one = ready(300_000);
    expect(one.isReady).toBe(true);
    expect(one.leg).toMatchObject({ beganAt: 200, endsAt: 300_000 });
    expect([one.expiresAt, one.dueAt]).toEqual([null, null]);
  });

  it("makes nothing of a Begin before its token", () => {
    const one = raising();
    one.began(null, 0);
    one.raise(0);
    one.began(null, 0);
    expect([one.isReady, one.leg?.phase.kind]).toEqual([false, "minting"]);
  });

  it("is handed over when it is ready, with all that was wrong before forgotten", () => {
    const one = raising();
    expect(one.taken()).toBeNull();
    one.noted(FAILURE, 0);
    one.raise(500);
    expect(one.taken()).toBeNull();
    one.minted(0, token(600_000), 600);
    expect(one.taken()).toBeNull();
    one.began(null, 700);
    expect(one.failure).toEqual(FAILURE);
    expect(one.taken()).toMatchObject({ id: 0, token: { token: "t" }, endsAt: 600_000 });
    expect([one.leg, one.failure]).toEqual([null, null]);
  });

  it("is given up with its socket, if it had one", () => {
    const one = raising();
    expect(one.dropped()).toBeNull();
    one.raise(0);
    expect(one.dropped()).toBeNull();
    expect(one.leg).toBeNull();
    one.raise(0);
    one.minted(1, token(600_000), 0);
    expect(one.dropped()).toBe(1);
    expect(one.leg).toBeNull();
  });

  it("is too late without a token after 20 s, without Begin 10 s later, and says which it was", () => {
    const one = raising();
    expect(one.expiresAt).toBeNull();
    one.raise(1000);
    expect(one.expiresAt).toBe(21_000);
    expect(one.timedOut()).toEqual({ kind: "network", code: null, detail: "no token in time" });
    one.minted(0, token(600_000), 2000);
    expect(one.expiresAt).toBe(12_000);
    expect(one.timedOut().detail).toBe("no Begin in time");
  });
});

describe("the next attempt", () => {
  it("comes later after each failure", () => {
    const one = raising();
    one.noted(FAILURE, 1000);
    expect([one.retryAt, one.isDue(1499), one.isDue(1500)]).toEqual([1500, false, true]);
    one.noted(FAILURE, 2000);
    expect([one.retryAt, one.attempt]).toEqual([3000, 2]);
  });

  it("comes soon again when the last leg was healthy", () => {
    const one = raising();
    for (let i = 0; i < 5; i += 1) one.noted(FAILURE, 0);
    one.healthy();
    one.noted(FAILURE, 0);
    expect(one.retryAt).toBe(500);
  });

  it("is not made while a person must act, and is made at once when that was done", () => {
    const one = raising();
    one.noted({ ...FAILURE, kind: "credential" }, 0);
    expect([one.isHalted, one.dueAt, one.isDue(1e9)]).toEqual([true, null, false]);
    one.retried(9000);
    expect([one.isHalted, one.dueAt, one.attempt]).toEqual([false, 9000, 0]);
  });

  it("is made at once when the user asks for it, however long it was to wait", () => {
    const one = raising();
    for (let i = 0; i < 5; i += 1) one.noted(FAILURE, 0);
    one.retried(100);
    expect([one.isDue(99), one.isDue(100)]).toEqual([false, true]);
  });
});
