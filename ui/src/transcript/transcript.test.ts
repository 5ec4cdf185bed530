import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommittedTurn, Gap, Word } from "../host/host";
import type { SessionEvent } from "../session/events";
import { type Block, blocks, clock, plainText } from "./paragraphs";
import { edited, emptyTranscript, fold, fromStored, type Transcript } from "./transcript";

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

describe("a pause", () => {
  const pause = (at: number, until: number | null = 190_000) =>
    ({ kind: "pauseDeclared", pause: { recordingId: "r", at, since: 100, until } }) as const;
  const shown = ({ segments }: Transcript) =>
    segments.map((one) => (one.kind === "turn" ? one.text : `${one.kind} ${one.kind === "pause" ? one.until : ""}`));

  it("lies before the words behind it, though their turn also answers for the silence before it", () => {
    const late = { ...turn(1, 2 * SECOND, "after"), words: [word("after", 3 * SECOND)] };
    const told = [...committed(turn(0, 0, "before")), pause(2.5 * SECOND), ...committed(late)];
    expect(shown(folded(told))).toEqual(["before", "pause 190000", "after"]);
    const stored = [turn(0, 0, "before"), late].map((one) => ({ ...one, editedText: null }));
    const read = fromStored({ turns: stored, gaps: [], pauses: [pause(2.5 * SECOND).pause] });
    expect(shown(read)).toEqual(["before", "pause 190000", "after"]);
  });

  it("lies before the word that begins with it, in whatever order all is told", () => {
    const words = (order: number, at: number, first: number, text: string) => ({
      ...turn(order, at, text),
      words: [word(text, first)],
    });
    const bare = (order: number, at: number, text: string) => ({ ...turn(order, at, text), words: [] });
    const events = [
      ...committed(words(0, 0, SECOND, "one"), words(1, 2 * SECOND, 4 * SECOND, "two")),
      pause(4 * SECOND),
      ...committed(words(2, 5 * SECOND, 6 * SECOND, "three"), bare(3, 8 * SECOND, "hm")),
      pause(6 * SECOND + 1, 200),
      pause(8 * SECOND, 300),
    ];
    const read = ["one", "pause 190000", "two", "three", "pause 200", "pause 300", "hm"];
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        const distinct = shuffled.map((event) =>
          event.kind === "pauseDeclared" ? { ...event, pause: { ...event.pause, since: event.pause.at } } : event,
        );
        expect(shown(folded(distinct))).toEqual(read);
      }),
    );
  });

  it("takes no words and no place, and says when it began and ended", () => {
    const told = folded([...committed(turn(0, 0, "a b")), pause(2 * SECOND)]);
    expect(told.segments[1]).toEqual({
      kind: "pause",
      key: 100,
      from: 2 * SECOND,
      to: 2 * SECOND,
      since: 100,
      until: 190_000,
    });
    expect([told.wordCount, told.gapCount]).toEqual([2, 0]);
    const silent = fold(told, { kind: "turnsReplaced", range: { from: 0, to: 3 * SECOND }, turns: [] });
    expect([shown(silent), silent.wordCount]).toEqual([["pause 190000"], 0]);
  });

  it("is one of several where the recording went on for no sample in between", () => {
    const second = { ...pause(SECOND, 400), pause: { ...pause(SECOND, 400).pause, since: 300 } };
    expect(shown(folded([pause(SECOND, 200), second]))).toEqual(["pause 200", "pause 400"]);
  });

  it("stands between the paragraphs, and is said", () => {
    const told = folded([...committed(turn(0, 0, "one")), pause(2 * SECOND), ...committed(turn(1, 2 * SECOND, "two"))]);
    expect(plainText(told)).toBe("one\n\n[paused]\n\ntwo");
    const rows = blocks(told.segments);
    const next = blocks(folded(committed(turn(2, 4 * SECOND, "three")), told).segments, rows);
    expect([next[0] === rows[0], next[1] === rows[1], next.length]).toEqual([true, true, 3]);
  });

  it("is one, and has its length when it is over", () => {
    expect(shown(folded([pause(SECOND, null)]))).toEqual(["pause null"]);
    expect(shown(folded([pause(SECOND, null), pause(SECOND)]))).toEqual(["pause 190000"]);
  });
});

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
    // The words of the last one come late in it, behind a gap.
    const late = { ...turn(5, 176_000, "late"), words: [word("late", 200_000)] };
    const turns = [...[0, 1, 2, 3, 4].map((i) => turn(i, i * 32_000, `word${i} more`)), late];
    const gaps: Gap[] = [160_000, 184_000].map((from) => ({
      recordingId: "r",
      from,
      to: from + 800,
      cause: "micLost",
    }));
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

