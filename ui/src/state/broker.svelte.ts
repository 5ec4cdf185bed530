/** A team's token broker in place of a key. What it wants to see passes through a call and is never kept here. */
import { classify } from "../errors/classify";
import { say } from "../words/say";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

export type BrokerVerdict = { kind: "none" } | { kind: "checking" } | { kind: "failed"; text: string; details: string };

export class BrokerEntry {
  verdict = $state.raw<BrokerVerdict>({ kind: "none" });

  readonly #world: World;
  readonly #toasts: Toasts;

  constructor(world: World, toasts: Toasts) {
    this.#world = world;
    this.#toasts = toasts;
  }

  /** True when the broker gave a token and is used from now on. */
  async save(address: string, credential: string): Promise<boolean> {
    this.verdict = { kind: "checking" };
    const answer = await this.#world.host.brokerSave(address.trim(), credential.trim() || null);
    if (answer.ok && answer.value.kind === "works") {
      this.verdict = { kind: "none" };
      this.#toasts.say(say.broker.works);
      return true;
    }
    if (!answer.ok) {
      const isAddress = answer.error.code === "Invalid";
      const { happened, todo } = classify(answer.error.code);
      const text = isAddress ? say.broker.address : `${happened} ${todo}`;
      this.verdict = { kind: "failed", text, details: answer.error.message };
    } else if (answer.value.kind !== "works") {
      const text = answer.value.kind === "rejected" ? say.broker.rejected : say.broker.unreachable;
      this.verdict = { kind: "failed", text, details: answer.value.message };
    }
    return false;
  }

  async forget(): Promise<void> {
    const gone = await this.#world.host.brokerForget();
    if (gone.ok) this.#toasts.say(say.broker.forgotten);
    else this.#toasts.fail(gone.error);
  }
}
