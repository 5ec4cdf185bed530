import { describe, expect, it } from "vitest";
import { Places } from "./places.svelte";
import type { TextRow } from "./rows";

function row(key: string, tail: string): TextRow {
  return { kind: "text", key, from: 0, turns: [], tail, isFallback: false, speaker: null };
}

describe("places", () => {
  it("stay the same list while words come into the last row", () => {
    const places = new Places();
    const first = row("a", "");
    const before = places.of([first, row("b", "one")]);
    const after = places.of([first, row("b", "one two")]);
    expect(after).toBe(before);
    expect(after.map(({ row }) => row)).toEqual([first, row("b", "one two")]);
  });

  it("are another list when a row comes, goes or moves, and each row that stays keeps its own", () => {
    const places = new Places();
    const [a, b] = places.of([row("a", ""), row("b", "")]);
    const grown = places.of([row("new", ""), row("a", "x"), row("b", "")]);
    expect(grown.map(({ key }) => key)).toEqual(["new", "a", "b"]);
    expect([grown[1], grown[2]]).toEqual([a, b]);
    expect(grown[1]).toBe(a);
    expect(a?.row).toEqual(row("a", "x"));
    const moved = places.of([row("b", ""), row("new", ""), row("a", "")]);
    expect(moved).not.toBe(grown);
    expect(moved[0]).toBe(b);
    expect(places.of([])).toEqual([]);
  });
});
