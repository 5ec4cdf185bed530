// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import type { StoredTurn } from "../host/host";
import { Passages } from "./passages.svelte";
import { finals } from "./rows";

const SECOND = 16_000;
const turn = (n: number, text = `turn ${n}`): StoredTurn => ({
  recordingId: "long",
  leg: 0,
  turnOrder: n,
  from: n * SECOND,
  to: (n + 1) * SECOND,
  text,
  words: [{ text, from: n * SECOND, to: n * SECOND + 8000, confidence: 1 }],
  source: "offline",
  isFallback: false,
  editedText: null,
});

let host: FakeHost;
let passages: Passages;

async function lay() {
  const opened = await host.recordingOpen("long");
  if (!opened.ok) throw new Error("it is there");
  await passages.lay(opened.value);
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const text = (at: number) =>
  passages.list[at]?.rows?.map((row) => (row.kind === "text" ? finals(row) : row.kind)).join(" ") ?? null;
const here = () => passages.list.flatMap((one, i) => (one.rows === null ? [] : [i]));

async function show(...at: number[]) {
  for (const i of at) {
    const one = passages.list[i];
    if (one !== undefined) passages.enter(one);
  }
  await settled();
}

function hide(...at: number[]) {
  for (const i of at) {
    const one = passages.list[i];
    if (one !== undefined) passages.leave(one);
  }
}

beforeEach(async () => {
  host = new FakeHost();
  host.keep(
    { recordingId: "long" },
    Array.from({ length: 2400 }, (_, n) => turn(n)),
    [{ recordingId: "long", from: 30 * SECOND, to: 30 * SECOND + 9, cause: "micLost" }],
  );
  passages = new Passages((from, to) => host.recordingTurns("long", from, to));
  await lay();
});

describe("a long transcript", () => {
  test("shows its beginning at once, and the rest when it comes into sight", async () => {
    expect(passages.list).toHaveLength(100);
    expect(here()).toEqual([0]);
    expect(text(0)).toMatch(/^turn 0 turn 1 .*turn 23$/);
    await show(50);
    expect(text(50)).toMatch(/^turn 1200 .*turn 1223$/);
    await show(1);
    expect(text(1)).toMatch(/^turn 24 .*turn 30 gap turn 31/);
  });

  test("forgets what is long out of sight, and no more than that", async () => {
    for (let i = 0; i < 60; i += 1) {
      await show(i);
      hide(i);
    }
    expect(here()).toEqual(Array.from({ length: 16 }, (_, i) => 44 + i));
    await show(3);
    expect(text(3)).toMatch(/^turn 72 /);
  });

  test("one that left while it was on its way is not in sight, and is there", async () => {
    await Promise.all([show(7), Promise.resolve().then(() => hide(7))]);
    expect(here()).toContain(7);
    for (let i = 10; i < 40; i += 1) {
      await show(i);
      hide(i);
    }
    expect(here()).not.toContain(7);
  });

  test("a correction is seen where it is, and where it is looked at later", async () => {
    await show(0);
    await host.turnEdit("long", 0, 3, "turn three");
    passages.edit({ leg: 0, turnOrder: 3 }, "turn three");
    expect(text(0)).toContain("turn 2 turn three turn 4");
    await host.turnEdit("long", 0, 500, "five hundred");
    passages.edit({ leg: 0, turnOrder: 500 }, "five hundred");
    await show(20);
    expect(text(20)).toContain("five hundred");
  });

  test("an answer that a correction overtook is asked for anew", async () => {
    const entered = show(20);
    await host.turnEdit("long", 0, 490, "corrected");
    passages.edit({ leg: 0, turnOrder: 490 }, "corrected");
    await entered;
    await settled();
    expect(text(20)).toContain("corrected");
  });

  test("what is added leaves what is shown where it is", async () => {
    await show(0, 99);
    const [first, last] = [passages.list[0], passages.list[99]];
    for (let n = 2400; n < 2410; n += 1) await host.turnCommit(1, turn(n));
    await lay();
    expect(passages.list).toHaveLength(101);
    expect(passages.list[0]).toBe(first);
    expect(passages.list[99]).not.toBe(last);
  });

  test("finds the passage of a sample", () => {
    expect(passages.indexOf(0)).toBe(0);
    expect(passages.indexOf(24 * SECOND - 1)).toBe(0);
    expect(passages.indexOf(24 * SECOND)).toBe(1);
    expect(passages.indexOf(1e12)).toBe(99);
  });
});
