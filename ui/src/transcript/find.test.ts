import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countHits, pieces } from "./find";

const shown = (text: string, query: string) =>
  pieces(text, query)
    .map(({ text, isHit }) => (isHit ? `[${text}]` : text))
    .join("");

describe("finding", () => {
  test.each([
    ["One barge, one Barge.", "barge", "One [barge], one [Barge]."],
    ["One\nbarge", "ONE  barge ", "[One\nbarge]"],
    ["a.b acb", "a.b", "[a.b] acb"],
    ["(50 %) [x]", "(50", "[(50] %) [x]"],
    ["Füße und FÜSSE", "füße", "[Füße] und FÜSSE"],
    ["nothing", "", "nothing"],
    ["nothing", "   ", "nothing"],
    ["null and void", "", "null and void"],
    ["", "x", ""],
  ])("in %j for %j", (text, query, expected) => {
    expect(shown(text, query)).toBe(expected);
  });

  test("no piece is empty, and what holds no hit is one piece", () => {
    const hit = (text: string) => ({ text, isHit: true });
    const plain = (text: string) => ({ text, isHit: false });
    expect(pieces("ab ab", "ab")).toEqual([hit("ab"), plain(" "), hit("ab")]);
    expect(pieces("abab", "ab")).toEqual([hit("ab"), hit("ab")]);
    expect(pieces("xab", "ab")).toEqual([plain("x"), hit("ab")]);
    expect(pieces("abx", "ab")).toEqual([hit("ab"), plain("x")]);
    for (const query of ["", "  ", "y"]) expect(pieces("ab", query)).toEqual([plain("ab")]);
    expect(pieces("", "y")).toEqual([plain("")]);
  });

  test("hits are counted, and looking for nothing finds none", () => {
    expect(countHits("ab ab xab", "AB")).toBe(3);
    expect(countHits("ab", "y")).toBe(0);
    expect(countHits("ab", "  ")).toBe(0);
    expect(countHits("null and void", "")).toBe(0);
    expect(countHits("a  b", " a   b ")).toBe(1);
  });

  test("whatever is typed, the pieces are the text, and as many as were counted are hits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, query) => {
        const found = pieces(text, query);
        expect(found.map((piece) => piece.text).join("")).toBe(text);
        expect(found.filter((piece) => piece.isHit)).toHaveLength(countHits(text, query));
      }),
    );
  });
});
