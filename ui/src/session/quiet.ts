/**
 * How long nobody has spoken, as far as the microphone tells. It decides whether a recogniser is asked at all, so it must
 * rather take noise for a voice than a voice for noise. Only numbers.
 */
import type { Sample } from "../host/host";
import type { FrameHead } from "./feed";
import { FRAME } from "./io";

/** So much above the room, in dB, for so many frames in a row, is taken for somebody whom no detector knows. */
const ABOVE = 10;
const LASTING = 3;
/** How fast the room is learned. */
const LEARNING = 0.05;

export class Quiet {
  #since: Sample = 0;
  #end: Sample = 0;
  #floor: number | null = null;
  #loud = 0;

  /** Nothing was said since. */
  get since(): Sample {
    return this.#since;
  }

  /** Up to where it has been listened to. */
  get end(): Sample {
    return this.#end;
  }

  put(frame: FrameHead): void {
    // What was never seen may have been anything.
    const isUnseen = frame.from !== this.#end;
    this.#end = frame.from + FRAME;
    if (isUnseen || this.#isVoice(frame)) this.#since = this.#end;
  }

  #isVoice({ dbfs, isSpeech, isGap }: FrameHead): boolean {
    if (isGap) return false;
    const isLoud = this.#floor !== null && dbfs > this.#floor + ABOVE;
    this.#loud = isLoud ? this.#loud + 1 : 0;
    if (!isSpeech && !isLoud) this.#floor = this.#floor === null ? dbfs : this.#floor + (dbfs - this.#floor) * LEARNING;
    return isSpeech || this.#loud >= LASTING;
  }
}