describe("turns in place of others", () => {
  const replaced = (from: number, to: number, ...turns: CommittedTurn[]): SessionEvent => ({
    kind: "turnsReplaced",
    range: { from, to },
    turns,
  });
  const three = () => folded(committed(turn(0, 0, "a b"), turn(1, 32_000, "c"), turn(2, 64_000, "d e f")));

  it("take the place of those that begin in the range, and of no other", () => {
    const next = fold(three(), replaced(32_000, 64_000, turn(0, 32_000, "C see", 1)));
    expect(plainText(next)).toBe("a b C see d e f");
    expect(next.wordCount).toBe(7);
  });

  it("may be more or fewer than those, and leave the others as the same objects", () => {
    const before = three();
    const next = fold(before, replaced(0, 64_000, turn(0, 0, "whole", 1)));
    expect(plainText(next)).toBe("whole\n\nd e f");
    expect([next.wordCount, next.segments.length]).toEqual([4, 2]);
    expect(next.segments[1]).toBe(before.segments[2]);
    const silent = fold(before, replaced(32_000, 64_000, turn(0, 32_000, "", 1)));
    expect([plainText(silent), silent.wordCount]).toEqual(["a b\n\nd e f", 5]);
  });

  it("leave gaps alone, and the words that are open", () => {
    const gap: Gap = { recordingId: "r", from: 40_000, to: 48_000, cause: "micLost" };
    const open: SessionEvent = { kind: "tentative", leg: 7, turnOrder: 0, words: [word("now", 96_000)] };
    const before = folded([{ kind: "gapDeclared", gap }, open], three());
    const next = fold(before, replaced(32_000, 64_000, turn(0, 32_000, "C", 1)));
    expect(next.segments.map((one) => one.kind)).toEqual(["turn", "turn", "gap", "turn"]);
    expect(next.tail).toEqual(before.tail);
  });
});

