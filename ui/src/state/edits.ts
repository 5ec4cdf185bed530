/** What the user makes of what was heard in one recording, and the way back. */
import type { RecordingId } from "../host/host";
import type { TurnName, TurnSegment } from "../transcript/transcript";
import { say } from "../words/say";
import { Deeds } from "./deeds";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

/** Shows what was stored; null: what was heard. */
type Show = (turn: TurnName, text: string | null) => void;

export class Edits {
  readonly #world: World;
  readonly #toasts: Toasts;
  readonly #recordingId: RecordingId;
  readonly #show: Show;
  readonly #deeds: Deeds;

  constructor(world: World, toasts: Toasts, recordingId: RecordingId, show: Show, deeds = new Deeds()) {
    this.#deeds = deeds;
    this.#world = world;
    this.#toasts = toasts;
    this.#recordingId = recordingId;
    this.#show = show;
  }

  /** False when it could not be stored: whoever typed it should keep it. Nothing typed goes back to what was heard. */
  async make(turn: TurnSegment, typed: string): Promise<boolean> {
    const wish = typed.trim().replace(/\s+/g, " ");
    const text = wish === "" || wish === turn.heard.trim() ? null : wish;
    const before = turn.isEdited ? turn.text : null;
    if (text === before) return true;
    if (!(await this.#store(turn, text))) return false;
    const deed = { takeBack: () => this.#store(turn, before) };
    this.#deeds.did(deed);
    const undo = { label: say.reading.undo, run: () => void this.#deeds.takeBack(deed) };
    this.#toasts.say(text === null ? say.edit.asHeard : say.edit.stored, undo);
    return true;
  }

  /** Takes the newest deed back. */
  undo(): Promise<void> {
    return this.#deeds.undo();
  }

  async #store(turn: TurnName, text: string | null): Promise<boolean> {
    const { leg, turnOrder } = turn;
    const stored = await this.#world.host.turnEdit(this.#recordingId, leg, turnOrder, text);
    if (stored.ok) this.#show(turn, text);
    else this.#toasts.fail(stored.error);
    return stored.ok;
  }
}
