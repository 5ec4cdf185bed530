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

/**
 * One change a frame. The first is made at once and not with the frame: what there is to reckon, such as where lines break, is
 * done while the screen is waited for.
 */
export class Painting {
  readonly #screen: Screen;
  /** What comes with the next frame; null: this one was not changed yet. */
  #waiting: (() => void)[] | null = null;
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
    if (this.#waiting !== null) return void this.#waiting.push(work);
    this.#waiting = [];
    this.#askFrame();
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
    const works = this.#waiting ?? [];
    this.#waiting = null;
    for (const work of works) work();
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
