/** Microphone, spool and feed: frames come in real time, are kept for ever, and are given to the window that asks. */
import type { FrameHead } from "../../src/session/feed";
import { FRAME } from "../../src/session/io";
import type { Chance } from "./chance";
import type { Queue } from "./queue";
import { audio, fill, type Speech } from "./speech";

export interface Fed {
  frame: FrameHead;
  pcm: Uint8Array<ArrayBuffer>;
}

export class Microphone {
  captured = 0;
  readonly #queue: Queue;
  readonly #chance: Chance;
  readonly #speech: Speech;
  #start: number;
  #pausedUntil: number | null = null;
  #followed: number | null = null;
  #hasEnded = false;
  #feed = 0;
  #feedTo = 0;
  /** Set by the world. */
  onFrame: (fed: Fed) => void = () => {};
  onEnd: (to: number) => void = () => {};
  readonly violations: string[] = [];

  constructor(queue: Queue, chance: Chance, speech: Speech, start: number) {
    this.#queue = queue;
    this.#chance = chance;
    this.#speech = speech;
    this.#start = start;
  }

  get isOver(): boolean {
    return this.captured >= this.#speech.to;
  }

  begin(): void {
    const next = () => {
      if (this.isOver) return this.#feedLive();
      if (this.#pausedUntil !== null) return this.#queue.at(this.#pausedUntil, resume);
      this.captured += FRAME;
      this.#feedLive();
      this.#queue.at(this.#start + (this.captured + FRAME) / 16, next);
    };
    const resume = () => {
      this.#pausedUntil = null;
      next();
    };
    this.#queue.after(50, next);
  }

  get isPaused(): boolean {
    return this.#pausedUntil !== null;
  }

  /** Where the axis stands still; null: it does not. */
  get stands(): number | null {
    return this.isPaused ? this.captured : null;
  }

  /** The axis stands still for so long. */
  pause(length: number): void {
    this.#pausedUntil = this.#queue.now + length;
    this.#start += length;
  }

  /** The window's line to the frames; an earlier one is worth nothing any more. */
  open(): void {
    this.#feed += 1;
    this.#followed = null;
    this.#hasEnded = false;
    this.#feedTo = this.#queue.now;
  }

  follow(): void {
    this.#followed = Math.max(0, this.captured - FRAME);
    this.#feedLive();
  }

  replay(from: number, until: number): void {
    if (until <= from || from % FRAME !== 0 || until % FRAME !== 0) this.violations.push(`replay ${from}–${until}`);
    for (let at = from; at < Math.min(until, this.captured); at += FRAME) this.#frame(at);
  }

  #feedLive(): void {
    if (this.#followed === null) return;
    for (; this.#followed < this.captured; this.#followed += FRAME) this.#frame(this.#followed);
    if (!this.isOver || this.#hasEnded) return;
    this.#hasEnded = true;
    const { to } = this.#speech;
    this.#fed(() => this.onEnd(to));
  }

  #frame(from: number): void {
    const { unplugged, words } = this.#speech;
    const isGap = unplugged !== null && from + FRAME > unplugged.from && from < unplugged.to;
    const part = fill(words, from);
    const room = this.#chance.between(-62, -58);
    const dbfs = isGap ? -Infinity : part === 0 ? room : -58 + 36 * Math.sqrt(part);
    this.#fed(() => this.onFrame({ frame: { from, dbfs, isSpeech: part > 0.3, isGap }, pcm: audio(from) }));
  }

  /** One socket: what is sent first comes first. */
  #fed(give: () => void): void {
    const feed = this.#feed;
    this.#feedTo = Math.max(this.#feedTo, this.#queue.now + 1);
    this.#queue.at(this.#feedTo, () => {
      if (feed === this.#feed) give();
    });
  }
}
