/**
 * The transcript of one recording as a pure fold over what a session reports or what history holds.
 *
 * Finals are immutable and keyed by their first sample; a new turn appends one object and shares all others, so a
 * long recording costs a pointer copy a turn, never a rebuild. It knows no socket, no leg's life and no view.
 */
import type {
  CommittedTurn,
  Gap,
  Pause,
  RecogniserKind,
  Relabelling,
  Sample,
  SpeakerChange,
  Speakers,
  StoredTurn,
  Word,
} from "../host/host";
import type { SessionEvent, ShownHole } from "../session/events";
import { type Cast, castTurn, changed, isNewLeg, NOBODY, type Speaker, withLeg } from "./speakers";

export interface TurnSegment {
  readonly kind: "turn";
  /** The first sample that the turn answers for: stable, and unique within a recording. */
  readonly key: Sample;
  readonly leg: number;
  readonly turnOrder: number;
  readonly from: Sample;
  readonly to: Sample;
  /** What the user made of it, else what was heard. */
  readonly text: string;
  readonly heard: string;
  readonly words: readonly Word[];
  readonly source: RecogniserKind;
  /** The offline engine stood in for the chosen recogniser. */
  readonly isFallback: boolean;
  readonly isEdited: boolean;
  /** The recogniser's label of who spoke. */
  readonly label: string | null;
  /** As a reader is told. */
  readonly speaker: Speaker | null;
}

export interface GapSegment {
  readonly kind: "gap";
  readonly key: Sample;
  readonly from: Sample;
  readonly to: Sample;
  readonly cause: Gap["cause"];
}

/** Between two samples: a pause takes no place on the axis. */
export interface PauseSegment {
  readonly kind: "pause";
  readonly key: number;
  readonly from: Sample;
  readonly to: Sample;
  readonly since: number;
  /** null while it lasts. */
  readonly until: number | null;
}

export type Segment = TurnSegment | GapSegment | PauseSegment;

/** Unique within a recording. */
export interface TurnName {
  readonly leg: number;
  readonly turnOrder: number;
}

/** Words of a turn that is not stored yet. */
export interface OpenTurn extends TurnName {
  readonly words: readonly Word[];
}

export interface Transcript {
  /** Turns and gaps in the order of the axis. */
  readonly segments: readonly Segment[];
  /** Not final yet, in the order of the axis; nearly always one. */
  readonly open: readonly OpenTurn[];
  /** The words of `open`, in one list. */
  readonly tail: readonly Word[];
  /** Parts of the past that are still being heard, in no order. */
  readonly holes: readonly ShownHole[];
  /** Words of the finals. */
  readonly wordCount: number;
  readonly gapCount: number;
  readonly cast: Cast;
}

const EMPTY: Transcript = { segments: [], open: [], tail: [], holes: [], wordCount: 0, gapCount: 0, cast: NOBODY };

export function emptyTranscript(): Transcript {
  return EMPTY;
}

/** A recording, or a part of one, as history has it. */
export interface Stored {
  readonly turns: readonly StoredTurn[];
  readonly gaps: readonly Gap[];
  readonly pauses?: readonly Pause[];
  readonly speakers?: Speakers;
}

/** What history holds. */
export function fromStored(opened: Stored): Transcript {
  const segments = [...opened.turns.filter(hasWords).map(turnSegment), ...opened.gaps.map(gapSegment)];
  segments.sort((a, b) => a.from - b.from);
  const all = (opened.pauses ?? []).reduce<readonly Segment[]>(
    (placed, pause) => inserted(placed, pauseSegment(pause)).segments,
    segments,
  );
  const names = opened.speakers ?? NOBODY.names;
  return recast({
    ...EMPTY,
    segments: all,
    wordCount: opened.turns.reduce((sum, turn) => sum + turn.words.length, 0),
    gapCount: opened.gaps.length,
    cast: { ...NOBODY, names },
  });
}

