import { describe, expect, test } from "vitest";
import { Rolling } from "./rolling";

const said = (turns: [number, string][], tail = "", recordingId: string | null = "r") => ({
  recordingId,
  turns: turns.map(([key, text]) => ({ key, text })),
  tail,
});

function rolling(...states: ReturnType<typeof said>[]) {
  const one = new Rolling();
  for (const state of states) one.take(state);
  return one;
}

describe("the text of captions", () => {
  test("grows at its end, and each turn is in it once however often it is told", () => {
    const one = rolling(
      said([[0, "One barge."]], "with a"),
      said(
        [
          [0, "One barge."],
          [9, " With a penalty. "],
        ],
        "good",
      ),
    );
    expect(one.lines).toEqual({ old: "One barge.", current: "With a penalty.", tail: "good" });
    one.take(
      said([
        [9, "With a penalty."],
        [20, "Good."],
      ]),
    );
    expect(one.lines).toEqual({ old: "One barge. With a penalty.", current: "Good.", tail: "" });
  });

  test("stays in a pause", () => {
    const one = rolling(said([[0, "One barge."]]), said([[0, "One barge."]]));
    expect(one.lines).toEqual({ old: "", current: "One barge.", tail: "" });
  });

  test("takes the last turn's new words, and leaves what was read before", () => {
    const one = rolling(
      said([
        [0, "One large."],
        [9, "With a penny."],
      ]),
      said([
        [0, "One barge."],
        [9, "With a penalty."],
      ]),
    );
    expect(one.lines).toEqual({ old: "One large.", current: "With a penalty.", tail: "" });
  });

  test("begins with the last two turns, and anew with another recording", () => {
    const many: [number, string][] = [
      [0, "a"],
      [1, "b"],
      [2, "c"],
      [3, "d"],
    ];
    const one = rolling(said(many));
    expect(one.lines).toEqual({ old: "c", current: "d", tail: "" });
    one.take(said([[0, "other"]], "", "s"));
    expect(one.lines).toEqual({ old: "", current: "other", tail: "" });
    one.take(said([], "", null));
    expect(one.lines).toEqual({ old: "", current: "", tail: "" });
  });

  test("passes over turns without words", () => {
    expect(
      rolling(
        said([
          [0, "a"],
          [5, "  "],
        ]),
      ).lines,
    ).toEqual({ old: "", current: "a", tail: "" });
  });

  test("is cut where it is told", () => {
    const one = rolling(
      said([
        [0, "one two"],
        [5, "three"],
      ]),
    );
    one.cut(4);
    expect(one.lines.old).toBe("two");
    one.take(
      said([
        [5, "three"],
        [9, "four"],
      ]),
    );
    expect(one.lines).toEqual({ old: "two three", current: "four", tail: "" });
  });
});
