/**
 * The session of one recording: every spoken word exactly once, from `started` to `ended`.
 *
 * Sans I/O: no clock, timer, socket, randomness or audio in here. After each `handle` or `tick` the driver drains
 * `poll` until it says `timeout`. Audio frames are the heartbeat: each `handle` also does what time has made due, so a
 * hidden window whose timers are throttled keeps rotating and recovering.
 */
import type { RecordingId, Result, ResumePoint, Sample } from "../host/host";
import { Axis } from "./axis";
import type { WireMessage } from "./codec";
import { Commits } from "./commits";
import { deadlines, earliest, liveWindow } from "./deadlines";
import type { SessionEvent, SessionFailure } from "./events";
import { expiry, refusal, silence, socketFailure } from "./failure";
import type { FrameHead } from "./feed";
import { type Effect, FRAME, type Input, type LegId, type Ms, type Output } from "./io";
import type { Leg } from "./leg";
import { Levels } from "./levels";
import { Raising } from "./raising";
import { Asking, HEALTHY } from "./reconnect";
import { Report } from "./report";
import { isCut } from "./rotation";

/** Each leg in a row that was lost as silent makes the next wait longer: noise is not speech. */
const MOST_PATIENCE = 16;

export class Session {
  readonly #recordingId: RecordingId;
  readonly #random: () => number;
  readonly #out: Effect[] = [];
  readonly #levels = new Levels();
  readonly #commits = new Commits();
  readonly #report = new Report((event) => this.#emit(event));
  readonly #resume = new Asking();
  readonly #feed = new Asking();
  readonly #conclusion = new Asking();
  #axis: Axis | null = null;
  #raising: Raising | null = null;
  #captured: Sample = 0;
  #end: Sample | null = null;
  #transcribed: Sample = 0;
  #isFeedOpen = false;
  #patience = 1;
  #isSlow = false;
  /** The recording is no longer there, or all of it is done. */
  #closing: { reason: SessionFailure | null } | null = null;
  #now: Ms = 0;

  constructor(recordingId: RecordingId, random: () => number) {
    this.#recordingId = recordingId;
    this.#random = random;
  }

  handle(input: Input, now: Ms): void {
    this.#now = now;
    if (this.#closing === null) this.#dispatch(input, now);
    this.#settle(now);
  }

  tick(now: Ms): void {
    this.#now = now;
    this.#settle(now);
  }

  poll(): Output {
    return this.#out.shift() ?? { kind: "timeout", at: this.#wakesAt() };
  }

  /** For tests: what the machine keeps must not grow with the recording. */
  get kept(): number {
    return this.#levels.size;
  }

  #dispatch(input: Input, now: Ms): void {
    switch (input.kind) {
      case "started":
        this.#resume.want(now);
        return this.#feed.want(now);
      case "resumed":
        return this.#resumed(input.answer, now);
      case "feedOpened":
        return this.#feedOpened();
      case "feedClosed":
        this.#isFeedOpen = false;
        if (input.error?.code === "NotFound") return this.#give(refusal(input.error));
        return this.#feed.failed(now, this.#random);
      case "framed":
        return this.#framed(input.frame, input.pcm, now);
      case "stopped":
        return this.#stopped(input.to);
      case "minted": {
        const token = this.#raising?.minted(input.leg, input.answer, now) ?? null;
        return token === null ? undefined : this.#do({ kind: "open", leg: input.leg, token });
      }
      case "received":
        return this.#received(input.leg, input.message, now);
      case "closed":
        return this.#failed(input.leg, socketFailure(input.code, input.reason), now);
      case "buffered": {
        const leg = this.#axis?.leg(input.leg);
        if (leg != null) leg.buffered = input.bytes;
        return;
      }
      case "stored":
        return this.#stored(input.answer, now);
      case "concluded":
        if (input.answer.ok) this.#close(null);
        else if (input.answer.error.code === "NotFound") this.#give(refusal(input.answer.error));
        else this.#conclusion.failed(now, this.#random);
        return;
      case "retried":
        return this.#raising?.retried(now);
    }
  }

