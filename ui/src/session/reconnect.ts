/** When to try again. Pure: `(failure, attempt, random) → delay`; null asks for a person. */
import type { SessionFailure } from "./events";
import { isFatal } from "./failure";
import type { Ms } from "./io";

const FIRST: Ms = 500;
const LONGEST: Ms = 15_000;
/** New sessions and tokens are counted a minute: to ask at once again only counts another. */
const QUOTA_WAIT: Ms = 5_000;
/** An old socket of ours may still be counted for a moment. */
const CROWD_WAIT: Ms = 1_000;
/** A leg that lived this long was a success; the next loss starts from the shortest delay. */
export const HEALTHY: Ms = 30_000;

/** Full jitter: any delay up to the ceiling, so that a thousand windows do not come back at once. */
export function retryDelay(failure: SessionFailure, attempt: number, random: () => number): Ms | null {
  if (isFatal(failure)) return null;
  if (failure.code === "RateLimited") return QUOTA_WAIT + random() * LONGEST;
  if (failure.kind === "tooManySessions") return CROWD_WAIT + backoff(attempt, random);
  // The cause is known and gone with a fresh token; only a repetition is suspicious.
  if ((failure.kind === "tokenExpired" || failure.kind === "sessionExpired") && attempt === 0) return 0;
  return backoff(attempt, random);
}

export function backoff(attempt: number, random: () => number): Ms {
  return random() * Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10));
}

/** One question to the trusted side that is asked until it is answered. */
export class Asking {
  #state: "idle" | "asked" | "due" = "idle";
  #at: Ms = 0;
  #attempt = 0;

  get wakesAt(): Ms | null {
    return this.#state === "due" ? this.#at : null;
  }

  want(now: Ms): void {
    if (this.#state !== "idle") return;
    this.#state = "due";
    this.#at = now;
  }

  /** True once for each time that the question is to be put. */
  isDue(now: Ms): boolean {
    if (this.#state !== "due" || now < this.#at) return false;
    this.#state = "asked";
    return true;
  }

  answered(): void {
    this.#state = "idle";
    this.#attempt = 0;
  }

  failed(now: Ms, random: () => number): void {
    this.#state = "due";
    // Never a busy loop, even if the dice say zero.
    this.#at = now + Math.max(100, backoff(this.#attempt, random));
    this.#attempt += 1;
  }
}
