/** How the page's clock and the trusted side's stand to each other, from questions that were answered. Pure. */

/** Milliseconds of the page's monotonic clock, `performance.now()`. */
export type PageMs = number;
/** Microseconds of the trusted side's monotonic clock. */
export type Micros = number;

/** So many answers are remembered: the best of them counts, and none for longer than the system may have slept. */
const KEPT = 8;
/** WebKit's clock goes in steps of one millisecond. */
const STEP: PageMs = 1;

interface Trip {
  /** What is added to the page's time to get the trusted side's. */
  offset: number;
  error: PageMs;
}

export class ClockRelation {
  #trips: Trip[] = [];

  /** A question left at `sent`, was answered when it was `at` there, and the answer came at `received`. */
  heard(sent: PageMs, at: Micros, received: PageMs): void {
    const trip = { offset: at / 1000 - (sent + received) / 2, error: (received - sent) / 2 + STEP };
    this.#trips = [...this.#trips, trip].slice(-KEPT);
  }

  /** The page's time at a moment of the trusted side; null while nothing was answered. */
  toPage(at: Micros): PageMs | null {
    const best = this.#best();
    return best === null ? null : at / 1000 - best.offset;
  }

  /** How far `toPage` may be off, in either direction: half of the way there and back, and a step of the page's clock. */
  get error(): PageMs | null {
    return this.#best()?.error ?? null;
  }

  #best(): Trip | null {
    return this.#trips.reduce<Trip | null>((best, one) => (best !== null && best.error < one.error ? best : one), null);
  }
}
