import { describe, expect, it } from "vitest";
import { fill, head, leg } from "../../tests/legs";
import { FRAME } from "./io";
import { raised } from "./leg";

const SECOND = 20;
/** In frames, more than anyone could send at once. */
const FAR = 100_000;

describe("a leg is sent", () => {
  it("the next frame and no other", () => {
    const one = leg(10);
    expect([11, 9, 10, 10].map((n) => one.take(head(n), FAR * FRAME, 0))).toEqual([false, false, true, false]);
    expect(one.sent).toBe(11 * FRAME);
  });

  it("nothing beyond its end, and nothing any more once it finishes", () => {
    const ended = leg();
    ended.to = 2 * FRAME;
    expect(ended.isComplete).toBe(false);
    expect(fill(ended, FAR, 0)).toBe(2);
    expect(ended.isComplete).toBe(true);
    const finishing = leg();
    finishing.finish(0);
    expect(fill(finishing, FAR, 0)).toBe(0);
  });

  it("a second's burst, and then real time while much lies behind, twice that while little does", () => {
    const one = leg();
    expect(fill(one, FAR, 0)).toBe(SECOND);
    expect(fill(one, FAR, 49)).toBe(0);
    expect(fill(one, FAR, 50)).toBe(1);
    expect(fill(one, FAR, 150)).toBe(2);
    expect(fill(one, one.sent / FRAME + 5 * SECOND, 200)).toBe(2);
  });

  it("never more than the burst, however long nothing came", () => {
    const one = leg();
    fill(one, FAR, 0);
    expect(fill(one, FAR, 3_600_000)).toBe(SECOND);
  });

  it("all that there is where the recogniser sets no pace", () => {
    const one = leg(0, null);
    one.to = 5000 * FRAME;
    expect(fill(one, FAR, 0)).toBe(5000);
  });

  it("nothing while its socket holds more than four seconds of audio", () => {
    const one = leg();
    one.buffered = 128 * 1024 + 1;
    expect(fill(one, FAR, 0)).toBe(0);
    one.buffered = 128 * 1024;
    expect(fill(one, FAR, 0)).toBe(SECOND);
  });

  it("what is captured now, and remembers since when it keeps up", () => {
    const one = leg(0, null);
    one.take(head(0), 6 * FRAME, 100);
    expect(one.isCaughtUpSince).toBeNull();
    one.take(head(1), 6 * FRAME, 200);
    expect(one.isCaughtUpSince).toBe(200);
    one.take(head(2), 6 * FRAME, 300);
    expect(one.isCaughtUpSince).toBe(200);
    one.take(head(3), 60 * FRAME, 400);
    expect(one.isCaughtUpSince).toBeNull();
  });
});

