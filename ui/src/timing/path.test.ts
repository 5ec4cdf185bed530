import { beforeEach, describe, expect, it } from "vitest";
import type { TimingReport } from "../host/host";
import { FRAME_BYTES, STAMP_BYTES } from "../session/feed";
import { PathTiming } from "./path";

/** The trusted side's clock is so many milliseconds ahead of the page's. */
const AHEAD = 5_000;

let now: number;
let isVisible: boolean;
let reports: TimingReport[];
let tasks: (() => void)[];
let asked: string[];
let timing: PathTiming;

beforeEach(() => {
  [now, isVisible, reports, tasks, asked] = [1_000, true, [], [], []];
  timing = new PathTiming({
    now: () => now,
    report: (report) => reports.push(report),
    afterPaint: (work) => tasks.push(work),
    isVisible: () => isVisible,
  });
});

/** A frame that was captured so long ago; null: nobody knows when. */
function frame(number: number, ago: number | null): ArrayBuffer {
  const data = new ArrayBuffer(FRAME_BYTES + (ago === null ? 0 : STAMP_BYTES));
  const view = new DataView(data);
  view.setBigUint64(0, BigInt(number * 800), true);
  if (ago !== null) view.setBigUint64(FRAME_BYTES, BigInt((now - ago + AHEAD) * 1000), true);
  return data;
}

function open(): void {
  timing.opened((text) => asked.push(text));
  answer();
}

function answer(): void {
  for (const text of asked.splice(0)) {
    const { sent } = JSON.parse(text);
    timing.fed(JSON.stringify({ kind: "clock", sent, at: (now + AHEAD) * 1000 }));
  }
}

/** A frame comes, and goes into the socket of a leg after so long. */
function passes(number: number, ago: number, leg = 1, takes = 0): void {
  const data = frame(number, ago);
  timing.fed(data);
  now += takes;
  timing.sent(leg, new Uint8Array(data, 16, 1600), 7);
}

function told(): TimingReport {
  timing.report();
  return reports.at(-1) as TimingReport;
}

describe("the way of sound and text through the page", () => {
  it("is measured from the capture on, once the clocks are related", () => {
    timing.opened((text) => asked.push(text));
    passes(0, 4);
    answer();
    passes(1, 4, 1, 2);
    expect(told()).toEqual({
      window: [4_000],
      socket: [6_000],
      held: [],
      buffered: [7],
      painted: [],
      finalPainted: [],
      droppedFrames: 0,
      clockError: 1_000,
    });
  });

  it("counts frames apart that waited for a session to open and to catch up", () => {
    open();
    for (const [number, ago] of [900, 400, 60, 10, 80].entries()) passes(number, ago);
    passes(5, 70, 2);
    expect(told()).toMatchObject({
      window: [10_000, 80_000, 70_000],
      socket: [10_000, 80_000],
      held: [900_000, 400_000, 60_000, 70_000],
    });
  });

  it("takes no piece of the past for a live frame, and no other bytes for those of the frame", () => {
    open();
    timing.fed(frame(9, 3));
    timing.sent(1, new Uint8Array(1600), 0);
    const past = frame(2, null);
    timing.fed(past);
    timing.sent(1, new Uint8Array(past, 16, 1600), 0);
    expect(told()).toMatchObject({ window: [3_000], socket: [], held: [], droppedFrames: 0 });
  });

  it("misses running frames that do not come", () => {
    open();
    for (const number of [4, 5]) passes(number, 3);
    timing.fed(frame(6, null));
    passes(7, 3);
    timing.fed(frame(1, null));
    expect(told().droppedFrames).toBe(0);
    passes(10, 3);
    expect(told().droppedFrames).toBe(2);
    open();
    passes(20, 3);
    expect(told().droppedFrames).toBe(0);
  });

  it("is measured from a message to the paint that shows it", () => {
    timing.changed();
    timing.written();
    expect(tasks).toEqual([]);
    timing.received();
    timing.changed();
    timing.handled();
    now += 5;
    timing.received();
    timing.changed();
    timing.handled();
    now += 6;
    timing.written();
    now += 2;
    for (const work of tasks) work();
    expect(told().painted).toEqual([13_000]);
  });

  it("tells how long after its last word a final text is painted", () => {
    open();
    timing.fed(frame(19, 0));
    now += 30;
    // The last word ended 100 ms before the newest sample.
    timing.finished(16_000 - 1_600);
    timing.written();
    now += 10;
    tasks.shift()?.();
    timing.finished(8_000);
    timing.written();
    expect(tasks).toEqual([]);
    expect(told().finalPainted).toEqual([140_000]);
  });

  it("tells nothing of paints while nobody sees the window", () => {
    isVisible = false;
    timing.received();
    timing.changed();
    timing.finished(800);
    isVisible = true;
    timing.written();
    expect(tasks).toEqual([]);
  });

  it("does not take for painted what the window was hidden with", () => {
    timing.received();
    timing.changed();
    timing.written();
    isVisible = false;
    now += 60_000;
    for (const work of tasks) work();
    timing.closed();
    expect(reports).toEqual([]);
  });

  it("is reported every few seconds while frames come, and at the end", () => {
    open();
    passes(0, 3);
    expect([reports, asked]).toEqual([[], []]);
    now += 3_000;
    passes(1, 3);
    expect(reports.map((one) => one.window)).toEqual([[3_000, 3_000]]);
    expect(asked).toHaveLength(1);
    timing.closed();
    expect(reports.map((one) => one.socket)).toEqual([[3_000], [3_000]]);
    timing.closed();
    expect(reports).toHaveLength(2);
  });

  it("reports what is painted after the end too", () => {
    open();
    timing.fed(frame(0, 0));
    timing.finished(800);
    timing.written();
    timing.closed();
    now += 7;
    for (const work of tasks) work();
    expect(reports.map((one) => one.finalPainted)).toEqual([[], [7_000]]);
  });
});
