/** The global shortcuts: what is wrong with them, changing one, and trying whether they reach the program. */
import type { CommandError, Deed, Settings, SettingsPatch, Shortcuts } from "../host/host";
import type { Preferences } from "./settings.svelte";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

/** Where the settings keep the keys of a deed. */
const KEYS = { toggle: "toggleShortcut", talk: "talkShortcut", captions: "captionsShortcut" } as const satisfies Record<
  Deed,
  keyof Settings
>;

/** Only push-to-talk may have no keys. */
function patchOf(deed: Deed, keys: string | null): SettingsPatch {
  if (deed === "talk") return { talkShortcut: keys };
  if (keys === null) return {};
  return deed === "toggle" ? { toggleShortcut: keys } : { captionsShortcut: keys };
}

/** A little less than the trusted side waits for a page that died. */
const TRIAL_MS = 55_000;

/**
 * What a press means: what it always does, or it shows that keys reach the program (waited for, there, or none came), or it
 * is to be the new shortcut of a deed.
 */
export type Trial =
  | { kind: "none" }
  | { kind: "waiting" }
  | { kind: "came"; deed: Deed }
  | { kind: "silence" }
  | { kind: "recording"; deed: Deed };

export class ShortcutKeys {
  status = $state.raw<Shortcuts>({
    isListening: true,
    given: null,
    isAskable: false,
    command: "sotto toggle",
    problems: [],
  });
  trial = $state.raw<Trial>({ kind: "none" });
  /** Why keys that were asked for did not become the shortcut. */
  #refused = $state.raw<Record<Deed, CommandError | null>>({ toggle: null, talk: null, captions: null });
  readonly #world: World;
  readonly #preferences: Preferences;
  readonly #toasts: Toasts;
  #cancel: () => void = () => {};

  constructor(world: World, preferences: Preferences, toasts: Toasts) {
    this.#world = world;
    this.#preferences = preferences;
    this.#toasts = toasts;
  }

  async load(): Promise<void> {
    const answer = await this.#world.host.shortcutsStatus();
    if (answer.ok) this.status = answer.value;
    else this.#toasts.fail(answer.error);
  }

  keys(deed: Deed): string | null {
    return this.#preferences.value[KEYS[deed]];
  }

  /** The desktop's own words for the keys that it gave, empty where it gave none for this; null where it gives none at all. */
  given(deed: Deed): string | null {
    const { given } = this.status;
    return given && (given.find((one) => one.deed === deed)?.keys ?? "");
  }

  async ask(): Promise<void> {
    const answer = await this.#world.host.shortcutsAsk();
    if (!answer.ok) this.#toasts.fail(answer.error);
  }

  /** What is wrong with the keys of a deed: with those asked for last, else with those that it has. */
  problem(deed: Deed): CommandError | null {
    return this.#refused[deed] ?? this.status.problems.find((problem) => problem.deed === deed)?.error ?? null;
  }

  async choose(deed: Deed, keys: string | null): Promise<void> {
    const error = await this.#preferences.change(patchOf(deed, keys));
    this.#refused = { ...this.#refused, [deed]: error };
    await this.load();
  }

  /** Waits for a press; shortcuts do nothing else meanwhile. */
  tryOut(): Promise<void> {
    return this.#begin({ kind: "waiting" }, { kind: "silence" });
  }

  /** Waits for the new keys of a deed. Those that are ours already do not reach the page: the program hears them first. */
  record(deed: Deed): Promise<void> {
    return this.#begin({ kind: "recording", deed }, { kind: "none" });
  }

  pressed(deed: Deed): void {
    const { trial } = this;
    if (trial.kind === "waiting") return this.#end({ kind: "came", deed });
    if (trial.kind !== "recording") return;
    const error = deed === trial.deed ? null : { code: "ShortcutOurs" as const, message: this.keys(deed) ?? "" };
    this.#refused = { ...this.#refused, [trial.deed]: error };
    this.#end({ kind: "none" });
  }

  stopTrying = (): void => {
    if (this.trial.kind === "waiting" || this.trial.kind === "recording") this.#end({ kind: "none" });
  };

  async copyCommand(): Promise<boolean> {
    const answer = await this.#world.host.shortcutCopy();
    if (!answer.ok) this.#toasts.fail(answer.error);
    return answer.ok;
  }

  /** `unanswered`: what it comes to when nothing is pressed. */
  async #begin(trial: Trial, unanswered: Trial): Promise<void> {
    const answer = await this.#world.host.shortcutTry(true);
    if (!answer.ok) return this.#toasts.fail(answer.error);
    this.#cancel();
    this.trial = trial;
    this.#cancel = this.#world.later(TRIAL_MS, () => this.#end(unanswered));
  }

  #end(trial: Trial): void {
    this.#cancel();
    this.trial = trial;
    // One that could not be ended ends by itself.
    void this.#world.host.shortcutTry(false);
  }
}
