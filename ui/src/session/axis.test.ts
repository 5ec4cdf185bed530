import { beforeEach, describe, expect, it } from "vitest";
import { head, readyLeg } from "../../tests/legs";
import { turn } from "../../tests/script";
import { Axis } from "./axis";
import type { WireTurn } from "./codec";
import type { SessionEvent } from "./events";
import { type Commit, FRAME, type Storable } from "./io";
import type { Leg } from "./leg";
import { Levels } from "./levels";

const SECOND = 20;
let axis: Axis;
let levels: Levels;
let stored: Storable[];
let labels: Commit[];
let events: SessionEvent[];

beforeEach(() => {
  [stored, labels, events, levels] = [[], [], [], new Levels()];
  axis = made(0);
});

function made(tile: number, from = tile): Axis {
  const sink = {
    push: (commit: Commit) => (commit.kind === "turn" ? stored.push(commit.turn) : labels.push(commit)),
  };
  return new Axis(tile, from, levels, sink, (event) => events.push(event));
}

function take(id: number, isFallback = false) {
  return axis.takeOver(readyLeg(id, { paceLimit: null }), isFallback, null, 0);
}

/** Frames up to `end`; those of `loud` are speech. */
function sent(leg: Leg, end: number, loud: readonly [number, number] = [0, 0]): void {
  for (let n = leg.sent / FRAME; n < end; n += 1) {
    const frame = head(n, n >= loud[0] && n < loud[1]);
    leg.take(frame, (n + 1) * FRAME, (n + 1) * 50);
    levels.put(frame.from, frame.dbfs, frame.isSpeech);
  }
}

function hears(leg: Leg, order: number, text: string, startMs: number, endMs: number, marks = "formatted" as const) {
  axis.heard(leg, leg.hearing.receive(turn(order, [[text, startMs, endMs]], marks) as WireTurn, leg.to, 0));
}

function partial(leg: Leg, order: number, text: string): void {
  axis.heard(leg, leg.hearing.receive(turn(order, [[text, 0, 100]], "partial") as WireTurn, leg.to, 0));
}

const tiles = () => stored.map((one) => [one.leg, one.text, one.from / FRAME, one.to / FRAME]);

describe("legs on the axis", () => {
  it("take over one from the other where the one before was sent last", () => {
    expect([axis.live, axis.sockets, axis.resumeAt]).toEqual([null, 0, 0]);
    const { leg: first, retired: none } = take(0);
    expect([none, axis.live, axis.leg(0)]).toEqual([null, first, first]);
    sent(first, 30);
    const { leg: second, retired } = take(1);
    expect(retired).toBe(first);
    expect([first.to, second.from, second.tile]).toEqual([30 * FRAME, 30 * FRAME, null]);
    expect([axis.live, axis.sockets, axis.leg(0), axis.leg(9)]).toEqual([second, 2, first, null]);
  });

  it("begin in the frame that holds the first sample that no turn covers, and tile from that sample", () => {
    axis = made(10 * FRAME + 100, 10 * FRAME);
    const { leg } = take(0);
    expect([leg.from, leg.tile]).toEqual([10 * FRAME, 10 * FRAME + 100]);
    sent(leg, 40, [15, 20]);
    hears(leg, 0, "one", 250, 500);
    expect(stored[0]?.from).toBe(10 * FRAME + 100);
  });

  it("hear no word beyond what they were sent, whatever the recogniser says", () => {
    const { leg } = take(0);
    sent(leg, 40, [5, 20]);
    hears(leg, 0, "one", 250, 500_000);
    hears(leg, 1, "two", 400_000, 500_000);
    const places = stored.map(({ words: [word] }) => [word?.from, word?.to]);
    expect(places).toEqual([
      [5 * FRAME, 40 * FRAME],
      [40 * FRAME, 40 * FRAME],
    ]);
  });

  it("leave the axis to be gone on with where they were sent last, while they finish", () => {
    const { leg } = take(0);
    sent(leg, 30);
    expect(axis.resumeAt).toBe(30 * FRAME);
    expect(axis.retire()).toBe(leg);
    expect(axis.resumeAt).toBe(30 * FRAME);
    leg.finish(0);
    expect([axis.live, axis.retire()]).toEqual([null, null]);
    axis.close(leg);
    expect([axis.resumeAt, axis.sockets, axis.leg(0), axis.legs]).toEqual([30 * FRAME, 0, null, []]);
  });

  it("store as what they are", () => {
    const { leg } = take(4, true);
    sent(leg, 40, [15, 20]);
    hears(leg, 0, "one", 750, 1000);
    expect(stored).toMatchObject([{ leg: 4, turnOrder: 0, source: "assemblyai", isFallback: true, text: "one" }]);
    expect(stored[0]?.words).toHaveLength(1);
  });
});

