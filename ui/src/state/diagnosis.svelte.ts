/** What is on, for whoever asks why something does not work. */
import type { Diagnostics } from "../host/host";
import { say } from "../words/say";
import { Looked } from "./looked.svelte";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

export class Diagnosis extends Looked<Diagnostics> {
  readonly #world: World;
  readonly #toasts: Toasts;

  constructor(world: World, toasts: Toasts) {
    super(() => world.host.diagnostics(), toasts);
    this.#world = world;
    this.#toasts = toasts;
  }

  async copy(): Promise<void> {
    const answer = await this.#world.host.diagnosticsCopy();
    if (answer.ok) this.#toasts.say(say.diagnosis.copied);
    else this.#toasts.fail(answer.error);
  }
}
