/**
 * A whole world from a seed: microphone, spool and feed, token endpoint, network, recognisers, history, a window that
 * reloads, and a clock that only the queue moves. What is simulated is what the session's driver would be told.
 */
import type { CommandError, CommittedTurn, ErrorCode, Result, Token } from "../../src/host/host";
import type { WireMessage } from "../../src/session/codec";
import type { SessionEvent } from "../../src/session/events";
import { type Effect, FRAME, type Input, type LegId } from "../../src/session/io";
import { Session } from "../../src/session/session";
import { emptyTranscript, fold, fromStored, type Transcript } from "../../src/transcript/transcript";
import { Chance } from "./chance";
import { Queue } from "./queue";
import { type Manners, manners, Recogniser } from "./recogniser";
import { audio, fill, type Speech, type SpokenWord, speech } from "./speech";

export interface Weather {
  seconds: number;
  paceLimit: number | null;
  tokenSeconds: number;
  sessionSeconds: number;
  isHidden: boolean;
  /** 0 to 1: how much goes wrong before the air clears. */
  trouble: number;
  reloads: number;
}

export function weather(seed: number): Weather {
  const chance = new Chance(seed ^ 0x5bd1e995);
  return {
    seconds: chance.pick([3, 10, 25, 60]),
    paceLimit: chance.pick([null, 2, 2, 1]),
    tokenSeconds: chance.pick([30, 60, 300]),
    sessionSeconds: chance.pick([60, 600]),
    isHidden: chance.happens(0.3),
    trouble: chance.pick([0, 0.3, 1]),
    reloads: chance.pick([0, 0, 1, 2]),
  };
}

/** Each leg's socket as the recogniser's side sees it. */
interface Socket {
  leg: LegId;
  window: number;
  recogniser: Recogniser;
  isOpen: boolean;
  isBlackHole: boolean;
  /** Messages keep their order on a wire whatever the latency does. */
  up: number;
  down: number;
  openedAt: number;
  sent: number;
}

const START = 1_700_000_000_000;

export class World {
  readonly weather: Weather;
  readonly chance: Chance;
  readonly speech: Speech;
  readonly queue = new Queue(START);
  readonly stored: CommittedTurn[] = [];
  readonly trace: string[] = [];
  readonly violations: string[] = [];
  readonly tokensUsed = new Set<string>();
  isFinished = false;
  mostSockets = 0;
  mostKept = 0;
  transcript: Transcript = emptyTranscript();
  lastPhase = "";
  legsOpened = 0;
  readonly #manners: Manners;
  readonly #sockets = new Map<LegId, Socket>();
  #session: Session;
  #window = 0;
  #captured = 0;
  #followed: number | null = null;
  #feed = 0;
  #feedTo = 0;
  #hasEnded = false;
  #wake = 0;
  #tokens = 0;

  constructor(seed: number, changes: Partial<Weather> = {}) {
    this.chance = new Chance(seed);
    this.weather = { ...weather(seed), ...changes };
    this.speech = speech(this.chance, this.weather.seconds);
    this.#manners = manners(this.chance);
    this.#session = new Session("r", this.chance.next);
  }

  get spoken(): readonly SpokenWord[] {
    return this.speech.words;
  }

  get written(): string[] {
    return this.stored.flatMap((turn) => turn.text.split(" ").filter((word) => word !== ""));
  }

  /** Trouble ends some time after the last word, so that every world can come to rest. */
  get isClear(): boolean {
    return this.queue.now > START + (this.weather.seconds + 20) * 1000;
  }

  run(limitSeconds = 1200): this {
    // Before a token is asked for: the first word must not wait for a socket.
    this.#capture();
    this.#step({ kind: "started" });
    for (let i = 0; i < this.weather.reloads; i += 1) {
      this.queue.after(this.chance.between(200, this.weather.seconds * 1300), () => this.#reload());
    }
    while (this.queue.now < START + limitSeconds * 1000 && this.queue.step())
      if (this.isFinished && this.lastPhase === "ended") break;
    return this;
  }

  #capture(): void {
    const next = () => {
      this.#captured += FRAME;
      this.#feedLive();
      if (this.#captured < this.speech.to) this.queue.at(START + (this.#captured + FRAME) / 16, next);
    };
    this.queue.after(50, next);
  }

  // ── the window ──

  #step(input: Input): void {
    this.#session.handle(input, this.queue.now);
    this.#drain();
  }