describe("turns", () => {
  it("tile: each begins where the one before ended", () => {
    const { leg } = take(0);
    sent(leg, 60, [10, 50]);
    hears(leg, 0, "one", 500, 1000);
    hears(leg, 1, "two", 1500, 2500);
    expect(stored.map((one) => one.from)).toEqual([0, stored[0]?.to]);
  });

  it("are shown as they come, tentative before they are stored", () => {
    const { leg } = take(0);
    sent(leg, 10);
    partial(leg, 0, "on");
    expect(events).toMatchObject([{ kind: "tentative", leg: 0, turnOrder: 0, words: [{ text: "on" }] }]);
    expect(stored).toEqual([]);
  });

  it("end in the pause before the next turn when that is known to have begun", () => {
    const { leg } = take(0);
    // Without a pause the boundary is where the two are told apart.
    sent(leg, 60, [0, 60]);
    axis.heard(leg, leg.hearing.receive(turn(0, [["one", 0, 1000]], "partial") as WireTurn, null, 0));
    axis.heard(leg, leg.hearing.receive(turn(1, [["two", 1000, 1500]], "partial") as WireTurn, null, 0));
    expect(stored[0]?.to).toBeLessThanOrEqual(20 * FRAME);
  });

  it("cover a frame at least, even where two have the same words' times", () => {
    const { leg } = take(0);
    sent(leg, 40, [5, 10]);
    for (const order of [0, 1, 2]) hears(leg, order, "again", 250, 500);
    expect(stored.every((one) => one.to - one.from >= FRAME)).toBe(true);
    expect(stored.map((one) => one.from)).toEqual([0, stored[0]?.to, stored[1]?.to]);
  });

  it("cover a frame at least, even where the pause between them and the next words is short", () => {
    const { leg } = take(0);
    sent(leg, 13, [5, 10]);
    sent(leg, 40, [13, 40]);
    for (const order of [0, 1]) hears(leg, order, "again", 250, 500);
    expect(tiles().map(([, , from, to]) => [from, to])).toEqual([
      [0, 11],
      [11, 12],
    ]);
  });

  it("never cover what was not sent", () => {
    const { leg } = take(0);
    sent(leg, 20, [0, 20]);
    hears(leg, 0, "padded", 0, 5000);
    hears(leg, 1, "more", 1000, 5000);
    expect(stored.map((one) => one.to / FRAME)).toEqual([20, 20]);
  });

  it("that have text and no words cover all that was sent", () => {
    const { leg } = take(0);
    sent(leg, 20);
    const wire = { ...(turn(0, [], "formatted") as WireTurn), text: "Hm." };
    axis.heard(leg, leg.hearing.receive(wire, null, 0));
    expect(tiles()).toEqual([[0, "Hm.", 0, 20]]);
  });
});

