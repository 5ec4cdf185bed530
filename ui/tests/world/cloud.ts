/**
 * The network, and the recognisers behind it: the chosen one, with all that can go wrong with it, and the engine inside
 * the program, which is slow to load at worst.
 */
import type { Recognition, Result, Token } from "../../src/host/host";
import type { WireMessage } from "../../src/session/codec";
import { FRAME, type Input, type LegId, type Wanted } from "../../src/session/io";
import type { Chance } from "./chance";
import { ok, refused } from "./history";
import type { Queue } from "./queue";
import { type Manners, manners, Recogniser } from "./recogniser";
import type { SpokenWord } from "./speech";
import type { Weather } from "./weather";

/** Each leg's socket as the recogniser's side sees it. */
interface Socket {
  leg: LegId;
  wanted: Wanted;
  recogniser: Recogniser;
  isOpen: boolean;
  isBlackHole: boolean;
  /** Messages keep their order on a wire whatever the latency does. */
  up: number;
  down: number;
  openedAt: number;
  sent: number;
}

interface Minted {
  wanted: Wanted;
  expiresAt: number;
  isUsed: boolean;
}

export class Cloud {
  readonly violations: string[] = [];
  mostSockets = 0;
  /** Tokens that were asked for within ten seconds. */
  mostMints = 0;
  #mints: number[] = [];
  /** How many key terms the user wishes for now. */
  wished = 0;
  legsOpened = 0;
  /** How long sockets were open, all together. */
  openMs = 0;
  readonly #queue: Queue;
  readonly #chance: Chance;
  readonly #weather: Weather;
  readonly #words: readonly SpokenWord[];
  readonly #start: number;
  readonly #manners: Manners;
  readonly #sockets = new Map<LegId, Socket>();
  readonly #minted = new Map<string, Minted>();
  /** Set by the world: what the window of the moment is told. */
  tell: (input: Input) => void = () => {};
  note: (line: string) => void = () => {};

  constructor(queue: Queue, chance: Chance, weather: Weather, words: readonly SpokenWord[], start: number) {
    this.#queue = queue;
    this.#chance = chance;
    this.#weather = weather;
    this.#words = words;
    this.#start = start;
    this.#manners = manners(chance);
    for (const { from, to } of weather.outages) queue.at(start + from, () => this.#goDark(to));
  }

  /** Trouble ends some time after the last word, so that every world can come to rest. */
  get isClear(): boolean {
    return this.#queue.now > this.#start + (this.#weather.seconds + 20) * 1000;
  }

  isTrouble(probability: number): boolean {
    return !this.isClear && this.#chance.happens(probability * this.#weather.trouble);
  }

  get #isDark(): boolean {
    const at = this.#queue.now - this.#start;
    return this.#weather.outages.some(({ from, to }) => at >= from && at < to);
  }

