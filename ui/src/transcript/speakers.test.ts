import { describe, expect, it } from "vitest";
import type { CommittedTurn, SpeakerChange, StoredTurn } from "../host/host";
import { blocks } from "./paragraphs";
import { castOf, changed, knownNames, reversed } from "./speakers";
import { emptyTranscript, fold, fromStored, named, type Transcript } from "./transcript";

const SECOND = 16_000;

function said(at: number, speaker: string | null, leg = 0): CommittedTurn {
  const from = at * SECOND;
  const word = { text: `w${at}`, from, to: from + 8_000, confidence: 1 };
  return {
    recordingId: "r",
    leg,
    turnOrder: at,
    from,
    to: from + SECOND,
    text: word.text,
    words: [word],
    source: "assemblyai",
    isFallback: false,
    ...(speaker === null ? {} : { speaker }),
  };
}

const heard = (...turns: CommittedTurn[]): Transcript =>
  turns.reduce((transcript, turn) => fold(transcript, { kind: "turnCommitted", turn }), emptyTranscript());

const stored = (turn: CommittedTurn): StoredTurn => ({ ...turn, editedText: null });

const cast = (transcript: Transcript) =>
  transcript.segments.map((one) => {
    const speaker = one.kind === "turn" ? one.speaker : null;
    return speaker === null ? null : (speaker.name ?? `${speaker.label}${speaker.session}`);
  });

const tones = (transcript: Transcript) =>
  transcript.segments.map((one) => (one.kind === "turn" ? (one.speaker?.tone ?? null) : null));

const voice = (leg: number, label: string, name: string | null): SpeakerChange => ({ kind: "voice", leg, label, name });

const TALK = [said(0, "A"), said(1, "B"), said(2, "A"), said(3, "A", 4), said(4, null, 5)];

