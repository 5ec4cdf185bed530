/** What the main window says to the captions: the end of the text, and what is going on. Only the newest counts. */
import type { CaptionText, Host } from "../host/host";
import { called } from "../words/called";
import type { Row, TextRow } from "./rows";

/** Enough for the largest captions in the smallest letters. */
const TURNS = 12;

/** The last turns; who begins to speak is named before the first word. */
export function lastTurns(rows: readonly Row[]): Pick<CaptionText, "turns" | "tail"> {
  const turns: CaptionText["turns"] = [];
  let [tail, before] = ["", null as string | null];
  for (const row of lastTextRows(rows)) {
    const who = row.speaker === null ? null : called(row.speaker);
    const name = who === null || who === before ? "" : `${who}: `;
    const texts = row.turns.map(({ key, text }, i) => ({ key, text: i === 0 ? name + text : text }));
    turns.push(...texts);
    tail = row.turns.length === 0 && row.tail !== "" ? name + row.tail : row.tail;
    before = who;
  }
  return { turns: turns.slice(-TURNS), tail };
}

/** As many as are needed, and the one before them, which tells whether their first speaker is a new one. */
function lastTextRows(rows: readonly Row[]): TextRow[] {
  const last: TextRow[] = [];
  let count = 0;
  for (let i = rows.length - 1; i >= 0 && count <= TURNS; i -= 1) {
    const row = rows[i];
    if (row?.kind !== "text") continue;
    last.unshift(row);
    count += row.turns.length;
  }
  return last;
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
