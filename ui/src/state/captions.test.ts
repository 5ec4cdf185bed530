import { describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import type { CaptionText, CommittedTurn } from "../host/host";
import { emptyTranscript, fold } from "../transcript/transcript";
import { CaptionSender, lastTurns } from "./captions";
import { Rows, type TextRow } from "./rows";

const turn = (n: number): CommittedTurn => ({
  recordingId: "r",
  leg: 0,
  turnOrder: n,
  from: n * 80_000,
  to: (n + 1) * 80_000,
  text: `Turn ${n}.`,
  words: [{ text: "turn", from: n * 80_000, to: n * 80_000 + 8000, confidence: 1 }],
  source: "offline",
  isFallback: false,
});

const text = (tail: string): CaptionText => ({
  recordingId: "r",
  turns: [],
  tail,
  state: "Listening",
  tone: "flow",
  isRecording: true,
});

describe("captions", () => {
  test("show the last turns over paragraphs and gaps, and the words that are not final", () => {
    let transcript = emptyTranscript();
    for (let n = 0; n < 20; n += 1) transcript = fold(transcript, { kind: "turnCommitted", turn: turn(n) });
    const gap = { recordingId: "r", from: 1_600_000, to: 1_616_000, cause: "micLost" } as const;
    transcript = fold(transcript, { kind: "gapDeclared", gap });
    const rows = new Rows();
    const without = lastTurns(rows.of(transcript));
    expect(without.turns.map((one) => one.text)).toEqual(Array.from({ length: 12 }, (_, i) => `Turn ${i + 8}.`));
    expect(without.turns[0]?.key).toBe(8 * 80_000);
    const words = [{ text: "more", from: 1_700_000, to: 1_708_000, confidence: 0.5 }];
    transcript = fold(transcript, { kind: "tentative", leg: 0, turnOrder: 20, words });
    expect(lastTurns(rows.of(transcript)).tail).toBe("more");
    expect(lastTurns([])).toEqual({ turns: [], tail: "" });
  });

  test("name who begins to speak, and nobody twice in a row", () => {
    const row = (n: number, label: string | null, texts: readonly string[], tail = ""): TextRow => {
      const from = n * 80_000;
      const name = label === "A" ? "Ada" : null;
      const speaker = label === null ? null : { key: label, name, label, session: 1, tone: 0 };
      const turns = texts.map((words, i) => ({ key: from + i, text: words })) as unknown as TextRow["turns"];
      return { kind: "text", key: `${n}`, from, turns, tail, isFallback: false, speaker };
    };
    const rows = [
      row(0, "A", ["Good morning.", "All here?"]),
      row(1, "A", ["Then we begin."]),
      row(2, "B", ["Yes."]),
      row(3, null, ["Somebody."]),
      row(4, "B", [], "and the"),
    ];
    expect(lastTurns(rows)).toMatchObject({
      turns: [
        { text: "Ada: Good morning." },
        { text: "All here?" },
        { text: "Then we begin." },
        { text: "Speaker B: Yes." },
        { text: "Somebody." },
      ],
      tail: "Speaker B: and the",
    });
    // Who spoke last before the first turn that is shown has been named already.
    const long = [
      row(0, "A", ["Before."]),
      row(
        1,
        "A",
        Array.from({ length: 12 }, () => "More."),
      ),
    ];
    expect(lastTurns(long).turns[0]?.text).toBe("More.");
  });

  test("are told one state after the other, and none that is old already", async () => {
    const host = new FakeHost();
    const sender = new CaptionSender(host);
    for (const tail of ["a", "ab", "abc"]) sender.say(text(tail));
    await new Promise((resolve) => setImmediate(resolve));
    expect(host.called("captionsSay").map(([one]) => (one as CaptionText).tail)).toEqual(["a", "abc"]);
    sender.say(text("d"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(host.called("captionsSay")).toHaveLength(3);
  });
});