  #resumed(answer: Result<ResumePoint>, now: Ms): void {
    if (!answer.ok) {
      if (answer.error.code === "NotFound") return this.#give(refusal(answer.error));
      return this.#resume.failed(now, this.#random);
    }
    if (this.#axis !== null) return;
    this.#resume.answered();
    const { from, nextLeg } = answer.value;
    // Frames are the step of the axis: a boundary inside one is heard from the frame's start.
    this.#axis = new Axis(from, Math.floor(from / FRAME) * FRAME, this.#levels, this.#commits, (event) =>
      this.#emit(event),
    );
    this.#raising = new Raising(nextLeg, this.#random);
    this.#transcribed = from;
  }

  #feedOpened(): void {
    this.#feed.answered();
    this.#isFeedOpen = true;
    for (const leg of this.#axis?.legs ?? []) leg.forgetAsked();
    this.#do({ kind: "follow" });
  }

  #framed(frame: FrameHead, pcm: Uint8Array<ArrayBuffer>, now: Ms): void {
    this.#captured = Math.max(this.#captured, frame.from + FRAME);
    const leg = this.#axis?.live;
    if (leg == null || !leg.take(frame, this.#captured, now)) return;
    this.#levels.put(frame.from, frame.dbfs, frame.isSpeech);
    this.#do({ kind: "send", leg: leg.id, pcm });
    this.#axis?.passSilence(leg, now);
  }

  #stopped(to: Sample): void {
    this.#end = to;
    this.#captured = Math.max(this.#captured, to);
    const live = this.#axis?.live;
    if (live != null) live.to = to;
  }

  #received(id: LegId, message: WireMessage, now: Ms): void {
    if (message.kind === "error") return this.#failed(id, socketFailure(message.code, message.text), now);
    if (message.kind === "begin" && this.#raising?.leg?.id === id) return this.#raising.began(message.expiresAt, now);
    const leg = this.#axis?.leg(id);
    if (leg == null) return;
    if (message.kind === "termination") return this.#terminated(leg, now);
    if (message.kind !== "turn") return leg.answered(null, now);
    const heard = leg.hearing.receive(message, leg.to, now);
    const last = heard.findLast((one) => one.words.length > 0)?.words.at(-1);
    leg.answered(last?.to ?? null, now);
    if (last !== undefined) this.#patience = 1;
    this.#axis?.heard(leg, heard);
  }

  #terminated(leg: Leg, now: Ms): void {
    if (leg.phase !== "finishing") return this.#failed(leg.id, socketFailure(1000, "ended without being asked"), now);
    this.#axis?.close(leg);
    this.#do({ kind: "close", leg: leg.id });
  }

  #stored(answer: Result<null>, now: Ms): void {
    if (!answer.ok) {
      if (answer.error.code === "NotFound") return this.#give(refusal(answer.error));
      this.#emit({ kind: "storingFailed", failure: refusal(answer.error) });
      return this.#commits.failed(now, this.#random);
    }
    const turn = this.#commits.stored();
    if (turn === null) return;
    this.#transcribed = turn.to;
    this.#emit({ kind: "turnCommitted", turn: { recordingId: this.#recordingId, ...turn } });
  }

  /** A socket that is no more, raised or live. */
  #failed(id: LegId, failure: SessionFailure, now: Ms): void {
    if (failure.kind === "tooFast") this.#isSlow = true;
    if (this.#raising?.leg?.id === id) {
      this.#do({ kind: "close", leg: id });
      return this.#raising.failed(failure, now);
    }
    const leg = this.#axis?.leg(id);
    if (leg != null) this.#lose(leg, failure, now);
  }

  #lose(leg: Leg, failure: SessionFailure, now: Ms): void {
    this.#do({ kind: "close", leg: leg.id });
    for (const later of this.#axis?.lose(leg) ?? []) this.#do({ kind: "close", leg: later.id });
    if (now - leg.beganAt >= HEALTHY) this.#raising?.healthy();
    // A rotation on its way is a recovery on its way.
    if (this.#raising?.leg === null) this.#raising.noted(failure, now);
  }

  #give(reason: SessionFailure): void {
    for (const leg of this.#axis?.legs ?? []) if (leg.phase !== "closed") this.#do({ kind: "close", leg: leg.id });
    this.#drop();
    this.#close(reason);
  }

  #close(reason: SessionFailure | null): void {
    this.#closing = { reason };
    this.#say();
    this.#do({ kind: "rest" });
  }

  #drop(): void {
    const id = this.#raising?.dropped() ?? null;
    if (id !== null) this.#do({ kind: "close", leg: id });
  }

  #settle(now: Ms): void {
    if (this.#closing === null) {
      if (this.#resume.isDue(now)) this.#do({ kind: "resume" });
      if (this.#feed.isDue(now)) this.#do({ kind: "openFeed" });
      if (this.#axis !== null && this.#raising !== null) this.#advance(this.#axis, this.#raising, now);
    }
    this.#say();
  }

  #advance(axis: Axis, raising: Raising, now: Ms): void {
    this.#expire(axis, raising, now);
    this.#raise(axis, raising, now);
    this.#takeOver(axis, raising, now);
    for (const leg of axis.legs) {
      if (leg.phase !== "live") continue;
      const piece = this.#isFeedOpen ? leg.ask(this.#captured, now) : null;
      if (piece !== null) this.#do({ kind: "replay", ...piece });
      if (leg.isComplete) this.#finish(leg, now);
    }
    const turn = this.#commits.next(now);
    if (turn !== null) this.#do({ kind: "store", turn });
    if (this.#isComplete(axis)) this.#conclusion.want(now);
    if (this.#conclusion.isDue(now)) this.#do({ kind: "conclude" });
  }

  #expire(axis: Axis, raising: Raising, now: Ms): void {
    if (raising.expiresAt !== null && raising.expiresAt <= now) {
      const failure = raising.timedOut();
      this.#drop();
      raising.noted(failure, now);
    }
    for (const leg of [...axis.legs]) {
      if ((leg.hearing.settlesAt ?? Infinity) <= now) axis.heard(leg, leg.hearing.settle());
      if ((leg.silentAt(this.#patience) ?? Infinity) > now || axis.leg(leg.id) === null) continue;
      if (leg.phase === "live") this.#patience = Math.min(MOST_PATIENCE, this.#patience * 2);
      this.#lose(leg, silence(leg.phase === "live" ? "speech was not answered" : "no Termination in time"), now);
    }
  }

  /** Is there anything left to hear that no leg has? */
  #isNeeded(axis: Axis): boolean {
    return axis.live === null && (this.#end === null || axis.resumeAt < this.#end);
  }

  #raise(axis: Axis, raising: Raising, now: Ms): void {
    const isNeeded = this.#isNeeded(axis) || now >= (liveWindow(axis)?.opensAt ?? Infinity);
    if (!isNeeded && axis.live === null) this.#drop();
    if (!isNeeded || !raising.isDue(now) || axis.sockets > 1) return;
    this.#do({ kind: "mint", leg: raising.raise(now) });
  }

  #takeOver(axis: Axis, raising: Raising, now: Ms): void {
    const live = axis.live;
    if (live !== null) {
      const window = liveWindow(axis);
      if (window === null) return this.#drop();
      if (!isCut(live, this.#levels, window, now)) {
        if (now < window.lastAt || raising.leg?.phase.kind !== "ready") return;
        this.#lose(live, expiry("no pause before its end"), now);
      }
    }
    const ready = raising.taken();
    if (ready === null) return;
    const limit = this.#isSlow ? 1 : ready.token.paceLimit;
    const { leg, retired } = axis.takeOver(ready, limit, now);
    leg.to = this.#end;
    if (retired !== null) this.#finish(retired, now);
  }

  #finish(leg: Leg, now: Ms): void {
    leg.finish(now);
    this.#do({ kind: "finish", leg: leg.id });
  }

  #isComplete(axis: Axis): boolean {
    return this.#end !== null && axis.legs.length === 0 && axis.resumeAt >= this.#end && this.#commits.isEmpty;
  }

  #say(): void {
    this.#report.say({
      axis: this.#axis,
      raising: this.#raising,
      captured: this.#captured,
      end: this.#end,
      transcribed: this.#closing?.reason === null ? (this.#end ?? 0) : this.#transcribed,
      closing: this.#closing,
    });
  }

  #wakesAt(): Ms | null {
    if (this.#closing !== null) return null;
    const asking = [this.#resume, this.#feed, this.#conclusion, this.#commits].map((one) => one.wakesAt);
    if (this.#axis === null || this.#raising === null) return earliest(asking);
    const captured = this.#isFeedOpen ? this.#captured : null;
    const isNeeded = this.#isNeeded(this.#axis);
    return earliest([
      ...asking,
      ...deadlines(this.#axis, this.#raising, isNeeded, captured, this.#patience, this.#now),
    ]);
  }

  #emit(event: SessionEvent): void {
    this.#do({ kind: "event", event });
  }

  #do(effect: Effect): void {
    this.#out.push(effect);
  }
}