describe("what a transcript knows besides its words", () => {
  it("is empty at first", () => {
    const text = { segments: [], open: [], tail: [], holes: [], wordCount: 0, gapCount: 0 };
    expect(emptyTranscript()).toEqual({ ...text, cast: { names: { voices: [], stretches: [] }, legs: [], met: [] } });
  });

  it("counts gaps once each", () => {
    const gap = (from: number, to: number): SessionEvent => ({
      kind: "gapDeclared",
      gap: { recordingId: "r", from, to, cause: "xrun" },
    });
    const next = folded([gap(0, 800), gap(0, 1600), gap(3200, 4000)]);
    expect(next.gapCount).toBe(2);
    expect(next.segments).toEqual([
      { kind: "gap", key: 0, from: 0, to: 1600, cause: "xrun" },
      { kind: "gap", key: 3200, from: 3200, to: 4000, cause: "xrun" },
    ]);
  });

  it("takes a gap and a turn that begin together for two", () => {
    const gap: Gap = { recordingId: "r", from: 0, to: 800, cause: "xrun" };
    const next = folded([...committed(turn(0, 0, "a")), { kind: "gapDeclared", gap }]);
    expect([next.segments.length, next.wordCount, next.gapCount]).toEqual([2, 1, 1]);
  });

  it("holds the holes of the moment", () => {
    const holes = [{ kind: "waiting", from: 0, to: 800 }] as const;
    expect(fold(emptyTranscript(), { kind: "holesChanged", holes }).holes).toBe(holes);
  });

  it("holds whose words they are, and who made them", () => {
    const [segment] = folded(committed({ ...turn(0, 800, "a"), isFallback: true, source: "assemblyai" })).segments;
    expect(segment).toMatchObject({
      kind: "turn",
      key: 800,
      from: 800,
      to: 800 + SECOND * 2,
      source: "assemblyai",
      isFallback: true,
      isEdited: false,
    });
  });

  it("counts the words of what history holds, and leaves out turns that only cover silence", () => {
    const turns = [turn(1, 32_000, "b c"), turn(0, 0, "a"), { ...turn(2, 64_000, ""), text: " " }];
    const gaps: Gap[] = [{ recordingId: "r", from: 16_000, to: 17_000, cause: "xrun" }];
    const stored = fromStored({ turns: turns.map((one) => ({ ...one, editedText: null })), gaps });
    expect(stored.segments.map((one) => one.from)).toEqual([0, 16_000, 32_000]);
    expect([stored.wordCount, stored.gapCount]).toEqual([3, 1]);
  });

  it("orders open turns of one leg by their number, and replaces each by itself", () => {
    const open = (leg: number, turnOrder: number, text: string): SessionEvent => ({
      kind: "tentative",
      leg,
      turnOrder,
      words: [word(text, 0)],
    });
    expect(folded([open(0, 2, "c"), open(0, 1, "b")]).tail.map((one) => one.text)).toEqual(["b", "c"]);
    const next = folded([open(0, 2, "c"), open(0, 1, "b"), open(1, 1, "d"), open(0, 2, "C")]);
    expect(next.tail.map((one) => one.text)).toEqual(["b", "C", "d"]);
    expect(next.open[0]).toEqual({ leg: 0, turnOrder: 1, words: [word("b", 0)] });
    expect(folded(committed(turn(1, 0, "b")), next).tail.map((one) => one.text)).toEqual(["C", "d"]);
  });
});

