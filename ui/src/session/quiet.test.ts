import { beforeEach, describe, expect, it } from "vitest";
import { FRAME } from "./io";
import { Quiet } from "./quiet";

let quiet: Quiet;
let next: number;

beforeEach(() => {
  [quiet, next] = [new Quiet(), 0];
});

/** So many frames of this level, from the next one on. */
function heard(count: number, dbfs: number, marks: { isSpeech?: boolean; isGap?: boolean } = {}): void {
  for (let n = 0; n < count; n += 1, next += 1) {
    quiet.put({ from: next * FRAME, dbfs, isSpeech: false, isGap: false, ...marks });
  }
}

const since = () => quiet.since / FRAME;

describe("quiet", () => {
  it("is broken by a voice, however soft", () => {
    heard(20, -60);
    expect([since(), quiet.end / FRAME]).toEqual([0, 20]);
    heard(1, -60, { isSpeech: true });
    heard(20, -60);
    expect([since(), quiet.end / FRAME]).toEqual([21, 41]);
  });

  it("is broken by what lasts and stands out from the room, though no detector calls it speech", () => {
    heard(20, -60);
    heard(2, -40);
    expect(since()).toBe(0);
    heard(1, -40);
    expect(since()).toBe(23);
  });

  it("is not broken by what is short, however often it comes", () => {
    for (let i = 0; i < 20; i += 1) {
      heard(5, -60);
      heard(2, -20);
    }
    expect(since()).toBe(0);
  });

  it("is broken by what is more than ten decibels above the room, and by nothing below that", () => {
    heard(20, -60);
    heard(5, -50);
    expect(since()).toBe(0);
    quiet = new Quiet();
    next = 0;
    heard(20, -60);
    heard(5, -49.9);
    expect(since()).toBe(25);
  });

  it("knows the room from the first frame on", () => {
    heard(1, -60);
    heard(3, -40);
    expect(since()).toBe(4);
  });

  it("follows a room that grows loud and quiet again, by little and little", () => {
    const slowly = (from: number, to: number) => {
      for (let step = 0; step <= 100; step += 1) heard(2, from + ((to - from) * step) / 100);
    };
    slowly(-60, -30);
    slowly(-30, -60);
    expect(since()).toBe(0);
    heard(100, -60);
    heard(3, -45);
    expect(since()).toBe(next);
  });

  it("does not take one frame for the room", () => {
    heard(20, -60);
    heard(1, -69);
    heard(5, -57);
    expect(since()).toBe(0);
  });

  it("does not take voices for the room, so that a softer one behind them is still one", () => {
    heard(20, -60);
    heard(200, -20, { isSpeech: true });
    heard(3, -45);
    expect(since()).toBe(next);
  });

  it("is broken for as long as something stands out: what lasts does not become the room", () => {
    heard(20, -60);
    heard(400, -45);
    expect(since()).toBe(next);
  });

  it("is not broken by the silence of a device that is away, nor by its return", () => {
    heard(10, -60);
    heard(10, Number.NEGATIVE_INFINITY, { isGap: true });
    expect(quiet.end / FRAME).toBe(20);
    heard(10, -60);
    expect(since()).toBe(0);
  });

  it("is broken by what stands out after a device was away, however long that was", () => {
    heard(10, -60);
    heard(1, Number.NEGATIVE_INFINITY, { isGap: true });
    heard(10, -60);
    heard(10, Number.NEGATIVE_INFINITY, { isGap: true });
    heard(10, -60);
    expect(since()).toBe(0);
    heard(3, -40);
    expect(since()).toBe(next);
  });

  it("is broken by what was not seen, for that may have been anything", () => {
    heard(20, -60);
    next += 1;
    heard(1, -60);
    expect([since(), quiet.end / FRAME]).toEqual([22, 22]);
  });
});
