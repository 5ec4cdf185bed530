/**
 * How long sockets have been open that somebody pays for: from `Begin` to their end, in wall time, whatever was said.
 * Told in small pieces, so that a crash loses a few seconds of the count and no more.
 */
import type { RecogniserKind, Token, UnixMs } from "../host/host";
import type { LegId, Ms } from "./io";

/** As often as it is told. */
const STEP: Ms = 5_000;
/** No session lasts longer; a system that sleeps with an open socket is not paid for until it wakes. */
const LONGEST: Ms = 10_800_000;

interface OpenSocket {
  paid: RecogniserKind;
  from: Ms;
  until: Ms;
}

/** What is to be added to the count. */
export interface OpenPiece {
  paid: RecogniserKind;
  ms: Ms;
}

export class OpenTime {
  readonly #open = new Map<LegId, OpenSocket>();
  readonly #owed = new Map<RecogniserKind, Ms>();
  #toldAt: Ms = 0;
  #isDue = false;

  /** `Begin` came. The engine inside the program costs nothing. */
  began(leg: LegId, { recogniser }: Token, expiresAt: UnixMs | null, now: Ms): void {
    if (recogniser === "offline" || this.#open.has(leg)) return;
    if (this.#open.size === 0) this.#toldAt = now;
    const latest = now + LONGEST;
    this.#open.set(leg, { paid: recogniser, from: now, until: Math.min(expiresAt ?? latest, latest) });
  }

  ended(leg: LegId, now: Ms): void {
    const socket = this.#open.get(leg);
    if (socket === undefined) return;
    this.#settle(socket, now);
    this.#open.delete(leg);
    this.#isDue = true;
  }

  /** What is to be told now; nothing as long as it is not worth it. */
  due(now: Ms): OpenPiece[] {
    if (!this.#isDue && (this.#open.size === 0 || now - this.#toldAt < STEP)) return [];
    for (const socket of this.#open.values()) this.#settle(socket, now);
    const pieces = [...this.#owed].map(([paid, ms]) => ({ paid, ms: Math.round(ms) })).filter(({ ms }) => ms > 0);
    this.#owed.clear();
    this.#isDue = false;
    this.#toldAt = now;
    return pieces;
  }

  /** It could not be stored: told once more with what follows. */
  giveBack({ paid, ms }: OpenPiece): void {
    this.#owe(paid, ms);
  }

  #settle(socket: OpenSocket, now: Ms): void {
    const to = Math.min(now, socket.until);
    this.#owe(socket.paid, Math.max(0, to - socket.from));
    socket.from = Math.max(socket.from, to);
  }

  #owe(paid: RecogniserKind, ms: Ms): void {
    this.#owed.set(paid, (this.#owed.get(paid) ?? 0) + ms);
  }
}
