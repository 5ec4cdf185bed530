// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import type { TurnSegment } from "../transcript/transcript";
import { Bookmarks, marksOf, rowAt } from "./bookmarks.svelte";
import type { Row } from "./rows";
import { Toasts } from "./toasts.svelte";
import type { World } from "./world";

let host: FakeHost;
let waits: (() => void)[];
let toasts: Toasts;
let bookmarks: Bookmarks;

beforeEach(() => {
  host = new FakeHost();
  host.keep({ recordingId: "one" });
  waits = [];
  const world = { host, later: (_ms: number, work: () => void) => waits.push(work) } as unknown as World;
  toasts = new Toasts(world);
  bookmarks = new Bookmarks(world, toasts, "one");
  void host.listen((event) => {
    if (event.kind === "bookmarksChanged") bookmarks.list = event.bookmarks;
  });
});

describe("bookmarks", () => {
  test("are added, noted at once by a press, and in the order of the axis", async () => {
    await bookmarks.add(32_000);
    await bookmarks.add(16_000);
    expect(bookmarks.list).toEqual([
      { at: 16_000, note: "" },
      { at: 32_000, note: "" },
    ]);
    expect(toasts.list.at(-1)?.text).toBe("Bookmarked at 0:01.");
    toasts.list.at(-1)?.action?.run();
    expect([bookmarks.isOpen, bookmarks.noting]).toEqual([true, 16_000]);
    await bookmarks.note(16_000, " ask ");
    expect(bookmarks.list[0]).toEqual({ at: 16_000, note: "ask" });
    expect(bookmarks.noting).toBeNull();
  });

  test("one that is there already is opened, and keeps its note", async () => {
    await bookmarks.add(16_000);
    await bookmarks.note(16_000, "keep me");
    await bookmarks.add(16_000);
    expect(bookmarks.list).toEqual([{ at: 16_000, note: "keep me" }]);
    expect(bookmarks.noting).toBe(16_000);
  });

  test("a note that is as it was is not stored again", async () => {
    await bookmarks.add(16_000);
    await bookmarks.note(16_000, " ");
    expect(host.called("bookmarkSet")).toHaveLength(1);
  });

  test("one that was removed comes back with its note", async () => {
    await bookmarks.add(16_000);
    await bookmarks.note(16_000, "mine");
    await bookmarks.remove({ at: 16_000, note: "mine" });
    expect(bookmarks.list).toEqual([]);
    toasts.list.at(-1)?.action?.run();
    await new Promise((resolve) => setTimeout(resolve));
    expect(bookmarks.list).toEqual([{ at: 16_000, note: "mine" }]);
  });

  test("what could not be stored is said", async () => {
    host.refuse("bookmarkSet", "DiskFull");
    await bookmarks.add(16_000);
    expect([bookmarks.list.length, toasts.list[0]?.isProblem]).toEqual([0, true]);
  });

  test("a moment stands out for a while", () => {
    bookmarks.go(16_000);
    bookmarks.go(16_000);
    const { aim } = bookmarks;
    expect(aim).toEqual({ at: 16_000 });
    waits[0]?.();
    expect(bookmarks.aim).toBe(aim);
    waits[1]?.();
    expect(bookmarks.aim).toBeNull();
  });
});

const text = (key: string, from: number, to: number): Row => ({
  kind: "text",
  key,
  from: from + 500,
  turns: [{ kind: "turn", from, to, text: key } as TurnSegment],
  tail: "",
  isFallback: false,
  speaker: null,
});

describe("the row of a moment", () => {
  const rows = [text("a", 1_000, 2_000), text("b", 2_000, 3_000), text("c", 9_000, 9_500)];

  test("is the one that answers for it, silence included", () => {
    expect([0, 1_000, 1_999, 2_000, 8_999, 9_000, 1e9].map((at) => rowAt(rows, at))).toEqual([0, 0, 0, 1, 1, 2, 2]);
    expect(rowAt([], 5)).toBeNull();
  });

  test("has its mark, and no other has", () => {
    const found = marksOf(rows, [
      { at: 2_500, note: "" },
      { at: 2_600, note: "x" },
      { at: 9_100, note: "" },
    ]);
    expect([...found].map(([key, marks]) => [key, marks.length])).toEqual([
      ["b", 2],
      ["c", 1],
    ]);
  });
});