describe("paragraphs", () => {
  const rows = (...turns: CommittedTurn[]) => blocks(folded(committed(...turns)).segments);

  it("are what stands there: text without its margins, from the first sample to the last", () => {
    const [row] = rows({ ...turn(0, 800, "a"), text: " a " }, { ...turn(1, 32_800, "b"), text: " b " });
    expect(row).toMatchObject({ kind: "paragraph", key: 800, from: 800, to: 32_800 + 2 * SECOND, text: "a b" });
    expect(row?.kind === "paragraph" && row.turns.map((one) => one.from)).toEqual([800, 32_800]);
  });

  it("break where two seconds lie between the words, not where turns end", () => {
    // The word of each lies at its start, and is 0.3 s long.
    expect(rows(turn(0, 0, "a"), turn(1, 4800 + 2 * SECOND - 1, "b"))).toHaveLength(1);
    expect(rows(turn(0, 0, "a"), turn(1, 4800 + 2 * SECOND, "b"))).toHaveLength(2);
  });

  it("break by the turns' own ends where there are no words, only text", () => {
    const bare = (order: number, at: number) => ({ ...turn(order, at, ""), text: "hm" });
    expect(rows(bare(0, 0), bare(1, 4 * SECOND - 1))).toHaveLength(1);
    expect(rows(bare(0, 0), bare(1, 4 * SECOND))).toHaveLength(2);
  });

  it("break when they are long, so that no row grows without end", () => {
    const long = (order: number, length: number) => ({ ...turn(order, order * 6400, "x"), text: "x".repeat(length) });
    expect(rows(long(0, 600), long(1, 1))).toHaveLength(1);
    expect(rows(long(0, 601), long(1, 1))).toHaveLength(2);
  });

  it("break where the offline engine stands in, and where it ceases to", () => {
    const by = (order: number, isFallback: boolean) => ({ ...turn(order, order * 6400, "a"), isFallback });
    expect(rows(by(0, false), by(1, true), by(2, true), by(3, false))).toHaveLength(3);
  });

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

  it("agree with a fresh start whatever happens in the middle: gaps, healed holes and turns in place of others", () => {
    const step = fc.record({ at: fc.nat(30), kind: fc.constantFrom("turn", "gap", "replaced"), long: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let [transcript, rows]: [Transcript, readonly Block[]] = [emptyTranscript(), []];
        steps.forEach(({ at, kind, long }, order) => {
          const from = at * SECOND;
          const one = turn(order, from, long ? "word ".repeat(150).trim() : "a b");
          const gap: Gap = { recordingId: "r", from, to: from + 800, cause: "xrun" };
          if (kind === "turn") transcript = fold(transcript, { kind: "turnCommitted", turn: one });
          else if (kind === "gap") transcript = fold(transcript, { kind: "gapDeclared", gap });
          else {
            const range = { from, to: from + 5 * SECOND };
            transcript = fold(transcript, { kind: "turnsReplaced", range, turns: [one] });
          }
          rows = blocks(transcript.segments, rows);
          expect(rows).toEqual(blocks(transcript.segments));
        });
      }),
    );
  });

  it("keep the rows before a gap or a change as the same objects", () => {
    const gap = {
      kind: "gapDeclared",
      gap: { recordingId: "r", from: 100_000, to: 116_000, cause: "micLost" },
    } as const;
    const before = folded([...committed(turn(0, 0, "a"), turn(1, 200_000, "c")), gap]);
    const rows = blocks(before.segments);
    const after = blocks(fold(before, { kind: "turnCommitted", turn: turn(2, 300_000, "d") }).segments, rows);
    expect(rows.every((row, i) => row === after[i])).toBe(true);
    const changed = blocks(fold(before, { kind: "turnCommitted", turn: turn(3, 200_000, "C") }).segments, rows);
    expect([changed[0] === rows[0], changed[1] === rows[1], changed[2] === rows[2]]).toEqual([true, true, false]);
  });

  it("tell time from the sample", () => {
    expect(clock(0)).toBe("0:00");
    expect(clock(61.5 * SECOND)).toBe("1:01");
    expect(clock(3661 * SECOND)).toBe("1:01:01");
    expect(clock(3600 * SECOND)).toBe("1:00:00");
    expect(clock(3599 * SECOND)).toBe("59:59");
  });
});

describe("what the user makes of a turn", () => {
  const texts = ({ segments }: Transcript) => segments.map((one) => (one.kind === "turn" ? one.text : "gap"));
  const said = folded([
    ...committed(turn(0, 0, "helo"), turn(1, 2 * SECOND, "wrld")),
    { kind: "gapDeclared", gap: { recordingId: "r", from: SECOND, to: 2 * SECOND, cause: "micLost" } },
  ]);

  it("takes the place of what was heard in that turn alone, and gives it back", () => {
    const changed = edited(said, { leg: 0, turnOrder: 1 }, "world");
    expect(texts(changed)).toEqual(["helo", "gap", "world"]);
    expect(changed.segments.map((one) => one.kind === "turn" && one.isEdited)).toEqual([false, false, true]);
    const back = edited(changed, { leg: 0, turnOrder: 1 }, null);
    expect(texts(back)).toEqual(["helo", "gap", "wrld"]);
    expect(back.segments.map((one) => one.kind === "turn" && one.isEdited)).toEqual([false, false, false]);
    expect(back.wordCount).toBe(said.wordCount);
  });

  it("may be nothing at all", () => {
    expect(texts(edited(said, { leg: 0, turnOrder: 0 }, ""))).toEqual(["", "gap", "wrld"]);
  });

  it("changes nothing when the turn is gone", () => {
    expect(edited(said, { leg: 1, turnOrder: 0 }, "x")).toBe(said);
    expect(edited(emptyTranscript(), { leg: 0, turnOrder: 0 }, "x")).toEqual(emptyTranscript());
  });
});
