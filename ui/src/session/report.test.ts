import { describe, expect, it } from "vitest";
import type { SessionEvent, SessionFailure, ShownHole } from "./events";
import type { Lane } from "./lane";
import { Report, type Standing } from "./report";

const SECOND = 16_000;
const FAILURE: SessionFailure = { kind: "network", code: null, detail: "gone" };

interface Around {
  live?: { source: "assemblyai" | "offline"; sent: number; isFallback: boolean } | null;
  failure?: SessionFailure | null;
  isHalted?: boolean;
  isNeedy?: boolean;
  isAtRest?: boolean;
}

function lane(around: Around): Lane {
  const { live = null, failure = null, isHalted = false, isNeedy = live === null, isAtRest = false } = around;
  const chosen = { failure, attempt: 2, retryAt: 7000, isHalted };
  return { axis: { live }, isNeedy, isAtRest, chosen } as unknown as Lane;
}

const LIVE = { source: "assemblyai", sent: 0, isFallback: false } as const;
const BLANK: Standing = { lane: null, captured: 0, end: null, transcribed: 0, holes: [], closing: null };

function telling() {
  const events: SessionEvent[] = [];
  const report = new Report((event) => events.push(event));
  return (changes: Partial<Standing>) => {
    report.say({ ...BLANK, ...changes });
    return events.splice(0);
  };
}

const phase = (changes: Partial<Standing>) =>
  telling()(changes).flatMap((event) => (event.kind === "phaseChanged" ? [event.phase] : []))[0];

describe("the phase of a session", () => {
  it("is connecting before there is anything to tell", () => {
    expect(phase({})).toEqual({ kind: "connecting" });
    expect(phase({ lane: lane({}) })).toEqual({ kind: "connecting" });
  });

  it("is streaming with a live leg, and says how many seconds it is behind", () => {
    expect(phase({ lane: lane({ live: LIVE }), captured: 2.6 * SECOND })).toEqual({
      kind: "streaming",
      source: "assemblyai",
      behind: 3 * SECOND,
      standsInFor: null,
    });
    expect(phase({ lane: lane({ live: { ...LIVE, sent: SECOND } }) })).toMatchObject({ behind: 0 });
    expect(phase({ lane: lane({ live: LIVE }), captured: 0.4 * SECOND })).toMatchObject({ behind: 0 });
  });

  it("says what the offline engine stands in for, and only of that one", () => {
    const live = { source: "offline", sent: 0, isFallback: true } as const;
    expect(phase({ lane: lane({ live, failure: FAILURE }) })).toMatchObject({
      source: "offline",
      standsInFor: FAILURE,
    });
    // A rotation that fails while the old leg still lives is no news to a reader.
    expect(phase({ lane: lane({ live: LIVE, failure: FAILURE }) })).toMatchObject({ standsInFor: null });
  });

  it("is reconnecting without a leg after a failure, with the next attempt's time", () => {
    expect(phase({ lane: lane({ failure: FAILURE }) })).toEqual({
      kind: "reconnecting",
      reason: FAILURE,
      attempt: 2,
      retryAt: 7000,
    });
    expect(phase({ lane: lane({ failure: FAILURE }), end: SECOND })?.kind).toBe("reconnecting");
  });

  it("is resting while nothing is to be heard, whatever failed before", () => {
    expect(phase({ lane: lane({ isNeedy: false, isAtRest: true }) })).toEqual({ kind: "resting" });
    expect(phase({ lane: lane({ failure: FAILURE, isNeedy: false, isAtRest: true }) })).toEqual({ kind: "resting" });
  });

  it("is ended for now when a person must act", () => {
    expect(phase({ lane: lane({ failure: FAILURE, isHalted: true }) })).toEqual({ kind: "ended", reason: FAILURE });
  });

  it("is finishing after the stop, with a leg or without, once nothing is left to send", () => {
    expect(phase({ lane: lane({ live: LIVE }), end: SECOND })).toEqual({ kind: "finishing" });
    expect(phase({ lane: lane({ isNeedy: false, failure: FAILURE }), end: SECOND })).toEqual({ kind: "finishing" });
  });

  it("is ended by what closed it, whatever else is the case", () => {
    const standing = { lane: lane({ live: LIVE }), end: SECOND };
    expect(phase({ ...standing, closing: { reason: null } })).toEqual({ kind: "ended", reason: null });
    expect(phase({ ...standing, closing: { reason: FAILURE } })).toEqual({ kind: "ended", reason: FAILURE });
  });
});

