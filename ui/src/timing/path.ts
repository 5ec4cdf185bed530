/**
 * How long sound and text take through the page, measured at its edges: where frames come out of the feed, where bytes go into a
 * socket, where messages come in, and where text is painted. Values alone, and nothing of what was said; the trusted side counts
 * them. Whatever a measurement needs from outside is passed in.
 */
import type { Sample, TimingReport } from "../host/host";
import type { PathObserver } from "../session/driver";
import { decodeClock, decodeStamp, decodeStart, encodeClock } from "../session/feed";
import { ClockRelation, type PageMs } from "./clock";

/** Between two reports. */
const REPORT_EVERY: PageMs = 3000;
/** Values of one kind in a report: ten times what three seconds of live frames have. */
const MOST_VALUES = 600;
/** A recogniser, or the feed, has caught up when a frame comes through before the next one is complete. */
const FRAME_MS: PageMs = 50;
const FRAME: Sample = 800;
const SAMPLES_PER_MS = 16;
/** Questions at the beginning; the fastest answer counts. */
const FIRST_QUESTIONS = 4;

export interface TimingOptions {
  now: () => PageMs;
  report: (report: TimingReport) => void;
  /** Runs the work when what was just put on the page is on the screen. */
  afterPaint: (work: () => void) => void;
  isVisible: () => boolean;
}

type Values = { [K in keyof TimingReport as TimingReport[K] extends number[] ? K : never]: number[] };

export class PathTiming implements PathObserver {
  readonly #options: TimingOptions;
  readonly #clock = new ClockRelation();
  readonly #caughtUp = new Set<number>();
  #values = empty();
  #dropped = 0;
  #reported: PageMs;
  #ask: ((text: string) => void) | null = null;
  #isClosed = false;
  /** The running frame that comes after the last one of this line. */
  #next: Sample | null = null;
  #isLineCaughtUp = false;
  /** The frame that is being handled, and when its last sample was captured. */
  #frame: { data: ArrayBuffer; captured: PageMs } | null = null;
  /** One past the newest sample whose time is known. */
  #newest: { end: Sample; captured: PageMs } | null = null;
  /** When the message came that is being handled. */
  #message: PageMs | null = null;
  #unpainted: PageMs | null = null;
  #unpaintedFinal: Sample | null = null;
  #latestFinal: Sample = 0;

  constructor(options: TimingOptions) {
    this.#options = options;
    this.#reported = options.now();
  }

  opened(ask: (text: string) => void): void {
    this.#ask = ask;
    [this.#next, this.#isLineCaughtUp] = [null, false];
    for (let asked = 0; asked < FIRST_QUESTIONS; asked += 1) this.#askTime();
  }

  fed(data: ArrayBuffer | string): void {
    const now = this.#options.now();
    this.#frame = null;
    if (typeof data === "string") {
      const answer = decodeClock(data);
      if (answer !== null) this.#clock.heard(answer.sent, answer.at, now);
      return;
    }
    this.#takeFrame(data, now);
    if (now - this.#reported >= REPORT_EVERY) {
      this.report();
      this.#askTime();
    }
  }

  sent(leg: number, pcm: Uint8Array<ArrayBuffer>, buffered: number): void {
    if (this.#frame === null || pcm.buffer !== this.#frame.data) return;
    const took = this.#options.now() - this.#frame.captured;
    if (took < FRAME_MS) this.#caughtUp.add(leg);
    add(this.#caughtUp.has(leg) ? this.#values.socket : this.#values.held, micros(took));
    add(this.#values.buffered, buffered);
  }

  received(): void {
    this.#message = this.#options.now();
  }

  handled(): void {
    this.#message = null;
  }

  closed(): void {
    [this.#isClosed, this.#ask] = [true, null];
    this.report();
  }

  /** The text is another one, and will be painted. */
  changed(): void {
    if (this.#message !== null && this.#options.isVisible()) this.#unpainted ??= this.#message;
  }

  /** So is a final text, whose last word ends there. What is written anew, or later than what follows it, is not live. */
  finished(end: Sample): void {
    if (end <= this.#latestFinal) return;
    this.#latestFinal = end;
    if (this.#options.isVisible()) this.#unpaintedFinal = end;
  }

  /** The text is on the page, and on the screen with the next frame. */
  written(): void {
    const [since, final] = [this.#unpainted, this.#unpaintedFinal];
    [this.#unpainted, this.#unpaintedFinal] = [null, null];
    if ((since === null && final === null) || !this.#options.isVisible()) return;
    this.#options.afterPaint(() => {
      const now = this.#options.now();
      // Hidden meanwhile, it was not painted.
      if (!this.#options.isVisible()) return;
      if (since !== null) add(this.#values.painted, micros(now - since));
      const said = final === null ? null : this.#capturedAt(final);
      if (said !== null) add(this.#values.finalPainted, micros(now - said));
      // The last words may be painted when the session has ended.
      if (this.#isClosed) this.report();
    });
  }

  /** Tells what was measured since the last time. */
  report(): void {
    this.#reported = this.#options.now();
    const [values, dropped] = [this.#values, this.#dropped];
    if (dropped === 0 && Object.values(values).every((list) => list.length === 0)) return;
    [this.#values, this.#dropped] = [empty(), 0];
    const { error } = this.#clock;
    this.#options.report({
      ...values,
      droppedFrames: dropped,
      clockError: error === null ? null : micros(error),
    });
  }

  #askTime(): void {
    this.#ask?.(encodeClock(this.#options.now()));
  }

  #takeFrame(data: ArrayBuffer, now: PageMs): void {
    const from = decodeStart(data);
    if (from === null) return;
    const stamp = decodeStamp(data);
    // Frames without a time are pieces of the past, or silence in their place among the running ones.
    if (stamp !== null || from === this.#next) {
      if (this.#next !== null && from > this.#next) this.#dropped += (from - this.#next) / FRAME;
      this.#next = from + FRAME;
    }
    const captured = stamp === null ? null : this.#clock.toPage(stamp);
    if (captured === null) return;
    this.#frame = { data, captured };
    this.#newest = { end: from + FRAME, captured };
    const took = now - captured;
    this.#isLineCaughtUp ||= took < FRAME_MS;
    if (this.#isLineCaughtUp) add(this.#values.window, micros(took));
  }

  /** When a sample was captured: the axis goes with the clock, so the newest frame tells. */
  #capturedAt(sample: Sample): PageMs | null {
    if (this.#newest === null) return null;
    return this.#newest.captured - (this.#newest.end - sample) / SAMPLES_PER_MS;
  }
}

function empty(): Values {
  return { window: [], socket: [], held: [], buffered: [], painted: [], finalPainted: [] };
}

function add(values: number[], value: number): void {
  if (values.length < MOST_VALUES) values.push(value);
}

/** Less than nothing is the error of the clocks. */
function micros(ms: PageMs): number {
  return Math.max(0, Math.round(ms * 1000));
}
