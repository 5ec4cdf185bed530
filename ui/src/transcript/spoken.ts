/** The word that is heard, in the text that is read. */
import type { Sample } from "../host/host";
import type { TurnSegment } from "./transcript";

export interface Lit {
  before: string;
  word: string;
  after: string;
}

type Spoken = Pick<TurnSegment, "text" | "words" | "from" | "to">;

/** The words as they are shown; null where the text has other words than were heard, as after a correction. */
function shownWords({ text, words }: Spoken): { text: string; index: number }[] | null {
  const shown = [...text.trim().matchAll(/\S+/g)].map((match) => ({ text: match[0], index: match.index }));
  return shown.length === words.length ? shown : null;
}

/** The text around its word of that number; numbers beyond an end are the word at that end. Null where there is none. */
export function wordOf(text: string, number: number): (Lit & { number: number }) | null {
  const words = [...text.matchAll(/\S+/g)];
  const at = Math.max(0, Math.min(number, words.length - 1));
  const found = words[at];
  if (found === undefined) return null;
  const [word] = found;
  return { number: at, before: text.slice(0, found.index), word, after: text.slice(found.index + word.length) };
}

/** The text of a turn around the word that sounds at `position`; null where none does. */
export function litWord(turn: Spoken, position: Sample): Lit | null {
  if (position < turn.from || position >= turn.to) return null;
  const found = shownWords(turn)?.[turn.words.findLastIndex((word) => word.from <= position)];
  if (found === undefined) return null;
  const text = turn.text.trim();
  return {
    before: text.slice(0, found.index),
    word: found.text,
    after: text.slice(found.index + found.text.length),
  };
}

/** Where the word sounds that stands at this place of the text; the turn's beginning where words cannot be told. */
export function soundAt(turn: Spoken, offset: number): Sample {
  const at = shownWords(turn)?.findLastIndex((word) => word.index <= offset) ?? -1;
  return turn.words[at]?.from ?? turn.from;
}
