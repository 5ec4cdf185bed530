/**
 * Loudness of the frames that a leg was sent, and the places where the axis may be cut. Only numbers, pruned behind
 * what is committed.
 */
import type { Sample } from "../host/host";
import { FRAME } from "./io";

/** Digital silence is -∞ dBFS; below this nothing is told apart. */
const FLOOR_DBFS = -100;
/** A word's end may be reported early: its tail may still sound for this many frames. */
const TAIL_FRAMES = 6;
/** A pause is looked at for at most this many frames. */
const PAUSE_FRAMES = 12;
/** How far back the loudness of the speech itself is judged. */
const SPEECH_FRAMES = 40;

/** Nothing this far below the loudest frame around is a word, in dB. */
const WORD_RANGE = 25;

interface Level {
  dbfs: number;
  isSpeech: boolean;
}

export class Levels {
  readonly #frames = new Map<number, Level>();
  #oldest = Infinity;

  put(from: Sample, dbfs: number, isSpeech: boolean): void {
    this.#oldest = Math.min(this.#oldest, from / FRAME);
    this.#frames.set(from / FRAME, { dbfs: Math.max(FLOOR_DBFS, dbfs), isSpeech });
  }

  /** Forgets what lies before `sample`. */
  prune(sample: Sample): void {
    const first = Math.floor(sample / FRAME) - SPEECH_FRAMES;
    for (; this.#oldest < first; this.#oldest += 1) this.#frames.delete(this.#oldest);
  }

  get size(): number {
    return this.#frames.size;
  }

  isSpeech(sample: Sample): boolean {
    return this.#frames.get(Math.floor(sample / FRAME))?.isSpeech ?? false;
  }

  dbfs(frame: number): number {
    return this.#frames.get(frame)?.dbfs ?? FLOOR_DBFS;
  }

  /** Whether the `count` frames before `sample` were without speech. */
  isQuietBefore(sample: Sample, count: number): boolean {
    const end = sample / FRAME;
    for (let i = end - count; i < end; i += 1) if (this.#frames.get(i)?.isSpeech !== false) return false;
    return true;
  }

  /**
   * The latest place before `sample`, and not before `earliest`, where no word is cut: behind `count` quiet frames and
   * before another, for a frame that is still quiet may hold the beginning of a word.
   */
  cutBefore(sample: Sample, earliest: Sample, count: number): Sample | null {
    for (let at = sample - FRAME; at - count * FRAME >= earliest; at -= FRAME)
      if (this.isQuietBefore(at + FRAME, count + 1)) return at;
    return null;
  }

  /** The share of the last two seconds before `sample` that was louder than its last frame. */
  quietness(sample: Sample): number {
    const end = sample / FRAME - 1;
    let louder = 0;
    for (let i = end - SPEECH_FRAMES; i < end; i += 1) if (this.dbfs(i) > this.dbfs(end)) louder += 1;
    return louder / SPEECH_FRAMES;
  }

  /**
   * The boundary between a final turn whose last word ends at `end` and what follows: the quietest frame of the first
   * pause after it, before `limit`. Word times are off by tens of milliseconds and may be padded by a second, so the
   * sound decides and the times only say where to look; only the *first* pause, because the next turn may have begun.
   */
  pauseAfter(end: Sample, atLeast: Sample, limit: Sample): Sample {
    const [low, high] = [Math.ceil(atLeast / FRAME), Math.floor(limit / FRAME)];
    const first = Math.min(Math.max(Math.ceil(end / FRAME), low), high);
    const loud = this.#loudness(first, high);
    let start = first;
    while (start < high && start - first < TAIL_FRAMES && this.dbfs(start) > loud) start += 1;
    if (start < high && this.dbfs(start) > loud)
      return this.#quietest(Math.max(low, first - 2), Math.min(high, first + 3)) * FRAME;
    let stop = start;
    while (stop < high && stop - start < PAUSE_FRAMES && this.dbfs(stop) <= loud) stop += 1;
    return this.#quietest(start, stop) * FRAME;
  }

  /** Between the floor around and the speech before: above this a frame is taken for a word. */
  #loudness(frame: number, high: number): number {
    let [floor, peak] = [0, FLOOR_DBFS];
    for (let i = frame - SPEECH_FRAMES; i < Math.min(high, frame + PAUSE_FRAMES); i += 1) {
      const level = this.#frames.get(i);
      if (level === undefined) continue;
      floor = Math.min(floor, level.dbfs);
      peak = Math.max(peak, level.dbfs);
    }
    // A muted stretch nearby must not make a room's hum sound like a word.
    return Math.max(floor + Math.max(3, 0.35 * (peak - floor)), peak - WORD_RANGE);
  }

  /** In `[start, stop)`; of equals the one nearest to the middle, as far from both words as can be. */
  #quietest(start: number, stop: number): number {
    const middle = (start + stop - 1) / 2;
    let best = start;
    for (let i = start; i < stop; i += 1) {
      const [level, least] = [this.dbfs(i), this.dbfs(best)];
      if (level < least || (level === least && Math.abs(i - middle) < Math.abs(best - middle))) best = i;
    }
    return best;
  }
}
