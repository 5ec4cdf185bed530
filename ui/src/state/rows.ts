/** What the sheet shows: paragraphs and gaps, with the words that are not final yet at their future place. */
import type { Gap, RecogniserKind, Sample } from "../host/host";
import { type Block, blocks, type Paragraph } from "../transcript/paragraphs";
import type { Transcript, TurnSegment } from "../transcript/transcript";

export interface TextRow {
  kind: "text";
  key: string;
  from: Sample;
  text: string;
  /** Not final yet. */
  tail: string;
}

export interface GapRow {
  kind: "gap";
  key: string;
  from: Sample;
  to: Sample;
  cause: Gap["cause"];
}

export type Row = TextRow | GapRow;

/** Where the words come from does not matter for their place. */
const ANY: RecogniserKind = "offline";

/** Rows of one transcript, kept from state to state so that an unchanged row stays the same object. */
export class Rows {
  #blocks: readonly Block[] = [];
  readonly #made = new WeakMap<Block, Row>();

  /**
   * The open words are laid out as the turn that they will become. So a paragraph breaks where it will break, and no
   * line moves when the turn is final.
   */
  of(transcript: Transcript): readonly Row[] {
    const open = openTurn(transcript);
    const segments = open === null ? transcript.segments : [...transcript.segments, open];
    this.#blocks = blocks(segments, this.#blocks);
    return this.#blocks.map((block) => this.#row(block, open));
  }

  #row(block: Block, open: TurnSegment | null): Row {
    const known = this.#made.get(block);
    if (known !== undefined) return known;
    const row = block.kind === "gap" ? gapRow(block) : textRow(block, open);
    this.#made.set(block, row);
    return row;
  }
}

function gapRow({ from, to, cause, key }: Extract<Block, { kind: "gap" }>): GapRow {
  return { kind: "gap", key: `gap ${key}`, from, to, cause };
}

function textRow(paragraph: Paragraph, open: TurnSegment | null): TextRow {
  const finals = paragraph.turns.filter((turn) => turn !== open);
  const text = finals.map((turn) => turn.text.trim()).join(" ");
  const tail = open !== null && finals.length < paragraph.turns.length ? open.text : "";
  const from = paragraph.turns[0]?.words[0]?.from ?? paragraph.from;
  return { kind: "text", key: `text ${paragraph.key}`, from, text, tail };
}

function openTurn({ segments, tail }: Transcript): TurnSegment | null {
  const [first, last] = [tail[0], tail.at(-1)];
  if (first === undefined || last === undefined) return null;
  // Turns tile the axis: the open one answers for what follows the last final, and that is its key when it is final.
  const from = segments.at(-1)?.to ?? 0;
  const text = tail.map((word) => word.text).join(" ");
  return { kind: "turn", key: from, from, to: last.to, text, words: tail, source: ANY, isEdited: false };
}