/** The next transcript; the same object when the event says nothing about the text. */
export function fold(transcript: Transcript, event: SessionEvent): Transcript {
  switch (event.kind) {
    case "tentative":
      return withOpen(transcript, event);
    case "turnCommitted":
      return withTurn(transcript, event.turn);
    case "gapDeclared":
      return withGap(transcript, event.gap);
    case "pauseDeclared":
      return { ...transcript, segments: inserted(transcript.segments, pauseSegment(event.pause)).segments };
    case "turnRelabelled":
      return withLabel(transcript, event.anew);
    case "turnsReplaced":
      return withReplaced(transcript, event.range, event.turns);
    case "holesChanged":
      return { ...transcript, holes: event.holes };
    default:
      return transcript;
  }
}

/** The user made this of a turn; null: what was heard. The same object when there is no such turn any more. */
export function edited(transcript: Transcript, turn: TurnName, text: string | null): Transcript {
  const at = transcript.segments.findLastIndex((one) => one.kind === "turn" && isSameTurn(one, turn));
  const segment = transcript.segments[at];
  if (segment?.kind !== "turn") return transcript;
  const next = { ...segment, text: text ?? segment.heard, isEdited: text !== null };
  return { ...transcript, segments: transcript.segments.with(at, next) };
}

/** The user says who spoke. */
export function named(transcript: Transcript, changes: readonly SpeakerChange[]): Transcript {
  const names = changes.reduce(changed, transcript.cast.names);
  return recast({ ...transcript, cast: { ...transcript.cast, names } });
}

/** All speakers anew; a turn whose speaker is the same stays the same object. */
function recast(transcript: Transcript): Transcript {
  const { segments } = transcript;
  const legs = segments.flatMap((one) => (one.kind === "turn" && one.label !== null ? [one.leg] : []));
  return castAs(transcript, { ...transcript.cast, legs: [...new Set(legs)].sort((a, b) => a - b), met: [] });
}

/** All speakers as this cast has them, which may know more than what is here. */
export function castAs(transcript: Transcript, known: Cast): Transcript {
  let cast = known;
  const next = transcript.segments.map((segment) => {
    if (segment.kind !== "turn") return segment;
    const { speaker, cast: met } = castTurn(cast, segment);
    cast = met;
    return isSameSpeaker(speaker, segment.speaker) ? segment : { ...segment, speaker };
  });
  return { ...transcript, segments: next, cast };
}

function isSameSpeaker(a: Speaker | null, b: Speaker | null): boolean {
  const isSame = a?.key === b?.key && a?.label === b?.label;
  return isSame && a?.tone === b?.tone && a?.session === b?.session;
}

/** Its words carry labels too, which nobody is shown. */
function withLabel(transcript: Transcript, { leg, turnOrder, speaker }: Relabelling): Transcript {
  const at = transcript.segments.findLastIndex((one) => one.kind === "turn" && isSameTurn(one, { leg, turnOrder }));
  const segment = transcript.segments[at];
  if (segment?.kind !== "turn" || segment.label === speaker) return transcript;
  return recast({ ...transcript, segments: transcript.segments.with(at, { ...segment, label: speaker }) });
}

function withOpen(transcript: Transcript, turn: OpenTurn): Transcript {
  const others = transcript.open.filter((open) => !isSameTurn(open, turn));
  if (turn.words.length === 0) {
    return others.length === transcript.open.length ? transcript : { ...transcript, ...opened(others) };
  }
  const { leg, turnOrder, words } = turn;
  const open = [...others, { leg, turnOrder, words }];
  open.sort((a, b) => a.leg - b.leg || a.turnOrder - b.turnOrder);
  return { ...transcript, ...opened(open) };
}

