/**
 * The text of captions: it grows at its end and is cut at the beginnings of lines only, so that no line that somebody is
 * reading moves sideways.
 */
import type { CaptionText } from "../host/host";

/** A window that opens in the middle begins with so many turns. */
const FIRST = 2;

export interface Lines {
  /** Turns before the last one. */
  readonly old: string;
  /** The last final turn. */
  readonly current: string;
  readonly tail: string;
}

export class Rolling {
  #recordingId: string | null = null;
  #old = "";
  #current: { key: number; text: string } | null = null;
  #tail = "";

  get lines(): Lines {
    return { old: this.#old, current: this.#current?.text ?? "", tail: this.#tail };
  }

  take({ recordingId, turns, tail }: Pick<CaptionText, "recordingId" | "turns" | "tail">): void {
    const isOther = recordingId !== this.#recordingId;
    if (isOther) this.#begin(recordingId);
    for (const turn of isOther ? turns.slice(-FIRST) : turns) this.#add(turn.key, turn.text.trim());
    this.#tail = tail.trim();
  }

  /** The first `count` characters are out of sight, and begin no line that is not. */
  cut(count: number): void {
    this.#old = this.#old.slice(count);
  }

  #begin(recordingId: string | null): void {
    this.#recordingId = recordingId;
    this.#old = "";
    this.#current = null;
  }

  /** Turns come in the order of the axis; what changes further back was read already. */
  #add(key: number, text: string): void {
    const before = this.#current;
    if (text === "" || (before !== null && key < before.key)) return;
    if (before !== null && key > before.key) this.#old = this.#old === "" ? before.text : `${this.#old} ${before.text}`;
    this.#current = { key, text };
  }
}
