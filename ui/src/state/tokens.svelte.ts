/** The trail of tokens. */
import type { TokensSeen } from "../host/host";
import { Looked } from "./looked.svelte";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

export class TokenTrail extends Looked<TokensSeen> {
  constructor({ host }: World, toasts: Toasts) {
    super(() => host.tokensSeen(), toasts);
  }
}