describe("a rotation", () => {
  it("has the new leg's turns wait until the old one is closed, and begin where its last turn ended", () => {
    const { leg: old } = take(0);
    sent(old, 40, [10, 20]);
    const { leg: fresh } = take(1);
    old.finish(0);
    sent(fresh, 80, [50, 60]);
    hears(fresh, 0, "new", 500, 1000);
    expect(stored).toEqual([]);
    hears(old, 0, "old", 500, 1000);
    expect(tiles().map(([id]) => id)).toEqual([0]);
    axis.close(old);
    expect(tiles().map(([id, text]) => [id, text])).toEqual([
      [0, "old"],
      [1, "new"],
    ]);
    expect(stored[1]?.from).toBe(stored[0]?.to);
    expect(axis.legs).toEqual([fresh]);
  });

  it("hands the boundary on over a leg that closed before the one in front of it", () => {
    const [{ leg: a }] = [take(0)];
    sent(a, 20, [5, 10]);
    const { leg: b } = take(1);
    a.finish(0);
    sent(b, 40);
    const { leg: c } = take(2);
    b.finish(0);
    sent(c, 80, [50, 60]);
    axis.close(b);
    hears(c, 0, "third", 500, 1000);
    expect([stored, axis.legs.length, axis.sockets]).toEqual([[], 3, 2]);
    hears(a, 0, "first", 250, 500);
    axis.close(a);
    expect(tiles().map(([id, text]) => [id, text])).toEqual([
      [0, "first"],
      [2, "third"],
    ]);
    expect(stored[1]?.from).toBe(stored[0]?.to);
  });

  it("goes on from the newest leg, whichever closes last", () => {
    const { leg: old } = take(0);
    sent(old, 20);
    const { leg: fresh } = take(1);
    old.finish(0);
    sent(fresh, 40);
    axis.retire();
    fresh.finish(0);
    axis.close(fresh);
    axis.close(old);
    expect([axis.resumeAt, axis.legs]).toEqual([40 * FRAME, []]);
  });
});

describe("who spoke, after all", () => {
  const revision = (turnOrder: number) => ({ turnOrder, speaker: "B", words: ["B"] });

  it("goes with a turn that waits for the legs before it, and needs no write of its own", () => {
    const { leg: old } = take(0);
    sent(old, 20);
    const { leg: fresh } = take(1);
    old.finish(0);
    sent(fresh, 60, [30, 50]);
    hears(fresh, 0, "one", 500, 750);
    hears(fresh, 1, "two", 1000, 1500);
    axis.relabel(fresh, [revision(1)]);
    axis.close(old);
    expect(stored).toMatchObject([{ text: "one" }, { text: "two", speaker: "B", words: [{ speaker: "B" }] }]);
    expect(stored[0]).not.toHaveProperty("speaker");
    expect(labels).toEqual([]);
  });

  it("is written to a turn that is stored, and to none that is still to come", () => {
    const { leg } = take(0);
    sent(leg, 40, [5, 20]);
    hears(leg, 0, "one", 250, 500);
    axis.relabel(leg, [revision(0), revision(1)]);
    expect(labels).toEqual([{ kind: "label", anew: { leg: 0, ...revision(0) } }]);
  });
});

