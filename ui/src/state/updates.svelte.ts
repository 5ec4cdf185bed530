/** Newer versions of the program: what is known, and what the user wants done. Nothing is put in place by itself. */
import type { Updates } from "../host/host";
import { say } from "../words/say";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

export class NewerVersions {
  known = $state.raw<Updates>({ kind: "absent" });
  readonly #world: World;
  readonly #toasts: Toasts;
  readonly #show: () => void;
  /** Told once; the settings say it for as long as it is so. */
  #told: string | null = null;
  #isAsked = false;

  constructor(world: World, toasts: Toasts, show: () => void) {
    this.#world = world;
    this.#toasts = toasts;
    this.#show = show;
  }

  /** A version that was found while nobody asked is said at the edge of the window. */
  receive(updates: Updates): void {
    this.known = updates;
    if (updates.kind !== "new" || this.#isAsked || this.#told === updates.version) return;
    this.#told = updates.version;
    this.#toasts.say(say.updates.found(updates.version), { label: say.updates.show, run: this.#show });
  }

  /** What went wrong is told in the same place as what went well. */
  async look(): Promise<void> {
    this.#isAsked = true;
    await this.#world.host.updatesLook();
    this.#isAsked = false;
  }

  async install(): Promise<void> {
    const answer = await this.#world.host.updatesInstall();
    if (!answer.ok && this.known.kind !== "failed") this.#toasts.fail(answer.error);
  }
}
