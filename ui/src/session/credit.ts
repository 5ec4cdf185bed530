/**
 * How much a leg may say: more than any speech needs, and so little that a recogniser which never stops talking cannot fill
 * the window's memory or the history. What it has said beyond that is not listened to, and the leg is given up.
 */
import type { Sample } from "../host/host";
import type { WireTurn } from "./codec";
import { type Ms, SAMPLES_PER_MS } from "./io";

/** Words in final turns: the fastest talkers say seven a second, and some scripts have a "word" a character. */
const WORDS = { atOnce: 1_000, perSecond: 20 };
/** Messages: a partial comes every tenth of a second of audio, and audio may be heard much faster than it was spoken. */
const MESSAGES = { atOnce: 2_000, perSecond: 50 };
/** A message of this many words costs as much as two. */
const WORDS_A_MESSAGE = 1_000;
/** A turn without words has at least its text. */
const LETTERS_A_WORD = 5;

export class Credit {
  #words = 0;
  #messages = 0;

  /** Takes note of a turn; false when it is too much for the audio that was `sent` and the time that has `passed`. */
  allows(turn: WireTurn, sent: Sample, passed: Ms): boolean {
    this.#messages += 1 + turn.words.length / WORDS_A_MESSAGE;
    if (turn.isEnd) this.#words += 1 + Math.max(turn.words.length, turn.text.length / LETTERS_A_WORD);
    const heard = sent / SAMPLES_PER_MS / 1_000;
    const waited = passed / 1_000;
    return (
      this.#words <= WORDS.atOnce + WORDS.perSecond * heard &&
      this.#messages <= MESSAGES.atOnce + MESSAGES.perSecond * (heard + waited)
    );
  }
}
