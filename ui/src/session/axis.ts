/**
 * Who owns which samples. Legs stand in the order of the axis; each has taken over where the one before was sent last.
 * Turns are stored in that order and tile: each begins where the one before ended. So the turns of a leg wait until the
 * legs before it are closed, which takes as long as a `Termination`.
 */
import type { Sample, Word } from "../host/host";
import type { Hole } from "./backlog";
import type { WireRevision } from "./codec";
import type { Sink } from "./commits";
import type { SessionEvent } from "./events";
import { FRAME, type LegId, type Ms } from "./io";
import { Leg, type ReadyLeg } from "./leg";
import type { Levels } from "./levels";
import { type Heard, relabelled } from "./turns";

/** Noise that sounds like speech is given more time than silence. */
const NOISE_AGE: Ms = 60_000;
/** A recogniser that fell behind may not have heard yet what it was sent. */
const KEPT_UP: Ms = 30_000;

export class Axis {
  readonly #legs: Leg[] = [];
  readonly #levels: Levels;
  readonly #sink: Sink;
  readonly #emit: (event: SessionEvent) => void;
  /** Where the next leg begins if no leg is live; `tile`: where its first turn begins, null if a leg before decides. */
  #start: { from: Sample; tile: Sample | null };
  /** The leg that was closed last, for what is left of the stretch at its end. */
  #last: Leg | null = null;

  /** `tile`: the first sample that no stored turn covers; `from`: the frame that holds it. */
  constructor(tile: Sample, from: Sample, levels: Levels, sink: Sink, emit: (event: SessionEvent) => void) {
    this.#start = { from, tile };
    this.#levels = levels;
    this.#sink = sink;
    this.#emit = emit;
  }

  get legs(): readonly Leg[] {
    return this.#legs;
  }

  get live(): Leg | null {
    const last = this.#legs.at(-1);
    return last?.phase === "live" ? last : null;
  }

  /** Where hearing would go on. */
  get resumeAt(): Sample {
    const last = this.#legs.at(-1);
    return last === undefined || last.phase === "closed" ? this.#start.from : (last.to ?? last.sent);
  }

  leg(id: LegId): Leg | null {
    return this.#legs.find((leg) => leg.id === id && leg.phase !== "closed") ?? null;
  }

  get sockets(): number {
    return this.#legs.filter((leg) => leg.phase !== "closed").length;
  }

