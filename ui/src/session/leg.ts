/**
 * A leg: one socket and the range of samples that it owns, `[from, to)`, `to` open for the live one. Ranges of legs
 * never overlap, and a leg is never sent a sample outside its own: so no word can be heard twice.
 *
 * A leg is raised first (token, socket, `Begin`) and is given its range only when it takes over.
 */
import type { RecogniserKind, Sample, Token, Word } from "../host/host";
import { Credit } from "./credit";
import type { FrameHead } from "./feed";
import { FRAME, type LegId, type Ms, SAMPLES_PER_MS } from "./io";
import { affordableAt, type Bucket, fullBucket, rate, refilled, spent } from "./pace";
import { Hearing } from "./turns";

/** Minting has retries of its own on the trusted side. */
export const MINT_LIMIT: Ms = 20_000;
/** Covers `Begin`, which takes 1.3 s in good days. */
export const CONNECT_LIMIT: Ms = 10_000;
/** No message for this long although speech was sent: the socket is half open, or the recogniser hangs. */
export const ANSWER_LIMIT: Ms = 10_000;
/** For `Termination`, since the last sign of life. */
export const FINISH_LIMIT: Ms = 5_000;
/** A piece of the past that did not come is asked for again. */
const REPLAY_LIMIT: Ms = 2_000;
/** At most this much is asked for at once: 10 s. */
const PIECE: Sample = 200 * FRAME;
/** A paced piece is not worth asking for below this: 250 ms. */
const SMALL_PIECE: Sample = 5 * FRAME;
/** Silence is believed when it was sent this long ago. */
const SILENCE_AGE: Ms = 10_000;
/** The same of a recogniser that gives no sign of life in silence: it may be gone, and a word be among the silence. */
const UNSURE_AGE: Ms = 60_000;
/** What is answered at all is answered within this. */
const ANSWER_TIME: Ms = 5_000;
/** Heartbeats come every 5 s from those that send any: two missed in a row. */
const BEAT_LIMIT: Ms = 12_000;
/** A recogniser that says it received this much less than was sent: it is on the wire no more, but stuck. */
const STUCK: Sample = 15_000 * SAMPLES_PER_MS;
/** How finely it is remembered when something was sent, and for how long. */
const MARK_STEP: Ms = 1_000;
const MARKS_KEPT: Ms = 70_000;
/** More bytes than this in the socket: wait (4 s of audio). */
const BUFFERED_LIMIT = 128 * 1024;
const BUFFERED_LOOK: Ms = 20;

export interface RaisedLeg {
  readonly id: LegId;
  phase: { kind: "minting"; until: Ms } | { kind: "opening"; until: Ms } | { kind: "ready" };
  token: Token | null;
  /** The recogniser's or the token's end, whichever is earlier. */
  endsAt: Ms | null;
  beganAt: Ms;
}

export type ReadyLeg = RaisedLeg & { token: Token };

export function raised(id: LegId, now: Ms): RaisedLeg {
  return { id, phase: { kind: "minting", until: now + MINT_LIMIT }, token: null, endsAt: null, beganAt: now };
}

/** A turn that waits for the legs before it. */
export interface SettledTurn {
  turnOrder: number;
  to: Sample;
  text: string;
  words: Word[];
  speaker?: string;
}

export class Leg {
  readonly id: LegId;
  readonly source: RecogniserKind;
  /** Opened while the chosen recogniser was away. */
  readonly isFallback: boolean;
  readonly from: Sample;
  to: Sample | null = null;
  /** The next sample to send. */
  sent: Sample;
  /** What final turns cover. */
  committed: Sample;
  /** What silence covers beyond that: heard, answered by nothing, and not worth hearing again. */
  quiet: Sample;
  /** Where the next turn begins; null while the leg before may still move it. */
  tile: Sample | null;
  settled: SettledTurn[] = [];
  /** Turns without words that were stored in the leg's name, beyond those it numbered itself. */
  silences = 0;
  phase: "live" | "finishing" | "closed" = "live";
  readonly hearing: Hearing;
  readonly credit = new Credit();
  readonly beganAt: Ms;
  readonly endsAt: Ms | null;
  buffered = 0;
  isCaughtUpSince: Ms | null = null;
  /** From when on another is to take its place, whatever its own end. */
  leavesAt: Ms | null = null;
  readonly #limit: number | null;
  #bucket: Bucket;
  #asked: { until: Sample; expires: Ms } | null = null;
  #answeredAt: Ms;
  /** What was sent by when, for the last minute. */
  #sentBy: { sample: Sample; at: Ms }[] = [];
  #unansweredSince: Ms | null = null;
  #beatAt: Ms | null = null;
  #wordsTo: Sample;

  constructor(
    of: ReadyLeg,
    isFallback: boolean,
    from: Sample,
    tile: Sample | null,
    limit: number | null,
    now: Ms,
    mayComeTwice = true,
  ) {
    this.id = of.id;
    this.source = of.token.recogniser;
    this.isFallback = isFallback;
    this.from = this.sent = this.committed = this.quiet = this.#wordsTo = from;
    this.tile = tile;
    this.hearing = new Hearing(from, mayComeTwice);
    this.beganAt = of.beganAt;
    this.endsAt = of.endsAt;
    this.#limit = limit;
    this.#bucket = fullBucket(now);
    this.#answeredAt = now;
  }

  get isComplete(): boolean {
    return this.to !== null && this.sent >= this.to;
  }

  /** Where another leg would have to go on. */
  get resumeAt(): Sample {
    return Math.max(this.committed, this.quiet);
  }

