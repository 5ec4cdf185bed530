// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import { Library } from "./library.svelte";
import { Toasts } from "./toasts.svelte";
import type { World } from "./world";

const NOW = new Date(2026, 10, 29, 14, 0).getTime();
const HOUR = 3_600_000;

let host: FakeHost;
let library: Library;

const settled = () => new Promise((resolve) => setTimeout(resolve));
const titles = () => library.items.map((item) => item.title);

beforeEach(async () => {
  host = new FakeHost();
  host.keep({ recordingId: "a", title: "today", startedAt: NOW - HOUR, source: "offline" });
  host.keep({ recordingId: "b", title: "midnight", startedAt: NOW - 13.5 * HOUR, source: "assemblyai" });
  host.keep({ recordingId: "c", title: "six days", startedAt: NOW - 6 * 24 * HOUR, source: "assemblyaiEu" });
  host.keep({ recordingId: "d", title: "file", startedAt: NOW - 40 * 24 * HOUR, source: "offline", isImported: true });
  const world = { host, now: () => NOW, later: () => () => {} } as unknown as World;
  library = new Library(world, new Toasts(world));
  await library.load();
});

describe("what the library shows", () => {
  test("is narrowed by source, and wide again", async () => {
    expect(library.isNarrowed).toBe(false);
    library.narrow({ by: "cloud" });
    await settled();
    expect(titles()).toEqual(["midnight", "six days"]);
    library.narrow({ by: "file" });
    await settled();
    expect([titles(), library.isNarrowed]).toEqual([["file"], true]);
    library.widen();
    await settled();
    expect([titles().length, library.isNarrowed]).toEqual([4, false]);
  });

  test("a period is of whole days, from midnight on", async () => {
    library.narrow({ period: "today" });
    await settled();
    expect(titles()).toEqual(["today", "midnight"]);
    library.narrow({ period: "week" });
    await settled();
    expect(titles()).toEqual(["today", "midnight", "six days"]);
    library.narrow({ period: "year", by: "offline" });
    await settled();
    expect(titles()).toEqual(["today", "file"]);
  });

  test("filters and words go together, and are asked of the trusted side", async () => {
    library.narrow({ hasBookmarks: true, by: "offline" });
    await settled();
    expect(library.items).toEqual([]);
    await host.bookmarkSet("a", 1, "");
    await library.load();
    expect(titles()).toEqual(["today"]);
    library.query = "nothing";
    await library.load();
    expect(library.items).toEqual([]);
    expect(host.called("historyPage").at(-1)).toEqual([
      "nothing",
      { by: "offline", hasAudio: false, hasBookmarks: true, since: null, until: null },
      null,
      60,
    ]);
  });

  test("a narrower list does not keep what a wider one had loaded", async () => {
    for (let i = 0; i < 130; i += 1) {
      const startedAt = NOW - 60 * 24 * HOUR - i * HOUR;
      host.keep({
        recordingId: `old ${i}`,
        title: `old ${i}`,
        startedAt,
        source: i % 2 === 0 ? "offline" : "assemblyai",
      });
    }
    await library.load();
    await library.more();
    await library.more();
    expect(library.items).toHaveLength(134);
    library.narrow({ by: "cloud" });
    await settled();
    expect([library.items.length, library.isWhole]).toEqual([60, false]);
    expect(library.items.every((item) => item.source !== "offline")).toBe(true);
  });
});
