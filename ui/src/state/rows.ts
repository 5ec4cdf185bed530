/**
 * What the sheet shows: paragraphs, gaps, and the past that is still on its way, with the words that are not final yet at
 * their future place.
 */
import type { Gap, RecogniserKind, Sample } from "../host/host";
import type { ShownHole } from "../session/events";
import { type Block, blocks, type Paragraph } from "../transcript/paragraphs";
import { castTurn, type Speaker } from "../transcript/speakers";
import type { Transcript, TurnSegment } from "../transcript/transcript";

export interface TextRow {
  kind: "text";
  key: string;
  from: Sample;
  turns: readonly TurnSegment[];
  /** Not final yet. */
  tail: string;
  /** The offline engine stood in for the chosen recogniser. */
  isFallback: boolean;
  speaker: Speaker | null;
}

export interface GapRow {
  kind: "gap";
  key: string;
  from: Sample;
  to: Sample;
  cause: Gap["cause"];
}

export interface HoleRow {
  kind: "hole";
  key: string;
  from: Sample;
  to: Sample;
  isHealing: boolean;
}

export interface PauseRow {
  kind: "pause";
  key: string;
  from: Sample;
  since: number;
  /** null while it lasts. */
  until: number | null;
}

export type Row = TextRow | GapRow | HoleRow | PauseRow;

/** Where the words come from does not matter for their place. */
const ANY: RecogniserKind = "offline";

/** The finals of a row. */
export function finals({ turns }: TextRow): string {
  return turns.map((turn) => turn.text.trim()).join(" ");
}

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
    const segments = open === null ? transcript.segments : transcript.segments.toSpliced(placeOf(transcript), 0, open);
    this.#blocks = blocks(segments, this.#blocks);
    const rows = this.#blocks.map((block) => this.#row(block, open));
    // What is redone has its text already.
    const holes = transcript.holes.filter((hole) => hole.kind !== "redoing");
    return holes.length === 0 ? rows : [...rows, ...holes.map(holeRow)].sort((a, b) => a.from - b.from);
  }

  #row(block: Block, open: TurnSegment | null): Row {
    const known = this.#made.get(block);
    if (known !== undefined) return known;
    const row = block.kind === "paragraph" ? textRow(block, open) : markRow(block);
    this.#made.set(block, row);
    return row;
  }
}

function markRow(block: Exclude<Block, Paragraph>): Row {
  if (block.kind === "gap") return gapRow(block);
  const { from, since, until } = block;
  return { kind: "pause", key: `pause ${since}`, from, since, until };
}

function gapRow({ from, to, cause, key }: Extract<Block, { kind: "gap" }>): GapRow {
  return { kind: "gap", key: `gap ${key}`, from, to, cause };
}

function textRow(paragraph: Paragraph, open: TurnSegment | null): TextRow {
  const turns = paragraph.turns.filter((turn) => turn !== open);
  const tail = open !== null && turns.length < paragraph.turns.length ? open.text : "";
  const from = paragraph.turns[0]?.words[0]?.from ?? paragraph.from;
  const { isFallback = false, speaker = null } = paragraph.turns[0] ?? {};
  return { kind: "text", key: `text ${paragraph.key}`, from, turns, tail, isFallback, speaker };
}

/** Its end stays while it fills from the front, so that is its key. */
function holeRow({ kind, from, to }: ShownHole): HoleRow {
  return { kind: "hole", key: `hole ${to}`, from, to, isHealing: kind === "healing" };
}

/** At the end; but what was said before a pause stands before it, final or not. */
function placeOf({ segments, tail }: Pick<Transcript, "segments" | "tail">): number {
  const last = segments.at(-1);
  const isSaidBefore = last?.kind === "pause" && (tail[0]?.from ?? last.from) < last.from;
  return isSaidBefore ? segments.length - 1 : segments.length;
}

function openTurn({ segments, tail, open, cast }: Transcript): TurnSegment | null {
  const last = tail.at(-1);
  if (last === undefined) return null;
  // Turns tile the axis: the open one answers for what follows the last final, and that is its key when it is final.
  const before = segments[placeOf({ segments, tail }) - 1];
  const from = before?.to ?? 0;
  const isFallback = before?.kind === "turn" && before.isFallback;
  const text = tail.map((word) => word.text).join(" ");
  const name = { leg: -1, turnOrder: -1 };
  const words = { text, heard: text, words: tail, isEdited: false };
  // Recognisers say who spoke when a turn is over; until then it is taken for whoever spoke last.
  const label = tail.find((word) => word.speaker !== undefined)?.speaker ?? null;
  const heard = { leg: open[0]?.leg ?? -1, from, words: tail, label };
  const speaker = label === null && before?.kind === "turn" ? before.speaker : castTurn(cast, heard).speaker;
  return { kind: "turn", key: from, ...name, from, to: last.to, ...words, source: ANY, isFallback, label, speaker };
}
