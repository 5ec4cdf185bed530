import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRAME } from "./io";
import { affordableAt, BURST, fullBucket, rate, refilled, spent } from "./pace";

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
