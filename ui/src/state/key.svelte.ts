/**
 * The API key on its way to the trusted side. The key passes through a call and is never kept here: what this holds is
 * the verdict.
 */

import { classify } from "../errors/classify";
import type { FoundKey, KeyCheck, KeyStatus, Result } from "../host/host";
import { say } from "../words/say";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

export type Verdict =
  | { kind: "none" }
  | { kind: "checking" }
  | { kind: "works"; text: string }
  | { kind: "rejected"; text: string; details: string }
  | { kind: "unreachable"; text: string; details: string };

export class KeyEntry {
  status = $state.raw<KeyStatus>({ kind: "missing" });
  found = $state.raw<FoundKey>({ kind: "none" });
  verdict = $state.raw<Verdict>({ kind: "none" });

  readonly #world: World;
  readonly #toasts: Toasts;

  constructor(world: World, toasts: Toasts) {
    this.#world = world;
    this.#toasts = toasts;
  }

  get isSaved(): boolean {
    return this.status.kind === "saved" || this.status.kind === "thisRunOnly" || this.status.kind === "environment";
  }

  save(key: string): Promise<boolean> {
    return this.#check(this.#world.host.keySave(key.trim()));
  }

  import(): Promise<boolean> {
    return this.#check(this.#world.host.keyImport());
  }

  async forget(): Promise<void> {
    const gone = await this.#world.host.keyForget();
    if (!gone.ok) return this.#toasts.fail(gone.error);
    this.status = { kind: "missing" };
    this.verdict = { kind: "none" };
    this.#toasts.say(say.key.forgotten);
  }

  async #check(answer: Promise<Result<KeyCheck>>): Promise<boolean> {
    this.verdict = { kind: "checking" };
    const check = await answer;
    this.verdict = check.ok ? verdict(check.value) : failed(check);
    if (!check.ok || check.value.kind !== "works") return false;
    this.status = check.value.status;
    this.found = { kind: "none" };
    return true;
  }
}

function verdict(check: KeyCheck): Verdict {
  if (check.kind === "rejected") return { kind: "rejected", text: say.key.rejected, details: check.message };
  if (check.kind === "unreachable") return { kind: "unreachable", text: say.key.unreachable, details: check.message };
  const isKept = check.status.kind !== "thisRunOnly" && check.status.kind !== "unavailable";
  return { kind: "works", text: isKept ? say.key.works : say.key.worksMemory };
}

function failed({ error }: Extract<Result<KeyCheck>, { ok: false }>): Verdict {
  const { happened, todo } = classify(error.code);
  return { kind: "unreachable", text: `${happened} ${todo}`, details: error.message };
}