describe("a lost leg", () => {
  it("gives back what no final covers, and the next one tiles on from the last turn", () => {
    const { leg } = take(0);
    sent(leg, 60, [10, 20]);
    hears(leg, 0, "one", 500, 1000);
    partial(leg, 1, "tw");
    events.splice(0);
    expect(axis.lose(leg)).toEqual([]);
    expect(events).toEqual([{ kind: "tentative", leg: 0, turnOrder: 1, words: [] }]);
    const end = stored[0]?.to as number;
    expect([leg.phase, leg.to, axis.resumeAt, axis.legs]).toEqual(["closed", end, end, []]);
    const { leg: next } = take(1);
    expect([next.from, next.tile]).toEqual([end, end]);
  });

  it("keeps a final that only waited for its formatted twin", () => {
    const { leg } = take(0);
    sent(leg, 60, [10, 20]);
    axis.heard(leg, leg.hearing.receive(turn(0, [["one", 500, 1000]], "unformatted") as WireTurn, null, 0));
    expect(stored).toEqual([]);
    axis.lose(leg);
    expect(stored.map((one) => one.text)).toEqual(["one"]);
  });

  it("takes those after it along: what they heard is cleared, for it will be heard again", () => {
    const { leg: old } = take(0);
    sent(old, 20);
    const { leg: fresh } = take(1);
    old.finish(0);
    sent(fresh, 60, [30, 40]);
    hears(fresh, 0, "new", 500, 1000);
    partial(fresh, 1, "mo");
    events.splice(0);
    expect(axis.lose(old)).toEqual([fresh]);
    expect(events).toEqual([
      { kind: "tentative", leg: 1, turnOrder: 1, words: [] },
      { kind: "tentative", leg: 1, turnOrder: 0, words: [] },
    ]);
    expect([stored, axis.resumeAt, axis.live]).toEqual([[], 0, null]);
  });

  it("that closed already is nobody's, though it still waits for those before it", () => {
    const { leg: old } = take(0);
    sent(old, 20);
    const { leg: fresh } = take(1);
    old.finish(0);
    sent(fresh, 40);
    axis.lose(fresh);
    expect([axis.leg(1), axis.legs.length]).toEqual([null, 2]);
    sent(old, 20);
    axis.close(old);
    expect(axis.leave(40 * FRAME)).toMatchObject({ tile: 0 });
  });

  it("does not name a later one that had closed already", () => {
    const { leg: old } = take(0);
    sent(old, 20);
    const { leg: fresh } = take(1);
    old.finish(0);
    sent(fresh, 40);
    fresh.finish(0);
    axis.close(fresh);
    expect(axis.lose(old)).toEqual([]);
  });

  it("of the fallback covers nothing beyond its last final: what it was sent will be heard again", () => {
    const { leg } = take(0, true);
    sent(leg, 60, [5, 10]);
    hears(leg, 0, "one", 250, 500);
    axis.lose(leg);
    const end = stored[0]?.to as number;
    expect(stored.map((one) => one.text)).toEqual(["one"]);
    const { leg: next } = take(1);
    expect([next.from, next.tile]).toEqual([end, end]);
  });

  it("waits at its place while those before it are not closed", () => {
    const { leg: old } = take(0);
    sent(old, 20, [5, 10]);
    const { leg: fresh } = take(1);
    old.finish(0);
    sent(fresh, 40);
    axis.lose(fresh);
    expect([axis.resumeAt, axis.legs.length, axis.sockets]).toEqual([20 * FRAME, 2, 1]);
    const { leg: third } = take(2);
    expect(third.tile).toBeNull();
    hears(old, 0, "old", 250, 500);
    axis.close(old);
    expect(third.tile).toBe(stored[0]?.to);
  });
});

describe("the end of a stretch", () => {
  it("is covered by a turn without words, from the leg that was there last", () => {
    const { leg } = take(0);
    sent(leg, 40, [5, 10]);
    hears(leg, 0, "one", 250, 500);
    axis.retire();
    leg.finish(0);
    axis.close(leg);
    axis.cover(40 * FRAME);
    const [one, silence] = stored;
    expect(silence).toMatchObject({ leg: 0, turnOrder: 1, from: one?.to, to: 40 * FRAME, text: "", words: [] });
    expect(silence).toMatchObject({ source: "assemblyai", isFallback: false });
    axis.cover(40 * FRAME);
    expect(stored).toHaveLength(2);
    expect(axis.resumeAt).toBe(40 * FRAME);
  });

  it("is covered under a number of its own where the fallback left silence behind its last turn as well", () => {
    const { leg } = take(0, true);
    sent(leg, 30, [5, 10]);
    hears(leg, 0, "one", 250, 500);
    axis.retire();
    axis.close(leg);
    axis.cover(40 * FRAME);
    expect(tiles().slice(1)).toEqual([
      [0, "", (stored[0]?.to ?? 0) / FRAME, 30],
      [0, "", 30, 40],
    ]);
    expect(stored.map((one) => one.turnOrder)).toEqual([0, 1, 2]);
  });

  it("needs no cover where a turn reaches it, or where nobody heard anything", () => {
    axis.cover(40 * FRAME);
    const { leg } = take(0);
    sent(leg, 20, [0, 20]);
    hears(leg, 0, "one", 0, 1000);
    axis.retire();
    leg.finish(0);
    axis.close(leg);
    axis.cover(20 * FRAME);
    expect(stored).toHaveLength(1);
  });
});

