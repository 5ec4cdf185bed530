/** Finals grouped for reading. A pass over segments; the transcript itself knows no paragraphs. */
import type { Sample } from "../host/host";
import type { GapSegment, PauseSegment, Segment, Transcript, TurnSegment } from "./transcript";

export const SAMPLES_PER_SECOND = 16_000;
/** A silence this long starts a new paragraph: a change of thought is rarely shorter. */
const PAUSE: Sample = 2 * SAMPLES_PER_SECOND;
/** Beyond this many characters the next turn starts a new paragraph, so that no row grows without end. */
const LONG = 600;

export interface Paragraph {
  readonly kind: "paragraph";
  readonly key: Sample;
  readonly from: Sample;
  readonly to: Sample;
  readonly text: string;
  readonly turns: readonly TurnSegment[];
}

export type Block = Paragraph | GapSegment | PauseSegment;

/**
 * Blocks of a transcript. `previous` is the answer for an earlier state of the same transcript: its blocks are
 * shared as far as their segments are the same objects, so a row that did not change keeps its identity.
 */
export function blocks(segments: readonly Segment[], previous: readonly Block[] = []): readonly Block[] {
  const { blocks: out, used } = shared(segments, previous);
  for (let i = used; i < segments.length; i += 1) {
    const segment = segments[i] as Segment;
    const last = out.at(-1);
    if (segment.kind !== "turn") out.push(segment);
    else if (last?.kind === "paragraph" && continues(last, segment)) out[out.length - 1] = joined(last, segment);
    else out.push(started(segment));
  }
  return out;
}

/** What makes a block is in it: where its segments still stand, it stands, but for the last one, which a turn may join. */
function shared(segments: readonly Segment[], previous: readonly Block[]): { blocks: Block[]; used: number } {
  let [count, used] = [0, 0];
  for (const block of previous) {
    const length = standing(block, segments, used);
    if (length === 0) break;
    count += 1;
    used += length;
  }
  return { blocks: previous.slice(0, count), used };
}

/** How many segments the block is made of; none where others stand in their place now. */
function standing(block: Block, segments: readonly Segment[], at: number): number {
  if (block.kind !== "paragraph") return segments[at] === block ? 1 : 0;
  return block.turns.every((turn, i) => segments[at + i] === turn) ? block.turns.length : 0;
}

function continues(paragraph: Paragraph, turn: TurnSegment): boolean {
  const last = paragraph.turns.at(-1);
  // Who wrote it, and who said it, is said once a paragraph.
  if (paragraph.text.length > LONG || last?.isFallback !== turn.isFallback) return false;
  if (last.speaker?.key !== turn.speaker?.key) return false;
  const end = last.words.at(-1)?.to ?? paragraph.to;
  const start = turn.words[0]?.from ?? turn.from;
  return start - end < PAUSE;
}

function started(turn: TurnSegment): Paragraph {
  const { key, from, to, text } = turn;
  return { kind: "paragraph", key, from, to, text: text.trim(), turns: [turn] };
}

function joined(paragraph: Paragraph, turn: TurnSegment): Paragraph {
  const text = `${paragraph.text} ${turn.text.trim()}`;
  return { ...paragraph, to: turn.to, text, turns: [...paragraph.turns, turn] };
}

/** Where a segment's words begin, as `m:ss` or `h:mm:ss`. */
export function clock(sample: Sample): string {
  const seconds = Math.floor(sample / SAMPLES_PER_SECOND);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Paragraphs apart by an empty line; gaps are said, not hidden. */
export function plainText(transcript: Transcript): string {
  return blocks(transcript.segments).map(blockText).join("\n\n");
}

function blockText(block: Block): string {
  if (block.kind === "paragraph") return block.text;
  return block.kind === "gap" ? `[${clock(block.from)}–${clock(block.to)} not transcribed]` : "[paused]";
}
