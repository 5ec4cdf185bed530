/** When the page is changed, and when that can be seen. */

export interface Screen {
  isHidden: () => boolean;
  /** Before the next frame is painted; never while the window is hidden. */
  nextFrame: (work: () => void) => void;
  /** When that frame is painted; called before it is. */
  nextTask: (work: () => void) => void;
  /** When what runs now is done. */
  soon: (work: () => void) => void;
}

/** A recogniser's last words, the same as a final text, and that one with its punctuation may come in one breath. */
const AT_ONCE = 3;

/**
 * A few changes a frame, so that a flood of texts costs no more than the screen shows. The first ones are made at once and not
 * with the frame: what there is to reckon, such as where lines break, is done while the screen is waited for; and a screen that
 * rests paints at once, but not for a change that turns out to be none, and would hold up the one behind it.
 */
export class Painting {
  readonly #screen: Screen;
  /** Changes that were made at once since the last frame. */
  #made = 0;
  /** What comes with the next frame. */
  #waiting: (() => void)[] = [];
  /** What is told when the next frame is painted. */
  #telling: (() => void)[] = [];
  #isFrameAsked = false;
  /** What is changed now is painted with the frame that has just begun. */
  #isInFrame = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Runs what changes the page. */
  paint = (work: () => void): void => {
    if (this.#screen.isHidden()) return this.#screen.soon(work);
    this.#askFrame();
    if (this.#made >= AT_ONCE) return void this.#waiting.push(work);
    this.#made += 1;
    this.#screen.soon(work);
  };

  /** Runs the work when what is on the page now is on the screen. */
  afterPaint = (work: () => void): void => {
    if (this.#screen.isHidden()) return this.#screen.soon(work);
    this.#telling.push(work);
    if (!this.#isInFrame) this.#askFrame();
  };

  /** A hidden window has no frames, and nothing may wait for them: captions show what this page knows. */
  hidden(): void {
    this.#run();
    for (const work of this.#telling.splice(0)) work();
  }

  #askFrame(): void {
    if (this.#isFrameAsked) return;
    this.#isFrameAsked = true;
    this.#screen.nextFrame(() => this.#frame());
  }

  #frame(): void {
    this.#isFrameAsked = false;
    this.#isInFrame = true;
    this.#run();
    this.#isInFrame = false;
    const telling = this.#telling.splice(0);
    if (telling.length === 0) return;
    this.#screen.nextTask(() => {
      for (const work of telling) work();
    });
  }

  #run(): void {
    this.#made = 0;
    for (const work of this.#waiting.splice(0)) work();
  }
}

/** The screen of this page. */
export function openPainting(): Painting {
  const painting = new Painting({
    isHidden: () => document.hidden,
    nextFrame: (work) => void requestAnimationFrame(work),
    nextTask,
    soon: (work) => queueMicrotask(work),
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) painting.hidden();
  });
  return painting;
}

/** A frame's callback comes before it is painted, and a message to oneself after. */
function nextTask(work: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    work();
  };
  port2.postMessage(null);
}
