/** Words on the axis, and the frames that a microphone would make of them. */
import { FRAME } from "../../src/session/io";
import type { Chance } from "./chance";

export interface SpokenWord {
  text: string;
  from: number;
  to: number;
}

export interface Speech {
  words: SpokenWord[];
  /** Whole frames: where capture ends. */
  to: number;
  /** Nothing was captured there. */
  unplugged: { from: number; to: number } | null;
}

/** Who says the word of this name: somebody for a few words, then somebody else. */
export function voiceOf(word: string): number {
  return Math.floor(Number(word.toLowerCase().slice(1)) / 7) % 3;
}

const MS = 16;

/** `unplugged` in ms. */
export function speech(chance: Chance, seconds: number, unplugged: { from: number; to: number } | null = null): Speech {
  const words: SpokenWord[] = [];
  const end = seconds * 1000 * MS;
  let at = chance.whole(0, 1500) * MS;
  while (at < end) {
    const length = chance.whole(1, 14);
    for (let i = 0; i < length && at < end; i += 1) {
      const to = at + chance.whole(90, 600) * MS;
      words.push({ text: `w${words.length}`, from: at, to });
      // Within a turn words are close, but a frame of quiet lies between them or they are one to the recogniser.
      at = to + chance.whole(60, 250) * MS;
    }
    at += chance.pick([chance.whole(450, 900), chance.whole(900, 4000), chance.whole(450, 12_000)]) * MS;
  }
  const last = words.at(-1)?.to ?? 0;
  const to = Math.ceil((last + chance.whole(0, 3000) * MS) / FRAME) * FRAME + FRAME;
  if (unplugged === null) return { words, to, unplugged };
  const gap = { from: unplugged.from * MS, to: unplugged.to * MS };
  return {
    words: words.filter((word) => word.to + FRAME < gap.from || word.from > gap.to + FRAME),
    to,
    unplugged: gap,
  };
}

/** Index of the first word that ends after `sample`. */
export function firstAfter(words: readonly SpokenWord[], sample: number): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] as SpokenWord).to <= sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How much of a frame is word, 0 to 1. */
export function fill(words: readonly SpokenWord[], from: number): number {
  let filled = 0;
  for (let i = firstAfter(words, from); i < words.length; i += 1) {
    const word = words[i] as SpokenWord;
    if (word.from >= from + FRAME) break;
    filled += Math.min(word.to, from + FRAME) - Math.max(word.from, from);
  }
  return filled / FRAME;
}

/** The audio itself: each frame's bytes carry its own first sample, so a recogniser knows only what it was sent. */
export function audio(from: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, from);
  return bytes;
}

export function heardFrom(pcm: Uint8Array): number {
  return new DataView(pcm.buffer, pcm.byteOffset).getFloat64(0);
}
