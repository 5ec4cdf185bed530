/**
 * The only file with sockets, timers and a clock. It turns callbacks into inputs and outputs into calls, and decides
 * nothing: no `if` here asks what the session is doing.
 */
import type { FeedLine, Host, Recognition, RecordingId, Result, Sample, Token } from "../host/host";
import { decodeMessage, encodeTerminate, socketAddress } from "./codec";
import type { SessionEvent } from "./events";
import { decodeEnd, decodeFrame, encodeFollow, encodeReplay } from "./feed";
import type { Commit, Effect, Input, LegId, Ms, Policy } from "./io";
import { OpenTime } from "./openTime";
import { Session } from "./session";

export interface OpenedSession {
  /** The user asks again, for example after a new key. */
  retry(): void;
  /** Another recogniser, or another policy. */
  reconfigure(policy: Policy): void;
  /** The recording is paused and its axis stands there, or (null) it goes on. */
  pause(at: Sample | null): void;
  /** The window lets go; the recording goes on and may be opened again. */
  close(): void;
}

/** Who is told what passes the edges: measures, and changes nothing. */
export interface PathObserver {
  /** The feed is open; questions about the time go that way too. */
  opened(ask: (text: string) => void): void;
  /** Something came from the feed, and is handled next. */
  fed(data: ArrayBuffer | string): void;
  /** A frame was handed to a leg's socket, which has so many bytes waiting. */
  sent(leg: LegId, pcm: Uint8Array<ArrayBuffer>, buffered: number): void;
  /** A recogniser's message came, and is handled next. */
  received(): void;
  /** It is handled. */
  handled(): void;
  /** Nothing more comes. */
  closed(): void;
}

export interface SessionOptions {
  host: Host;
  recordingId: RecordingId;
  receive: (event: SessionEvent) => void;
  onLevel: (dbfs: number, isSpeech: boolean, sample: Sample) => void;
  /** How long a token may live, and how long a session is asked for. */
  tokenSeconds?: number;
  sessionSeconds?: number;
  policy?: Policy;
  observer?: PathObserver | null;
}

/** Calls `recordingResume`, `feedOpen`, `tokenMint`, `turnCommit` and at last `recordingFinish` by itself. */
export function openSession(options: SessionOptions): OpenedSession {
  const driver = new Driver(options);
  driver.step({ kind: "started" });
  return {
    retry: () => driver.step({ kind: "retried" }),
    reconfigure: (policy) => driver.step({ kind: "reconfigured", policy }),
    pause: (at) => driver.step({ kind: "paused", at }),
    close: () => driver.close(),
  };
}

/** Unix time that never runs backwards, but follows the wall forwards: a system that slept wakes up late, not early. */
function sessionClock(): () => Ms {
  let latest = 0;
  return () => {
    latest = Math.max(latest, Date.now(), performance.timeOrigin + performance.now());
    return latest;
  };
}

interface OpenLeg {
  readonly socket: WebSocket;
  /** How much waited in it when the session was told last. */
  buffered: number;
}

