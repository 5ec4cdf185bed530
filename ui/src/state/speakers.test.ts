// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import type { StoredTurn } from "../host/host";
import { Reading } from "./reading.svelte";
import type { TextRow } from "./rows";
import { Toasts } from "./toasts.svelte";
import type { World } from "./world";

const said = (at: number, speaker: string | null, leg = 0): StoredTurn => ({
  recordingId: "r",
  leg,
  turnOrder: at,
  from: at * 16_000,
  to: (at + 1) * 16_000,
  text: `w${at}`,
  words: [{ text: `w${at}`, from: at * 16_000, to: at * 16_000 + 8_000, confidence: 1 }],
  source: "assemblyai",
  isFallback: false,
  editedText: null,
  ...(speaker === null ? {} : { speaker }),
});

let host: FakeHost;
let toasts: Toasts;
let reading: Reading;

beforeEach(async () => {
  host = new FakeHost();
  host.keep({ recordingId: "r" }, [said(0, "A"), said(1, "B"), said(2, "A"), said(3, "A", 4), said(4, null, 5)]);
  const world = { host, later: () => () => {} } as unknown as World;
  toasts = new Toasts(world);
  reading = new Reading(world, toasts, "r");
  await reading.load();
});

const rows = () => reading.passages.list.flatMap((one) => one.rows ?? []) as readonly TextRow[];
const cast = () => rows().map(({ speaker }) => speaker?.name ?? speaker?.label ?? null);
const stored = () => host.recordings.get("r")?.speakers;

async function name(row: number, typed: string, reach: "everywhere" | "here") {
  reading.speakers.ask(rows()[row] as TextRow);
  return reading.speakers.name(typed, reach);
}

describe("a speaker", () => {
  test("is named everywhere, which is stored, shown and said", async () => {
    expect(await name(0, "  Anna \n M. ", "everywhere")).toBe(true);
    expect(cast()).toEqual(["Anna M.", "B", "Anna M.", "A", null]);
    expect(stored()).toEqual({ voices: [{ leg: 0, label: "A", name: "Anna M." }], stretches: [] });
    expect(toasts.list[0]?.text).toBe("Named Anna M..");
    expect(reading.speakers.asked).toBeNull();
  });

  test("is named in one paragraph only", async () => {
    await name(2, "Ben", "here");
    expect(cast()).toEqual(["A", "B", "Ben", "A", null]);
    expect(stored()?.stretches).toEqual([{ from: 32_000, to: 48_000, name: "Ben" }]);
  });

  test("whom the recogniser did not know is named here, whatever was wished", async () => {
    await name(4, "Cleo", "everywhere");
    expect(cast()).toEqual(["A", "B", "A", "A", "Cleo"]);
  });

  test("of one name is renamed wherever the name is, in other sessions and stretches too", async () => {
    await name(0, "Anna", "everywhere");
    await name(3, "Anna", "everywhere");
    // What one speaker says without a break is one paragraph.
    expect(cast()).toEqual(["Anna", "B", "Anna", null]);
    await name(3, "Anna", "here");
    await name(0, "Anne", "everywhere");
    expect(cast()).toEqual(["Anne", "B", "Anne"]);
    expect(rows()[2]?.turns).toHaveLength(3);
  });

  test("that a stretch alone calls so leaves the voice's own name be", async () => {
    await name(0, "Anna", "everywhere");
    await name(1, "Anna", "here");
    await name(0, "Anne", "everywhere");
    await name(0, "", "everywhere");
    expect(cast()).toEqual(["A", "B", "A", "A", null]);
    expect(stored()).toEqual({ voices: [], stretches: [] });
  });

  test("is named again by undo what it was before, after corrections are undone that came later", async () => {
    await name(0, "Anna", "everywhere");
    await name(0, "Anne", "everywhere");
    await reading.edits.make(rows()[1]?.turns[0] as TextRow["turns"][number], "typed");
    await reading.edits.undo();
    expect(cast()).toEqual(["Anne", "B", "Anne", "A", null]);
    await reading.edits.undo();
    expect(cast()).toEqual(["Anna", "B", "Anna", "A", null]);
    toasts.list[0]?.action?.run();
    await new Promise((resolve) => setImmediate(resolve));
    expect(cast()).toEqual(["A", "B", "A", "A", null]);
  });

  test("that cannot be stored is not shown, and whoever typed it may try again", async () => {
    host.refuse("speakersName", "DiskFull");
    expect(await name(0, "Anna", "everywhere")).toBe(false);
    expect(cast()).toEqual(["A", "B", "A", "A", null]);
    expect(reading.speakers.asked).not.toBeNull();
    expect(toasts.list[0]?.isProblem).toBe(true);
  });

  test("is asked for with the names that others have", async () => {
    await name(0, "Anna", "everywhere");
    reading.speakers.ask(rows()[1] as TextRow);
    expect(reading.speakers.asked?.known).toEqual(["Anna"]);
    reading.speakers.ask(rows()[0] as TextRow);
    expect(reading.speakers.asked?.known).toEqual([]);
  });
});

