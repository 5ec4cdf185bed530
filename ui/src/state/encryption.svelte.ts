/**
 * Whether the history is encrypted. Its recovery key is here only while somebody looks at it: a person has to write it down.
 * What is typed passes through a call and is never kept.
 */
import { classify } from "../errors/classify";
import type { Encryption, Result } from "../host/host";
import { say } from "../words/say";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

/** What is open: the way to encryption, the recovery key once more, or the way back. */
export type EncryptionSheet = "none" | "offer" | "key" | "end";

export class HistoryEncryption {
  status = $state.raw<Encryption>({ kind: "off" });
  sheet = $state.raw<EncryptionSheet>("none");
  /** The recovery key, in groups. */
  words = $state.raw<readonly string[]>([]);
  /** A file with the key was written. */
  isSaved = $state(false);
  isBusy = $state(false);
  problem = $state.raw<{ text: string; details: string } | null>(null);
  /** The window asks for the recovery key. */
  isAsking = $state(false);

  readonly #world: World;
  readonly #toasts: Toasts;

  constructor(world: World, toasts: Toasts) {
    this.#world = world;
    this.#toasts = toasts;
  }

  get isLocked(): boolean {
    return this.status.kind === "locked";
  }

  /** True when a history that was locked is open now. */
  take(status: Encryption): boolean {
    const wasLocked = this.isLocked;
    this.status = status;
    if (this.isLocked && !wasLocked) this.isAsking = true;
    if (!this.isLocked) this.isAsking = false;
    return wasLocked && !this.isLocked;
  }

  async offer(): Promise<void> {
    await this.#show("offer", this.#world.host.encryptionOffer());
  }

  async showKey(): Promise<void> {
    await this.#show("key", this.#world.host.encryptionKey());
  }

  askEnd(): void {
    this.problem = null;
    this.sheet = "end";
  }

  /** The key leaves the window with the sheet. What is under way goes on, and says by itself how it ended. */
  close(): void {
    if (this.sheet === "offer" && this.status.kind === "off" && !this.isBusy)
      void this.#world.host.encryptionWithdraw();
    this.sheet = "none";
    this.words = [];
    this.isSaved = false;
    this.problem = null;
  }

  /** With the last group of the key, or `null` where a file was written. */
  async begin(lastGroup: string | null): Promise<void> {
    if (await this.#did(this.#world.host.encryptionBegin(lastGroup))) this.#ended(say.encryption.begun);
  }

  async end(): Promise<void> {
    if (await this.#did(this.#world.host.encryptionEnd())) this.#ended(say.encryption.ended);
  }

  async copy(): Promise<void> {
    const answer = await this.#world.host.encryptionKeyCopy();
    if (answer.ok) this.#toasts.say(say.encryption.copied);
    else this.#toasts.fail(answer.error);
  }

  async save(): Promise<void> {
    const answer = await this.#world.host.encryptionKeySave();
    if (!answer.ok) return this.#toasts.fail(answer.error);
    if (answer.value === null) return;
    this.isSaved = true;
    this.#toasts.say(say.encryption.saved(answer.value));
  }

  /** True when the history is open. */
  unlock(recoveryKey: string): Promise<boolean> {
    return this.#did(this.#world.host.encryptionUnlock(recoveryKey));
  }

  /** Asks the keyring once more. */
  retry(): Promise<boolean> {
    return this.#did(this.#world.host.encryptionRetry());
  }

  async #show(sheet: EncryptionSheet, asked: Promise<Result<string>>): Promise<void> {
    this.problem = null;
    const answer = await asked;
    if (!answer.ok) return this.#toasts.fail(answer.error);
    this.words = answer.value.split("-");
    this.sheet = sheet;
  }

  #ended(said: string): void {
    this.close();
    this.#toasts.say(said);
  }

  async #did(asked: Promise<Result<null>>): Promise<boolean> {
    this.problem = null;
    this.isBusy = true;
    const answer = await asked;
    this.isBusy = false;
    if (!answer.ok && this.sheet === "none" && !this.isAsking) {
      this.#toasts.fail(answer.error);
    } else if (!answer.ok) {
      const { happened, todo } = classify(answer.error.code);
      this.problem = { text: `${happened} ${todo}`, details: answer.error.message };
    }
    return answer.ok;
  }
}