describe("a leg asks for the past", () => {
  it("from the next sample to what is captured, ten seconds at most", () => {
    expect(leg(10, null).ask(20 * FRAME, 0)).toEqual({ from: 10 * FRAME, until: 20 * FRAME });
    expect(leg(10, null).ask(FAR * FRAME, 0)).toEqual({ from: 10 * FRAME, until: 210 * FRAME });
  });

  it("to its own end and not to that of the recording", () => {
    const one = leg(0, null);
    one.to = 5 * FRAME;
    expect(one.ask(FAR * FRAME, 0)).toEqual({ from: 0, until: 5 * FRAME });
    fill(one, FAR, 0);
    expect(one.ask(FAR * FRAME, 0)).toBeNull();
    expect(one.asksAt(FAR * FRAME, 0)).toBeNull();
  });

  it("for nothing where nothing is missing, or when it finishes", () => {
    expect(leg(10).ask(10 * FRAME, 0)).toBeNull();
    expect(leg(10).asksAt(10 * FRAME, 0)).toBeNull();
    const finishing = leg();
    finishing.finish(0);
    expect(finishing.asksAt(FAR * FRAME, 0)).toBeNull();
    expect(finishing.ask(FAR * FRAME, 0)).toBeNull();
  });

  it("once, and again when nothing came for two seconds", () => {
    const one = leg(0, null);
    one.ask(20 * FRAME, 1000);
    expect(one.asksAt(20 * FRAME, 1000)).toBe(3000);
    expect(one.ask(20 * FRAME, 2999)).toBeNull();
    expect(one.ask(20 * FRAME, 3000)).toEqual({ from: 0, until: 20 * FRAME });
  });

  it("for the next piece as soon as the last frame of this one came", () => {
    const one = leg(0, null);
    one.ask(20 * FRAME, 0);
    for (let n = 0; n < 19; n += 1) one.take(head(n), 20 * FRAME, 10);
    expect(one.ask(30 * FRAME, 10)).toBeNull();
    one.take(head(19), 20 * FRAME, 10);
    expect(one.ask(30 * FRAME, 10)).toEqual({ from: 20 * FRAME, until: 30 * FRAME });
  });

  it("again at once when the feed is another", () => {
    const one = leg(0, null);
    one.ask(20 * FRAME, 0);
    one.forgetAsked();
    expect(one.ask(20 * FRAME, 1)).toEqual({ from: 0, until: 20 * FRAME });
  });

  it("for what it may send, and when its credit is spent only for a piece worth the question", () => {
    const one = leg();
    expect(one.ask(FAR * FRAME, 0)).toEqual({ from: 0, until: SECOND * FRAME });
    fill(one, FAR, 0);
    expect(one.asksAt(FAR * FRAME, 0)).toBe(250);
    expect(one.ask(FAR * FRAME, 249)).toBeNull();
    expect(one.ask(FAR * FRAME, 250)).toEqual({ from: SECOND * FRAME, until: (SECOND + 5) * FRAME });
  });

  it("for the little that is left as soon as it can pay for that", () => {
    const one = leg();
    fill(one, FAR, 0);
    expect(one.asksAt((SECOND + 1) * FRAME, 0)).toBe(25);
    expect(one.ask((SECOND + 1) * FRAME, 25)).toEqual({ from: SECOND * FRAME, until: (SECOND + 1) * FRAME });
  });

  it("by what lies behind it, however long the recording is already", () => {
    const one = leg(FAR);
    fill(one, FAR + 100, 0);
    expect(one.asksAt((FAR + SECOND + 1) * FRAME, 0)).toBe(25);
  });

  it("a little later while its socket is full", () => {
    const one = leg(0, null);
    one.buffered = 128 * 1024 + 1;
    expect(one.ask(20 * FRAME, 100)).toBeNull();
    expect(one.asksAt(20 * FRAME, 100)).toBe(120);
    one.buffered = 128 * 1024;
    expect(one.asksAt(20 * FRAME, 100)).toBe(100);
  });
});

describe("a leg remembers what it was sent by when", () => {
  it("to the second, for a minute", () => {
    const one = leg();
    for (let n = 0; n < 200 * SECOND; n += 1) one.take(head(n), (n + 1) * FRAME, (n + 1) * 50);
    for (const age of [10_000, 30_000, 60_000]) {
      const exact = (200_000 - age) * 16;
      expect(one.sentBy(200_000 - age)).toBeLessThanOrEqual(exact);
      expect(one.sentBy(200_000 - age)).toBeGreaterThanOrEqual(exact - 16_000);
    }
    expect(one.sentBy(100_000)).toBe(0);
  });

  it("as the time tells, not as the samples would: a flood after a sleep was sent just now", () => {
    const one = leg(7, null);
    one.to = 600 * FRAME;
    fill(one, 600, 5000);
    expect(one.sentBy(4999)).toBe(7 * FRAME);
    expect(one.sentBy(5000)).toBe(8 * FRAME);
    expect(one.sentBy(60_000)).toBe(8 * FRAME);
  });
});

