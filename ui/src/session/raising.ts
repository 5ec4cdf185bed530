/**
 * A leg on its way up, and when to raise another. At most one at a time of each recogniser; a fresh token for each,
 * never cached.
 */
import type { Result, Token } from "../host/host";
import type { SessionFailure } from "./events";
import { refusal, slowness, staleness } from "./failure";
import type { LegId, Ms, Wanted } from "./io";
import { CONNECT_LIMIT, type RaisedLeg, raised } from "./leg";
import { retryDelay } from "./reconnect";
import { sessionEnd } from "./rotation";

/** Numbers for legs: one sequence for all lanes, for the number is a key in the history. */
export class LegIds {
  #next: LegId;

  constructor(next: LegId) {
    this.#next = next;
  }

  take(): LegId {
    this.#next += 1;
    return this.#next - 1;
  }
}

export class Raising {
  readonly wanted: Wanted;
  readonly #ids: LegIds;
  readonly #random: () => number;
  #leg: RaisedLeg | null = null;
  #attempt = 0;
  #retryAt: Ms = 0;
  #failure: SessionFailure | null = null;
  #isHalted = false;

  constructor(wanted: Wanted, ids: LegIds, random: () => number) {
    this.wanted = wanted;
    this.#ids = ids;
    this.#random = random;
  }

  get leg(): RaisedLeg | null {
    return this.#leg;
  }

  get isReady(): boolean {
    return this.#leg?.phase.kind === "ready";
  }

  /** Why the last leg was lost or could not be raised; null once a leg has taken over. */
  get failure(): SessionFailure | null {
    return this.#failure;
  }

  get attempt(): number {
    return this.#attempt;
  }

  get retryAt(): Ms {
    return this.#retryAt;
  }

  /** A person must act. */
  get isHalted(): boolean {
    return this.#isHalted;
  }

  isDue(now: Ms): boolean {
    return this.dueAt !== null && now >= this.dueAt;
  }

  /** When a leg may be raised; null while one is, or while a person must act. */
  get dueAt(): Ms | null {
    return this.#leg === null && !this.#isHalted ? this.#retryAt : null;
  }

  /** A leg that does not come up in its time. */
  get expiresAt(): Ms | null {
    const phase = this.#leg?.phase;
    return phase === undefined || phase.kind === "ready" ? null : phase.until;
  }

  raise(now: Ms): LegId {
    const id = this.#ids.take();
    this.#leg = raised(id, now);
    return id;
  }

  /** The token to open with, or null when the answer is stale or a refusal. */
  minted(id: LegId, answer: Result<Token>, now: Ms): Token | null {
    if (this.#leg?.id !== id || this.#leg.phase.kind !== "minting") return null;
    if (!answer.ok) {
      this.failed(refusal(answer.error), now);
      return null;
    }
    if (answer.value.expiresAt <= now) {
      this.failed(staleness("the token expired on its way"), now);
      return null;
    }
    this.#leg.phase = { kind: "opening", until: now + CONNECT_LIMIT };
    this.#leg.token = answer.value;
    return answer.value;
  }

  began(expiresAt: Ms | null, now: Ms): void {
    if (this.#leg?.token == null) return;
    this.#leg.phase = { kind: "ready" };
    this.#leg.beganAt = now;
    this.#leg.endsAt = sessionEnd(this.#leg.token.expiresAt, expiresAt, now);
  }

  /** Hands the leg over if it is ready. */
  taken(): (RaisedLeg & { token: Token }) | null {
    const leg = this.#leg;
    if (leg === null || leg.phase.kind !== "ready" || leg.token === null) return null;
    this.#leg = null;
    this.#failure = null;
    return { ...leg, token: leg.token };
  }

  /** Gives up the leg on its way; the socket's id, if it had one. */
  dropped(): LegId | null {
    const leg = this.#leg;
    this.#leg = null;
    return leg === null || leg.phase.kind === "minting" ? null : leg.id;
  }

  failed(failure: SessionFailure, now: Ms): void {
    this.#leg = null;
    this.noted(failure, now);
  }

  /** A failure of this leg or of a live one: sets when to try next. */
  noted(failure: SessionFailure, now: Ms): void {
    this.#failure = failure;
    const delay = retryDelay(failure, this.#attempt, this.#random);
    this.#isHalted = delay === null;
    this.#retryAt = now + (delay ?? 0);
    this.#attempt += 1;
  }

  /** A leg lived long enough to call the connection good again. */
  healthy(): void {
    this.#attempt = 0;
  }

  /** Whatever stood in the way may be gone. */
  retried(now: Ms): void {
    this.#isHalted = false;
    this.#attempt = 0;
    this.#retryAt = now;
  }

  timedOut(): SessionFailure {
    return slowness(this.#leg?.phase.kind === "minting" ? "no token in time" : "no Begin in time");
  }
}
