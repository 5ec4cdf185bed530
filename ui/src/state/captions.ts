/** What the main window says to the captions: the end of the text, and what is going on. Only the newest counts. */
import type { CaptionText, Host } from "../host/host";
import type { Row } from "./rows";

/** Enough for the largest captions in the smallest letters. */
const TURNS = 12;

export function lastTurns(rows: readonly Row[]): Pick<CaptionText, "turns" | "tail"> {
  const turns: CaptionText["turns"] = [];
  for (let i = rows.length - 1; i >= 0 && turns.length < TURNS; i -= 1) {
    const row = rows[i];
    if (row?.kind !== "text") continue;
    turns.unshift(...row.turns.map(({ key, text }) => ({ key, text })));
  }
  const last = rows.findLast((row) => row.kind === "text");
  return { turns: turns.slice(-TURNS), tail: last?.kind === "text" ? last.tail : "" };
}

/** One word at a time on its way; what came in between is replaced by what comes last. */
export class CaptionSender {
  readonly #host: Host;
  #next: CaptionText | null = null;
  #isBusy = false;

  constructor(host: Host) {
    this.#host = host;
  }

  say(text: CaptionText): void {
    this.#next = text;
    if (!this.#isBusy) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isBusy = true;
    for (let text = this.#next; text !== null; text = this.#next) {
      this.#next = null;
      // Captions that were not told are told with the next words; there is nothing that a reader could do.
      await this.#host.captionsSay(text);
    }
    this.#isBusy = false;
  }
}
