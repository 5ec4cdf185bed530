import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommittedTurn, Gap, Word } from "../host/host";
import type { SessionEvent } from "../session/events";
import { type Block, blocks, clock, plainText } from "./paragraphs";
import { emptyTranscript, fold, fromStored, type Transcript } from "./transcript";

const SECOND = 16_000;

function word(text: string, from: number): Word {
  return { text, from, to: from + 4800, confidence: 1 };
}

function turn(order: number, at: number, text: string, leg = 0): CommittedTurn {
  const words = text === "" ? [] : text.split(" ").map((one, i) => word(one, at + i * 6400));
  return {
    recordingId: "r",
    leg,
    turnOrder: order,
    from: at,
    to: at + SECOND * 2,
    text,
    words,
    source: "offline",
    isFallback: false,
  };
}

function committed(...turns: CommittedTurn[]): SessionEvent[] {
  return turns.map((one) => ({ kind: "turnCommitted", turn: one }));
}

function folded(events: SessionEvent[], from: Transcript = emptyTranscript()): Transcript {
  return events.reduce(fold, from);
}

describe("fold", () => {
  it("keeps words tentative until their turn is stored, and then only once", () => {
    const open: SessionEvent = { kind: "tentative", leg: 0, turnOrder: 0, words: [word("hel", 0)] };
    const before = folded([open]);
    expect(before.tail.map((one) => one.text)).toEqual(["hel"]);
    expect(before.segments).toEqual([]);
    const after = folded(committed(turn(0, 0, "hello")), before);
    expect(after.tail).toEqual([]);
    expect(after.segments.map((one) => one.kind === "turn" && one.text)).toEqual(["hello"]);
    expect(after.wordCount).toBe(1);
  });

  it("keeps the open turns of two legs apart and in order", () => {
    const events: SessionEvent[] = [
      { kind: "tentative", leg: 1, turnOrder: 0, words: [word("new", 9000)] },
      { kind: "tentative", leg: 0, turnOrder: 4, words: [word("old", 0)] },
    ];
    expect(folded(events).tail.map((one) => one.text)).toEqual(["old", "new"]);
    expect(
      folded([...events, { kind: "tentative", leg: 1, turnOrder: 0, words: [] }]).tail.map((one) => one.text),
    ).toEqual(["old"]);
  });

  it("shares every earlier segment: a turn appends, nothing is rebuilt", () => {
    const first = folded(committed(turn(0, 0, "a"), turn(1, 32_000, "b")));
    const second = folded(committed(turn(2, 64_000, "c")), first);
    expect(second.segments.slice(0, 2).every((one, i) => one === first.segments[i])).toBe(true);
    expect(first.segments).toHaveLength(2);
  });

  it("puts a turn that heals a gap where it belongs, and replaces one of the same first sample", () => {
    const healed = folded(
      committed(turn(0, 0, "a"), turn(2, 64_000, "c"), turn(1, 32_000, "b", 1), turn(0, 32_000, "b two", 2)),
    );
    expect(plainText(healed)).toBe("a b two c");
    expect(healed.wordCount).toBe(4);
  });

  it("says nothing of turns without words, and is the same object when nothing changed", () => {
    const empty = folded(committed(turn(0, 0, "")));
    expect(empty.segments).toEqual([]);
    const same = folded(committed(turn(0, 0, "a")));
    expect(fold(same, { kind: "ledgerChanged", ledger: { captured: 1, transcribed: 0 } })).toBe(same);
    expect(fold(same, { kind: "tentative", leg: 0, turnOrder: 9, words: [] })).toBe(same);
  });

  it("equals what history says, whatever the order of arrival", () => {
    const turns = [0, 1, 2, 3, 4].map((i) => turn(i, i * 32_000, `word${i} more`));
    const gaps: Gap[] = [{ recordingId: "r", from: 160_000, to: 176_000, cause: "micLost" }];
    const stored = fromStored({ turns: turns.map((one) => ({ ...one, editedText: null })), gaps });
    const events: SessionEvent[] = [
      ...committed(...turns),
      ...gaps.map((gap): SessionEvent => ({ kind: "gapDeclared", gap })),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(folded(shuffled)).toEqual(stored);
      }),
    );
  });

  it("shows what the user made of a turn", () => {
    const opened = fromStored({ turns: [{ ...turn(0, 0, "helo"), editedText: "hello" }], gaps: [] });
    expect(plainText(opened)).toBe("hello");
    expect(opened.segments[0]).toMatchObject({ isEdited: true });
  });
});

describe("paragraphs", () => {
  it("break at a long pause and at a gap, which is said", () => {
    const gap: SessionEvent = {
      kind: "gapDeclared",
      gap: { recordingId: "r", from: 200_000, to: 216_000, cause: "micLost" },
    };
    const whole = folded([
      ...committed(turn(0, 0, "one"), turn(1, 20_000, "two"), turn(2, 120_000, "three"), turn(3, 216_000, "four")),
      gap,
    ]);
    expect(plainText(whole)).toBe("one two\n\nthree\n\n[0:12–0:13 not transcribed]\n\nfour");
  });

  it("keep the identity of rows that did not change, and agree with a fresh start", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ pause: fc.nat(60_000), text: fc.constantFrom("a b", "c", "word ".repeat(200).trim()) })),
        (plan) => {
          let [at, transcript, rows]: [number, Transcript, readonly Block[]] = [0, emptyTranscript(), []];
          plan.forEach(({ pause, text }, order) => {
            transcript = fold(transcript, { kind: "turnCommitted", turn: turn(order, at, text) });
            at += 8000 + pause;
            const next = blocks(transcript.segments, rows);
            expect(next).toEqual(blocks(transcript.segments));
            expect(rows.slice(0, -1).every((row, i) => row === next[i])).toBe(true);
            rows = next;
          });
        },
      ),
    );
  });

  it("tell time from the sample", () => {
    expect(clock(0)).toBe("0:00");
    expect(clock(61.5 * SECOND)).toBe("1:01");
    expect(clock(3661 * SECOND)).toBe("1:01:01");
  });
});
