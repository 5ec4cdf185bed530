import { describe, expect, test } from "vitest";
import type { TurnSegment } from "../transcript/transcript";
import { Find, hitsIn, nthInRow, rowWith } from "./find.svelte";
import type { Row } from "./rows";

const turn = (from: number, text: string) => ({ kind: "turn", key: from, from, text }) as TurnSegment;
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
  const find = new Find({ hits: (wanted) => hitsIn(rows, wanted) });
  find.open();
  find.type(query);
  return find;
}

describe("finding in a transcript", () => {
  test("counts every hit and goes round", () => {
    const find = finding("barge");
    expect([find.count, find.at]).toEqual([3, 0]);
    expect(find.current).toEqual({ from: 0, nth: 0 });
    find.step(1);
    expect(find.current).toEqual({ from: 1, nth: 0 });
    expect([rowWith(rows, find.current), nthInRow(rows[0] as Row, find.current, "barge")]).toEqual([0, 1]);
    find.step(1);
    expect(find.current).toEqual({ from: 9, nth: 0 });
    expect([rowWith(rows, find.current), nthInRow(rows[0] as Row, find.current, "barge")]).toEqual([2, null]);
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

  test("asks whoever has the text for each word, and anew when the text is another, but not while it is closed", () => {
    const asked: string[] = [];
    const find = new Find({ hits: () => [], ask: (query) => void asked.push(query) });
    find.refresh();
    find.open();
    find.type("b");
    find.refresh();
    find.close();
    find.refresh();
    expect(asked).toEqual(["", "b", "b"]);
  });
});
