/**
 * The session of one recording: every spoken word exactly once, from `started` to `ended`.
 *
 * Sans I/O: no clock, timer, socket, randomness or audio in here. After each `handle` or `tick` the driver drains
 * `poll` until it says `timeout`. Audio frames are the heartbeat: each `handle` also does what time has made due, so a
 * hidden window whose timers are throttled keeps rotating and recovering.
 */
import type { RecordingId, Result, ResumePoint, Sample } from "../host/host";
import { Backlog, type Errand } from "./backlog";
import { Commits } from "./commits";
import type { SessionEvent, SessionFailure, ShownHole } from "./events";
import { refusal, socketFailure } from "./failure";
import type { FrameHead } from "./feed";
import { type Commit, type Effect, FRAME, type Input, type LegId, type Ms, type Output, type Policy } from "./io";
import { Lane, type Surroundings } from "./lane";
import { Levels } from "./levels";
import { Patience } from "./patience";
import { Quiet } from "./quiet";
import { LegIds } from "./raising";
import { PLAIN } from "./recognition";
import { Asking } from "./reconnect";
import { Regroup } from "./regroup";
import { Report } from "./report";
import { Sockets } from "./sockets";

/** How far back the loudness of what is captured is remembered, for the choice of a cut. */
const RECENT: Sample = 120 * FRAME;
/** Who is called for so much longer than should be slept. */
const SLEEP: Ms = 30_000;
/** Frames come twenty times a second; the next one is waited for only if the last came as lately as this. */
const FLOWING: Ms = 1_000;
/** After the end of a recording the chosen recogniser is asked so often before the fallback's text stays as it is. */
const REDO_ATTEMPTS = 8;

const NONE: readonly never[] = [];

export class Session {
  readonly #recordingId: RecordingId;
  readonly #random: () => number;
  readonly #out: Effect[] = [];
  readonly #commits = new Commits();
  readonly #recent = new Levels();
  readonly #quiet = new Quiet();
  readonly #sockets = new Sockets();
  readonly #patience = { chosen: new Patience(), fallback: new Patience() };
  readonly #backlog = new Backlog();
  readonly #report = new Report((event) => this.#emit(event));
  readonly #resume = new Asking();
  readonly #feed = new Asking();
  readonly #conclusion = new Asking();
  readonly #askings = [this.#resume, this.#feed, this.#conclusion, this.#commits];
  #policy: Policy;
  #claim = 0;
  #around: Surroundings | null = null;
  /** Where capture is; once it has ended, the end. */
  #live: Lane | null = null;
  /** Beside it, or after it: what was left behind. */
  #healing: Lane | null = null;
  #captured: Sample = 0;
  /** Where the frames that came as they were captured are; older ones are replayed. */
  #newest: Sample = 0;
  #end: Sample | null = null;
  #isFeedOpen = false;
  #pausedSince: Ms | null = null;
  /** When the last frame came that nobody had to ask for. */
  #framedAt: Ms = 0;
  /** When it wants to be woken, as it said last. */
  #wakesNext: Ms | null = null;
  /** The recording is no longer there, or all of it is done. */
  #closing: { reason: SessionFailure | null } | null = null;
  #now: Ms = 0;

  constructor(
    recordingId: RecordingId,
    random: () => number,
    policy: Policy = { fallbackAfter: null, isRedone: false, idleAfter: null, recognition: PLAIN },
  ) {
    this.#recordingId = recordingId;
    this.#random = random;
    // Its own, for it changes.
    this.#policy = { ...policy };
  }

