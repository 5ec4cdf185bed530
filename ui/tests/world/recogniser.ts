/**
 * A v3 recogniser that knows only what it was sent. It reads each frame's place from the frame's bytes, keeps its own
 * clock from the first byte on, and hears a word if most of it arrived in one piece.
 */
import type { WireMessage, WireRevision, WireWord } from "../../src/session/codec";
import { FRAME } from "../../src/session/io";
import type { Chance } from "./chance";
import { firstAfter, heardFrom, type SpokenWord, voiceOf } from "./speech";

export interface Manners {
  /** How finals come: unformatted and then formatted, only formatted, or never formatted. */
  finals: "twice" | "formatted" | "bare";
  /** Word times are off by up to this many milliseconds. */
  jitter: number;
  /** Ends of last words are padded by up to this. */
  padding: number;
  turnSilence: number;
}

export function manners(chance: Chance): Manners {
  return {
    finals: chance.pick(["twice", "formatted", "bare"] as const),
    jitter: chance.pick([0, 20, 40]),
    padding: chance.pick([0, 0, 200, 400]),
    turnSilence: chance.whole(350, 420),
  };
}

interface Piece {
  axis: number;
  at: number;
  length: number;
}

const MS = 16;
/** A word is known this long after its end. */
const LAG = 60 * MS;

export class Recogniser {
  readonly #words: readonly SpokenWord[];
  readonly #manners: Manners;
  readonly #chance: Chance;
  readonly #pieces: Piece[] = [];
  #received = 0;
  #turnOrder = 0;
  #turn: WireWord[] = [];
  #silentFrom = 0;
  #heardTo = 0;
  #sincePartial = 0;
  /** In the order in which they were heard: each session counts voices anew. */
  readonly #voices: number[] = [];
  /** Turns too short to tell whose they were, until the end. */
  readonly #untold: WireRevision[] = [];
  readonly #tellsSpeakers: boolean;
  frames = 0;

  constructor(words: readonly SpokenWord[], manners: Manners, chance: Chance, tellsSpeakers = false) {
    this.#tellsSpeakers = tellsSpeakers;
    this.#words = words;
    this.#manners = manners;
    this.#chance = chance;
  }

  get receivedMs(): number {
    return this.#received / MS;
  }

  push(pcm: Uint8Array): WireMessage[] {
    const axis = heardFrom(pcm);
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.axis + last.length === axis) last.length += FRAME;
    else this.#pieces.push({ axis, at: this.#received, length: FRAME });
    this.#received += FRAME;
    this.frames += 1;
    return this.#listen(LAG);
  }

  terminate(): WireMessage[] {
    const out = this.#listen(0, true);
    if (this.#turn.length > 0) out.push(...this.#end(this.#received));
    else if (this.#chance.happens(0.7)) out.push(this.#message(true, false, []));
    if (this.#untold.length > 0) out.push({ kind: "speakers", revisions: this.#untold.splice(0) });
    out.push({ kind: "termination" });
    return out;
  }

  #listen(lag: number, isLast = false): WireMessage[] {
    const out: WireMessage[] = [];
    const piece = this.#pieces.at(-1) as Piece | undefined;
    if (piece === undefined) return out;
    const to = piece.axis + piece.length;
    for (let i = firstAfter(this.#words, Math.max(piece.axis, this.#heardTo)); i < this.#words.length; i += 1) {
      const word = this.#words[i] as SpokenWord;
      if (word.from >= to || (!isLast && word.to + lag > to)) break;
      const heard = Math.min(word.to, to) - Math.max(word.from, piece.axis);
      this.#heardTo = word.to;
      if (heard < 0.95 * (word.to - word.from)) continue;
      const start = piece.at + Math.max(word.from, piece.axis) - piece.axis;
      if (this.#turn.length > 0 && start - this.#silentFrom >= this.#manners.turnSilence * MS)
        out.push(...this.#end(start));
      this.#silentFrom = start + heard;
      this.#turn.push(this.#wire(word.text, start, this.#silentFrom));
      this.#sincePartial = 99;
    }
    this.#sincePartial += 1;
    if (this.#turn.length > 0 && this.#received - this.#silentFrom >= this.#manners.turnSilence * MS) {
      const next = this.#words[firstAfter(this.#words, this.#heardTo)];
      const at = next === undefined ? Infinity : piece.at + next.from - piece.axis;
      if (at - this.#silentFrom >= this.#manners.turnSilence * MS) out.push(...this.#end(this.#received));
    }
    if (this.#turn.length > 0 && this.#sincePartial > 5) {
      this.#sincePartial = 0;
      out.push(this.#message(false, false, this.#turn));
    }
    return out;
  }

  #end(now: number): WireMessage[] {
    const words = this.#turn;
    const last = words.at(-1) as WireWord;
    last.endMs = Math.min(last.endMs + this.#chance.between(0, this.#manners.padding), now / MS);
    const { finals } = this.#manners;
    const out: WireMessage[] = [];
    const signed = this.#signed(words);
    if (finals !== "formatted") out.push(this.#message(true, false, signed));
    if (finals !== "bare") out.push(this.#message(true, true, signed));
    this.#turn = [];
    this.#turnOrder += 1;
    return out;
  }

  /** A turn of one word is too short to tell whose it is; that is said at the end. */
  #signed(words: readonly WireWord[]): readonly WireWord[] {
    if (!this.#tellsSpeakers) return words;
    const signed = words.map((word) => ({ ...word, speaker: this.#label(word.text) }));
    if (signed.length > 1) return signed;
    const labels = signed.map((word) => word.speaker);
    this.#untold.push({ turnOrder: this.#turnOrder, speaker: labels[0] ?? null, words: labels });
    return words;
  }

  #label(word: string): string {
    const voice = voiceOf(word);
    if (!this.#voices.includes(voice)) this.#voices.push(voice);
    return String.fromCharCode(65 + this.#voices.indexOf(voice));
  }

  #wire(text: string, from: number, to: number): WireWord {
    const off = () => Math.round(this.#chance.between(-this.#manners.jitter, this.#manners.jitter));
    const startMs = Math.max(0, Math.round(from / MS) + off());
    return { text, startMs, endMs: Math.max(startMs, Math.round(to / MS) + off()), confidence: 0.9 };
  }

  #message(isEnd: boolean, isFormatted: boolean, words: readonly WireWord[]): WireMessage {
    // A partial's transcript is empty on the wire at times.
    const text = isEnd ? words.map((word) => word.text).join(" ") : "";
    const speaker = words[0]?.speaker;
    return {
      kind: "turn",
      turnOrder: this.#turnOrder,
      isEnd,
      isFormatted,
      text,
      words: words.map((word) => ({ ...word })),
      ...(speaker === undefined ? {} : { speaker }),
    };
  }
}
