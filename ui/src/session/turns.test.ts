import { describe, expect, it } from "vitest";
import { turn } from "../../tests/script";
import type { WireTurn } from "./codec";
import { Hearing, heart, relabelled } from "./turns";

type Spoken = [text: string, startMs: number, endMs: number][];
const [ONE, TWO]: [Spoken, Spoken] = [[["one", 100, 500]], [["two", 900, 1400]]];

function wire(order: number, words: Spoken, marks: "partial" | "unformatted" | "formatted"): WireTurn {
  return turn(order, words, marks) as WireTurn;
}

const said = (heard: ReturnType<Hearing["receive"]>) =>
  heard.map((one) => [one.kind, one.turnOrder, one.words.map((word) => word.text).join(" ")]);

describe("what a leg hears", () => {
  it("is put on the axis where the leg's first sample lies", () => {
    const [heard] = new Hearing(8000).receive(wire(0, [["one", 100, 500.3]], "partial"), null, 0);
    expect(heard).toEqual({
      kind: "tentative",
      turnOrder: 0,
      words: [{ text: "one", from: 9600, to: 16_005, confidence: 0.9 }],
    });
  });

  it("stays open through partials, and is final with the formatted end", () => {
    const hearing = new Hearing(0);
    expect(hearing.isOpen).toBe(false);
    expect(said(hearing.receive(wire(0, ONE, "partial"), null, 0))).toEqual([["tentative", 0, "one"]]);
    expect(hearing.isOpen).toBe(true);
    const heard = hearing.receive(wire(0, ONE, "formatted"), null, 0);
    expect(heard).toMatchObject([{ kind: "final", turnOrder: 0, text: "one", before: null }]);
    expect([hearing.isOpen, hearing.next]).toEqual([false, 1]);
  });

  it("waits two seconds for the formatted twin, counted from the unformatted final", () => {
    const hearing = new Hearing(0);
    expect(hearing.settlesAt).toBeNull();
    expect(said(hearing.receive(wire(0, ONE, "unformatted"), null, 7000))).toEqual([["tentative", 0, "one"]]);
    expect([hearing.isOpen, hearing.settlesAt, hearing.next]).toEqual([true, 9000, 0]);
    expect(said(hearing.settle())).toEqual([["final", 0, "one"]]);
    expect([hearing.isOpen, hearing.settlesAt, hearing.next]).toEqual([false, null, 1]);
    expect(hearing.settle()).toEqual([]);
  });

  it("takes a late partial of a turn that has its final for nothing", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(0, ONE, "unformatted"), null, 0);
    expect(hearing.receive(wire(0, [["on", 100, 300]], "partial"), null, 0)).toEqual([]);
    expect(said(hearing.close())).toEqual([["final", 0, "one"]]);
  });

  it("takes everything of a settled turn for nothing", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(0, ONE, "formatted"), null, 0);
    for (const marks of ["partial", "unformatted", "formatted"] as const)
      expect(hearing.receive(wire(0, ONE, marks), null, 0)).toEqual([]);
    expect(hearing.isOpen).toBe(false);
  });

  it.each(["partial", "unformatted"] as const)(
    "is final after a %s when the next turn begins, and says where",
    (marks) => {
      const hearing = new Hearing(0);
      hearing.receive(wire(0, ONE, marks), null, 0);
      const heard = hearing.receive(wire(1, TWO, "partial"), null, 0);
      expect(said(heard)).toEqual([
        ["final", 0, "one"],
        ["tentative", 1, "two"],
      ]);
      expect(heard[0]).toMatchObject({ before: 900 * 16 });
      expect(hearing.isOpen).toBe(true);
      expect(said(hearing.close())).toEqual([["final", 1, "two"]]);
    },
  );

  it("is final when a next turn comes without words, which says nothing of where it begins", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(0, ONE, "partial"), null, 0);
    expect(hearing.receive(wire(1, [], "partial"), null, 0)).toMatchObject([{ kind: "final", before: null }]);
    expect(hearing.isOpen).toBe(false);
  });

  it("keeps a final that has text and no words, as some editions send it", () => {
    expect(said(new Hearing(0).receive(wire(0, [["", 0, 1]], "formatted"), null, 0))).toEqual([["final", 0, ""]]);
    const heard = new Hearing(0).receive({ ...wire(0, [], "formatted"), text: " Hm. " }, null, 0);
    expect(heard).toMatchObject([{ kind: "final", text: "Hm.", words: [] }]);
  });

  it("is written as the recogniser writes a final, and as its words where that says nothing", () => {
    const text = (changes: Partial<WireTurn>) =>
      new Hearing(0).receive({ ...wire(0, [...ONE, ...TWO], "formatted"), ...changes }, null, 0);
    expect(text({ text: " One, two. " })).toMatchObject([{ text: "One, two." }]);
    expect(text({ text: " " })).toMatchObject([{ text: "one two" }]);
  });

  it("leaves words to the next leg that sound beyond this one's end", () => {
    const final = wire(0, [...ONE, ...TWO], "formatted");
    const [heard] = new Hearing(0).receive(final, 800 * 16, 0);
    expect(heard).toMatchObject({ text: "one", words: [{ text: "one" }] });
    // Its heart is at 300 ms.
    expect(new Hearing(0).receive(wire(0, ONE, "formatted"), 200 * 16, 0)).toEqual([]);
    expect(new Hearing(0).receive(wire(0, ONE, "formatted"), 200 * 16 + 1, 0)).toMatchObject([{ text: "one" }]);
  });
});

