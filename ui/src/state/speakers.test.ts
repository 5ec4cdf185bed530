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

const rows = () => reading.rows as readonly TextRow[];
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