  mint(leg: LegId, wanted: Wanted): void {
    const { tokenSeconds, paceLimit } = this.#weather;
    const isInside = wanted === "fallback" || paceLimit === null;
    if (!isInside) {
      this.#mints = [...this.#mints.filter((at) => at > this.#queue.now - 10_000), this.#queue.now];
      this.mostMints = Math.max(this.mostMints, this.#mints.length);
    }
    const answer = (delay: number, result: Result<Token>) =>
      this.#later(delay, { kind: "minted", leg, answer: result });
    if (!isInside && this.#isDark) {
      return this.#chance.happens(0.3) ? undefined : answer(this.#chance.between(5, 3000), refused("Offline"));
    }
    if (!isInside && this.isTrouble(0.04)) return;
    if (!isInside && this.isTrouble(0.25)) {
      return answer(50, refused(this.#chance.pick(["Offline", "Unexpected", "Offline", "RateLimited"])));
    }
    const token = `t${this.#minted.size}`;
    const expiresAt = this.#queue.now + tokenSeconds * 1000;
    this.#minted.set(token, { wanted, expiresAt, isUsed: false });
    answer(
      this.#chance.between(5, isInside ? 800 : 1200),
      ok({
        token,
        expiresAt,
        socketUrl: "wss://world/v3/ws",
        recogniser: isInside ? "offline" : "assemblyai",
        paceLimit: isInside ? null : paceLimit,
      }),
    );
  }

  open(leg: LegId, { token }: Token, recognition: Recognition): void {
    const { now } = this.#queue;
    const minted = this.#minted.get(token);
    if (minted === undefined || minted.isUsed) return void this.violations.push(`token ${token} used twice`);
    if (now >= minted.expiresAt) this.violations.push(`token ${token} used after its time`);
    minted.isUsed = true;
    this.legsOpened += 1;
    const { wanted } = minted;
    const isDeaf = wanted === "fallback" && this.#weather.isFallbackDeaf;
    if (recognition.keyTerms.length !== this.wished)
      this.violations.push(`leg ${leg} was asked for ${recognition.keyTerms.length} terms, not ${this.wished}`);
    // The engine inside the program tells nobody apart.
    const tells = recognition.tellsSpeakers && wanted === "chosen" && this.#weather.paceLimit !== null;
    const recogniser = new Recogniser(isDeaf ? [] : this.#words, this.#manners, this.#chance, tells);
    const socket = {
      leg,
      wanted,
      recogniser,
      isOpen: true,
      isBlackHole: false,
      up: now,
      down: now,
      openedAt: now,
      sent: 0,
    };
    this.#sockets.set(leg, socket);
    const open = [...this.#sockets.values()].filter((one) => one.wanted === "chosen").length;
    this.mostSockets = Math.max(this.mostSockets, open);
    if (wanted === "fallback") return this.#begin(socket, 300);
    if (open > this.#weather.mostSockets) {
      return this.#cut(socket, 1008, "Unauthorized Connection: Too many concurrent sessions", 200);
    }
    const isLost = this.#isDark ? this.#chance.happens(0.7) : this.isTrouble(0.1);
    if (isLost) return this.#cut(socket, 1006, "", this.#chance.between(10, 3000));
    if (this.#isDark || this.isTrouble(0.05)) return;
    this.#begin(socket, this.#weather.trouble > 0 ? 3000 : 1300);
    if (this.isTrouble(0.6)) this.#mishap(socket);
  }

  #begin(socket: Socket, slowest: number): void {
    const { sessionSeconds, tokenSeconds } = this.#weather;
    const expiresAt = this.#queue.now + sessionSeconds * 1000;
    this.#answer(socket, [{ kind: "begin", expiresAt }], this.#chance.between(10, slowest));
    const isInside = socket.wanted === "fallback" || this.#weather.paceLimit === null;
    if (isInside || this.#weather.beats) this.#beat(socket);
    this.#cut(socket, 3008, "Session Expired: Maximum session duration exceeded", sessionSeconds * 1000);
    // The seed's rule: a server closes the connection when its token expires.
    this.#cut(socket, 1008, "Unauthorized Connection: Signature has expired", tokenSeconds * 1000);
  }

  #beat(socket: Socket): void {
    this.#queue.after(5_000, () => {
      if (!socket.isOpen) return;
      this.#answer(socket, [{ kind: "heartbeat", receivedMs: socket.recogniser.receivedMs }], 10);
      this.#beat(socket);
    });
  }

  #mishap(socket: Socket): void {
    const delay = this.#chance.between(500, 25_000);
    if (this.#chance.happens(0.3)) {
      this.#queue.after(delay, () => {
        socket.isBlackHole = true;
      });
      return;
    }
    const [code, text] = this.#chance.pick([
      [1006, ""],
      [1011, ""],
      [1000, ""],
      [3005, "Session Cancelled: An error occurred"],
      [3007, "Audio Transmission Rate Exceeded: Received 9 sec. audio in 2 sec"],
    ] as const);
    this.#cut(socket, code, text, delay);
  }

  /** Some sockets are reset, others only fall silent. */
  #goDark(to: number): void {
    this.note(`dark until ${(to / 1000).toFixed(1)}`);
    for (const socket of this.#sockets.values()) {
      if (socket.wanted === "fallback" || this.#weather.paceLimit === null) continue;
      if (this.#chance.happens(0.5)) socket.isBlackHole = true;
      else this.#cut(socket, 1006, "", this.#chance.between(0, 500));
    }
  }

  /** After a sleep nothing of the network is as it was. */
  wake(): void {
    for (const socket of this.#sockets.values()) {
      if (socket.wanted === "chosen" && this.#weather.paceLimit !== null) socket.isBlackHole = true;
    }
  }

  #cut(socket: Socket, code: number, text: string, delay: number): void {
    this.#queue.after(delay, () => {
      if (!socket.isOpen) return;
      if (text !== "") this.#answer(socket, [{ kind: "error", code, text }], 10);
      this.#queue.after(20, () => {
        if (!socket.isOpen || socket.isBlackHole) return;
        this.note(`cut ${socket.leg} ${code} ${text}`);
        this.#ended(socket);
        this.tell({ kind: "closed", leg: socket.leg, code, reason: "See Error message for details" });
      });
    });
  }

  send(leg: LegId, pcm: Uint8Array): void {
    const socket = this.#sockets.get(leg);
    if (socket === undefined) return void this.violations.push(`send on closed leg ${leg}`);
    socket.sent += FRAME;
    this.#checkPace(socket);
    const bytes = pcm.slice();
    this.#arrive(socket, () => socket.recogniser.push(bytes));
  }

  #checkPace(socket: Socket): void {
    const { paceLimit } = this.#weather;
    if (paceLimit === null || socket.wanted === "fallback") return;
    const allowed = 16_000 + FRAME + (this.#queue.now - socket.openedAt) * 16 * Math.max(1, paceLimit);
    if (socket.sent > allowed) this.violations.push(`leg ${socket.leg} was sent ${socket.sent} of ${allowed}`);
  }

  terminate(leg: LegId): void {
    const socket = this.#sockets.get(leg);
    if (socket !== undefined) this.#arrive(socket, () => socket.recogniser.terminate());
  }

  close(leg: LegId): void {
    const socket = this.#sockets.get(leg);
    if (socket !== undefined) this.#ended(socket);
  }

  /** The window is gone, and its sockets with it. */
  closeAll(): void {
    for (const socket of [...this.#sockets.values()]) this.#ended(socket);
  }

  #arrive(socket: Socket, act: () => WireMessage[]): void {
    socket.up = Math.max(socket.up, this.#queue.now + this.#chance.between(1, 60));
    this.#queue.at(socket.up, () => {
      if (!socket.isOpen || socket.isBlackHole) return;
      const answers = act();
      if (answers.length > 0) this.#answer(socket, answers, this.#chance.between(1, 250));
    });
  }

  #answer(socket: Socket, messages: WireMessage[], delay: number): void {
    socket.down = Math.max(socket.down, this.#queue.now + delay);
    this.#queue.at(socket.down, () => {
      for (const message of messages) {
        if (!socket.isOpen || socket.isBlackHole) return;
        this.tell({ kind: "received", leg: socket.leg, message });
      }
    });
  }

  #ended(socket: Socket): void {
    if (socket.isOpen) this.openMs += this.#queue.now - socket.openedAt;
    socket.isOpen = false;
    if (this.#sockets.get(socket.leg) === socket) this.#sockets.delete(socket.leg);
  }

  #later(delay: number, input: Input): void {
    const { tell } = this;
    // To the window that asked; if there is another by then, nobody hears it.
    this.#queue.after(delay, () => tell(input));
  }
}
