/**
 * Speech faster or slower at its own pitch (WSOLA): pieces of the sound are laid over each other nearer together or further
 * apart, each moved by a little to where it goes on best from the piece before.
 */

/** 30 ms at 16 kHz: some periods of any voice. */
const WINDOW = 480;
const HOP = WINDOW / 2;
/** A piece moves by no more: a period of the deepest voice. */
const REACH = 200;
/** Every so many samples are enough to compare by. */
const STRIDE = 4;

const FADE = Float32Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / WINDOW));

export class Stretch {
  readonly #rate: number;
  /** What came and may still be needed; it begins at `#origin` of all that came. */
  #input = new Float32Array(0);
  #origin = 0;
  /** Where the next piece would lie, and where the last one was taken from. */
  #nominal = 0;
  #taken: number | null = null;
  /** The second half of the last piece. */
  #tail = new Float32Array(HOP);

  /** `rate`: 2 is twice as fast. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** What can be heard now of all that came. */
  push(samples: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    if (this.#rate === 1) return samples;
    this.#keep(samples);
    const out: number[] = [];
    while (this.#isEnough()) this.#lay(out);
    this.#forget();
    return Float32Array.from(out);
  }

  /** The end of what came: what was held back for the sake of a smooth seam. */
  end(): Float32Array<ArrayBuffer> {
    return this.#rate === 1 ? new Float32Array(0) : this.push(new Float32Array(WINDOW + 2 * REACH));
  }

  #keep(samples: Float32Array): void {
    const joined = new Float32Array(this.#input.length + samples.length);
    joined.set(this.#input);
    joined.set(samples, this.#input.length);
    this.#input = joined;
  }

  #isEnough(): boolean {
    const furthest = Math.max(Math.round(this.#nominal) + REACH + WINDOW, (this.#taken ?? 0) + HOP + WINDOW);
    return furthest <= this.#origin + this.#input.length;
  }

  #lay(out: number[]): void {
    const at = this.#taken === null ? 0 : this.#best(Math.round(this.#nominal), this.#taken + HOP);
    // Nothing lies under the first half of the first piece.
    const isFirst = this.#taken === null;
    for (let i = 0; i < HOP; i += 1) {
      const faded = isFirst ? this.#at(at + i) : (FADE[i] ?? 0) * this.#at(at + i);
      out.push(faded + (this.#tail[i] ?? 0));
    }
    this.#tail = Float32Array.from({ length: HOP }, (_, i) => (FADE[HOP + i] ?? 0) * this.#at(at + HOP + i));
    this.#taken = at;
    this.#nominal += HOP * this.#rate;
  }

  /** The place within reach of `nominal` that is most like what followed the last piece. */
  #best(nominal: number, natural: number): number {
    let [best, likeness] = [nominal, Number.NEGATIVE_INFINITY];
    for (let place = Math.max(this.#origin, nominal - REACH); place <= nominal + REACH; place += 1) {
      let sum = 0;
      let energy = 1e-9;
      for (let i = 0; i < HOP; i += STRIDE) {
        const sample = this.#at(place + i);
        sum += sample * this.#at(natural + i);
        energy += sample * sample;
      }
      const found = sum / Math.sqrt(energy);
      if (found > likeness) [best, likeness] = [place, found];
    }
    return best;
  }

  #at(place: number): number {
    return this.#input[place - this.#origin] ?? 0;
  }

  #forget(): void {
    const from = Math.min(Math.round(this.#nominal) - REACH, (this.#taken ?? 0) + HOP) - this.#origin;
    if (from <= 0) return;
    this.#input = this.#input.slice(from);
    this.#origin += from;
  }
}