describe("speakers", () => {
  it("are the recogniser's, and the second session counts anew", () => {
    expect(cast(heard(...TALK))).toEqual(["A1", "B1", "A1", "A2", null]);
  });

  it("are the same from history, and from a session that told them out of order", () => {
    expect(cast(fromStored({ turns: TALK.map(stored), gaps: [] }))).toEqual(cast(heard(...TALK)));
    const [first, ...rest] = TALK as [CommittedTurn, ...CommittedTurn[]];
    expect(cast(heard(...rest.toReversed(), first))).toEqual(cast(heard(...TALK)));
  });

  it("are each a colour, in the order in which they are met", () => {
    expect(tones(heard(...TALK))).toEqual([0, 1, 0, 2, null]);
  });

  it("keep their colours when a hole is healed before them, by a leg that is the newest or was heard already", () => {
    expect(tones(heard(said(5, "B"), said(1, "A", 1)))).toEqual([1, 0]);
    expect(tones(heard(said(3, "A"), said(5, "B", 1), said(1, "C")))).toEqual([2, 0, 1]);
  });

  it("take the colours of the order on the axis when the recogniser knows better who was first", () => {
    const anew = { leg: 0, turnOrder: 0, speaker: "B", words: ["B"] };
    expect(tones(fold(heard(...TALK), { kind: "turnRelabelled", anew }))).toEqual([0, 0, 1, 2, null]);
  });

  it("count their sessions by the numbers of the legs, wherever those are on the axis and whenever they came", () => {
    expect(cast(fromStored({ turns: [said(0, "A", 5), said(1, "A", 2)].map(stored), gaps: [] }))).toEqual(["A2", "A1"]);
    expect(cast(heard(said(0, "A", 4), said(1, "A")))).toEqual(["A2", "A1"]);
    expect(cast(heard(said(0, "A"), said(6, "A", 4), said(3, "A", 2)))).toEqual(["A1", "A2", "A3"]);
  });

  it("that a recogniser makes up without end cost no memory", () => {
    const crowd = heard(...Array.from({ length: 300 }, (_, n) => said(n, `S${n}`)));
    expect(crowd.cast.met).toHaveLength(100);
    expect(cast(crowd).at(-1)).toBe("S2991");
  });

  it("keep what the recogniser calls them beside the name that they have", () => {
    const before = named(heard(said(0, "A")), [{ kind: "stretch", from: 0, to: SECOND, name: "Ben" }]);
    const after = fold(before, { kind: "turnRelabelled", anew: { leg: 0, turnOrder: 0, speaker: "B", words: ["B"] } });
    expect(after.segments[0]).toMatchObject({ label: "B", speaker: { name: "Ben", label: "B" } });
  });

  it("begin paragraphs of their own", () => {
    expect(blocks(heard(...TALK).segments).map((block) => (block.kind === "paragraph" ? block.text : ""))).toEqual([
      "w0",
      "w1",
      "w2",
      "w3",
      "w4",
    ]);
    const one = named(heard(...TALK), [voice(0, "A", "Anna"), voice(0, "B", "Anna"), voice(4, "A", "Anna")]);
    expect(blocks(one.segments).map((block) => (block.kind === "paragraph" ? block.text : ""))).toEqual([
      "w0 w1 w2 w3",
      "w4",
    ]);
  });

  it("are named by their voice, on their leg alone", () => {
    expect(cast(named(heard(...TALK), [voice(0, "A", "Anna")]))).toEqual(["Anna", "B1", "Anna", "A2", null]);
  });

  it("are named in a stretch, also where the recogniser knew nobody, and the newest name counts", () => {
    const here = (from: number, to: number, name: string | null): SpeakerChange => ({
      kind: "stretch",
      from: from * SECOND,
      to: to * SECOND,
      name,
    });
    const once = named(heard(...TALK), [voice(0, "A", "Anna"), here(0, 2, "Ben"), here(4, 5, "Cleo")]);
    expect(cast(once)).toEqual(["Ben", "Ben", "Anna", "A2", "Cleo"]);
    expect(cast(named(once, [here(1, 3, "Dora")]))).toEqual(["Ben", "Dora", "Dora", "A2", "Cleo"]);
    expect(cast(named(once, [here(0, 2, null)]))).toEqual(["Anna", "B1", "Anna", "A2", "Cleo"]);
    expect(knownNames(once.cast)).toEqual(["Ben", "Anna", "Cleo"]);
  });

  it("are named in a stretch that begins after their turn's silence, and before their first word", () => {
    const late = {
      ...said(0, "A"),
      to: 2 * SECOND,
      words: [{ text: "w0", from: SECOND, to: SECOND + 8_000, confidence: 1 }],
    };
    const change = { kind: "stretch", from: SECOND / 2, to: 2 * SECOND, name: "Ben" } as const;
    expect(cast(named(heard(late), [change]))).toEqual(["Ben"]);
  });

  it("keep their names through a stretch that is redone", () => {
    const fallback = { ...said(1, null, 2), isFallback: true };
    const before = named(heard(said(0, "A"), fallback, said(2, "A")), [
      voice(0, "A", "Anna"),
      { kind: "stretch", from: SECOND, to: 2 * SECOND, name: "Ben" },
    ]);
    const range = { from: SECOND, to: 2 * SECOND };
    const after = fold(before, { kind: "turnsReplaced", range, turns: [said(1, "B", 3)] });
    expect(cast(after)).toEqual(["Anna", "Ben", "Anna"]);
    expect(cast(named(after, [{ kind: "stretch", ...range, name: null }]))).toEqual(["Anna", "B2", "Anna"]);
  });

  it("change when the recogniser knows better, and nothing else does", () => {
    const before = heard(...TALK);
    const anew = { leg: 0, turnOrder: 2, speaker: "B", words: ["B"] };
    const after = fold(before, { kind: "turnRelabelled", anew });
    expect(cast(after)).toEqual(["A1", "B1", "B1", "A2", null]);
    expect(after.segments[0]).toBe(before.segments[0]);
    expect(fold(after, { kind: "turnRelabelled", anew })).toBe(after);
    expect(fold(after, { kind: "turnRelabelled", anew: { ...anew, turnOrder: 99 } })).toBe(after);
  });

  it("of whom nothing changed stay the same objects", () => {
    const before = heard(...TALK);
    const after = named(before, [voice(0, "A", "Anna")]);
    expect(after.segments[1]).toBe(before.segments[1]);
    expect(after.segments[4]).toBe(before.segments[4]);
  });

  it("have a way back from every change", () => {
    const names = { voices: [{ leg: 0, label: "A", name: "Anna" }], stretches: [{ from: 0, to: 5, name: "Ben" }] };
    expect(reversed(names, voice(0, "A", "Cleo"))).toEqual(voice(0, "A", "Anna"));
    expect(reversed(names, voice(1, "A", "Cleo"))).toEqual(voice(1, "A", null));
    expect(reversed(names, voice(0, "B", "Cleo"))).toEqual(voice(0, "B", null));
    const stretch = { kind: "stretch", from: 0, to: 5, name: null } as const;
    expect(reversed(names, stretch)).toEqual({ ...stretch, name: "Ben" });
    expect(reversed(names, { ...stretch, to: 6 })).toEqual({ ...stretch, to: 6, name: null });
    expect(reversed(names, { ...stretch, from: 1 })).toEqual({ ...stretch, from: 1, name: null });
  });
});

