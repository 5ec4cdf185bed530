/** Short words at the edge of the window, with a way back where there is one. */

import { classify } from "../errors/classify";
import type { CommandError } from "../host/host";
import type { World } from "./world";

const SHOWN_MS = 6_000;
/** With something to take back, people need the time to want it. */
const SHOWN_WITH_ACTION_MS = 10_000;

export interface Toast {
  id: number;
  text: string;
  isProblem: boolean;
  action: { label: string; run: () => void } | null;
}

export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  readonly #world: World;
  #next = 0;

  constructor(world: World) {
    this.#world = world;
  }

  say(text: string, action: Toast["action"] = null): void {
    this.#add({ text, action, isProblem: false });
  }

  /** A deed that did not work: what happened, and what is safe. */
  fail(error: CommandError): void {
    const { happened, safe } = classify(error.code);
    this.#add({ text: `${happened} ${safe}`, action: null, isProblem: true });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, "id">): void {
    const id = this.#next++;
    this.list = [...this.list, { ...toast, id }];
    this.#world.later(toast.action === null ? SHOWN_MS : SHOWN_WITH_ACTION_MS, () => this.dismiss(id));
  }
}