  #drain(): void {
    this.mostKept = Math.max(this.mostKept, this.#session.kept);
    for (let output = this.#session.poll(); ; output = this.#session.poll()) {
      if (output.kind === "timeout") {
        this.#wakeAt(output.at);
        return;
      }
      this.#perform(output);
    }
  }

  #wakeAt(at: number | null): void {
    this.#wake += 1;
    if (at === null) return;
    const wake = this.#wake;
    const late = this.weather.isHidden ? this.chance.between(0, 1000) : 1;
    this.queue.at(Math.max(at, this.queue.now) + late, () => {
      if (wake !== this.#wake) return;
      this.#session.tick(this.queue.now);
      this.#drain();
    });
  }

  #later(delay: number, input: () => Input): void {
    const window = this.#window;
    this.queue.after(delay, () => {
      if (window === this.#window) this.#step(input());
    });
  }

  #reload(): void {
    if (this.isFinished) return;
    this.#note("reload");
    this.#window += 1;
    this.#wake += 1;
    this.#feed += 1;
    this.#followed = null;
    this.#hasEnded = false;
    for (const socket of this.#sockets.values()) socket.isOpen = false;
    this.#sockets.clear();
    this.#session = new Session("r", this.chance.next);
    this.transcript = fromStored({ turns: this.stored.map((turn) => ({ ...turn, editedText: null })), gaps: [] });
    this.queue.after(this.chance.between(50, 3000), () => this.#step({ kind: "started" }));
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "resume": {
        const from = this.stored.at(-1)?.to ?? 0;
        const nextLeg = Math.max(-1, ...this.stored.map((turn) => turn.leg)) + 1;
        return this.#later(2, () => ({ kind: "resumed", answer: ok({ recordingId: "r", from, nextLeg }) }));
      }
      case "openFeed":
        return this.#openFeed();
      case "follow":
        return this.#follow();
      case "replay":
        return this.#replay(effect.from, effect.until);
      case "mint":
        return this.#mint(effect.leg);
      case "open":
        return this.#open(effect.leg, effect.token);
      case "send":
        return this.#send(effect.leg, effect.pcm);
      case "finish":
        return this.#terminate(effect.leg);
      case "close":
        return this.#close(effect.leg);
      case "store":
        return this.#store({ recordingId: "r", ...effect.turn });
      case "conclude":
        if (this.chance.happens(0.1))
          return this.#later(3, () => ({ kind: "concluded", answer: refused("Unexpected") }));
        this.isFinished = true;
        return this.#later(3, () => ({ kind: "concluded", answer: ok(null) }));
      case "event":
        return this.#told(effect.event);
    }
  }