  handle(input: Input, now: Ms): void {
    this.#wake(now);
    if (this.#closing === null) this.#dispatch(input, now);
    this.#settle(now);
  }

  tick(now: Ms): void {
    this.#wake(now);
    this.#settle(now);
  }

  poll(): Output {
    const effect = this.#out.shift();
    if (effect !== undefined) return effect;
    this.#wakesNext = this.#wakesAt();
    return { kind: "timeout", at: this.#wakesNext };
  }

  /** For tests: what the machine keeps must not grow with the recording. */
  get kept(): number {
    return this.#recent.size + this.#lanes.reduce((sum, lane) => sum + lane.kept, 0);
  }

  get #lanes(): readonly Lane[] {
    if (this.#live === null) return NONE;
    return this.#healing === null ? [this.#live] : [this.#live, this.#healing];
  }

  #wake(now: Ms): void {
    const late = now - this.#calledBy(now);
    if (late > SLEEP) for (const lane of this.#lanes) lane.slept(late, now);
    this.#now = now;
  }

  /**
   * By when it should have been called again: with the next frame where frames flow, and else when it wanted to be. After the last
   * frame of all it may well want to be left alone for longer than a sleep: an engine has time to think about what it was sent.
   */
  #calledBy(now: Ms): Ms {
    if (this.#now === 0) return now;
    const isFlowing = this.#end === null && this.#pausedSince === null && this.#now - this.#framedAt < FLOWING;
    return isFlowing ? this.#now : Math.max(this.#now, this.#wakesNext ?? now);
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
        if (input.error !== null && isGone(input.error)) return this.#give(refusal(input.error));
        return this.#feed.failed(now, this.#random);
      case "framed":
        return this.#framed(input.frame, input.pcm, now);
      case "stopped":
        this.#end = input.to;
        this.#captured = Math.max(this.#captured, input.to);
        return this.#live?.stopped(input.to);
      case "paused":
        // The feed may be lost, and not have told of all that was captured before.
        this.#captured = Math.max(this.#captured, input.at ?? 0);
        this.#pausedSince = input.at === null ? null : (this.#pausedSince ?? now);
        return;
      case "minted":
        return this.#laneOf(input.leg)?.minted(input.leg, input.answer, now);
      case "received":
        return this.#laneOf(input.leg)?.received(input.leg, input.message, now);
      case "closed":
        return this.#laneOf(input.leg)?.failed(input.leg, socketFailure(input.code, input.reason), now);
      case "buffered": {
        const leg = this.#laneOf(input.leg)?.axis.leg(input.leg);
        if (leg != null) leg.buffered = input.bytes;
        return;
      }
      case "stored":
        return this.#stored(input.answer, now);
      case "concluded":
        if (input.answer.ok) this.#close(null);
        else if (isGone(input.answer.error)) this.#give(refusal(input.answer.error));
        else this.#conclusion.failed(now, this.#random);
        return;
      case "retried":
        for (const lane of this.#lanes) lane.retried(now);
        return;
      case "reconfigured":
        Object.assign(this.#policy, input.policy);
        this.#patience.chosen.forget();
        for (const lane of this.#lanes) lane.reconfigured(now);
    }
  }

  #laneOf(leg: LegId): Lane | null {
    return this.#lanes.find((lane) => lane.owns(leg)) ?? null;
  }

  #resumed(answer: Result<ResumePoint>, now: Ms): void {
    if (!answer.ok) {
      if (isGone(answer.error)) return this.#give(refusal(answer.error));
      return this.#resume.failed(now, this.#random);
    }
    if (this.#live !== null) return;
    this.#resume.answered();
    const { from, nextLeg, claim, holes, fallback, captured } = answer.value;
    this.#claim = claim;
    this.#captured = this.#newest = Math.max(this.#captured, captured);
    for (const hole of holes) {
      this.#backlog.addHole({ tile: hole.from, from: frameOf(hole.from), to: Math.ceil(hole.to / FRAME) * FRAME });
    }
    for (const turn of fallback) this.#backlog.addStopgap(turn);
    this.#around = this.#surroundings(new LegIds(nextLeg));
    // Frames are the step of the axis: a boundary inside one is heard from the frame's start.
    this.#live = new Lane("live", { tile: from, from: frameOf(from), to: this.#end }, this.#around);
    this.#emit({ kind: "resumed" });
  }

  #surroundings(ids: LegIds): Surroundings {
    const machine = this;
    return {
      ids,
      random: this.#random,
      sockets: this.#sockets,
      commits: this.#commits,
      policy: this.#policy,
      patience: this.#patience,
      recent: this.#recent,
      quiet: this.#quiet,
      get pausedSince() {
        return machine.#pausedSince;
      },
      get captured() {
        return machine.#captured;
      },
      get isFeedOpen() {
        return machine.#isFeedOpen;
      },
      leave: (hole) => this.#backlog.addHole(hole),
      do: (effect) => this.#do(effect),
      emit: (event) => this.#emit(event),
    };
  }

  #feedOpened(): void {
    this.#feed.answered();
    this.#isFeedOpen = true;
    for (const lane of this.#lanes) lane.feedOpened();
    this.#do({ kind: "follow" });
  }

  #framed(frame: FrameHead, pcm: Uint8Array<ArrayBuffer>, now: Ms): void {
    const end = frame.from + FRAME;
    this.#captured = Math.max(this.#captured, end);
    if (end > this.#newest) {
      this.#newest = end;
      this.#framedAt = now;
      this.#recent.put(frame.from, frame.dbfs, frame.isSpeech);
      this.#quiet.put(frame);
      this.#recent.prune(end - RECENT);
    }
    for (const lane of this.#lanes) lane.framed(frame, pcm, now);
  }

  #stored(answer: Result<boolean>, now: Ms): void {
    if (!answer.ok) {
      if (isGone(answer.error)) return this.#give(refusal(answer.error));
      this.#emit({ kind: "storingFailed", failure: refusal(answer.error) });
      return this.#commits.failed(now, this.#random);
    }
    const stored = this.#commits.stored();
    if (stored === null) return;
    const lane = this.#lanes.find((one) => one === stored.owner);
    if (lane !== undefined) lane.stored = Math.max(lane.stored, endOf(stored.commit));
    if (answer.value) this.#tell(stored.commit);
  }

  #tell(commit: Commit): void {
    const recordingId = this.#recordingId;
    if (commit.kind === "replacement") {
      const turns = commit.turns.map((turn) => ({ recordingId, ...turn }));
      return this.#emit({ kind: "turnsReplaced", range: commit.range, turns });
    }
    if (commit.kind === "label") return this.#emit({ kind: "turnRelabelled", anew: commit.anew });
    if (commit.turn.isFallback) this.#backlog.addStopgap(commit.turn);
    this.#emit({ kind: "turnCommitted", turn: { recordingId, ...commit.turn } });
  }

