/** The small pure pieces: feed, pace, retry policy, levels, rotation. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEnd, decodeFrame, encodeFollow, encodeReplay, FRAME_BYTES } from "./feed";
import { FRAME } from "./io";
import { Levels } from "./levels";
import { affordableAt, BURST, fullBucket, rate, refilled, spent } from "./pace";
import { backoff, retryDelay } from "./reconnect";
import { rotationWindow, sessionEnd } from "./rotation";

describe("feed", () => {
  const frame = (from: bigint, flags: number) => {
    const data = new ArrayBuffer(FRAME_BYTES);
    const view = new DataView(data);
    view.setBigUint64(0, from, true);
    view.setFloat32(8, -23.5, true);
    view.setUint32(12, flags, true);
    view.setInt16(16, 1234, true);
    return data;
  };

  it("reads a frame, and its audio without header or neighbour", () => {
    const decoded = decodeFrame(frame(1_600_000n, 3));
    expect(decoded?.frame).toEqual({ from: 1_600_000, dbfs: -23.5, isSpeech: true, isGap: true });
    expect(decoded?.pcm.byteLength).toBe(2 * FRAME);
    expect(new Int16Array(decoded?.pcm.slice().buffer ?? new ArrayBuffer(2))[0]).toBe(1234);
    expect(decodeFrame(frame(0n, 0))?.frame).toMatchObject({ isSpeech: false, isGap: false });
  });

  it("takes nothing of another length", () => {
    for (const bytes of [0, 16, FRAME_BYTES - 1, FRAME_BYTES + 1])
      expect(decodeFrame(new ArrayBuffer(bytes))).toBeNull();
  });

  it("reads the end and nothing else", () => {
    expect(decodeEnd('{"kind":"end","to":800}')).toEqual({ to: 800 });
    for (const text of ["", "null", "{}", '{"kind":"end"}', '{"kind":"x","to":1}']) expect(decodeEnd(text)).toBeNull();
  });

  it("asks as the trusted side listens", () => {
    expect(JSON.parse(encodeFollow())).toEqual({ kind: "follow" });
    expect(JSON.parse(encodeReplay(800, 1600))).toEqual({ kind: "replay", from: 800, until: 1600 });
  });
});

describe("pace", () => {
  it("is brisk for a short backlog, real time for a long one, and free where no limit is", () => {
    expect(rate(2, 5 * 16_000)).toBe(2);
    expect(rate(4, 16_000)).toBe(2);
    expect(rate(1, 16_000)).toBe(1);
    expect(rate(2, 6 * 16_000)).toBe(1);
    expect(rate(null, 1e9)).toBe(Number.POSITIVE_INFINITY);
  });

  it("never lets more pass than the burst and the rate, however it is asked", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 200 }), (steps) => {
        let [bucket, now, sent] = [fullBucket(0), 0, 0];
        for (const step of steps) {
          now += step;
          bucket = refilled(bucket, 2, now);
          for (; bucket.credit >= FRAME; sent += FRAME) bucket = spent(bucket, FRAME);
        }
        return sent <= BURST + now * 32;
      }),
    );
  });

  it("says when it can pay", () => {
    const empty = spent(fullBucket(1000), BURST);
    expect(affordableAt(empty, 2, 3200)).toBe(1100);
    expect(affordableAt(fullBucket(1000), 2, 3200)).toBe(1000);
  });
});

describe("retry policy", () => {
  const failure = (kind: "network" | "tokenExpired" | "tooManySessions" | "credential") => ({
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
    expect(retryDelay({ ...failure("tooManySessions"), code: "RateLimited" }, 0, () => 0)).toBe(5000);
    expect(retryDelay({ ...failure("tooManySessions"), code: "RateLimited" }, 9, () => 1)).toBe(65_000);
    expect(retryDelay(failure("credential"), 0, () => 1)).toBeNull();
    expect(retryDelay(failure("network"), 3, () => 0.5)).toBe(2000);
  });
});

describe("the boundary between two turns", () => {
  const levels = (dbfs: number[]) => {
    const all = new Levels();
    dbfs.forEach((level, i) => {
      all.put(i * FRAME, level, level > -40);
    });
    return all;
  };
  const [W, Q] = [-20, -60];
  const boundary = (dbfs: number[], endFrame: number, atLeast = FRAME) =>
    levels(dbfs).pauseAfter(endFrame * FRAME, atLeast, dbfs.length * FRAME) / FRAME;

  it("lies in the pause, not in the tail of the word nor in the next word", () => {
    expect(boundary([Q, W, W, W, W, Q, Q, Q, W, W, W, Q, Q], 3)).toBe(6);
  });

  it("is the first pause after the word, even when a later one is quieter", () => {
    expect(boundary([Q, W, W, W, -58, Q, -58, W, W, -99, -99, -99], 4)).toBe(5);
  });

  it("is the quietest frame near the word's end where there is no pause", () => {
    expect(boundary([W, W, W, W, W, -22, W, W, W, W, W, W, W, W, W, W], 5)).toBe(5);
  });

  it("never goes behind what is covered already, nor beyond what was sent", () => {
    expect(boundary([W, Q, Q, Q, Q, Q], 1, 3 * FRAME)).toBeGreaterThanOrEqual(3);
    expect(boundary([W, W, W], 40)).toBe(3);
  });

  it("copes with digital silence", () => {
    const quiet = Number.NEGATIVE_INFINITY;
    expect(boundary([W, W, quiet, quiet, quiet, quiet], 2)).toBe(3);
  });

  it("forgets what is behind", () => {
    const all = levels(Array(500).fill(Q));
    all.prune(400 * FRAME);
    expect(all.size).toBe(140);
  });
});

describe("rotation", () => {
  it("leaves room before the end, and closes its window before it", () => {
    const ends = (endsAt: number | null) => rotationWindow({ beganAt: 0, endsAt, leavesAt: null });
    const window = ends(300_000);
    expect(window).toEqual({ opensAt: 240_000, closesAt: 282_000, lastAt: 298_000 });
    expect(ends(60_000)?.opensAt).toBe(42_000);
    expect(ends(5000)?.opensAt).toBe(1000);
    expect(ends(null)).toBeNull();
  });

  it("looks for a pause at once where a leg is to be left, and never takes longer than its end", () => {
    const leg = { beganAt: 0, endsAt: 300_000, leavesAt: 100_000 };
    expect(rotationWindow(leg)).toEqual({ opensAt: 100_000, closesAt: 108_000, lastAt: 298_000 });
    expect(rotationWindow({ ...leg, endsAt: null })?.lastAt).toBe(Infinity);
    expect(rotationWindow({ ...leg, leavesAt: 250_000 })?.opensAt).toBe(240_000);
  });

  it("ends a leg by the earlier of token and session, but does not believe a clock that is wrong", () => {
    expect(sessionEnd(300_000, 200_000, 0)).toBe(200_000);
    expect(sessionEnd(300_000, 900_000, 0)).toBe(300_000);
    expect(sessionEnd(300_000, null, 0)).toBe(300_000);
    expect(sessionEnd(300_000, -5000, 0)).toBe(300_000);
  });
});
