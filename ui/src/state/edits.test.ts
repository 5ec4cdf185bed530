import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import type { StoredTurn } from "../host/host";
import { edited, fromStored, type Transcript, type TurnSegment } from "../transcript/transcript";
import { Edits } from "./edits";
import { Toasts } from "./toasts.svelte";
import type { World } from "./world";

const stored: StoredTurn = {
  recordingId: "r",
  leg: 2,
  turnOrder: 5,
  from: 0,
  to: 16_000,
  text: "One large.",
  words: [{ text: "one", from: 0, to: 8000, confidence: 1 }],
  source: "offline",
  isFallback: false,
  editedText: null,
};

let host: FakeHost;
let toasts: Toasts;
let transcript: Transcript;
let edits: Edits;

const turn = () => transcript.segments[0] as TurnSegment;
const inHistory = () => host.recordings.get("r")?.turns[0]?.editedText;
const calls = () => host.called("turnEdit").length;

beforeEach(() => {
  host = new FakeHost();
  host.keep({ recordingId: "r" }, [stored]);
  transcript = fromStored({ turns: [stored], gaps: [] });
  const world = { host, later: () => () => {} } as unknown as World;
  toasts = new Toasts(world);
  edits = new Edits(world, toasts, "r", (name, text) => {
    transcript = edited(transcript, name, text);
  });
});

describe("a correction", () => {
  test("is stored, then shown, and says what was heard", async () => {
    expect(await edits.make(turn(), "  One\nbarge. ")).toBe(true);
    expect(inHistory()).toBe("One barge.");
    expect(turn()).toMatchObject({ text: "One barge.", heard: "One large.", isEdited: true });
  });

  test("of nothing, or back to what was heard, leaves what was heard", async () => {
    expect(await edits.make(turn(), "One large.")).toBe(true);
    expect(calls()).toBe(0);
    for (const typed of ["", " One large. "]) {
      await edits.make(turn(), "One barge.");
      await edits.make(turn(), typed);
      expect(inHistory()).toBeNull();
      expect(turn()).toMatchObject({ text: "One large.", isEdited: false });
    }
  });

  test("that cannot be stored is not shown, and whoever typed it is told", async () => {
    host.refuse("turnEdit", "DiskFull");
    expect(await edits.make(turn(), "One barge.")).toBe(false);
    expect(turn().text).toBe("One large.");
    expect(toasts.list.map((toast) => toast.isProblem)).toEqual([true]);
    await edits.undo();
    expect(calls()).toBe(1);
  });

  test("is taken back, one after the other, by the toast or by the key, and each once", async () => {
    await edits.make(turn(), "One barge.");
    await edits.make(turn(), "One barge!");
    toasts.list[1]?.action?.run();
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(turn().text).toBe("One barge.");
    toasts.list[1]?.action?.run();
    await new Promise((resolve) => setImmediate(resolve));
    expect(turn().text).toBe("One barge.");
    await edits.undo();
    expect(turn()).toMatchObject({ text: "One large.", isEdited: false });
    await edits.undo();
    expect(calls()).toBe(4);
  });

  test("that cannot be taken back can still be later", async () => {
    await edits.make(turn(), "One barge.");
    host.refuse("turnEdit", "DiskFull");
    await edits.undo();
    expect(turn().text).toBe("One barge.");
    host.refuse("turnEdit", null);
    await edits.undo();
    expect(turn().text).toBe("One large.");
  });
});

test("what is not there any more is not changed", () => {
  expect(edited(transcript, { leg: 9, turnOrder: 5 }, "x")).toBe(transcript);
  expect(edited(transcript, { leg: 2, turnOrder: 9 }, "x")).toBe(transcript);
});
