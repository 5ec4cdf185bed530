/** Finding in the text on the sheet, which may be longer than what is here of it. */
import type { Sample, TurnHits } from "../host/host";
import { countHits } from "../transcript/find";
import type { Row } from "./rows";

export interface Hit {
  /** Where its turn begins. */
  from: Sample;
  /** Among the hits of its turn. */
  nth: number;
}

interface Searched {
  /** The turns with hits, in the order of the axis. */
  hits: (query: string) => readonly TurnHits[];
  /** Something else is looked for, or it is looked for anew. */
  ask?: (query: string) => void;
}

export class Find {
  isOpen = $state(false);
  query = $state("");
  #wished = $state(0);
  readonly #searched: Searched;

  constructor(searched: Searched) {
    this.#searched = searched;
  }

  readonly #hits: readonly TurnHits[] = $derived.by(() => (this.isOpen ? this.#searched.hits(this.query) : []));
  readonly count: number = $derived(this.#hits.reduce((sum, one) => sum + one.count, 0));

  /** Which of them is looked at, from 0. */
  get at(): number {
    return Math.min(this.#wished, Math.max(0, this.count - 1));
  }

  readonly current: Hit | null = $derived.by(() => {
    let left = this.at;
    for (const { from, count } of this.#hits) {
      if (left < count) return { from, nth: left };
      left -= count;
    }
    return null;
  });

  open(): void {
    this.isOpen = true;
    this.#searched.ask?.(this.query);
  }

  close(): void {
    this.isOpen = false;
  }

  type(query: string): void {
    this.query = query;
    this.#wished = 0;
    this.#searched.ask?.(query);
  }

  /** The text is another one. */
  refresh(): void {
    if (this.isOpen) this.#searched.ask?.(this.query);
  }

  /** Round and round. */
  step(by: 1 | -1): void {
    if (this.count > 0) this.#wished = (this.at + by + this.count) % this.count;
  }
}

/** Of text that is here. */
export function hitsIn(rows: readonly Row[], query: string): TurnHits[] {
  return rows
    .flatMap((row) => (row.kind === "text" ? row.turns : []))
    .map(({ from, text }) => ({ from, count: countHits(text, query) }))
    .filter(({ count }) => count > 0);
}

/** The row with this turn; null where it is in none. */
export function rowWith(rows: readonly Row[], hit: Hit | null): number | null {
  if (hit === null) return null;
  const at = rows.findIndex((row) => row.kind === "text" && row.turns.some(({ from }) => from === hit.from));
  return at < 0 ? null : at;
}

/** Which of a row's hits it is; null where it is none of them. */
export function nthInRow(row: Row, hit: Hit | null, query: string): number | null {
  if (hit === null || row.kind !== "text") return null;
  const at = row.turns.findIndex(({ from }) => from === hit.from);
  if (at < 0) return null;
  return row.turns.slice(0, at).reduce((sum, { text }) => sum + countHits(text, query), hit.nth);
}