function withTurn(transcript: Transcript, turn: CommittedTurn): Transcript {
  const rest = withOpen(transcript, { leg: turn.leg, turnOrder: turn.turnOrder, words: [] });
  if (!hasWords(turn)) return rest;
  const segment = turnSegment({ ...turn, editedText: null });
  const { cast, speaker } = castTurn(
    isNewLeg(rest.cast, segment) ? withLeg(rest.cast, segment.leg) : rest.cast,
    segment,
  );
  const { segments, replaced } = inserted(rest.segments, { ...segment, speaker });
  const before = replaced === null ? 0 : wordsOf(replaced);
  const next = { ...rest, segments, cast, wordCount: rest.wordCount - before + turn.words.length };
  // A leg that is heard before one which is shown already moves the numbers of those behind it.
  return cast.legs.length > rest.cast.legs.length && cast.legs.at(-1) !== segment.leg ? recast(next) : next;
}

/** A turn belongs where it begins. Gaps stay: what was never captured is not heard by another either. */
function withReplaced(transcript: Transcript, range: { from: Sample; to: Sample }, turns: readonly CommittedTurn[]) {
  const isReplaced = (segment: Segment) =>
    segment.kind === "turn" && segment.from >= range.from && segment.from < range.to;
  const kept = transcript.segments.filter((segment) => !isReplaced(segment));
  const gone = transcript.segments.filter(isReplaced).reduce((sum, segment) => sum + wordsOf(segment), 0);
  const without = { ...transcript, segments: kept, wordCount: transcript.wordCount - gone };
  return turns.reduce(withTurn, without);
}

function wordsOf(segment: Segment): number {
  return segment.kind === "turn" ? segment.words.length : 0;
}

function withGap(transcript: Transcript, gap: Gap): Transcript {
  const { segments, replaced } = inserted(transcript.segments, gapSegment(gap));
  return { ...transcript, segments, gapCount: transcript.gapCount + (replaced === null ? 1 : 0) };
}

/** By its place on the axis: the end nearly always, elsewhere when a gap heals. The same key replaces. */
function inserted(segments: readonly Segment[], segment: Segment): { segments: Segment[]; replaced: Segment | null } {
  let at = segments.length;
  while (at > 0 && isBehind(segments[at - 1] as Segment, segment)) at -= 1;
  const before = segments[at - 1];
  if (before !== undefined && before.key === segment.key && before.kind === segment.kind) {
    return { segments: segments.with(at - 1, segment), replaced: before };
  }
  return { segments: segments.toSpliced(at, 0, segment), replaced: null };
}

/** A turn also answers for the silence before its words, and a pause lies in such silence. */
function isBehind(one: Segment, segment: Segment): boolean {
  if (one.kind === "pause" && segment.kind === "turn") return one.from > begins(segment);
  if (one.kind === "turn" && segment.kind === "pause") return begins(one) >= segment.from;
  return one.from > segment.from;
}

function begins({ words, from }: TurnSegment): Sample {
  return words[0]?.from ?? from;
}

function opened(open: readonly OpenTurn[]): Pick<Transcript, "open" | "tail"> {
  return { open, tail: open.flatMap((turn) => turn.words) };
}

function isSameTurn(a: TurnName, b: TurnName): boolean {
  return a.leg === b.leg && a.turnOrder === b.turnOrder;
}

function hasWords(turn: CommittedTurn): boolean {
  return turn.text.trim() !== "";
}

function turnSegment(turn: StoredTurn): TurnSegment {
  const { leg, turnOrder, from, to, text: heard, words, source, isFallback, editedText } = turn;
  const text = editedText ?? heard;
  const isEdited = editedText !== null;
  const said = { key: from, leg, turnOrder, from, to, text, heard, words, source, isFallback, isEdited };
  return { kind: "turn", ...said, label: turn.speaker ?? null, speaker: null };
}

function gapSegment({ from, to, cause }: Gap): GapSegment {
  return { kind: "gap", key: from, from, to, cause };
}

function pauseSegment({ at, since, until }: Pause): PauseSegment {
  return { kind: "pause", key: since, from: at, to: at, since, until };
}