  /** Takes the frame if it is the next one and may go now. Any other is a straggler, and harmless. */
  take(frame: FrameHead, captured: Sample, now: Ms): boolean {
    if (this.phase !== "live" || frame.from !== this.sent || this.isComplete) return false;
    if (this.buffered > BUFFERED_LIMIT) return false;
    this.#bucket = refilled(this.#bucket, rate(this.#limit, captured - this.sent), now);
    if (this.#bucket.credit < FRAME) return false;
    this.#bucket = spent(this.#bucket, FRAME);
    this.sent += FRAME;
    this.#mark(now);
    if (frame.isSpeech) this.#unansweredSince ??= now;
    if (this.#asked !== null && this.sent >= this.#asked.until) this.#asked = null;
    this.isCaughtUpSince = captured - this.sent > 4 * FRAME ? null : (this.isCaughtUpSince ?? now);
    return true;
  }

  /**
   * What was sent before this and answered by nothing was silence. A sign of life proves that nothing which was said
   * before it is still on its way.
   */
  believesBefore(now: Ms): Ms {
    if (this.#beatAt === null) return now - UNSURE_AGE;
    return Math.min(now - SILENCE_AGE, this.#beatAt - ANSWER_TIME);
  }

  /** What was sent by then; after a flood of frames that is less than the samples would say. */
  sentBy(at: Ms): Sample {
    return this.#sentBy.findLast((mark) => mark.at <= at)?.sample ?? this.from;
  }

  #mark(now: Ms): void {
    const last = this.#sentBy.at(-1);
    if (last !== undefined && now - last.at < MARK_STEP) return;
    this.#sentBy.push({ sample: this.sent, at: now });
    while ((this.#sentBy[1]?.at ?? now) < now - MARKS_KEPT) this.#sentBy.shift();
  }

  /** The piece of the past to ask for now, if any. */
  ask(captured: Sample, now: Ms): { from: Sample; until: Sample } | null {
    const at = this.asksAt(captured, now);
    if (at === null || at > now) return null;
    this.#bucket = refilled(this.#bucket, rate(this.#limit, captured - this.sent), now);
    const affordable = Math.floor(this.#bucket.credit / FRAME) * FRAME;
    const until = this.sent + Math.min(this.#backlog(captured), affordable, PIECE);
    if (until <= this.sent) return null;
    this.#asked = { until, expires: now + REPLAY_LIMIT };
    return { from: this.sent, until };
  }

  /** When a piece of the past may be asked for next; null while there is none to ask for. */
  asksAt(captured: Sample, now: Ms): Ms | null {
    const backlog = this.#backlog(captured);
    if (this.phase !== "live" || backlog <= 0) return null;
    const free = this.buffered > BUFFERED_LIMIT ? now + BUFFERED_LOOK : now;
    if (this.#asked !== null) return Math.max(free, this.#asked.expires);
    const paid = affordableAt(this.#bucket, rate(this.#limit, captured - this.sent), Math.min(backlog, SMALL_PIECE));
    return Math.max(free, Math.ceil(paid));
  }

  /** The feed was opened anew: what was asked for will not come. */
  forgetAsked(): void {
    this.#asked = null;
  }

  answered(wordsTo: Sample | null, now: Ms): void {
    this.#answeredAt = now;
    if (this.#beatAt !== null) this.#beatAt = now;
    this.#unansweredSince = null;
    if (wordsTo !== null) this.#wordsTo = Math.max(this.#wordsTo, wordsTo);
  }

  /** `received`: samples since the leg's first, as the recogniser counts them. It says nothing of what was heard. */
  beat(received: Sample, now: Ms): void {
    // Stuck, it would go on to beat for ever.
    if (this.sent - this.from - received > STUCK) return;
    this.#beatAt = now;
    if (this.#unansweredSince === null) this.#answeredAt = now;
  }

  /** No time has gone by for who slept: what was said just before is neither answered late nor believed to be silence. */
  slept(ms: Ms): void {
    this.#answeredAt += ms;
    if (this.#unansweredSince !== null) this.#unansweredSince += ms;
    if (this.#beatAt !== null) this.#beatAt += ms;
    if (this.isCaughtUpSince !== null) this.isCaughtUpSince += ms;
    this.#sentBy = this.#sentBy.map(({ sample, at }) => ({ sample, at: at + ms }));
  }

  /** When to give the leg up as silent; `patience` grows while noise is taken for speech. */
  silentAt(patience: number): Ms | null {
    if (this.phase === "closed") return null;
    if (this.phase === "finishing") return this.#answeredAt + FINISH_LIMIT + this.#work();
    const beat = this.#beatAt === null ? Infinity : this.#beatAt + BEAT_LIMIT;
    const answer =
      this.#unansweredSince === null
        ? Infinity
        : Math.max(this.#unansweredSince, this.#answeredAt) + ANSWER_LIMIT * patience + this.#work();
    const at = Math.min(beat, answer);
    return at === Infinity ? null : at;
  }

  /** `Terminate` was sent: the time for its answer runs from here. */
  finish(now: Ms): void {
    this.phase = "finishing";
    this.#answeredAt = now;
  }

  /** An engine that takes audio as fast as the socket does still needs time to think about it. */
  #work(): Ms {
    return this.#limit === null ? (this.sent - this.#wordsTo) / SAMPLES_PER_MS / 4 : 0;
  }

  #backlog(captured: Sample): Sample {
    return Math.min(captured, this.to ?? captured) - this.sent;
  }
}
