/** What is asked for when somebody wants to see it, anew each time, and let go of when nobody looks any more. */
import type { Result } from "../host/host";
import type { Toasts } from "./toasts.svelte";

export class Looked<T> {
  /** Null: nobody looks. */
  seen = $state.raw<T | null>(null);
  readonly #ask: () => Promise<Result<T>>;
  readonly #toasts: Toasts;

  constructor(ask: () => Promise<Result<T>>, toasts: Toasts) {
    this.#ask = ask;
    this.#toasts = toasts;
  }

  async show(): Promise<void> {
    const answer = await this.#ask();
    if (answer.ok) this.seen = answer.value;
    else this.#toasts.fail(answer.error);
  }

  hide = (): void => {
    this.seen = null;
  };
}
