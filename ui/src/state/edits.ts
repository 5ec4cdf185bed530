/** What the user makes of what was heard in one recording, and the way back. */
import type { RecordingId } from "../host/host";
import type { TurnName, TurnSegment } from "../transcript/transcript";
import { say } from "../words/say";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

/** Shows what was stored; null: what was heard. */
type Show = (turn: TurnName, text: string | null) => void;

interface Edit {
  turn: TurnName;
  /** What the user had made of it before. */
  before: string | null;
}

export class Edits {
  readonly #world: World;
  readonly #toasts: Toasts;
  readonly #recordingId: RecordingId;
  readonly #show: Show;
  /** The newest last. */
  readonly #made: Edit[] = [];

  constructor(world: World, toasts: Toasts, recordingId: RecordingId, show: Show) {
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
    const edit = { turn, before };
    this.#made.push(edit);
    const undo = { label: say.reading.undo, run: () => void this.#takeBack(edit) };
    this.#toasts.say(text === null ? say.edit.asHeard : say.edit.stored, undo);
    return true;
  }

  /** Takes the newest one back. */
  async undo(): Promise<void> {
    const edit = this.#made.at(-1);
    if (edit !== undefined) await this.#takeBack(edit);
  }

  async #takeBack(edit: Edit): Promise<void> {
    const at = this.#made.indexOf(edit);
    if (at < 0) return;
    this.#made.splice(at, 1);
    if (!(await this.#store(edit.turn, edit.before))) this.#made.splice(at, 0, edit);
  }

  async #store(turn: TurnName, text: string | null): Promise<boolean> {
    const { leg, turnOrder } = turn;
    const stored = await this.#world.host.turnEdit(this.#recordingId, leg, turnOrder, text);
    if (stored.ok) this.#show(turn, text);
    else this.#toasts.fail(stored.error);
    return stored.ok;
  }
}
