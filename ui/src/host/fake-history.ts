/** How the fake host keeps recordings, and what it tells of them. */
import type {
  LibraryFilter,
  OpenedRecording,
  Passage,
  Relabelling,
  Sample,
  SpeakerChange,
  Speakers,
  StoredTurn,
  Voice,
} from "./host";

/** As many as the real one puts together. */
const PASSAGE_TURNS = 24;

/** What lies in the history. */
export interface Kept extends Omit<OpenedRecording, "passages" | "voices"> {
  turns: StoredTurn[];
}

/** Turns that are made when somebody asks for them: so many that a page could not hold them. */
export interface Endless {
  count: number;
  /** They tile: the n-th begins at n times this. */
  every: Sample;
  turn: (n: number) => StoredTurn;
  edits: Map<number, string | null>;
  voices: Voice[];
}

export function relabelled(turn: StoredTurn, { speaker, words }: Relabelling): StoredTurn {
  const { speaker: _before, ...rest } = turn;
  const isWhole = words.length === turn.words.length;
  return {
    ...rest,
    ...(speaker === null ? {} : { speaker }),
    words: isWhole ? turn.words.map((word, i) => ({ ...word, ...signed(words[i]) })) : turn.words,
  };
}

function signed(speaker: string | null | undefined): { speaker?: string } {
  return speaker == null ? {} : { speaker };
}

export function nameIn(speakers: Speakers, change: SpeakerChange): void {
  if (change.kind === "voice") {
    const { leg, label, name } = change;
    const others = speakers.voices.filter((one) => one.leg !== leg || one.label !== label);
    speakers.voices = name === null ? others : [...others, { leg, label, name }];
    return;
  }
  const { from, to, name } = change;
  const others = speakers.stretches.filter((one) => one.from !== from || one.to !== to);
  speakers.stretches = name === null ? others : [...others, { from, to, name }];
}

export function matches(query: string, texts: string[]): boolean {
  const wanted = query.trim().toLowerCase();
  return wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
}

export function isWanted({ summary, hasSound }: Kept, { by, since, until, ...wanted }: LibraryFilter): boolean {
  if (wanted.hasAudio && !hasSound) return false;
  if (wanted.hasBookmarks && summary.bookmarks === 0) return false;
  if (since !== null && summary.startedAt < since) return false;
  if (until !== null && summary.startedAt >= until) return false;
  if (by === null) return true;
  if (by === "file") return summary.isImported;
  return summary.source !== null && (summary.source === "offline") === (by === "offline");
}

export function passages(turns: readonly StoredTurn[]): Passage[] {
  const said = turns.filter((turn) => turn.text !== "");
  return Array.from({ length: Math.ceil(said.length / PASSAGE_TURNS) }, (_, i) => {
    const part = said.slice(i * PASSAGE_TURNS, (i + 1) * PASSAGE_TURNS);
    return { from: i === 0 ? 0 : (part[0]?.from ?? 0), turns: part.length };
  });
}

export function voicesOf(turns: readonly StoredTurn[]): Voice[] {
  const voices = new Map<string, Voice>();
  for (const { leg, speaker } of turns.toSorted((a, b) => a.from - b.from)) {
    const key = `${leg} ${speaker}`;
    if (speaker != null && !voices.has(key)) voices.set(key, { leg, label: speaker });
  }
  return [...voices.values()];
}

export function passagesOf({ count, every }: Endless): Passage[] {
  return Array.from({ length: Math.ceil(count / PASSAGE_TURNS) }, (_, i) => {
    const first = i * PASSAGE_TURNS;
    return { from: first * every, turns: Math.min(PASSAGE_TURNS, count - first) };
  });
}

export function turnsOf({ count, every, turn, edits }: Endless, from: Sample, to: Sample | null): StoredTurn[] {
  const [first, end] = [Math.ceil(from / every), to === null ? count : Math.min(count, Math.ceil(to / every))];
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => {
    const made = turn(first + i);
    return { ...made, editedText: edits.get(made.turnOrder) ?? null };
  });
}

export function count(text: string, query: string): number {
  const wanted = query.trim().toLowerCase().split(/\s+/).join(" ");
  return wanted === "" ? 0 : text.toLowerCase().split(wanted).length - 1;
}