  #told(event: SessionEvent): void {
    this.transcript = fold(this.transcript, event);
    if (event.kind === "phaseChanged") {
      this.lastPhase = event.phase.kind;
      this.#note(`phase ${JSON.stringify(event.phase)}`);
    }
    if (event.kind === "turnCommitted")
      this.#note(
        `turn ${event.turn.leg}/${event.turn.turnOrder} ${event.turn.from}–${event.turn.to} ${event.turn.text}`,
      );
  }

  #store(turn: CommittedTurn): void {
    if (this.#isTrouble(0.15)) return this.#later(4, () => ({ kind: "stored", answer: refused("DiskFull") }));
    const known = this.stored.some((one) => one.leg === turn.leg && one.turnOrder === turn.turnOrder);
    if (!known) this.stored.push(turn);
    else this.violations.push(`stored twice: ${turn.leg}/${turn.turnOrder}`);
    this.#later(4, () => ({ kind: "stored", answer: ok(null) }));
  }

  // ── the trusted side ──

  #openFeed(): void {
    if (this.#isTrouble(0.2)) return this.#later(5, () => ({ kind: "feedClosed", error: refused("Unexpected").error }));
    this.#feed += 1;
    this.#followed = null;
    this.#hasEnded = false;
    this.#feedTo = this.queue.now;
    const feed = this.#feed;
    this.#later(5, () => ({ kind: "feedOpened" }));
    if (this.#isTrouble(0.3)) {
      const window = this.#window;
      this.queue.after(this.chance.between(100, 20_000), () => {
        if (feed !== this.#feed || window !== this.#window) return;
        this.#feed += 1;
        this.#followed = null;
        this.#note("feed lost");
        this.#step({ kind: "feedClosed", error: null });
      });
    }
  }

  #follow(): void {
    this.#followed = Math.max(0, this.#captured - FRAME);
    this.#feedLive();
  }

  #feedLive(): void {
    if (this.#followed === null) return;
    for (; this.#followed < this.#captured; this.#followed += FRAME) this.#feedFrame(this.#followed);
    if (this.#captured >= this.speech.to && !this.#hasEnded) {
      this.#hasEnded = true;
      const to = this.speech.to;
      this.#fed(() => ({ kind: "stopped", to }));
    }
  }

  #replay(from: number, until: number): void {
    if (until <= from || from % FRAME !== 0 || until % FRAME !== 0) this.violations.push(`replay ${from}–${until}`);
    for (let at = from; at < Math.min(until, this.#captured); at += FRAME) this.#feedFrame(at);
  }

  #feedFrame(from: number): void {
    const part = fill(this.speech.words, from);
    const dbfs = part === 0 ? this.chance.between(-62, -58) : -58 + 36 * Math.sqrt(part);
    const isSpeech = part > 0.3;
    this.#fed(() => ({ kind: "framed", frame: { from, dbfs, isSpeech, isGap: false }, pcm: audio(from) }));
  }

  /** One socket: what is sent first comes first. */
  #fed(input: () => Input): void {
    const [window, feed] = [this.#window, this.#feed];
    this.#feedTo = Math.max(this.#feedTo, this.queue.now + 1);
    this.queue.at(this.#feedTo, () => {
      if (window === this.#window && feed === this.#feed) this.#step(input());
    });
  }

  #mint(leg: LegId): void {
    if (this.#isTrouble(0.04)) return;
    const code = this.#isTrouble(0.25)
      ? this.chance.pick<ErrorCode>(["Offline", "Unexpected", "Offline", "RateLimited"])
      : null;
    const token: Token = {
      token: `t${this.#tokens++}`,
      expiresAt: this.queue.now + this.weather.tokenSeconds * 1000,
      socketUrl: "wss://world/v3/ws",
      recogniser: this.weather.paceLimit === null ? "offline" : "assemblyai",
      paceLimit: this.weather.paceLimit,
    };
    this.#later(this.chance.between(5, 1200), () => ({
      kind: "minted",
      leg,
      answer: code === null ? ok(token) : refused(code),
    }));
  }

  // ── the network and the recogniser ──

  #open(leg: LegId, { token }: Token): void {
    if (this.tokensUsed.has(token)) this.violations.push(`token ${token} used twice`);
    this.tokensUsed.add(token);
    this.legsOpened += 1;
    const recogniser = new Recogniser(this.speech.words, this.#manners, this.chance);
    const { now } = this.queue;
    const socket: Socket = {
      leg,
      window: this.#window,
      recogniser,
      isOpen: true,
      isBlackHole: false,
      up: now,
      down: now,
      openedAt: now,
      sent: 0,
    };
    this.#sockets.set(leg, socket);
    this.mostSockets = Math.max(this.mostSockets, this.#sockets.size);
    if (this.#isTrouble(0.1)) return this.#cut(socket, 1006, "", this.chance.between(10, 3000));
    if (this.#isTrouble(0.05)) return;
    const expiresAt = this.queue.now + this.weather.sessionSeconds * 1000;
    const begin = this.chance.between(10, this.weather.trouble > 0 ? 3000 : 1300);
    this.#answer(socket, [{ kind: "begin", expiresAt }], begin);
    this.#cut(socket, 3008, "Session Expired: Maximum session duration exceeded", this.weather.sessionSeconds * 1000);
    // The seed's rule: a server closes the connection when its token expires.
    this.#cut(socket, 1008, "Unauthorized Connection: Signature has expired", this.weather.tokenSeconds * 1000);
    if (this.#isTrouble(0.6)) this.#mishap(socket);
  }

  #mishap(socket: Socket): void {
    const delay = this.chance.between(500, 25_000);
    if (this.chance.happens(0.3)) {
      this.queue.after(delay, () => {
        socket.isBlackHole = true;
      });
      return;
    }
    const [code, text] = this.chance.pick([
      [1006, ""],
      [1011, ""],
      [1000, ""],
      [3005, "Session Cancelled: An error occurred"],
      [3007, "Audio Transmission Rate Exceeded: Received 9 sec. audio in 2 sec"],
    ] as const);
    this.#cut(socket, code, text, delay);
  }

  #cut(socket: Socket, code: number, text: string, delay: number): void {
    this.queue.after(delay, () => {
      if (!socket.isOpen) return;
      if (text !== "") this.#answer(socket, [{ kind: "error", code, text }], 10);
      this.queue.after(20, () => {
        if (!socket.isOpen) return;
        if (socket.isBlackHole) return;
        this.#note(`cut ${socket.leg} ${code} ${text}`);
        this.#ended(socket);
        if (socket.window === this.#window)
          this.#step({ kind: "closed", leg: socket.leg, code, reason: "See Error message for details" });
      });
    });
  }

  #send(leg: LegId, pcm: Uint8Array): void {
    const socket = this.#sockets.get(leg);
    if (socket === undefined) return void this.violations.push(`send on closed leg ${leg}`);
    socket.sent += FRAME;
    this.#checkPace(socket);
    const bytes = pcm.slice();
    this.#arrive(socket, () => socket.recogniser.push(bytes));
  }

  #checkPace(socket: Socket): void {
    if (this.weather.paceLimit === null) return;
    const allowed = 16_000 + FRAME + (this.queue.now - socket.openedAt) * 16 * Math.max(1, this.weather.paceLimit);
    if (socket.sent > allowed) this.violations.push(`leg ${socket.leg} was sent ${socket.sent} of ${allowed}`);
  }

  #terminate(leg: LegId): void {
    const socket = this.#sockets.get(leg);
    if (socket === undefined) return;
    this.#arrive(socket, () => socket.recogniser.terminate());
  }

  #arrive(socket: Socket, act: () => WireMessage[]): void {
    socket.up = Math.max(socket.up, this.queue.now + this.chance.between(1, 60));
    this.queue.at(socket.up, () => {
      if (!socket.isOpen || socket.isBlackHole) return;
      const answers = act();
      if (answers.length > 0) this.#answer(socket, answers, this.chance.between(1, 250));
    });
  }

  #answer(socket: Socket, messages: WireMessage[], delay: number): void {
    socket.down = Math.max(socket.down, this.queue.now + delay);
    this.queue.at(socket.down, () => {
      for (const message of messages) {
        if (!socket.isOpen || socket.isBlackHole || socket.window !== this.#window) return;
        this.#step({ kind: "received", leg: socket.leg, message });
      }
    });
  }

  #close(leg: LegId): void {
    const socket = this.#sockets.get(leg);
    if (socket !== undefined) this.#ended(socket);
  }

  #ended(socket: Socket): void {
    socket.isOpen = false;
    if (this.#sockets.get(socket.leg) === socket) this.#sockets.delete(socket.leg);
  }

  #isTrouble(probability: number): boolean {
    return !this.isClear && this.chance.happens(probability * this.weather.trouble);
  }

  #note(line: string): void {
    this.trace.push(`${((this.queue.now - START) / 1000).toFixed(3)} ${line}`);
  }
}

function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

function refused(code: ErrorCode): { ok: false; error: CommandError } {
  return { ok: false, error: { code, message: "in this world" } };
}
