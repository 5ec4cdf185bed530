/**
 * A stretch of the recording and everything that it takes to have it heard: its axis, the legs on their way up, and the
 * rules for losing, rotating and standing in. The live recording is a lane whose end is open; a hole that heals and a
 * stretch that is redone are lanes with an end. What differs between them is in `Errand` alone.
 */
import type { Result, Sample, Token } from "../host/host";
import { Axis } from "./axis";
import type { Hole } from "./backlog";
import type { WireMessage } from "./codec";
import type { Commits, Sink } from "./commits";
import type { SessionEvent, SessionFailure } from "./events";
import { excess, expiry, silence, socketFailure } from "./failure";
import type { FrameHead } from "./feed";
import { type Effect, FRAME, type LegId, type Ms, type Policy, SAMPLES_PER_MS, type Wanted } from "./io";
import type { Leg } from "./leg";
import { Levels } from "./levels";
import type { Patience } from "./patience";
import type { Quiet } from "./quiet";
import { type LegIds, Raising } from "./raising";
import { mayComeTwice } from "./recognition";
import { HEALTHY } from "./reconnect";
import { isCut, type RotationWindow, rotationWindow } from "./rotation";
import type { Sockets } from "./sockets";

/** More than this behind, and the live leg leaves the past to another: it may not go faster than about real time. */
const LONG_PACED: Sample = 5_000 * SAMPLES_PER_MS;
/** An engine that takes audio as fast as the socket does catches up by itself. */
const LONG_UNPACED: Sample = 60_000 * SAMPLES_PER_MS;
/** How far back a pause is looked for, and how long one is waited for, before the past is left behind. */
const LOOK_BACK: Sample = 4_000 * SAMPLES_PER_MS;
const PAUSE_WAIT: Ms = 15_000;
/** A pause is over sooner as often as not; after this its last words are asked for. */
const PAUSE_REST: Ms = 3_000;
/** A voice is heard from so long before it is noticed. */
const PRE_ROLL: Sample = 2_000 * SAMPLES_PER_MS;
/** Silence that nobody is sent is stored in pieces of this, so that a reload does not hear it all. */
const PASSED: Sample = 30_000 * SAMPLES_PER_MS;
/** Frames without speech that make a pause: 200 ms. */
const PAUSE_FRAMES = 4;

export type Errand = "live" | "hole" | "redo";

/** What a lane shares with the others, and with the session. */
export interface Surroundings {
  readonly ids: LegIds;
  readonly random: () => number;
  readonly sockets: Sockets;
  readonly commits: Commits;
  readonly policy: Policy;
  readonly patience: Readonly<Record<Wanted, Patience>>;
  /** Loudness of the newest frames, whoever was sent them. */
  readonly recent: Levels;
  readonly quiet: Quiet;
  /** Since when the microphone is off for a while; null: it is on. */
  readonly pausedSince: Ms | null;
  /** Where capture is. */
  readonly captured: Sample;
  readonly isFeedOpen: boolean;
  /** Somebody else is to hear this. */
  leave(hole: Hole): void;
  do(effect: Effect): void;
  emit(event: SessionEvent): void;
}

export class Lane {
  readonly errand: Errand;
  readonly axis: Axis;
  readonly chosen: Raising;
  readonly fallback: Raising;
  readonly #raisings: readonly Raising[];
  /** Null while capture goes on. */
  end: Sample | null;
  /** Where this lane is on disk; what lies before its first sample was silence at most. */
  stored: Sample;
  readonly #around: Surroundings;
  readonly #levels = new Levels();
  #isSlow = false;
  /** Since when something is to be heard and no leg is live. */
  #needySince: Ms | null = null;
  #isCovered = false;
  #mayRaise = false;
  /** Where the last leg was let go because nobody spoke. */
  #restsFrom: Sample | null = null;