describe("the past that is left to another", () => {
  it("reaches from what is covered to the cut, where the next leg begins", () => {
    axis = made(10 * FRAME + 100, 10 * FRAME);
    expect(axis.leave(50 * FRAME)).toEqual({ from: 10 * FRAME, tile: 10 * FRAME + 100, to: 50 * FRAME });
    const { leg } = take(0);
    expect([leg.from, leg.tile]).toEqual([50 * FRAME, 50 * FRAME]);
  });

  it("is nobody's to leave while a leg may still say where it begins", () => {
    const { leg } = take(0);
    sent(leg, 20);
    expect(axis.leave(50 * FRAME)).toBeNull();
    axis.retire();
    leg.finish(0);
    expect(axis.leave(50 * FRAME)).toBeNull();
    axis.close(leg);
    expect(axis.leave(50 * FRAME)).toEqual({ from: 20 * FRAME, tile: 0, to: 50 * FRAME });
  });
});

describe("silence that nobody is sent", () => {
  /** A leg that heard nothing in the first second, and is through. */
  function through(): void {
    const { leg } = take(0);
    sent(leg, SECOND);
    axis.retire();
    leg.finish(0);
    axis.close(leg);
  }

  it("is passed over in whole frames, and stored once as silence", () => {
    through();
    expect(axis.passed).toBe(SECOND * FRAME);
    axis.pass(5 * SECOND * FRAME + 300);
    expect([axis.resumeAt, axis.passed]).toEqual([5 * SECOND * FRAME, 5 * SECOND * FRAME]);
    expect(stored).toEqual([]);
    axis.cover(axis.resumeAt);
    axis.cover(axis.resumeAt);
    expect(tiles()).toEqual([[0, "", 0, 5 * SECOND]]);
    axis.pass(9 * SECOND * FRAME);
    expect(axis.passed).toBe(4 * SECOND * FRAME);
    axis.cover(axis.resumeAt);
    expect(tiles().slice(1)).toEqual([[0, "", 5 * SECOND, 9 * SECOND]]);
    expect(stored.map((one) => one.turnOrder)).toEqual([0, 1]);
  });

  it("is never gone back over", () => {
    through();
    axis.pass(5 * SECOND * FRAME);
    axis.pass(3 * SECOND * FRAME);
    expect(axis.resumeAt).toBe(5 * SECOND * FRAME);
  });

  it("is passed over also while a leg that is through waits for the one before it", () => {
    const { leg: old } = take(0);
    sent(old, SECOND);
    const { leg: fresh } = take(1);
    old.finish(0);
    sent(fresh, 2 * SECOND);
    axis.retire();
    fresh.finish(0);
    axis.close(fresh);
    axis.pass(5 * SECOND * FRAME);
    expect(axis.resumeAt).toBe(5 * SECOND * FRAME);
  });

  it("is none while a leg is live: that one hears it", () => {
    const { leg } = take(0);
    sent(leg, SECOND);
    axis.pass(5 * SECOND * FRAME);
    axis.retire();
    leg.finish(0);
    axis.close(leg);
    expect([axis.resumeAt, axis.passed]).toEqual([SECOND * FRAME, SECOND * FRAME]);
  });

  it("is not stored before the last leg is through: a word of that one may still be on its way", () => {
    const { leg } = take(0);
    sent(leg, SECOND, [15, 20]);
    axis.retire();
    leg.finish(0);
    axis.pass(5 * SECOND * FRAME);
    expect(axis.passed).toBe(0);
    axis.cover(5 * SECOND * FRAME);
    expect(stored).toEqual([]);
    hears(leg, 0, "late", 750, 1000);
    axis.close(leg);
    expect(tiles()).toEqual([[0, "late", 0, SECOND]]);
  });

  it("is none to be stored while another leg is live, wherever that one began", () => {
    through();
    axis.cover(SECOND * FRAME);
    take(1);
    axis.cover(5 * SECOND * FRAME);
    expect(tiles()).toEqual([[0, "", 0, SECOND]]);
    axis = made(10 * FRAME + 100, 10 * FRAME);
    take(2);
    expect(axis.passed).toBe(0);
  });

  it("is stored by nobody before there was a leg in whose name it could be", () => {
    axis.pass(5 * SECOND * FRAME);
    axis.cover(5 * SECOND * FRAME);
    expect([stored, axis.resumeAt]).toEqual([[], 5 * SECOND * FRAME]);
  });
});