/** Two sessions: A and B in the first, A alone in the second, in twelve passages of which the first is here. */
describe("in a recording of which most is not here, a speaker", () => {
  beforeEach(async () => {
    const label = (at: number) => (at < 144 && at % 2 === 1 ? "B" : "A");
    host.keep(
      { recordingId: "r" },
      Array.from({ length: 288 }, (_, at) => said(at, label(at), at < 144 ? 0 : 3)),
    );
    reading = new Reading({ host, later: () => () => {} } as unknown as World, toasts, "r");
    await reading.load();
  });

  const rowsOf = (at: number) => (reading.passages.list[at]?.rows ?? []) as readonly TextRow[];
  const first = (at: number) => rowsOf(at)[0]?.speaker;

  async function show(at: number) {
    const passage = reading.passages.list[at];
    if (passage !== undefined) reading.passages.enter(passage);
    await new Promise((resolve) => setTimeout(resolve));
  }

  async function nameIn(passage: number, row: number, typed: string) {
    reading.speakers.ask(rowsOf(passage)[row] as TextRow);
    await reading.speakers.name(typed, "everywhere");
  }

  test("has the session and the colour that they have in all of it, whatever is looked at first", async () => {
    expect(reading.passages.list).toHaveLength(12);
    await show(9);
    expect(first(9)).toMatchObject({ label: "A", session: 2, tone: 2 });
    await show(5);
    expect(first(5)).toMatchObject({ label: "A", session: 1, tone: 0 });
  });

  test("that was named is called so in passages that come later, and no more once it is undone", async () => {
    await nameIn(0, 1, "Bo");
    await show(4);
    expect(rowsOf(4)[0]?.speaker).toMatchObject({ name: null, label: "A" });
    expect(rowsOf(4)[1]?.speaker).toMatchObject({ name: "Bo", tone: 1 });
    await reading.edits.undo();
    expect(rowsOf(4)[1]?.speaker).toMatchObject({ name: null, label: "B" });
    await show(5);
    expect(rowsOf(5)[1]?.speaker).toMatchObject({ name: null, label: "B" });
    expect(stored()).toEqual({ voices: [], stretches: [] });
  });

  test("is named while a passage is on its way, which is asked for once", async () => {
    const { recordingTurns } = host;
    let arrive = () => {};
    host.recordingTurns = async (...asked) => {
      const answer = await recordingTurns(...asked);
      await new Promise<void>((resolve) => (arrive = resolve));
      return answer;
    };
    await show(4);
    await nameIn(0, 1, "Bo");
    expect(rowsOf(4)).toEqual([]);
    arrive();
    await new Promise((resolve) => setTimeout(resolve));
    expect(rowsOf(4)[1]?.speaker?.name).toBe("Bo");
    expect(host.called("recordingTurns").filter(([, from]) => from === 96 * 16_000)).toHaveLength(1);
  });

  test("is renamed in sessions that were never looked at", async () => {
    await show(9);
    await nameIn(0, 0, "Anna");
    await nameIn(9, 0, "Anna");
    reading = new Reading({ host, later: () => () => {} } as unknown as World, toasts, "r");
    await reading.load();
    await nameIn(0, 0, "Anne");
    await show(9);
    expect(first(9)?.name).toBe("Anne");
    await reading.edits.undo();
    expect([first(0)?.name, first(9)?.name]).toEqual(["Anna", "Anna"]);
  });

  test("whose name is only further on is known, and somebody is told apart", async () => {
    await show(9);
    await nameIn(9, 0, "Cleo");
    reading = new Reading({ host, later: () => () => {} } as unknown as World, toasts, "r");
    await reading.load();
    reading.speakers.ask(rowsOf(0)[0] as TextRow);
    expect(reading.speakers.asked?.known).toEqual(["Cleo"]);
    expect(reading.hasSpeakers).toBe(true);
  });
});
