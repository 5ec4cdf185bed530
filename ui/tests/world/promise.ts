/** What must hold in every world, and how a world that breaks it is told. */
import fc from "fast-check";
import { FRAME } from "../../src/session/io";
import { voiceOf } from "./speech";
import { World } from "./world";

/** In all; each of the files that share them takes its part. */
const WORLDS = Number(process.env["SOTTO_WORLDS"] ?? 20_000);
export const SHARE = Math.ceil(WORLDS / 2);

/** Two lanes that fail and try again, and the fallback's return. */
const MOST_MINTS = 12;
/** A deadline that another has overtaken finds nothing due. */
const MOST_IDLE_WAKES = 3;

/** Empty when all is well; else everything that is needed to see why. */
export function faults(world: World): string[] {
  const out = [...world.violations];
  const [spoken, written] = [world.spoken, world.history.words.map((word) => word.toLowerCase())];
  const stored = world.history.turns;
  if (!world.isFinished || world.lastPhase !== "ended") out.push(`no rest: ${world.lastPhase}`);
  if (spoken.join(" ") !== written.join(" ")) out.push(difference(spoken, written));
  stored.forEach((turn, i) => {
    const before = i === 0 ? 0 : (stored[i - 1]?.to ?? 0);
    if (turn.from !== before || turn.to <= turn.from || turn.to % FRAME !== 0)
      out.push(`turn ${i} ${turn.from}–${turn.to} after ${before}`);
  });
  if ((stored.at(-1)?.to ?? 0) !== world.speech.to) out.push(`covered to ${stored.at(-1)?.to} of ${world.speech.to}`);
  if (world.cloud.mostSockets > 4) out.push(`${world.cloud.mostSockets} sockets`);
  if (world.cloud.mostMints > MOST_MINTS) out.push(`${world.cloud.mostMints} tokens in ten seconds`);
  if (world.mostIdleWakes > MOST_IDLE_WAKES) out.push(`woken for nothing ${world.mostIdleWakes} times`);
  if (world.mostKept > 20 * 60 * 3) out.push(`kept ${world.mostKept}`);
  const shown = world.transcript.segments.flatMap((segment) =>
    segment.kind === "turn" ? segment.text.split(" ") : [],
  );
  if (shown.join(" ").toLowerCase() !== spoken.join(" ")) out.push("the transcript differs from the history");
  out.push(...mistaken(world));
  if (world.transcript.tail.length > 0) out.push(`a tail is left: ${world.transcript.tail.map((word) => word.text)}`);
  return out;
}

/** On a leg each voice has one label, and no two have the same; what is shown is what is stored. */
function mistaken({ history, transcript }: World): string[] {
  const out: string[] = [];
  const known = new Map<string, number>();
  for (const turn of history.turns) {
    for (const { text, speaker } of turn.words) {
      if (speaker === undefined) continue;
      const [key, voice] = [`${turn.leg} ${speaker}`, voiceOf(text)];
      if ((known.get(key) ?? voice) !== voice) out.push(`${text} on leg ${turn.leg} is not ${speaker}`);
      known.set(key, voice);
    }
  }
  const stored = history.turns.filter((turn) => turn.text !== "").map((turn) => turn.speaker ?? null);
  const shown = transcript.segments.flatMap((one) => (one.kind === "turn" ? [one.label] : []));
  if (stored.join() !== shown.join()) out.push(`speakers ${stored} are shown as ${shown}`);
  return out;
}

function difference(spoken: readonly string[], written: string[]): string {
  const lost = spoken.filter((word) => !written.includes(word));
  const doubled = written.filter((word, i) => written.indexOf(word) !== i);
  return `lost [${lost}] doubled [${doubled}] of ${spoken.length}`;
}

export function explain(world: World, seed: number): string {
  return [`seed ${seed} ${JSON.stringify(world.weather)}`, ...faults(world), ...world.trace].join("\n");
}

/** Throws with a seed that shows it again, and with what happened there. */
export function holdsInEveryWeather(worlds: number): void {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const world = new World(seed).run();
      if (faults(world).length > 0) throw new Error(explain(world, seed));
    }),
    { numRuns: worlds, endOnFailure: true },
  );
}