describe("silence that nobody answered", () => {
  /** The recogniser gives signs of life all the while. */
  const waits = (leg: Leg, seconds: number) => {
    leg.beat(leg.sent - leg.from, seconds * 1000);
    axis.passSilence(leg, seconds * 1000);
  };

  it("is not heard again once it was sent ten seconds ago", () => {
    const { leg } = take(0);
    sent(leg, 60 * SECOND);
    waits(leg, 60);
    expect(leg.resumeAt).toBeGreaterThan(48 * SECOND * FRAME);
    expect(leg.resumeAt).toBeLessThanOrEqual(50 * SECOND * FRAME + FRAME);
    expect(levels.size).toBeLessThanOrEqual(12 * SECOND + 40);
  });

  it("is believed up to five seconds before the last sign of life: behind it the recogniser may be gone", () => {
    const { leg } = take(0);
    sent(leg, 60 * SECOND);
    leg.beat(leg.sent - leg.from, 40_000);
    axis.passSilence(leg, 60_000);
    expect(leg.resumeAt).toBeGreaterThan(33 * SECOND * FRAME);
    expect(leg.resumeAt).toBeLessThanOrEqual(35 * SECOND * FRAME + FRAME);
  });

  it("of a recogniser that gives no signs is believed after a minute", () => {
    const { leg } = take(0);
    sent(leg, 90 * SECOND);
    axis.passSilence(leg, 60_000);
    expect(leg.resumeAt).toBe(0);
    axis.passSilence(leg, 90_000);
    expect(leg.resumeAt).toBeGreaterThan(28 * SECOND * FRAME);
    expect(leg.resumeAt).toBeLessThanOrEqual(30 * SECOND * FRAME + FRAME);
  });

  it("may be noise: what sounds like speech is given a minute", () => {
    const { leg } = take(0);
    sent(leg, 90 * SECOND, [20 * SECOND, 90 * SECOND]);
    waits(leg, 60);
    expect(leg.resumeAt).toBe(20 * SECOND * FRAME);
    waits(leg, 90);
    expect(leg.resumeAt).toBeGreaterThan(28 * SECOND * FRAME);
    expect(leg.resumeAt).toBeLessThanOrEqual(30 * SECOND * FRAME + FRAME);
  });

  it("is believed only of a recogniser that has kept up for half a minute", () => {
    const { leg } = take(0);
    for (let n = 0; n < 10 * SECOND; n += 1) leg.take(head(n), 10 * SECOND * FRAME, 100_000);
    expect(leg.isCaughtUpSince).toBe(100_000);
    waits(leg, 129);
    expect(leg.resumeAt).toBe(0);
    waits(leg, 130);
    expect(leg.resumeAt).toBeGreaterThan(0);
    leg.take(head(10 * SECOND), 99 * SECOND * FRAME, 131_000);
    const before = leg.resumeAt;
    waits(leg, 300);
    expect(leg.resumeAt).toBe(before);
  });

  it("is none while a turn is open", () => {
    const { leg } = take(0);
    sent(leg, 60 * SECOND);
    partial(leg, 0, "on");
    waits(leg, 60);
    expect(leg.resumeAt).toBe(0);
  });

  it("begins behind the last final", () => {
    const { leg } = take(0);
    sent(leg, 60 * SECOND, [10, 20 * SECOND]);
    hears(leg, 0, "long", 500, 20_000);
    const end = leg.committed;
    expect(end).toBeGreaterThanOrEqual(20 * SECOND * FRAME);
    waits(leg, 60);
    expect(leg.resumeAt).toBeGreaterThan(48 * SECOND * FRAME);
  });
});