describe("the cast of a recording of which only a part is here", () => {
  const names = {
    voices: [{ leg: 7, label: "A", name: "Anna" }],
    stretches: [{ from: 0, to: 10, name: "Ben" }],
  };
  const voices = [
    { leg: 7, label: "B" },
    { leg: 7, label: "A" },
    { leg: 2, label: "A" },
  ];

  it("has its legs in their order, and its speakers as they are first heard, who is named in one place last", () => {
    const cast = castOf(names, voices);
    expect(cast.legs).toEqual([2, 7]);
    expect(cast.names).toBe(names);
    expect(cast.met).toEqual(["voice 7 B", "name Anna", "voice 2 A", "name Ben"]);
    expect(knownNames(cast)).toEqual(["Anna", "Ben"]);
  });

  it("keeps no more of a crowd than it has colours to tell apart", () => {
    const crowd = Array.from({ length: 5_000 }, (_, leg) => ({ leg, label: "A" }));
    const few = castOf(names, crowd).met.length;
    expect(few).toBeLessThan(5_000);
    expect(castOf(names, [...crowd, ...crowd.map(({ leg }) => ({ leg, label: "B" }))]).met).toHaveLength(few);
  });
});

describe("a name that is taken back or given", () => {
  const names = {
    voices: [
      { leg: 0, label: "A", name: "Anna" },
      { leg: 1, label: "A", name: "Ada" },
      { leg: 0, label: "B", name: "Ben" },
    ],
    stretches: [],
  };

  it("is that of one voice on one leg", () => {
    const without = changed(names, { kind: "voice", leg: 0, label: "A", name: null });
    expect(without.voices.map(({ name }) => name)).toEqual(["Ada", "Ben"]);
    const anew = changed(names, { kind: "voice", leg: 0, label: "A", name: "Eve" });
    expect(anew.voices.map(({ name }) => name)).toEqual(["Ada", "Ben", "Eve"]);
  });

  it("is that of one stretch, whatever others begin or end with it", () => {
    const stretches = [
      { from: 0, to: 5, name: "Ben" },
      { from: 0, to: 9, name: "Cleo" },
      { from: 3, to: 5, name: "Dora" },
    ];
    const without = changed({ voices: [], stretches }, { kind: "stretch", from: 0, to: 5, name: null });
    expect(without.stretches.map(({ name }) => name)).toEqual(["Cleo", "Dora"]);
  });
});
