/** Who spoke, on the way from the wire to the history. */
import { describe, expect, it } from "vitest";
import { Script, turn } from "../../tests/script";
import type { Sample } from "../host/host";
import type { WireMessage } from "./codec";
import { FRAME } from "./io";
import { PLAIN } from "./recognition";
import { Regroup } from "./regroup";

const POLICY = { fallbackAfter: null, isRedone: false, idleAfter: null, recognition: PLAIN };

function by(message: WireMessage, speaker: string): WireMessage {
  if (message.kind !== "turn") throw new Error("no turn");
  return { ...message, speaker, words: message.words.map((word) => ({ ...word, speaker })) };
}

const revision = (turnOrder: number, speaker: string | null): WireMessage => ({
  kind: "speakers",
  revisions: [{ turnOrder, speaker, words: [speaker] }],
});

const labels = (script: Script) =>
  script.all("store").flatMap(({ commit }) => (commit.kind === "label" ? [commit] : []));

/** A session that was sent three seconds. */
function spoken(policy = POLICY): Script {
  const script = new Script(policy).begin().connect(0);
  script.frames(0, 60);
  return script;
}

describe("a speaker", () => {
  it("is stored with the turn and with each word", () => {
    const script = spoken();
    script.hear(0, by(turn(0, [["One.", 100, 400]], "formatted"), "A"));
    expect(script.turns[0]).toMatchObject({ text: "One.", speaker: "A", words: [{ speaker: "A" }] });
    script.stored();
    expect(script.events("turnCommitted")[0]?.turn.speaker).toBe("A");
  });

  it("is absent where nobody was told apart", () => {
    const script = spoken();
    script.hear(0, turn(0, [["One.", 100, 400]], "formatted"));
    expect(script.turns[0]).not.toHaveProperty("speaker");
    expect(script.turns[0]?.words[0]).not.toHaveProperty("speaker");
  });

  it("is told anew of a turn that is stored, and then shown", () => {
    const script = spoken();
    script.hear(0, turn(0, [["One.", 100, 400]], "formatted"));
    script.stored();
    script.hear(0, revision(0, "B"));
    expect(labels(script)).toEqual([{ kind: "label", anew: { leg: 0, turnOrder: 0, speaker: "B", words: ["B"] } }]);
    expect(script.events("turnRelabelled")).toEqual([]);
    script.stored();
    expect(script.events("turnRelabelled")).toEqual([
      { kind: "turnRelabelled", anew: { leg: 0, turnOrder: 0, speaker: "B", words: ["B"] } },
    ]);
  });

  it("of a final that still waits for its twin goes with it", () => {
    const script = spoken();
    script.hear(0, turn(0, [["one", 100, 400]], "unformatted"));
    script.hear(0, revision(0, "B"));
    script.pass(2_500);
    expect(script.turns[0]).toMatchObject({ text: "one", speaker: "B", words: [{ speaker: "B" }] });
    expect(labels(script)).toEqual([]);
  });

  it("of a turn that nobody heard of is dropped", () => {
    const script = spoken();
    script.hear(0, revision(3, "B"));
    expect(script.all("store")).toEqual([]);
  });

  it("is taken back where the recogniser no longer knows", () => {
    const script = spoken();
    script.hear(0, by(turn(0, [["one", 100, 400]], "unformatted"), "A"));
    script.hear(0, revision(0, null));
    script.pass(2_500);
    expect(script.turns[0]).not.toHaveProperty("speaker");
    expect(script.turns[0]?.words[0]).not.toHaveProperty("speaker");
  });
});

it("a label goes with a turn that waits to replace another, and is written to one that has", () => {
  const fallback = [
    { from: 0, to: 20 * FRAME },
    { from: 20 * FRAME, to: 40 * FRAME },
  ] as never;
  const script = new Script({ ...POLICY, isRedone: true }).begin(40 * FRAME, 0, { fallback });
  script.give({ kind: "stopped", to: 40 * FRAME });
  script.connect(1, { paceLimit: null });
  for (let n = 0; n < 40; n += 1) script.frame(n, n < 5 || (n >= 8 && n < 30));
  script.hear(1, turn(0, [["One.", 0, 250]], "formatted"));
  script.hear(1, revision(0, "A"));
  script.hear(1, turn(1, [["Two.", 400, 1500]], "formatted"));
  script.hear(1, revision(1, "B"));
  script.hear(1, { kind: "termination" });
  for (let i = 0; i < 4; i += 1) script.stored();
  expect(script.events("turnsReplaced").flatMap(({ turns }) => turns.map((one) => [one.text, one.speaker]))).toEqual([
    ["One.", "A"],
    ["Two.", undefined],
    ["", undefined],
  ]);
  expect(labels(script).map(({ anew }) => [anew.turnOrder, anew.speaker])).toEqual([[1, "B"]]);
});

it("a label reaches a turn that waits to replace another, and no turn that has gone on", () => {
  const done: unknown[] = [];
  const regroup = new Regroup(0, [20 * FRAME, 40 * FRAME], { push: (commit) => done.push(commit) });
  const word = (at: Sample) => ({ text: "x", from: at, to: at + FRAME, confidence: 1 });
  const turnAt = (turnOrder: number, from: Sample, to: Sample) => ({
    leg: 3,
    turnOrder,
    from,
    to,
    text: "x",
    words: [word(from)],
    source: "assemblyai" as const,
    isFallback: false,
  });
  regroup.push(turnAt(0, 0, 10 * FRAME));
  expect(regroup.relabel({ leg: 3, turnOrder: 0, speaker: "A", words: ["A"] })).toBe(true);
  expect(regroup.relabel({ leg: 2, turnOrder: 0, speaker: "A", words: ["A"] })).toBe(false);
  regroup.push(turnAt(1, 10 * FRAME, 40 * FRAME));
  expect(done).toMatchObject([{ turns: [{ speaker: "A", words: [{ speaker: "A" }] }, {}] }]);
  expect(regroup.relabel({ leg: 3, turnOrder: 0, speaker: "B", words: ["B"] })).toBe(false);
});

describe("what is asked for", () => {
  it("goes with the socket, and a change takes over as a rotation does", () => {
    const script = spoken();
    expect(script.all("open").map(({ recognition }) => recognition.keyTerms)).toEqual([[]]);
    const recognition = { ...PLAIN, keyTerms: ["Sotto"] };
    script.give({ kind: "reconfigured", policy: { ...POLICY, recognition } });
    script.connect(1);
    script.frames(60, 40);
    expect(script.all("open").map((one) => one.recognition.keyTerms)).toEqual([[], ["Sotto"]]);
    expect(script.all("finish").map(({ leg }) => leg)).toEqual([0]);
    const sent = script.all("send").map(({ leg, pcm }) => [pcm[0], leg]);
    expect(sent.map(([frame]) => frame)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(sent.at(-1)?.[1]).toBe(1);
  });

  it("and dropped, not redeemed, if it is on its way with what was asked for before", () => {
    const script = new Script(POLICY).begin();
    script.mint(0);
    const recognition = { ...PLAIN, isFormatted: false };
    script.give({ kind: "reconfigured", policy: { ...POLICY, recognition } });
    expect(script.all("close").map(({ leg }) => leg)).toEqual([0]);
    script.connect(1);
    expect(script.all("open").map((one) => one.recognition.isFormatted)).toEqual([true, false]);
    script.frames(0, 60);
    // Nothing formatted was asked for: what is final is final at once.
    script.hear(1, turn(0, [["one", 100, 400]], "unformatted"));
    expect(script.written).toEqual(["one"]);
  });
});
