import { describe, expect, it } from "vitest";
import type { SessionFailure } from "./events";
import { Asking, backoff, retryDelay } from "./reconnect";

describe("retry policy", () => {
  const failure = (kind: SessionFailure["kind"]) => ({
    kind,
    code: null,
    detail: "",
  });

  it("draws from nothing to a ceiling that doubles from 0.5 s to 15 s", () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, () => 1))).toEqual([
      500, 1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    expect(backoff(9, () => 0)).toBe(0);
  });

  it("comes back at once after an expiry, once; in seconds when sessions are rationed; never with a bad key", () => {
    expect(retryDelay(failure("tokenExpired"), 0, () => 1)).toBe(0);
    expect(retryDelay(failure("tokenExpired"), 1, () => 1)).toBe(1000);
    expect(retryDelay(failure("tooManySessions"), 0, () => 0)).toBe(1000);
    expect(retryDelay(failure("tooManySessions"), 2, () => 1)).toBe(3000);
    expect(retryDelay({ ...failure("tooManySessions"), code: "RateLimited" }, 0, () => 0)).toBe(5000);
    expect(retryDelay({ ...failure("tooManySessions"), code: "RateLimited" }, 0, () => 1)).toBe(20_000);
    expect(retryDelay({ ...failure("tooManySessions"), code: "RateLimited" }, 9, () => 1)).toBe(20_000);
    expect(retryDelay(failure("credential"), 0, () => 1)).toBeNull();
    expect(retryDelay(failure("sessionExpired"), 0, () => 1)).toBe(0);
    expect(retryDelay(failure("sessionExpired"), 2, () => 1)).toBe(2000);
    expect(retryDelay(failure("network"), 3, () => 0.5)).toBe(2000);
    expect(retryDelay(failure("network"), 0, () => 1)).toBe(500);
  });
});

describe("a question to the trusted side", () => {
  it("is put once, at once, and once more for each time that it is wanted anew", () => {
    const asking = new Asking();
    expect([asking.wakesAt, asking.isDue(0)]).toEqual([null, false]);
    asking.want(1000);
    expect(asking.wakesAt).toBe(1000);
    expect([asking.isDue(999), asking.isDue(1000), asking.isDue(1000)]).toEqual([false, true, false]);
    asking.want(1000);
    expect([asking.wakesAt, asking.isDue(1000)]).toEqual([null, false]);
    asking.answered();
    expect(asking.isDue(2000)).toBe(false);
    asking.want(2000);
    expect(asking.isDue(2000)).toBe(true);
  });

  it("does not forget that it waits when it is wanted again", () => {
    const asking = new Asking();
    asking.want(0);
    asking.isDue(0);
    asking.failed(0, () => 1);
    asking.want(10);
    expect(asking.wakesAt).toBe(500);
  });

  it("waits longer after each failure, at least 100 ms, and starts anew after an answer", () => {
    const asking = new Asking();
    const waits = (random: number) => {
      asking.failed(0, () => random);
      return asking.wakesAt;
    };
    expect([waits(1), waits(1), waits(1), waits(0)]).toEqual([500, 1000, 2000, 100]);
    asking.answered();
    expect(waits(1)).toBe(500);
  });
});
