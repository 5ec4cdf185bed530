/** The model of the offline engine: the one that comes with the program, or one of the user's own. */
import type { CommandError, OwnModel, Result } from "../host/host";
import type { World } from "./world";

export class ModelChoice {
  own = $state.raw<OwnModel | null>(null);
  /** A model is tried, which may take a minute. */
  isTrying = $state(false);
  /** Why the model that was asked for is not the model. Its words are for the user. */
  error = $state.raw<CommandError | null>(null);

  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async load(): Promise<void> {
    this.#take(await this.#world.host.modelStatus());
  }

  async choose(): Promise<void> {
    const chosen = await this.#tried(() => this.#world.host.modelChoose());
    // Thought better of it: everything stays.
    if (!chosen.ok || chosen.value !== null) this.#take(chosen);
  }

  async speak(language: string | null): Promise<void> {
    this.#take(await this.#tried(() => this.#world.host.modelSpeak(language)));
  }

  async forget(): Promise<void> {
    const gone = await this.#world.host.modelForget();
    this.#take(gone.ok ? { ok: true, value: null } : gone);
  }

  async #tried<T>(ask: () => Promise<Result<T>>): Promise<Result<T>> {
    this.isTrying = true;
    this.error = null;
    const answer = await ask();
    this.isTrying = false;
    return answer;
  }

  #take(answer: Result<OwnModel | null>): void {
    this.error = answer.ok ? null : answer.error;
    if (answer.ok) this.own = answer.value;
  }
}