class Driver {
  readonly #options: SessionOptions;
  readonly #session: Session;
  readonly #now = sessionClock();
  readonly #legs = new Map<LegId, OpenLeg>();
  readonly #openTime = new OpenTime();
  #feed: FeedLine | null = null;
  /** Some systems let a window open no socket to loopback; then the frames come over a channel. */
  #isSocketRefused = false;
  /** `rings`: when, by the clock that timers go by. */
  #timer: { id: ReturnType<typeof setTimeout>; rings: Ms } | null = null;
  #isClosed = false;
  #newest: Sample = -1;
  readonly #wake = () => this.#settle(() => this.#session.tick(this.#now()));
  readonly #online = () => this.step({ kind: "retried" });

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#session = new Session(options.recordingId, Math.random, options.policy);
    document.addEventListener("visibilitychange", this.#wake);
    window.addEventListener("online", this.#online);
  }

  step(input: Input): void {
    this.#settle(() => this.#session.handle(input, this.#now()));
  }

  close(): void {
    this.#isClosed = true;
    this.#unsetTimer();
    document.removeEventListener("visibilitychange", this.#wake);
    window.removeEventListener("online", this.#online);
    this.#closeFeed();
    this.#options.observer?.closed();
    for (const leg of [...this.#legs.keys()]) this.#closeLeg(leg);
    this.#tellOpenTime();
  }

  #settle(advance: () => void): void {
    if (this.#isClosed) return;
    this.#reportBuffered();
    this.#tellOpenTime();
    advance();
    for (let output = this.#session.poll(); ; output = this.#session.poll()) {
      if (output.kind === "timeout") return this.#wakeAt(output.at);
      this.#perform(output);
    }
  }

  /** Most of the time nothing waits, as before. */
  #reportBuffered(): void {
    for (const [leg, open] of this.#legs) {
      const bytes = open.socket.bufferedAmount;
      if (bytes === open.buffered) continue;
      open.buffered = bytes;
      this.#session.handle({ kind: "buffered", leg, bytes }, this.#now());
    }
  }

  /** What is paid by the time goes to the trusted side, which counts. */
  #tellOpenTime(): void {
    const { host, recordingId } = this.#options;
    for (const piece of this.#openTime.due(this.#now())) {
      void host.usageAdd(recordingId, piece.paid, piece.ms).then((answer) => {
        if (!answer.ok) this.#openTime.giveBack(piece);
      });
    }
  }

  /** With each frame most deadlines move away: a timer is left as it is for those, and wakes the session too early once. */
  #wakeAt(at: Ms | null): void {
    if (at === null) return this.#unsetTimer();
    const ms = Math.max(0, at - this.#now());
    const rings = performance.now() + ms;
    if (this.#timer !== null && this.#timer.rings <= rings) return;
    this.#unsetTimer();
    this.#timer = { id: setTimeout(() => this.#ring(), ms), rings };
  }

  #ring(): void {
    this.#timer = null;
    this.#wake();
  }

  #unsetTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer.id);
    this.#timer = null;
  }

  /** Answers come later, never from inside: the session is not entered while it is being drained. */
  #perform(effect: Effect): void {
    const { host, recordingId, receive, tokenSeconds = 300, sessionSeconds = 10_800 } = this.#options;
    switch (effect.kind) {
      case "resume":
        return this.#answer(host.recordingResume(recordingId), (answer) => ({ kind: "resumed", answer }));
      case "openFeed":
        return this.#openFeed();
      case "follow":
        return this.#feed?.ask(encodeFollow());
      case "replay":
        return this.#feed?.ask(encodeReplay(effect.from, effect.until));
      case "mint":
        return this.#answer(host.tokenMint(effect.recogniser, tokenSeconds, sessionSeconds), (answer) => ({
          kind: "minted",
          leg: effect.leg,
          answer,
        }));
      case "open":
        return this.#openLeg(effect.leg, effect.token, effect.recognition);
      case "send":
        return this.#send(effect.leg, effect.pcm);
      case "finish":
        return this.#legs.get(effect.leg)?.socket.send(encodeTerminate());
      case "close":
        return this.#closeLeg(effect.leg);
      case "store":
        return this.#answer(this.#store(effect.claim, effect.commit), (answer) => ({ kind: "stored", answer }));
      case "conclude":
        return this.#answer(host.recordingFinish(recordingId), (answer) => ({ kind: "concluded", answer }));
      case "rest":
        return this.close();
      case "event":
        receive(effect.event);
        return;
    }
  }

  #send(leg: LegId, pcm: Uint8Array<ArrayBuffer>): void {
    const socket = this.#legs.get(leg)?.socket;
    if (socket === undefined) return;
    socket.send(pcm);
    this.#options.observer?.sent(leg, pcm, socket.bufferedAmount);
  }

  async #store(claim: number, commit: Commit): Promise<Result<boolean>> {
    const { host, recordingId } = this.#options;
    if (commit.kind === "replacement") {
      const turns = commit.turns.map((turn) => ({ recordingId, ...turn }));
      return host.turnsReplace(claim, commit.range, turns);
    }
    const answer = await (commit.kind === "label"
      ? host.turnRelabel(claim, recordingId, commit.anew)
      : host.turnCommit(claim, { recordingId, ...commit.turn }));
    return answer.ok ? { ok: true, value: true } : answer;
  }

  #answer<T>(question: Promise<Result<T>>, input: (answer: Result<T>) => Input): void {
    void question.then((answer) => this.step(input(answer)));
  }

  #openFeed(): void {
    if (this.#isSocketRefused) return this.#openChannel();
    void this.#options.host.feedOpen(this.#options.recordingId).then((answer) => {
      if (this.#isClosed) return;
      if (!answer.ok) return this.step({ kind: "feedClosed", error: answer.error });
      const socket = opened(answer.value);
      if (socket === null) return this.#refuseSocket();
      socket.binaryType = "arraybuffer";
      this.#feed = socketLine(socket);
      let closed = () => this.#refuseSocket();
      socket.onopen = () => {
        closed = () => this.step({ kind: "feedClosed", error: null });
        this.#options.observer?.opened((text) => socket.send(text));
        this.step({ kind: "feedOpened" });
      };
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => this.#fed(data);
      socket.onclose = () => closed();
    });
  }

  /** A socket that closes without having been open is one that this window may not have. */
  #refuseSocket(): void {
    this.#isSocketRefused = true;
    this.#openChannel();
  }

  #openChannel(): void {
    const { host, recordingId } = this.#options;
    void host
      .feedChannel(recordingId, (data) => this.#fed(data))
      .then((answer) => {
        if (this.#isClosed) return answer.ok ? answer.value.close() : undefined;
        if (!answer.ok) return this.step({ kind: "feedClosed", error: answer.error });
        this.#feed = answer.value;
        this.#options.observer?.opened(answer.value.ask);
        this.step({ kind: "feedOpened" });
      });
  }

  #fed(data: ArrayBuffer | string): void {
    this.#options.observer?.fed(data);
    if (typeof data === "string") {
      const end = decodeEnd(data);
      return end === null ? undefined : this.step({ kind: "stopped", to: end.to });
    }
    const decoded = decodeFrame(data);
    if (decoded === null) return;
    // On its way first.
    this.step({ kind: "framed", ...decoded });
    const { from, dbfs, isSpeech } = decoded.frame;
    if (from <= this.#newest) return;
    this.#newest = from;
    this.#options.onLevel(dbfs, isSpeech, from);
  }

  #openLeg(leg: LegId, token: Token, recognition: Recognition): void {
    const socket = opened(socketAddress(token, recognition));
    if (socket === null) {
      queueMicrotask(() =>
        this.step({ kind: "closed", leg, code: 1006, reason: "the window may not open this address" }),
      );
      return;
    }
    this.#legs.set(leg, { socket, buffered: 0 });
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data !== "string") return;
      this.#options.observer?.received();
      const message = decodeMessage(data);
      if (message.kind === "begin") this.#openTime.began(leg, token, message.expiresAt, this.#now());
      this.step({ kind: "received", leg, message });
      this.#options.observer?.handled();
    };
    socket.onclose = ({ code, reason }) => {
      this.#legs.delete(leg);
      this.#openTime.ended(leg, this.#now());
      this.step({ kind: "closed", leg, code, reason });
    };
  }

  #closeLeg(leg: LegId): void {
    const socket = this.#legs.get(leg)?.socket;
    this.#legs.delete(leg);
    if (socket === undefined) return;
    this.#openTime.ended(leg, this.#now());
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #closeFeed(): void {
    this.#feed?.close();
    this.#feed = null;
  }
}

function socketLine(socket: WebSocket): FeedLine {
  return {
    ask: (text) => socket.send(text),
    close: () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
}

/** A content security policy answers by throwing. */
function opened(address: string): WebSocket | null {
  try {
    return new WebSocket(address);
  } catch {
    return null;
  }
}