describe("a turn without words", () => {
  it("clears the open turn that it takes back, and ends it", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(0, ONE, "partial"), null, 0);
    expect(hearing.receive(wire(0, [], "unformatted"), null, 0)).toEqual([
      { kind: "tentative", turnOrder: 0, words: [] },
    ]);
    expect([hearing.isOpen, hearing.next]).toEqual([false, 1]);
  });

  it("that is a partial clears the open turn, which may still come to something", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(0, ONE, "partial"), null, 0);
    expect(hearing.receive(wire(0, [], "partial"), null, 0)).toHaveLength(1);
    expect(hearing.next).toBe(0);
    expect(said(hearing.receive(wire(0, ONE, "formatted"), null, 0))).toEqual([["final", 0, "one"]]);
  });

  it("says nothing of a turn that nobody knows", () => {
    const hearing = new Hearing(0);
    expect(hearing.receive(wire(4, [], "unformatted"), null, 0)).toEqual([]);
    expect(hearing.next).toBe(5);
  });

  it("does not take back a final that waits for its twin", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(0, ONE, "unformatted"), null, 0);
    expect(hearing.receive(wire(0, [], "unformatted"), null, 0)).toEqual([]);
    expect([hearing.next, hearing.isOpen]).toEqual([0, true]);
    expect(said(hearing.settle())).toEqual([["final", 0, "one"]]);
  });
});

describe("turns out of their order", () => {
  it("leave a later one open when an earlier one becomes final", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(1, TWO, "partial"), null, 0);
    expect(said(hearing.receive(wire(0, ONE, "formatted"), null, 0))).toEqual([["final", 0, "one"]]);
    expect(said(hearing.close())).toEqual([["final", 1, "two"]]);
  });

  it("leave a later one open when the final of an earlier one waits for its twin", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(1, TWO, "partial"), null, 0);
    hearing.receive(wire(0, ONE, "unformatted"), null, 0);
    expect(said(hearing.close())).toEqual([
      ["final", 0, "one"],
      ["final", 1, "two"],
    ]);
  });

  it("do not clear an open turn by an empty one of another number", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(1, TWO, "partial"), null, 0);
    expect(hearing.receive(wire(0, [], "partial"), null, 0)).toEqual([]);
    expect(hearing.isOpen).toBe(true);
  });
});

describe("who spoke, after all", () => {
  it("is said of a final that waits for its twin, and of no other", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(0, ONE, "unformatted"), null, 0);
    expect(hearing.relabel({ turnOrder: 1, speaker: "B", words: ["B"] })).toBe(false);
    expect(hearing.relabel({ turnOrder: 0, speaker: "B", words: ["B"] })).toBe(true);
    expect(hearing.settle()).toMatchObject([{ speaker: "B", words: [{ speaker: "B" }] }]);
  });

  it("leaves the words as they are where the revision has not as many", () => {
    const turn = { speaker: "A", words: [{ speaker: "A" }, { speaker: "B" }] };
    expect(relabelled(turn, { speaker: "C", words: ["C"] })).toEqual({ ...turn, speaker: "C" });
    expect(relabelled(turn, { speaker: "C", words: ["C", null] }).words).toEqual([{ speaker: "C" }, {}]);
  });
});

describe("the end of a leg", () => {
  it("makes what is open final when it was asked for", () => {
    const hearing = new Hearing(0);
    hearing.receive(wire(0, ONE, "partial"), null, 0);
    expect(said(hearing.close())).toEqual([["final", 0, "one"]]);
    expect(hearing.close()).toEqual([]);
  });

  it("takes back what is open when the leg is lost, but not a final that waits", () => {
    const lost = new Hearing(0);
    lost.receive(wire(0, ONE, "partial"), null, 0);
    expect(said(lost.abandon())).toEqual([["tentative", 0, ""]]);
    expect([lost.isOpen, lost.next]).toEqual([false, 0]);
    expect(lost.abandon()).toEqual([]);
    const waiting = new Hearing(0);
    waiting.receive(wire(0, ONE, "unformatted"), null, 0);
    expect(said(waiting.abandon())).toEqual([["final", 0, "one"]]);
  });
});

describe("where a word surely sounds", () => {
  it("is its middle, or a tenth of a second in where it may be padded", () => {
    expect(heart({ from: 1600, to: 3200 })).toBe(2400);
    expect(heart({ from: 1600, to: 16_000 })).toBe(3200);
  });
});
