import { describe, expect, test } from "vitest";
import type { TurnSegment } from "../transcript/transcript";
import { Find } from "./find.svelte";
import type { Row } from "./rows";

const turn = (key: number, text: string) => ({ kind: "turn", key, text }) as TurnSegment;
const rows: Row[] = [
  {
    kind: "text",
    key: "a",
    from: 0,
    turns: [turn(0, "One barge."), turn(1, "Barge two.")],
    tail: "",
    isFallback: false,
    speaker: null,
  },
  { kind: "gap", key: "b", from: 5, to: 6, cause: "micLost" },
  { kind: "text", key: "c", from: 9, turns: [turn(9, "The barge.")], tail: "barge", isFallback: false, speaker: null },
];

function finding(query: string) {
  const find = new Find(() => rows);
  find.open();
  find.type(query);
  return find;
}

describe("finding in a transcript", () => {
  test("counts every hit and goes round", () => {
    const find = finding("barge");
    expect([find.count, find.at]).toEqual([3, 0]);
    expect(find.current).toEqual({ row: 0, nth: 0 });
    find.step(1);
    expect(find.current).toEqual({ row: 0, nth: 1 });
    find.step(1);
    expect(find.current).toEqual({ row: 2, nth: 0 });
    find.step(1);
    expect(find.at).toBe(0);
    find.step(-1);
    expect(find.at).toBe(2);
  });

  test("begins anew with another word, and finds nothing of nothing", () => {
    const find = finding("barge");
    find.step(-1);
    find.type("two");
    expect([find.count, find.at]).toEqual([1, 0]);
    find.type("three");
    find.step(1);
    expect([find.count, find.at, find.current]).toEqual([0, 0, null]);
    find.type(" ");
    expect(find.count).toBe(0);
  });

  test("looks at nothing while it is closed, and remembers the word", () => {
    const find = finding("barge");
    find.close();
    expect([find.count, find.current, find.query]).toEqual([0, null, "barge"]);
  });
});
