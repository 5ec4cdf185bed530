/**
 * Who spoke, as a reader is told. The recogniser's labels begin anew with every leg, so a voice is a leg and a label; the
 * user gives names to voices, and to stretches of the axis. Pure.
 */
import type { Sample, SpeakerChange, Speakers, Voice } from "../host/host";

export interface Speaker {
  /** The same for all turns of the same speaker, as far as anybody knows. */
  readonly key: string;
  /** The user's. */
  readonly name: string | null;
  /** The recogniser's. */
  readonly label: string | null;
  /** Among the legs in which speakers are told apart, from 1: the A of the second need not be the A of the first. */
  readonly session: number;
  /** The number of the speaker in the order in which they are met. */
  readonly tone: number;
}

/** What is needed to know the speaker of a turn. */
export interface Cast {
  readonly names: Speakers;
  /** Legs in which speakers are told apart, in their order. */
  readonly legs: readonly number[];
  /** Keys in the order in which they were met. */
  readonly met: readonly string[];
}

export const NOBODY: Cast = { names: { voices: [], stretches: [] }, legs: [], met: [] };

/** More than any table seats: whoever a recogniser makes up beyond them shares a colour. */
const MOST_MET = 100;

interface Spoken {
  readonly leg: number;
  readonly from: Sample;
  readonly words: readonly { from: Sample }[];
  readonly label: string | null;
}

/** Whether this turn's leg is one in which nobody was told apart before. */
export function isNewLeg({ legs }: Cast, { leg, label }: Spoken): boolean {
  return label !== null && !legs.includes(leg);
}

export function withLeg(cast: Cast, leg: number): Cast {
  return { ...cast, legs: [...cast.legs, leg].sort((a, b) => a - b) };
}

/** The speaker of a turn, and the cast that has met them. The cast must know the turn's leg. */
export function castTurn(cast: Cast, turn: Spoken): { cast: Cast; speaker: Speaker | null } {
  const name = nameOf(cast.names, turn);
  if (name === null && turn.label === null) return { cast, speaker: null };
  const key = keyOf(name, turn);
  const isFull = cast.met.length >= MOST_MET;
  const met = isFull || cast.met.includes(key) ? cast.met : [...cast.met, key];
  const session = Math.max(1, cast.legs.indexOf(turn.leg) + 1);
  const speaker = { key, name, label: turn.label, session, tone: Math.max(0, met.indexOf(key)) };
  return { cast: met === cast.met ? cast : { ...cast, met }, speaker };
}

/** Of a recording of which only a part is here: its voices, as they are first heard. */
export function castOf(names: Speakers, voices: readonly Voice[]): Cast {
  const legs = [...new Set(voices.map(({ leg }) => leg))].sort((a, b) => a - b);
  const keys = voices.map((voice) => keyOf(nameOfVoice(names, voice), voice));
  // Behind the voices: whoever is named in one place takes nobody's colour.
  const met = new Set([...keys, ...names.stretches.map(({ name }) => keyOf(name, null))]);
  return { names, legs, met: [...met].slice(0, MOST_MET) };
}

function keyOf(name: string | null, voice: { leg: number; label: string | null } | null): string {
  return name === null ? `voice ${voice?.leg} ${voice?.label}` : `name ${name}`;
}

/** Of its stretch, else of its voice. */
function nameOf({ voices, stretches }: Speakers, turn: Spoken): string | null {
  const at = turn.words[0]?.from ?? turn.from;
  const here = stretches.findLast((one) => one.from <= at && at < one.to);
  if (here !== undefined) return here.name;
  return nameOfVoice({ voices }, turn);
}

function nameOfVoice({ voices }: Pick<Speakers, "voices">, { leg, label }: { leg: number; label: string | null }) {
  return voices.find((one) => one.leg === leg && one.label === label)?.name ?? null;
}

export function changed({ voices, stretches }: Speakers, change: SpeakerChange): Speakers {
  if (change.kind === "voice") {
    const { leg, label, name } = change;
    const others = voices.filter((one) => one.leg !== leg || one.label !== label);
    return { voices: name === null ? others : [...others, { leg, label, name }], stretches };
  }
  const { from, to, name } = change;
  const others = stretches.filter((one) => one.from !== from || one.to !== to);
  return { voices, stretches: name === null ? others : [...others, { from, to, name }] };
}

/** What takes a change back. */
export function reversed({ voices, stretches }: Speakers, change: SpeakerChange): SpeakerChange {
  if (change.kind === "voice") {
    const before = voices.find((one) => one.leg === change.leg && one.label === change.label);
    return { ...change, name: before?.name ?? null };
  }
  const before = stretches.find((one) => one.from === change.from && one.to === change.to);
  return { ...change, name: before?.name ?? null };
}

/** The names that are known, each once, in the order in which they were met. */
export function knownNames({ met }: Cast): readonly string[] {
  return met.flatMap((key) => (key.startsWith("name ") ? [key.slice(5)] : []));
}