describe("a leg is given up as silent", () => {
  it("never while all was quiet", () => {
    const one = leg();
    fill(one, FAR, 0);
    expect(one.silentAt(1)).toBeNull();
  });

  it("ten seconds after speech that nothing answered, later each time that it was noise", () => {
    const one = leg();
    one.take(head(0), FRAME, 1000);
    one.take(head(1, true), 2 * FRAME, 2000);
    one.take(head(2, true), 3 * FRAME, 5000);
    expect(one.silentAt(1)).toBe(12_000);
    expect(one.silentAt(4)).toBe(42_000);
    one.answered(null, 6000);
    expect(one.silentAt(1)).toBeNull();
    one.take(head(3, true), 4 * FRAME, 7000);
    expect(one.silentAt(1)).toBe(17_000);
  });

  it("twelve seconds after the last heartbeat, once there was one, be all as quiet as it may", () => {
    const one = leg();
    one.beat(0, 3000);
    expect(one.silentAt(1)).toBe(15_000);
    one.beat(0, 8000);
    expect(one.silentAt(1)).toBe(20_000);
    one.answered(null, 9000);
    expect(one.silentAt(1)).toBe(21_000);
  });

  it("for speech that nothing answered, however well its heart beats", () => {
    const one = leg();
    one.take(head(0, true), FRAME, 1000);
    one.beat(FRAME, 9000);
    expect(one.silentAt(1)).toBe(11_000);
  });

  it("when it beats on and receives nothing: it is stuck", () => {
    const one = leg(100, null);
    one.to = 1000 * FRAME;
    one.beat(0, 0);
    fill(one, 1000, 0);
    one.beat((900 - 15 * SECOND) * FRAME, 5000);
    expect(one.silentAt(1)).toBe(17_000);
    one.beat((900 - 15 * SECOND) * FRAME - 1, 9000);
    expect(one.silentAt(1)).toBe(17_000);
  });

  it("five seconds after Terminate or the last sign of life since", () => {
    const one = leg();
    one.take(head(0), FRAME, 1000);
    one.finish(2000);
    expect(one.silentAt(16)).toBe(7000);
    one.answered(null, 4000);
    expect(one.silentAt(1)).toBe(9000);
    one.beat(FRAME, 5000);
    expect(one.silentAt(1)).toBe(10_000);
  });

  it("in time although it beats, when it still owes an answer at its end", () => {
    const one = leg();
    one.take(head(0, true), FRAME, 1000);
    one.finish(2000);
    one.beat(FRAME, 6000);
    expect(one.silentAt(1)).toBe(7000);
  });

  it("not before an engine without a pace had a quarter of the audio's length to think", () => {
    const one = leg(100, null);
    one.to = 500 * FRAME;
    fill(one, FAR, 1000, true);
    expect(one.silentAt(1)).toBe(1000 + 10_000 + (400 * 50) / 4);
    one.answered(300 * FRAME, 2000);
    one.answered(200 * FRAME, 2000);
    one.finish(2000);
    expect(one.silentAt(1)).toBe(2000 + 5000 + (200 * 50) / 4);
  });

  it("never once it is closed", () => {
    const one = leg();
    one.take(head(0, true), FRAME, 0);
    one.phase = "closed";
    expect(one.silentAt(1)).toBeNull();
  });
});

describe("a leg that is lost", () => {
  it("is heard again from where finals or believed silence end, whichever is later", () => {
    const one = leg(10);
    expect(one.resumeAt).toBe(10 * FRAME);
    one.quiet = 30 * FRAME;
    expect(one.resumeAt).toBe(30 * FRAME);
    one.committed = 40 * FRAME;
    expect(one.resumeAt).toBe(40 * FRAME);
  });

  it("had twenty seconds for its token", () => {
    expect(raised(3, 1000)).toMatchObject({ id: 3, phase: { kind: "minting", until: 21_000 }, token: null });
  });
});