  /** First connect, rotation and recovery are this one function. The leg that was live is returned: it must finish. */
  takeOver(
    of: ReadyLeg,
    isFallback: boolean,
    limit: number | null,
    now: Ms,
    mayComeTwice = true,
  ): { leg: Leg; retired: Leg | null } {
    const retired = this.retire();
    const leg = new Leg(of, isFallback, this.#start.from, this.#start.tile, limit, now, mayComeTwice);
    this.#legs.push(leg);
    return { leg, retired };
  }

  /** Ends the live leg at what it was sent last, with or without one to take its place. */
  retire(): Leg | null {
    const retired = this.live;
    if (retired === null) return null;
    retired.to = retired.sent;
    this.#start = { from: retired.sent, tile: null };
    return retired;
  }

  /** Leaves everything before `cut` to someone else; null while a leg still has a say in where that begins. */
  leave(cut: Sample): Hole | null {
    const { from, tile } = this.#start;
    if (this.#legs.length > 0 || tile === null) return null;
    this.#start = { from: cut, tile: cut };
    this.#levels.prune(cut);
    return { from, tile, to: cut };
  }

  /** Nobody is to hear what lies before: it was silence. */
  pass(to: Sample): void {
    if (this.live !== null) return;
    const from = Math.floor(to / FRAME) * FRAME;
    if (from > this.#start.from) this.#start = { ...this.#start, from };
  }

  /** How much was passed over and is not stored yet. */
  get passed(): Sample {
    const { from, tile } = this.#start;
    return this.#legs.length > 0 || tile === null ? 0 : from - tile;
  }

  /** What no turn covers before `end` was silence, and is stored as such, so that nobody hears it again. */
  cover(end: Sample): void {
    const { tile } = this.#start;
    if (this.#legs.length > 0 || this.#last === null || tile === null || tile >= end) return;
    this.#coverSilence(this.#last, tile, end);
    this.#start = { from: end, tile: end };
  }

  heard(leg: Leg, heard: readonly Heard[]): void {
    for (const one of heard) {
      const { turnOrder, words } = one;
      this.#emit({ kind: "tentative", leg: leg.id, turnOrder, words });
      if (one.kind === "final") this.#settle(leg, one);
    }
    this.#flush();
  }

  /** Who spoke after all, in turns that wait here or are on their way to the disk already. */
  relabel(leg: Leg, revisions: readonly WireRevision[]): void {
    for (const revision of revisions) {
      const { turnOrder, speaker, words } = revision;
      if (leg.hearing.relabel(revision)) continue;
      const at = leg.settled.findIndex((turn) => turn.turnOrder === turnOrder);
      const waiting = leg.settled[at];
      if (waiting !== undefined) leg.settled[at] = relabelled(waiting, revision);
      // What was never final has no place to put a label.
      else if (turnOrder < leg.hearing.next)
        this.#sink.push({ kind: "label", anew: { leg: leg.id, turnOrder, speaker, words } });
    }
  }

  /** The samples that no final covers are taken back, and with them everything after. */
  lose(leg: Leg): Leg[] {
    this.heard(leg, leg.hearing.abandon());
    const index = this.#legs.indexOf(leg);
    const after = this.#legs.splice(index + 1);
    // Later legs were never allowed to store; what they heard will be heard again.
    for (const later of after) {
      this.#clear(later);
    }
    this.#closed(leg);
    leg.to = leg.resumeAt;
    this.#start = { from: leg.resumeAt, tile: null };
    this.#advance();
    return after.filter((later) => later.phase !== "closed");
  }

  /** `Termination` came: what the leg heard and did not put into a turn was silence. */
  close(leg: Leg): void {
    this.heard(leg, leg.hearing.close());
    this.#start = this.#legs.at(-1) === leg ? { from: leg.to ?? leg.sent, tile: null } : this.#start;
    this.#closed(leg);
    this.#advance();
  }

  /** Walks over silence that the recogniser has had every chance to answer, so that a loss does not replay an hour of it. */
  passSilence(leg: Leg, now: Ms): void {
    const isKeptUp = leg.isCaughtUpSince !== null && now - leg.isCaughtUpSince >= KEPT_UP;
    if (!isKeptUp || leg.hearing.isOpen) return;
    leg.quiet = Math.max(leg.quiet, leg.committed);
    const believed = leg.believesBefore(now);
    const [silence, noise] = [leg.sentBy(believed), leg.sentBy(Math.min(believed, now - NOISE_AGE))];
    while (leg.quiet < (this.#levels.isSpeech(leg.quiet) ? noise : silence)) leg.quiet += FRAME;
    this.#prune();
  }

  #closed(leg: Leg): void {
    leg.phase = "closed";
    this.#last = leg;
  }

  /** A turn without words, under the first number that is not used. */
  #coverSilence(leg: Leg, from: Sample, to: Sample): void {
    const { id, source, isFallback } = leg;
    const turnOrder = leg.hearing.next + leg.silences;
    leg.silences += 1;
    const turn = { leg: id, turnOrder, from, to, text: "", words: [], source, isFallback };
    this.#sink.push({ kind: "turn", turn });
  }

  #settle(leg: Leg, { turnOrder, words, text, before, ...by }: Extract<Heard, { kind: "final" }>): void {
    const end = words.at(-1)?.to ?? leg.sent;
    const limit = before === null ? leg.sent : Math.min(before, leg.sent);
    const atLeast = leg.committed + FRAME;
    const to = Math.max(this.#levels.pauseAfter(end, atLeast, limit), Math.min(atLeast, leg.sent));
    leg.committed = to;
    const heard = words.map((word) => heardBy(word, leg.sent));
    leg.settled.push({
      turnOrder,
      to,
      text,
      words: heard,
      ...(by.speaker === undefined ? {} : { speaker: by.speaker }),
    });
    this.#prune();
  }

  /** Only the first leg may store; those behind it wait. */
  #flush(): void {
    const first = this.#legs[0];
    if (first === undefined || first.tile === null) return;
    for (const settled of first.settled.splice(0)) {
      const { id, source, isFallback } = first;
      const turn = { leg: id, ...settled, from: first.tile, source, isFallback };
      this.#sink.push({ kind: "turn", turn });
      first.tile = settled.to;
    }
  }

  /** Closed legs at the front hand their last boundary to the next. */
  #advance(): void {
    this.#flush();
    while (this.#legs[0]?.phase === "closed") {
      const leg = this.#legs.shift() as Leg;
      const tile = this.#endOf(leg);
      const next = this.#legs[0] ?? this.#start;
      next.tile ??= tile;
      this.#flush();
    }
    this.#prune();
  }

  /**
   * Where the next leg's turns begin. What the fallback made nothing of stays its own: were it covered by the first turn
   * of the chosen recogniser behind it, it would never be redone.
   */
  #endOf(leg: Leg): Sample | null {
    const { tile, isFallback } = leg;
    const end = leg.to ?? leg.sent;
    if (!isFallback || tile === null || tile >= end) return tile;
    this.#coverSilence(leg, tile, end);
    return end;
  }

  #clear(leg: Leg): void {
    for (const one of leg.hearing.abandon()) {
      this.#emit({ kind: "tentative", leg: leg.id, turnOrder: one.turnOrder, words: [] });
    }
    for (const { turnOrder } of leg.settled) this.#emit({ kind: "tentative", leg: leg.id, turnOrder, words: [] });
  }

  #prune(): void {
    const first = this.#legs[0];
    if (first !== undefined) this.#levels.prune(first.resumeAt);
  }
}

/** A recogniser may say that a word sounds on beyond what it was sent; it does not. */
function heardBy(word: Word, sent: Sample): Word {
  return { ...word, from: Math.min(word.from, sent), to: Math.min(word.to, sent) };
}
