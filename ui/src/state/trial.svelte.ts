/**
 * Trying a microphone before anything is recorded: how loud it is, and whether it works at all. It is open for as long as
 * somebody looks, and not a moment longer.
 */
import type { CommandError, Metered } from "../host/host";
import { type Bar, heightOf, SILENT } from "./level.svelte";
import type { World } from "./world";

/** What is known of the microphone that is tried. */
export type Trial =
  | { kind: "off" }
  | { kind: "opening" }
  /** It delivers; `hasSpoken`: a voice was heard. */
  | { kind: "on"; isMuted: boolean; hasSpoken: boolean }
  /** It is open, and nothing comes. */
  | { kind: "dead" }
  | { kind: "failed"; error: CommandError };

export class MicrophoneTrial {
  state = $state.raw<Trial>({ kind: "off" });
  bars = $state.raw<readonly Bar[]>(SILENT);
  readonly #host: World["host"];
  /** What an earlier microphone still says is not heard. */
  #turn = 0;

  constructor({ host }: World) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.state.kind !== "off" && this.state.kind !== "failed";
  }

  /** Of this device; another that was tried is let go. */
  async begin(deviceId: string | null): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.state = { kind: "opening" };
    this.bars = SILENT;
    const answer = await this.#host.meterOpen(deviceId, (metered) => {
      if (turn === this.#turn) this.#take(metered);
    });
    if (turn === this.#turn && !answer.ok) this.#fail(answer.error);
  }

  end = (): void => {
    if (this.state.kind === "off") return;
    this.#turn += 1;
    this.state = { kind: "off" };
    this.bars = SILENT;
    // Nothing is to be done about a microphone that does not close: the trusted side closes it by itself.
    void this.#host.meterClose();
  };

  #take(metered: Metered): void {
    switch (metered.kind) {
      case "level": {
        const { dbfs, isSpeech, isMuted } = metered;
        this.bars = [...this.bars.slice(1), { height: heightOf(dbfs), isSpeech }];
        const hasSpoken = isSpeech || (this.state.kind === "on" && this.state.hasSpoken);
        this.state = { kind: "on", isMuted, hasSpoken };
        return;
      }
      case "dead":
        this.state = { kind: "dead" };
        return;
      case "lost":
        return this.#fail(metered.error);
      case "ended":
        return this.end();
    }
  }

  #fail(error: CommandError): void {
    this.#turn += 1;
    this.state = { kind: "failed", error };
    this.bars = SILENT;
  }
}
