/** Who spoke in one recording, as the user says it: asked for, stored, shown, and taken back. */
import type { RecordingId, SpeakerChange, Voice } from "../host/host";
import { type Cast, knownNames, reversed, type Speaker } from "../transcript/speakers";
import type { TurnSegment } from "../transcript/transcript";
import { say } from "../words/say";
import type { Deeds } from "./deeds";
import type { TextRow } from "./rows";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

/** A longer name is refused. */
export const LONGEST_NAME = 120;

/** Everything that this speaker says in the recording, or only what was pressed. */
export type Reach = "everywhere" | "here";

/** What somebody is about to name. */
export interface Asked {
  turns: readonly TurnSegment[];
  speaker: Speaker | null;
  /** Other names of this recording. */
  known: readonly string[];
}

export class SpeakerNames {
  asked = $state.raw<Asked | null>(null);
  readonly #world: World;
  readonly #toasts: Toasts;
  readonly #recordingId: RecordingId;
  readonly #deeds: Deeds;
  readonly #cast: () => Cast;
  readonly #show: (changes: readonly SpeakerChange[]) => void;

  constructor(
    world: World,
    toasts: Toasts,
    recordingId: RecordingId,
    deeds: Deeds,
    cast: () => Cast,
    show: (changes: readonly SpeakerChange[]) => void,
  ) {
    this.#world = world;
    this.#toasts = toasts;
    this.#recordingId = recordingId;
    this.#deeds = deeds;
    this.#cast = cast;
    this.#show = show;
  }

  ask({ turns, speaker }: TextRow): void {
    if (turns.length === 0) return;
    const known = knownNames(this.#cast()).filter((name) => name !== speaker?.name);
    this.asked = { turns, speaker, known };
  }

  close(): void {
    this.asked = null;
  }

  /** False when it could not be stored. Nothing typed goes back to what the recogniser says. */
  async name(typed: string, reach: Reach): Promise<boolean> {
    const { asked } = this;
    if (asked === null) return true;
    const wish = typed.trim().replace(/\s+/g, " ");
    const name = wish === "" ? null : wish.slice(0, LONGEST_NAME);
    const { speaker, turns } = asked;
    const changes =
      reach === "here" || speaker === null
        ? [stretch(turns, name)]
        : everywhere(speaker, turns[0] as TurnSegment, this.#cast(), name);
    if (!(await this.#make(changes, name))) return false;
    this.asked = null;
    return true;
  }

  async #make(changes: readonly SpeakerChange[], name: string | null): Promise<boolean> {
    const { names } = this.#cast();
    const back = changes.map((change) => reversed(names, change));
    if (!(await this.#store(changes))) return false;
    const deed = { takeBack: () => this.#store(back) };
    this.#deeds.did(deed);
    const undo = { label: say.reading.undo, run: () => void this.#deeds.takeBack(deed) };
    this.#toasts.say(name === null ? say.speakers.unnamed : say.speakers.named(name), undo);
    return true;
  }

  async #store(changes: readonly SpeakerChange[]): Promise<boolean> {
    const stored = await this.#world.host.speakersName(this.#recordingId, [...changes]);
    if (stored.ok) this.#show(changes);
    else this.#toasts.fail(stored.error);
    return stored.ok;
  }
}

function stretch(turns: readonly TurnSegment[], name: string | null): SpeakerChange {
  const [first, last] = [turns[0] as TurnSegment, turns.at(-1) as TurnSegment];
  return { kind: "stretch", from: first.from, to: last.to, name };
}

/**
 * Every voice and every stretch that has this speaker's name now; of who has none, the voice. A voice that only a stretch
 * calls so is somebody else's elsewhere. It takes no other turns, which may not be here.
 */
function everywhere(speaker: Speaker, { leg, label }: TurnSegment, { names }: Cast, name: string | null) {
  if (speaker.name === null) return label === null ? [] : [voice({ leg, label }, name)];
  const voices = names.voices.filter((one) => one.name === speaker.name).map((one) => voice(one, name));
  const stretches = names.stretches
    .filter((one) => one.name === speaker.name)
    .map(({ from, to }): SpeakerChange => ({ kind: "stretch", from, to, name }));
  return [...voices, ...stretches];
}

function voice({ leg, label }: Voice, name: string | null): SpeakerChange {
  return { kind: "voice", leg, label, name };
}