  #give(reason: SessionFailure): void {
    for (const lane of this.#lanes) lane.give();
    this.#close(reason);
  }

  #close(reason: SessionFailure | null): void {
    this.#closing = { reason };
    this.#say();
    this.#do({ kind: "rest" });
  }

  #settle(now: Ms): void {
    if (this.#closing === null) {
      if (this.#resume.isDue(now)) this.#do({ kind: "resume" });
      if (this.#feed.isDue(now)) this.#do({ kind: "openFeed" });
      if (this.#live !== null && this.#around !== null) this.#advance(this.#live, this.#around, now);
    }
    this.#say();
  }

  #advance(live: Lane, around: Surroundings, now: Ms): void {
    live.advance(now, true);
    this.#heal(live, around, now);
    const commit = this.#commits.next(now);
    if (commit !== null) this.#do({ kind: "store", claim: this.#claim, commit });
    // Complete, it leaves no errand behind that was not taken up just now.
    if (live.isComplete && this.#healing === null) this.#conclusion.want(now);
    if (this.#conclusion.isDue(now)) this.#do({ kind: "conclude" });
  }

  /** One errand after the other; one that ends makes room for the next at once, for nothing else may happen to wake us. */
  #heal(live: Lane, around: Surroundings, now: Ms): void {
    while (this.#healing !== null || this.#mayHeal(live)) {
      this.#healing ??= this.#nextErrand(live, around);
      if (this.#healing === null) return;
      this.#healing.advance(now, this.#sockets.isShared || live.isComplete);
      if (live.isComplete && this.#isHopeless(this.#healing)) {
        this.#healing.give();
        this.#backlog.forgetStopgaps();
      } else if (!this.#healing.isComplete) return;
      this.#healing = null;
    }
  }

  #nextErrand(live: Lane, around: Surroundings): Lane | null {
    // A stretch is redone as a whole: the fallback has said its last word, and all of it is on disk.
    const isWhole = !live.axis.legs.some((leg) => leg.isFallback) && !this.#commits.has(live);
    const errand = this.#backlog.take(this.#policy.isRedone && isWhole);
    return errand === null ? null : laneFor(errand, around);
  }

  /** Beside a live leg of the chosen recogniser, or when there is nothing live to hear any more. */
  #mayHeal(live: Lane): boolean {
    if (live.isComplete) return true;
    if (live.isAtRest) return this.#sockets.isShared;
    const leg = live.axis.live;
    return leg !== null && !leg.isFallback && this.#sockets.isShared;
  }

  /** What has its text already is not asked for for ever. */
  #isHopeless(lane: Lane): boolean {
    if (lane.errand !== "redo" || lane.axis.live !== null) return false;
    return lane.chosen.isHalted || lane.chosen.attempt >= REDO_ATTEMPTS;
  }

  #say(): void {
    const lane = this.#live?.isComplete === true ? (this.#healing ?? this.#live) : this.#live;
    const holes = this.#holes();
    this.#report.say({
      lane,
      captured: this.#captured,
      end: this.#end,
      transcribed: this.#transcribed(holes),
      holes,
      closing: this.#closing,
    });
  }

  /** What is covered on disk: all up to where the live lane is, but for the holes. */
  #transcribed(holes: readonly ShownHole[]): Sample {
    if (this.#closing?.reason === null) return this.#end ?? 0;
    let covered = this.#live?.stored ?? 0;
    for (const { kind, from, to } of holes) if (kind !== "redoing") covered -= to - from;
    return Math.max(0, covered);
  }

  #holes(): readonly ShownHole[] {
    const lane = this.#healing;
    const waiting = this.#backlog.holes;
    if (waiting.length === 0 && lane === null) return NONE;
    const holes: ShownHole[] = waiting.map(({ from, to }) => ({ kind: "waiting", from, to }));
    if (lane === null || lane.end === null || lane.stored >= lane.end) return holes;
    return [{ kind: lane.errand === "redo" ? "redoing" : "healing", from: lane.stored, to: lane.end }, ...holes];
  }

  #wakesAt(): Ms | null {
    if (this.#closing !== null) return null;
    let at = Infinity;
    for (const asking of this.#askings) at = Math.min(at, asking.wakesAt ?? Infinity);
    for (const lane of this.#lanes) at = Math.min(at, lane.wakesAt(this.#now));
    return at === Infinity ? null : at;
  }

  #emit(event: SessionEvent): void {
    this.#do({ kind: "event", event });
  }

  #do(effect: Effect): void {
    this.#out.push(effect);
  }
}

function laneFor(errand: Errand, around: Surroundings): Lane {
  if (errand.kind === "hole") return new Lane("hole", errand.hole, around);
  const { range, boundaries } = errand;
  return new Lane("redo", { ...range, tile: range.from }, around, (lane) => {
    const regroup = new Regroup(range.from, boundaries, { push: (commit) => around.commits.push(lane, commit) });
    return {
      push: (commit) => {
        if (commit.kind === "turn") regroup.push(commit.turn);
        else if (commit.kind !== "label" || !regroup.relabel(commit.anew)) around.commits.push(lane, commit);
      },
    };
  });
}

/** Another session took the recording up, or it is no longer there. */
function isGone({ code }: { code: string }): boolean {
  return code === "NotFound" || code === "Superseded";
}

function frameOf(sample: Sample): Sample {
  return Math.floor(sample / FRAME) * FRAME;
}

/** A label covers nothing. */
function endOf(commit: Commit): Sample {
  if (commit.kind === "label") return 0;
  return commit.kind === "turn" ? commit.turn.to : commit.range.to;
}
