/** A session on a lead: a test plays the world's part line by line. */
import type { ErrorCode, ResumePoint, Token } from "../src/host/host";
import type { WireMessage } from "../src/session/codec";
import type { SessionEvent, SessionPhase } from "../src/session/events";
import { type Effect, FRAME, type Input, type LegId, type Policy, type Storable } from "../src/session/io";
import { PLAIN } from "../src/session/recognition";
import { Session } from "../src/session/session";

export const T0 = 1_700_000_000_000;

export class Script {
  now = T0;
  readonly session: Session;
  readonly effects: Effect[] = [];
  wakesAt: number | null = null;

  constructor(policy: Policy = { fallbackAfter: null, isRedone: false, idleAfter: null, recognition: PLAIN }) {
    this.session = new Session("r", () => 0.5, policy);
  }

  give(input: Input): Effect[] {
    this.session.handle(input, this.now);
    return this.#drain();
  }

  /** Lets time pass; wakes whenever the session asked for it. */
  pass(ms: number): Effect[] {
    const end = this.now + ms;
    const out: Effect[] = [];
    for (let wakes = 0; this.wakesAt !== null && this.wakesAt <= end; wakes += 1) {
      if (wakes > 2000) throw new Error("it wakes for nothing, again and again");
      this.now = Math.max(this.now, this.wakesAt);
      this.session.tick(this.now);
      out.push(...this.#drain());
      if (this.wakesAt !== null && this.wakesAt <= this.now) this.now += 1;
    }
    this.now = Math.max(this.now, end);
    return out;
  }

  /** Frames of a second's length or so, at real time. `loud` are frame numbers with speech. */
  frames(from: number, count: number, isLoud: (frame: number) => boolean = () => false): Effect[] {
    const out: Effect[] = [];
    for (let n = from; n < from + count; n += 1) {
      this.now += 50;
      out.push(...this.frame(n, isLoud(n)));
    }
    return out;
  }

  frame(n: number, isSpeech = false): Effect[] {
    const frame = { from: n * FRAME, dbfs: isSpeech ? -20 : -60, isSpeech, isGap: false };
    return this.give({ kind: "framed", frame, pcm: new Uint8Array([n]) });
  }

  begin(from = 0, nextLeg = 0, rest: Partial<ResumePoint> = {}): this {
    this.give({ kind: "started" });
    this.give({ kind: "resumed", answer: { ok: true, value: resumePoint(from, nextLeg, rest) } });
    this.give({ kind: "feedOpened" });
    return this;
  }

  mint(leg: LegId, changes: Partial<Token> = {}): Effect[] {
    const token: Token = {
      token: `t${leg}`,
      expiresAt: this.now + 600_000,
      socketUrl: "wss://x/v3/ws",
      recogniser: "assemblyai",
      paceLimit: 2,
      ...changes,
    };
    return this.give({ kind: "minted", leg, answer: { ok: true, value: token } });
  }

  refuse(leg: LegId, code: ErrorCode): Effect[] {
    return this.give({ kind: "minted", leg, answer: { ok: false, error: { code, message: code } } });
  }

  hear(leg: LegId, message: WireMessage): Effect[] {
    return this.give({ kind: "received", leg, message });
  }

  /** From nothing to a leg that has said `Begin`. */
  connect(leg: LegId, changes: Partial<Token> = {}): this {
    this.mint(leg, changes);
    this.hear(leg, { kind: "begin", expiresAt: null });
    return this;
  }

  stored(): Effect[] {
    return this.give({ kind: "stored", answer: { ok: true, value: true } });
  }

  /** The turns that were given to the history, in order. */
  get turns(): Storable[] {
    return this.all("store").flatMap(({ commit }) => (commit.kind === "turn" ? [commit.turn] : []));
  }

  get written(): string[] {
    return this.turns.map((turn) => turn.text);
  }

  get phase(): SessionPhase {
    const phases = this.events("phaseChanged");
    return (phases.at(-1) as (typeof phases)[number]).phase;
  }

  events<K extends SessionEvent["kind"]>(kind: K): Extract<SessionEvent, { kind: K }>[] {
    return this.effects.flatMap((one) =>
      one.kind === "event" && one.event.kind === kind ? [one.event as Extract<SessionEvent, { kind: K }>] : [],
    );
  }

  all<K extends Effect["kind"]>(kind: K): Extract<Effect, { kind: K }>[] {
    return of(this.effects, kind);
  }

  #drain(): Effect[] {
    const out: Effect[] = [];
    for (let output = this.session.poll(); ; output = this.session.poll()) {
      if (out.length > 5000) throw new Error("it asks for things without end");
      if (output.kind === "timeout") {
        this.wakesAt = output.at;
        this.effects.push(...out);
        return out;
      }
      out.push(output);
    }
  }
}

export function resumePoint(from = 0, nextLeg = 0, rest: Partial<ResumePoint> = {}): ResumePoint {
  return { recordingId: "r", from, captured: from, nextLeg, claim: 1, holes: [], fallback: [], ...rest };
}

export function of<K extends Effect["kind"]>(effects: Effect[], kind: K): Extract<Effect, { kind: K }>[] {
  return effects.filter((one): one is Extract<Effect, { kind: K }> => one.kind === kind);
}

export function turn(
  order: number,
  words: [text: string, startMs: number, endMs: number][],
  marks: "partial" | "unformatted" | "formatted",
): WireMessage {
  return {
    kind: "turn",
    turnOrder: order,
    isEnd: marks !== "partial",
    isFormatted: marks === "formatted",
    text: marks === "partial" ? "" : words.map(([text]) => text).join(" "),
    words: words.map(([text, startMs, endMs]) => ({ text, startMs, endMs, confidence: 0.9 })),
  };
}