  /** `sink`: where turns go; by itself a lane hands them to the commits as they are. */
  constructor(
    errand: Errand,
    stretch: Omit<Hole, "to"> & { to: Sample | null },
    around: Surroundings,
    sink?: (lane: Lane) => Sink,
  ) {
    this.errand = errand;
    this.end = stretch.to;
    this.stored = stretch.from;
    this.#around = around;
    const turns = sink?.(this) ?? { push: (commit) => around.commits.push(this, commit) };
    // Tentative words are for the place where the reader is; a hole shows that it heals.
    const emit = errand === "live" ? (event: SessionEvent) => around.emit(event) : () => {};
    this.axis = new Axis(stretch.tile, stretch.from, this.#levels, turns, emit);
    this.chosen = new Raising("chosen", around.ids, around.random);
    this.fallback = new Raising("fallback", around.ids, around.random);
    this.#raisings = [this.chosen, this.fallback];
  }

  /** Everything is heard, covered and stored. */
  get isComplete(): boolean {
    return this.#isCovered && !this.#around.commits.has(this);
  }

  get kept(): number {
    return this.#levels.size;
  }

  /** Is there anything left to hear that no leg has? */
  get isNeedy(): boolean {
    if (this.axis.live !== null) return false;
    return this.end === null ? !this.isAtRest : this.axis.resumeAt < this.end;
  }

  /** There is nothing to hear for now, so no leg is wanted. */
  get isAtRest(): boolean {
    if (this.errand !== "live" || this.end !== null || this.axis.live !== null) return false;
    const { pausedSince, captured } = this.#around;
    return this.#restsFrom !== null || (pausedSince !== null && this.axis.resumeAt >= captured);
  }

  /** Whether a socket, or a leg on its way to one, is this lane's. */
  owns(id: LegId): boolean {
    return this.axis.leg(id) !== null || this.#raisings.some((raising) => raising.leg?.id === id);
  }

  framed(frame: FrameHead, pcm: Uint8Array<ArrayBuffer>, now: Ms): void {
    this.#cut(frame, now);
    this.#fallSilent(frame, now);
    const leg = this.axis.live;
    if (leg === null || !leg.take(frame, this.#reach, now)) return;
    this.#levels.put(frame.from, frame.dbfs, frame.isSpeech);
    this.#around.do({ kind: "send", leg: leg.id, pcm });
    this.axis.passSilence(leg, now);
  }

  stopped(to: Sample): void {
    const { quiet } = this.#around;
    if (this.#restsFrom !== null && quiet.since <= this.axis.resumeAt && quiet.end >= to) this.axis.pass(to);
    this.end = to;
    const live = this.axis.live;
    if (live !== null) live.to = to;
  }

  minted(id: LegId, answer: Result<Token>, now: Ms): void {
    const raising = this.#raisingOf(id);
    const token = raising?.minted(id, answer, now) ?? null;
    if (token === null || raising === null) return;
    if (raising.wanted === "chosen") this.#around.sockets.opened(id);
    this.#around.do({ kind: "open", leg: id, token, recognition: this.#around.policy.recognition });
  }

  received(id: LegId, message: WireMessage, now: Ms): void {
    if (message.kind === "error") return this.failed(id, socketFailure(message.code, message.text), now);
    const raising = this.#raisingOf(id);
    if (raising !== null) return message.kind === "begin" ? raising.began(message.expiresAt, now) : undefined;
    const leg = this.axis.leg(id);
    if (leg === null) return;
    if (message.kind === "termination") return this.#terminated(leg, now);
    if (message.kind === "heartbeat") return leg.beat(message.receivedMs * SAMPLES_PER_MS, now);
    if (message.kind === "speakers") this.axis.relabel(leg, message.revisions);
    if (message.kind !== "turn") return leg.answered(null, now);
    if (!leg.credit.allows(message, leg.sent - leg.from, now - leg.beganAt)) return this.failed(id, excess(), now);
    const heard = leg.hearing.receive(message, leg.to, now);
    const words = heard.flatMap((one) => one.words);
    leg.answered(words.at(-1)?.to ?? null, now);
    if (words[0] !== undefined) this.#patienceWith(leg).heard(leg.from, words[0].from);
    this.axis.heard(leg, heard);
  }

  /** A socket that is no more, raised or live. */
  failed(id: LegId, failure: SessionFailure, now: Ms): void {
    if (failure.kind === "tooFast") this.#isSlow = true;
    const raising = this.#raisingOf(id);
    if (raising === null) {
      const leg = this.axis.leg(id);
      return leg === null ? undefined : this.#lose(leg, failure, now);
    }
    if (isCrowd(failure) && raising.wanted === "chosen") this.#around.sockets.refused(id);
    this.#close(id);
    raising.failed(failure, now);
  }

  /** The recogniser is another now, or is to be asked anew. */
  reconfigured(now: Ms): void {
    this.#dropAll();
    this.retried(now);
    if (this.axis.live !== null) this.axis.live.leavesAt ??= now;
  }

  retried(now: Ms): void {
    for (const raising of this.#raisings) raising.retried(now);
  }

  /**
   * The system slept for so long: sockets to elsewhere are taken for dead, for to find out would take ten seconds of speech. The
   * engine inside the program slept as well, and has had none of that time to answer.
   */
  slept(ms: Ms, now: Ms): void {
    for (const leg of [...this.axis.legs]) {
      if (this.axis.leg(leg.id) === null) continue;
      if (leg.source === "offline") leg.slept(ms);
      else this.#lose(leg, silence("the system slept"), now);
    }
  }

  feedOpened(): void {
    for (const leg of this.axis.legs) leg.forgetAsked();
  }

  give(): void {
    for (const leg of this.axis.legs) if (leg.phase !== "closed") this.#close(leg.id);
    this.#dropAll();
  }

  /** Does what time has made due; `mayRaise`: the lane may have sockets of the chosen recogniser, as far as there is room. */
  advance(now: Ms, mayRaise: boolean): void {
    this.#mayRaise = mayRaise;
    this.#expire(now);
    if (this.errand === "live" && this.end === null) this.#rest(now);
    this.#needySince = this.isNeedy ? (this.#needySince ?? now) : null;
    const window = this.#window();
    this.#raise(this.chosen, mayRaise && now >= this.#chosenFrom(window), now);
    this.#raise(this.fallback, now >= this.#fallbackFrom(window), now);
    this.#takeOver(now);
    for (const leg of this.axis.legs) {
      if (leg.phase !== "live") continue;
      const piece = this.#around.isFeedOpen ? leg.ask(this.#reach, now) : null;
      if (piece !== null) this.#around.do({ kind: "replay", ...piece });
      if (leg.isComplete) this.#finish(leg, now);
    }
    if (this.end === null || this.#isCovered || this.axis.legs.length > 0 || this.axis.resumeAt < this.end) return;
    this.axis.cover(this.end);
    this.#isCovered = true;
  }

  /** When the lane must be woken, or `Infinity`. Nothing is decided here: a deadline that came early finds nothing due. */
  wakesAt(now: Ms): Ms {
    const window = this.#window();
    let at = Infinity;
    for (const raising of this.#raisings) at = Math.min(at, raising.expiresAt ?? Infinity);
    if (this.axis.sockets <= 1) {
      // Where there is no room, whatever makes some wakes the session.
      if (this.#mayRaise && this.#around.sockets.hasRoom)
        at = Math.min(at, dueFrom(this.chosen, this.#chosenFrom(window)));
      at = Math.min(at, dueFrom(this.fallback, this.#fallbackFrom(window)));
    }
    if (window !== null && this.#successor(this.axis.live, now) !== null) at = Math.min(at, window.lastAt);
    if (this.axis.live !== null && this.errand === "live") at = Math.min(at, this.#pauseEndsAt(now));
    for (const leg of this.axis.legs) {
      const asks = this.#around.isFeedOpen ? leg.asksAt(this.#reach, now) : null;
      const settles = leg.hearing.settlesAt ?? Infinity;
      at = Math.min(at, settles, leg.silentAt(this.#patienceWith(leg).times) ?? Infinity, asks ?? Infinity);
    }
    return at;
  }

  /** Up to where there is anything to send. */
  get #reach(): Sample {
    return this.end === null ? this.#around.captured : Math.min(this.end, this.#around.captured);
  }

  #raisingOf(id: LegId): Raising | null {
    return this.#raisings.find((raising) => raising.leg?.id === id) ?? null;
  }

  #patienceWith(leg: Leg): Patience {
    return this.#around.patience[leg.isFallback ? "fallback" : "chosen"];
  }

  #terminated(leg: Leg, now: Ms): void {
    if (leg.phase !== "finishing") return this.failed(leg.id, socketFailure(1000, "ended without being asked"), now);
    this.axis.close(leg);
    this.#patienceWith(leg).heard(leg.from, leg.sent);
    this.#close(leg.id);
  }

  #lose(leg: Leg, failure: SessionFailure, now: Ms): void {
    this.#close(leg.id);
    for (const later of this.axis.lose(leg)) this.#close(later.id);
    const raising = leg.isFallback ? this.fallback : this.chosen;
    if (now - leg.beganAt >= HEALTHY) raising.healthy();
    // A rotation on its way is a recovery on its way.
    if (raising.leg === null) raising.noted(failure, now);
  }

  #close(id: LegId): void {
    this.#around.sockets.closed(id);
    this.#around.do({ kind: "close", leg: id });
  }

  #drop(raising: Raising): void {
    const id = raising.dropped();
    if (id !== null) this.#close(id);
  }

  #expire(now: Ms): void {
    for (const raising of this.#raisings) {
      if (raising.expiresAt === null || raising.expiresAt > now) continue;
      const failure = raising.timedOut();
      this.#drop(raising);
      raising.noted(failure, now);
    }
    for (const leg of [...this.axis.legs]) {
      if ((leg.hearing.settlesAt ?? Infinity) <= now) this.axis.heard(leg, leg.hearing.settle());
      if ((leg.silentAt(this.#patienceWith(leg).times) ?? Infinity) > now || this.axis.leg(leg.id) === null) continue;
      if (leg.phase === "live") this.#patienceWith(leg).gaveUp(leg.resumeAt, leg.sent);
      this.#lose(leg, silence(leg.phase === "live" ? "speech was not answered" : "no Termination in time"), now);
    }
  }

  /** Lets the live leg go while nothing is to be heard, and passes over the silence that nobody is sent. */
  #rest(now: Ms): void {
    const { live } = this.axis;
    const { captured, pausedSince, quiet } = this.#around;
    if (live !== null) {
      this.#restsFrom = null;
      const isPaused = pausedSince !== null && now >= pausedSince + PAUSE_REST;
      if (!isPaused || live.sent < captured) return;
      this.axis.retire();
      return this.#finish(live, now);
    }
    const isIdle = this.#isIdle();
    // What a leg lost at its very end must be heard again.
    if (this.#restsFrom !== null && (!isIdle || this.axis.resumeAt < this.#restsFrom)) this.#restsFrom = null;
    if (this.#restsFrom !== null) this.axis.pass(quiet.end - PRE_ROLL);
    if (!this.isAtRest) return;
    if (pausedSince !== null || this.axis.passed >= PASSED) this.axis.cover(this.axis.resumeAt);
  }

  /** Ends the live leg before this frame, as in a rotation: it and those before it are quiet, and no other is wanted. */
  #fallSilent(frame: FrameHead, now: Ms): void {
    const { live } = this.axis;
    if (live === null || live.isFallback || this.errand !== "live" || this.end !== null) return;
    const isNewest = frame.from + FRAME === this.#around.quiet.end;
    if (!isNewest || frame.from !== live.sent || live.hearing.isOpen || !this.#isIdle()) return;
    this.#restsFrom = live.sent;
    this.axis.retire();
    this.#finish(live, now);
  }

  #isIdle(): boolean {
    const { quiet, policy } = this.#around;
    return policy.idleAfter !== null && quiet.end - quiet.since >= policy.idleAfter * SAMPLES_PER_MS;
  }

  #pauseEndsAt(now: Ms): Ms {
    const { pausedSince } = this.#around;
    const at = pausedSince === null ? Infinity : pausedSince + PAUSE_REST;
    // Once it is due, what is still to be sent has deadlines of its own.
    return at > now ? at : Infinity;
  }

  /** When the live leg must make room; null if none is live or its end is its own. */
  #window(): RotationWindow | null {
    const { live } = this.axis;
    return live === null || live.to !== null ? null : rotationWindow(live);
  }

  /** From when on a leg of the chosen recogniser is wanted, or `Infinity`. */
  #chosenFrom(window: RotationWindow | null): Ms {
    if (this.isNeedy || (this.axis.live?.isFallback === true && window !== null)) return 0;
    return window?.opensAt ?? Infinity;
  }

  /** The same of the fallback: after its time without any, and from then on for as long as it is needed. */
  #fallbackFrom(window: RotationWindow | null): Ms {
    const { live } = this.axis;
    if (live !== null) return live.isFallback ? (window?.opensAt ?? Infinity) : Infinity;
    const { fallbackAfter } = this.#around.policy;
    if (!this.isNeedy || this.errand === "redo" || fallbackAfter === null || this.#needySince === null) return Infinity;
    return this.chosen.isHalted ? this.#needySince : this.#needySince + fallbackAfter;
  }

  #raise(raising: Raising, isWanted: boolean, now: Ms): void {
    if (!isWanted && raising.leg !== null && this.axis.live === null) this.#drop(raising);
    if (!isWanted || !raising.isDue(now) || this.axis.sockets > 1) return;
    if (raising.wanted === "chosen" && !this.#around.sockets.hasRoom) return;
    this.#around.do({ kind: "mint", leg: raising.raise(now), recogniser: raising.wanted });
  }

  /** Who would take over from this leg, or from none. The chosen recogniser always before the other. */
  #successor(live: Leg | null, now: Ms): Raising | null {
    if (this.chosen.isReady) {
      if (live?.isFallback === true) live.leavesAt ??= now;
      return this.chosen;
    }
    return this.fallback.isReady && (live === null || live.isFallback) ? this.fallback : null;
  }

  #takeOver(now: Ms): void {
    const { live } = this.axis;
    const successor = this.#successor(live, now);
    if (live === null) {
      if (!this.isNeedy) this.#dropAll();
      else if (successor !== null && this.#leavesPast(successor, now)) this.#take(successor, now);
      return;
    }
    const window = this.#window();
    if (window === null) return this.#dropAll();
    if (now < window.lastAt || successor === null) return;
    this.#lose(live, expiry("no pause before its end"), now);
    this.#take(successor, now);
  }

  /**
   * Ends the live leg in a pause, before this frame. It must be quiet too: a word may begin late in a frame that is still
   * called quiet, and only the one behind it tells. So its beginning is heard by the leg that hears the rest.
   */
  #cut(frame: FrameHead, now: Ms): void {
    const { live } = this.axis;
    const window = this.#window();
    if (live === null || window === null || frame.from !== live.sent || frame.isSpeech) return;
    if (now < window.opensAt || !isCut(live, this.#levels, window, now)) return;
    const successor = this.#successor(live, now);
    if (successor !== null) return this.#take(successor, now);
    // Where the recogniser takes one at a time, the old one must be through before the next can begin.
    if (live.isFallback || this.#around.sockets.hasRoom || this.chosen.leg !== null) return;
    this.axis.retire();
    this.chosen.retried(now);
    this.#finish(live, now);
  }

  #dropAll(): void {
    for (const raising of this.#raisings) this.#drop(raising);
  }

  #take(raising: Raising, now: Ms): void {
    const ready = raising.taken();
    if (ready === null) return;
    const limit = this.#isSlow && raising.wanted === "chosen" ? 1 : ready.token.paceLimit;
    // What it was asked for: whatever changes since drops those on their way.
    const twice = mayComeTwice(this.#around.policy.recognition, ready.token.recogniser);
    const { leg, retired } = this.axis.takeOver(ready, raising.wanted === "fallback", limit, now, twice);
    leg.to = this.end;
    if (raising.wanted === "chosen") this.#drop(this.fallback);
    if (retired !== null) this.#finish(retired, now);
  }

  /** Whether the coming leg may begin; if too much lies behind, it begins at the latest pause, and a hole is left. */
  #leavesPast(successor: Raising, now: Ms): boolean {
    const { captured, recent } = this.#around;
    if (this.errand !== "live" || this.end !== null) return true;
    const isPaced = successor.leg?.token?.paceLimit !== null;
    if (captured - this.axis.resumeAt <= (isPaced ? LONG_PACED : LONG_UNPACED)) return true;
    const cut = recent.cutBefore(captured, captured - LOOK_BACK, PAUSE_FRAMES);
    const hasWaited = now - (successor.leg?.beganAt ?? now) >= PAUSE_WAIT;
    if (cut === null || cut <= this.axis.resumeAt) return hasWaited;
    const hole = this.axis.leave(cut);
    if (hole === null) return false;
    this.stored = cut;
    this.#around.leave(hole);
    return true;
  }

  #finish(leg: Leg, now: Ms): void {
    leg.finish(now);
    this.#around.do({ kind: "finish", leg: leg.id });
  }
}

/** Too many at once. Too many a minute are refused by the trusted side, before there is a socket. */
function isCrowd({ kind }: SessionFailure): boolean {
  return kind === "tooManySessions";
}

function dueFrom(raising: Raising, at: Ms): Ms {
  return Math.max(raising.dueAt ?? Infinity, at);
}
