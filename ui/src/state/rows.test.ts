import { describe, expect, test } from "vitest";
import type { Word } from "../host/host";
import { emptyTranscript, fold } from "../transcript/transcript";
import { finals, type Row, Rows } from "./rows";

const SECOND = 16_000;
const words = (text: string, at: number): Word[] =>
  text.split(" ").map((word, i) => ({
    text: word,
    from: at * SECOND + i * 4000,
    to: at * SECOND + i * 4000 + 3000,
    confidence: 0.9,
  }));
const tentative = (text: string, at: number, turnOrder = 0) =>
  ({ kind: "tentative", leg: 0, turnOrder, words: words(text, at) }) as const;
const final = (text: string, at: number, from: number, to: number, turnOrder = 0) =>
  ({
    kind: "turnCommitted",
    turn: {
      recordingId: "r",
      leg: 0,
      turnOrder,
      from: from * SECOND,
      to: to * SECOND,
      text,
      words: words(text, at),
      source: "offline",
      isFallback: false,
    },
  }) as const;

const shape = (rows: readonly Row[]) =>
  rows.map((row) =>
    row.kind === "text" ? `${finals(row)}|${row.tail}` : row.kind === "gap" ? `gap ${row.cause}` : row.key,
  );

describe("Rows", () => {
  test("what was said before a pause stands before it, final or not", () => {
    const rows = new Rows();
    const pause = { recordingId: "r", at: 4 * SECOND, since: 7, until: null };
    let transcript = fold(emptyTranscript(), tentative("said before", 2));
    transcript = fold(transcript, { kind: "pauseDeclared", pause });
    expect(shape(rows.of(transcript))).toEqual(["|said before", "pause 7"]);
    transcript = fold(transcript, final("Said before.", 2, 0, 4));
    transcript = fold(transcript, tentative("and after", 5, 1));
    expect(shape(rows.of(transcript))).toEqual(["Said before.|", "pause 7", "|and after"]);
  });

  test("open words stand in the paragraph that they will belong to", () => {
    const rows = new Rows();
    let transcript = fold(emptyTranscript(), final("One barge.", 0, 0, 2));
    transcript = fold(transcript, tentative("with a penalty", 2, 1));
    expect(shape(rows.of(transcript))).toEqual(["One barge.|with a penalty"]);
    transcript = fold(transcript, final("With a penalty.", 2, 2, 4, 1));
    expect(shape(rows.of(transcript))).toEqual(["One barge. With a penalty.|"]);
  });

  test("a row keeps its key when its words become final after a pause", () => {
    const rows = new Rows();
    let transcript = fold(emptyTranscript(), final("One barge.", 0, 0, 2));
    transcript = fold(transcript, tentative("good then", 9, 1));
    const before = rows.of(transcript);
    expect(shape(before)).toEqual(["One barge.|", "|good then"]);
    const after = rows.of(fold(transcript, final("Good, then.", 9, 2, 11, 1)));
    expect(after.map((row) => row.key)).toEqual(before.map((row) => row.key));
    expect(after[1]?.from).toBe(9 * SECOND);
  });

  test("rows that did not change stay the same objects", () => {
    const rows = new Rows();
    const first = fold(emptyTranscript(), final("One barge.", 0, 0, 2));
    const second = fold(fold(first, final("Nine days.", 10, 2, 12, 1)), tentative("well", 20, 2));
    const before = rows.of(second);
    const after = rows.of(fold(second, tentative("well now", 20, 2)));
    expect(after[0]).toBe(before[0]);
    expect(after[2]).not.toBe(before[2]);
  });

  test("a gap is a row in its place", () => {
    const rows = new Rows();
    const gap = { recordingId: "r", from: 2 * SECOND, to: 5 * SECOND, cause: "micLost" } as const;
    const transcript = fold(fold(emptyTranscript(), final("One.", 0, 0, 2)), { kind: "gapDeclared", gap });
    expect(shape(rows.of(transcript))).toEqual(["One.|", "gap micLost"]);
  });

  test("a hole is a row in its place until it is filled; what is redone has its text already", () => {
    const rows = new Rows();
    const hole = (kind: "waiting" | "redoing", from: number) => ({ kind, from: from * SECOND, to: 9 * SECOND });
    let transcript = fold(fold(emptyTranscript(), final("One.", 0, 0, 2)), final("Later.", 9, 9, 11, 1));
    transcript = fold(transcript, { kind: "holesChanged", holes: [hole("waiting", 2), hole("redoing", 0)] });
    expect(shape(rows.of(transcript))).toEqual(["One.|", `hole ${9 * SECOND}`, "Later.|"]);
    expect(shape(rows.of(fold(transcript, { kind: "holesChanged", holes: [] })))).toEqual(["One.|", "Later.|"]);
  });

  test("what the offline engine stood in for is told apart", () => {
    const rows = new Rows();
    const stopgap = final("Two.", 2, 2, 4, 1);
    const events = [final("One.", 0, 0, 2), { ...stopgap, turn: { ...stopgap.turn, isFallback: true } }];
    const shown = rows.of(events.reduce(fold, emptyTranscript()));
    expect(shown.map((row) => row.kind === "text" && [finals(row), row.isFallback])).toEqual([
      ["One.", false],
      ["Two.", true],
    ]);
  });
});
