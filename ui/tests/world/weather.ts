/** What goes wrong in a world, chosen from its seed. */
import { Chance } from "./chance";

export interface Weather {
  seconds: number;
  /** Of the chosen recogniser; null: the chosen one is the engine inside the program. */
  paceLimit: number | null;
  tokenSeconds: number;
  sessionSeconds: number;
  /** How many sockets the chosen recogniser takes at once. */
  mostSockets: number;
  fallbackAfter: number | null;
  isRedone: boolean;
  /** The cloud sends heartbeats, as it is asked to; the engine inside the program always does. */
  beats: boolean;
  /** The engine inside the program makes nothing of what is said; only what redoes it can. */
  isFallbackDeaf: boolean;
  isHidden: boolean;
  /** 0 to 1: how much goes wrong before the air clears. */
  trouble: number;
  /** The chosen recogniser cannot be reached, in ms from the start. */
  outages: { from: number; to: number }[];
  reloads: number;
  /** When the program is killed; it comes back later, and the recording ends there. */
  killedAt: number | null;
  /** The device delivers nothing, in ms of the recording. */
  unplugged: { from: number; to: number } | null;
  sleepsAt: number | null;
  reconfiguredAt: number | null;
  edits: number;
  /** The recording is paused, in ms from the start. */
  pauses: { at: number; length: number }[];
  /** So long without a voice, and the chosen recogniser is let go. */
  idleAfter: number | null;
  /** Speakers are asked for. */
  tellsSpeakers: boolean;
}

export function weather(seed: number): Weather {
  const chance = new Chance(seed ^ 0x5bd1e995);
  const seconds = chance.pick([3, 10, 25, 25, 60, 60, 120]);
  const moment = () => chance.between(0, seconds * 1000);
  const sometimes = (probability: number) => (chance.happens(probability) ? moment() : null);
  const paceLimit = chance.pick([null, 2, 2, 1]);
  const outage = () => {
    const from = moment() - 1000;
    return { from, to: from + chance.pick([1_500, 6_000, 15_000, 40_000]) };
  };
  const unplugged = sometimes(0.15);
  return {
    seconds,
    paceLimit,
    tokenSeconds: chance.pick([30, 60, 300]),
    sessionSeconds: chance.pick([60, 600]),
    mostSockets: chance.pick([9, 9, 2, 1]),
    fallbackAfter: paceLimit === null ? null : chance.pick([null, 3_000, 8_000]),
    isRedone: chance.happens(0.7),
    isFallbackDeaf: false,
    isHidden: chance.happens(0.3),
    trouble: chance.pick([0, 0.3, 1]),
    outages: Array.from({ length: chance.pick([0, 0, 1, 1, 2]) }, outage),
    reloads: chance.pick([0, 0, 1, 2]),
    killedAt: sometimes(0.15),
    unplugged: unplugged === null ? null : { from: unplugged, to: unplugged + chance.between(300, 6_000) },
    sleepsAt: sometimes(0.1),
    reconfiguredAt: sometimes(0.15),
    edits: chance.pick([0, 0, 2]),
    // Drawn last, so that worlds which were known before stay what they were.
    beats: chance.happens(0.7),
    pauses: Array.from({ length: chance.pick([0, 0, 1, 2]) }, () => ({
      at: moment(),
      length: chance.pick([500, 4_000, 20_000, 90_000]),
    })),
    idleAfter: paceLimit === null ? null : chance.pick([null, 1_500, 4_000]),
    tellsSpeakers: chance.happens(0.5),
  };
}

/** Nothing goes wrong. */
export const CALM: Partial<Weather> = {
  tokenSeconds: 300,
  sessionSeconds: 600,
  mostSockets: 9,
  isHidden: false,
  trouble: 0,
  outages: [],
  reloads: 0,
  killedAt: null,
  unplugged: null,
  sleepsAt: null,
  reconfiguredAt: null,
  edits: 0,
  pauses: [],
  idleAfter: null,
};

/** Worlds from before there were pauses. */
export const RESTLESS: Partial<Weather> = { pauses: [], idleAfter: null };
