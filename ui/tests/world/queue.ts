/** Events of a simulated world by time; equal times keep their order. A binary heap. */
interface Entry {
  at: number;
  order: number;
  run: () => void;
}

export class Queue {
  readonly #heap: Entry[] = [];
  #order = 0;
  now: number;

  constructor(now: number) {
    this.now = now;
  }

  at(at: number, run: () => void): void {
    this.#heap.push({ at: Math.max(at, this.now), order: this.#order++, run });
    this.#up(this.#heap.length - 1);
  }

  after(delay: number, run: () => void): void {
    this.at(this.now + delay, run);
  }

  /** The system sleeps: nothing happens for a while, and what was due happens late. */
  sleep(ms: number): void {
    this.now += ms;
  }

  /** Runs the next event; false when there is none. */
  step(): boolean {
    const first = this.#heap[0];
    if (first === undefined) return false;
    const last = this.#heap.pop() as Entry;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#down(0);
    }
    this.now = Math.max(this.now, first.at);
    first.run();
    return true;
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a] as Entry, this.#heap[b] as Entry];
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b] as Entry, this.#heap[a] as Entry];
  }

  #up(at: number): void {
    for (let i = at; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#before(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #down(at: number): void {
    for (let i = at; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let least = i;
      if (left < this.#heap.length && this.#before(left, least)) least = left;
      if (right < this.#heap.length && this.#before(right, least)) least = right;
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }
}