describe("what a session tells", () => {
  it("is told once, and again only when it changed", () => {
    const say = telling();
    const kinds = (changes: Partial<Standing>) => say(changes).map((event) => event.kind);
    expect(kinds({})).toEqual(["phaseChanged", "ledgerChanged"]);
    expect(kinds({})).toEqual([]);
    expect(kinds({ captured: SECOND })).toEqual(["ledgerChanged"]);
    expect(kinds({ captured: SECOND, lane: lane({ live: { ...LIVE, sent: SECOND } }) })).toEqual(["phaseChanged"]);
    expect(kinds({ captured: SECOND, lane: lane({ live: { ...LIVE, sent: SECOND + 800 } }) })).toEqual([]);
    expect(kinds({ captured: SECOND, lane: lane({ live: LIVE }) })).toEqual(["phaseChanged"]);
    expect(kinds({ captured: SECOND, lane: lane({ live: LIVE }), transcribed: 800 })).toEqual(["ledgerChanged"]);
    expect(kinds({ captured: SECOND, lane: lane({}), transcribed: 800 })).toEqual(["phaseChanged"]);
    // From one with fewer fields to one with more of the same name.
    expect(kinds({ captured: SECOND, closing: { reason: FAILURE }, transcribed: 800 })).toEqual(["phaseChanged"]);
    expect(kinds({ captured: SECOND, lane: lane({ failure: FAILURE, isHalted: true }), transcribed: 800 })).toEqual([]);
  });

  it("counts what is captured in seconds while it grows, and to the sample at the end", () => {
    const ledger = (changes: Partial<Standing>) =>
      telling()(changes).flatMap((event) => (event.kind === "ledgerChanged" ? [event.ledger] : []))[0];
    const captured = 2.9 * SECOND;
    expect(ledger({ captured, transcribed: 5 })).toEqual({ captured: 2 * SECOND, transcribed: 5 });
    expect(ledger({ captured, end: captured })?.captured).toBe(captured);
    expect(ledger({ captured, closing: { reason: null } })?.captured).toBe(captured);
  });

  it("names the holes when one comes, changes or goes", () => {
    const say = telling();
    const told = (holes: ShownHole[]) =>
      say({ holes }).flatMap((event) => (event.kind === "holesChanged" ? [event.holes] : []));
    const [a, b]: [ShownHole, ShownHole] = [
      { kind: "waiting", from: 0, to: 800 },
      { kind: "waiting", from: 1600, to: 2400 },
    ];
    expect(told([])).toEqual([]);
    expect(told([a])).toEqual([[a]]);
    expect(told([{ ...a }])).toEqual([]);
    expect(told([a, b])).toEqual([[a, b]]);
    expect(told([{ ...a, kind: "healing" }, b])).toHaveLength(1);
    expect(
      told([
        { ...a, kind: "healing" },
        { ...b, from: 1700 },
      ]),
    ).toHaveLength(1);
    expect(told([])).toEqual([[]]);
  });

  it("leaves no hole on the screen when it ended: nobody is going to heal it", () => {
    const say = telling();
    const holes: ShownHole[] = [{ kind: "waiting", from: 0, to: 800 }];
    say({ holes });
    const events = say({ holes, closing: { reason: FAILURE } });
    expect(events).toContainEqual({ kind: "holesChanged", holes: [] });
  });
});
