import { expect, test } from "vitest";
import { hits } from "./hits";

test("hits are told from their surroundings, and nothing is lost", () => {
  expect(hits("one \u{E000}barge\u{E001} or \u{E000}two\u{E001}")).toEqual([
    { text: "one ", isHit: false },
    { text: "barge", isHit: true },
    { text: " or ", isHit: false },
    { text: "two", isHit: true },
  ]);
});

test("text that looks like markup is text", () => {
  expect(hits("<b>x</b>")).toEqual([{ text: "<b>x</b>", isHit: false }]);
});
