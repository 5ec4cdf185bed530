/**
 * What the microphone hears, as it is seen: the meter, the timer, whether somebody speaks. It changes the page four times a second, all
 * at once: each change costs a paint, and a text that comes just after one waits for the next frame.
 */
import type { Sample } from "../host/host";

const METER_BARS = 24;
const FRAME: Sample = 800;
/** Two frames of 50 ms: the meter tells syllables apart. */
const BAR: Sample = 2 * FRAME;
/** A quarter of a second, so that the timer's second is over when it changes. */
const STEP: Sample = 4_000;
const FLOOR_DBFS = -58;
const CEILING_DBFS = -12;

export interface Bar {
  /** 0 to 1. */
  height: number;
  isSpeech: boolean;
}

export const SILENT: readonly Bar[] = Array.from({ length: METER_BARS }, () => ({ height: 0, isSpeech: false }));

/** Of a bar: 0 to 1. */
export function heightOf(dbfs: number): number {
  return Math.min(1, Math.max(0, (dbfs - FLOOR_DBFS) / (CEILING_DBFS - FLOOR_DBFS)));
}

export class Level {
  bars = $state.raw(SILENT);
  isSpeech = $state(false);
  /** The end of the last frame that was heard: the timer. */
  heard = $state<Sample>(0);

  readonly #isHidden: () => boolean;
  /** The same as it is, shown or not. */
  #bars = SILENT;
  #heard: Sample = 0;
  #peak: Bar & { from: Sample } = { height: 0, isSpeech: false, from: 0 };

  constructor(isHidden: () => boolean) {
    this.#isHidden = isHidden;
  }

  /** Tells whether it is shown with this frame. */
  hear(dbfs: number, isSpeech: boolean, sample: Sample): boolean {
    this.#peak.height = Math.max(this.#peak.height, heightOf(dbfs));
    this.#peak.isSpeech ||= isSpeech;
    this.#heard = sample + FRAME;
    if (sample < this.#peak.from || this.#heard - this.#peak.from >= BAR) this.#endBar();
    const isStep = this.#heard < this.heard || this.#heard % STEP < FRAME;
    if (isStep) this.#show();
    return isStep;
  }

  /** The microphone is off. */
  hush(): void {
    this.bars = this.#bars = SILENT;
    this.isSpeech = false;
    this.heard = this.#heard;
  }

  /** Nobody sees the meter or the timer of a hidden window, but captions say who speaks. */
  #show(): void {
    this.isSpeech = this.#bars.at(-1)?.isSpeech ?? false;
    if (this.#isHidden()) return;
    this.bars = this.#bars;
    this.heard = this.#heard;
  }

  #endBar(): void {
    const { height, isSpeech } = this.#peak;
    this.#bars = [...this.#bars.slice(1), { height, isSpeech }];
    this.#peak = { height: 0, isSpeech: false, from: this.#heard };
  }
}
