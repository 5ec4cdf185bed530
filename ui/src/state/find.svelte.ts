/** Finding in the text on the sheet. */
import { countHits } from "../transcript/find";
import type { Row } from "./rows";

interface Hit {
  row: number;
  /** Among the hits of its row. */
  nth: number;
}

export class Find {
  isOpen = $state(false);
  query = $state("");
  #wished = $state(0);
  readonly #rows: () => readonly Row[];

  constructor(rows: () => readonly Row[]) {
    this.#rows = rows;
  }

  readonly #hits: readonly Hit[] = $derived.by(() => {
    if (!this.isOpen) return [];
    return this.#rows().flatMap((row, i) => {
      if (row.kind !== "text") return [];
      const count = row.turns.reduce((sum, turn) => sum + countHits(turn.text, this.query), 0);
      return Array.from({ length: count }, (_, nth) => ({ row: i, nth }));
    });
  });

  get count(): number {
    return this.#hits.length;
  }

  /** Which of them is looked at, from 0. */
  get at(): number {
    return Math.min(this.#wished, Math.max(0, this.count - 1));
  }

  readonly current: Hit | null = $derived(this.#hits[this.at] ?? null);

  open(): void {
    this.isOpen = true;
  }

  close(): void {
    this.isOpen = false;
  }

  type(query: string): void {
    this.query = query;
    this.#wished = 0;
  }

  /** Round and round. */
  step(by: 1 | -1): void {
    if (this.count > 0) this.#wished = (this.at + by + this.count) % this.count;
  }
}
