/**
 * A whole world from a seed: microphone, spool and feed, token endpoint, network, recognisers, history, a window that
 * reloads, a program that is killed, and a clock that only the queue moves. What is simulated is what the session's
 * driver would be told.
 */
import type { SessionEvent } from "../../src/session/events";
import type { Commit, Effect, Input, Policy } from "../../src/session/io";
import { PLAIN } from "../../src/session/recognition";
import { Session } from "../../src/session/session";
import { emptyTranscript, fold, fromStored, type Transcript } from "../../src/transcript/transcript";
import { Chance } from "./chance";
import { Cloud } from "./cloud";
import { History, ok, refused } from "./history";
import { Microphone } from "./microphone";
import { Queue } from "./queue";
import { type Speech, speech } from "./speech";
import { type Weather, weather } from "./weather";

const START = 1_700_000_000_000;

export class World {
  readonly weather: Weather;
  readonly chance: Chance;
  readonly speech: Speech;
  readonly queue = new Queue(START);
  readonly history = new History();
  readonly microphone: Microphone;
  readonly cloud: Cloud;
  readonly trace: string[] = [];
  isFinished = false;
  mostKept = 0;
  mostIdleWakes = 0;
  transcript: Transcript = emptyTranscript();
  /** When each word was first shown, in ms since the recording began. */
  readonly shownAt = new Map<string, number>();
  lastPhase = "";
  #session: Session;
  #window = 0;
  #wake = 0;
  /** So often in a row it was woken as it had asked to be, while nothing else happened, and asked for nothing. */
  #idleWakes = 0;
  #terms = 0;

  constructor(seed: number, changes: Partial<Weather> = {}) {
    this.chance = new Chance(seed);
    this.weather = { ...weather(seed), ...changes };
    this.speech = speech(this.chance, this.weather.seconds, this.weather.unplugged);
    this.microphone = new Microphone(this.queue, this.chance, this.speech, START);
    this.cloud = new Cloud(this.queue, this.chance, this.weather, this.speech.words, START);
    this.cloud.note = (line) => this.#note(line);
    this.#session = this.#opened();
  }

  get spoken(): readonly string[] {
    return this.speech.words.map((word) => word.text);
  }

  get violations(): readonly string[] {
    return [...this.history.violations, ...this.microphone.violations, ...this.cloud.violations];
  }

  /** Nobody speaks in this stretch, in ms. */
  silence(from: number, to: number): void {
    const { words } = this.speech;
    const said = words.filter((word) => word.to < from * 16 || word.from > to * 16);
    words.splice(0, words.length, ...said);
  }

  run(limitSeconds = 1800): this {
    // Before a token is asked for: the first word must not wait for a socket.
    this.microphone.begin();
    this.#step({ kind: "started" });
    this.#plan();
    while (this.queue.now < START + limitSeconds * 1000 && this.queue.step())
      if (this.isFinished && this.lastPhase === "ended") break;
    return this;
  }

  #plan(): void {
    const { seconds, reloads, edits, killedAt, sleepsAt, reconfiguredAt, pauses } = this.weather;
    const sometime = () => this.chance.between(200, seconds * 1300);
    for (let i = 0; i < reloads; i += 1) this.queue.after(sometime(), () => this.#reload("reload"));
    for (let i = 0; i < edits; i += 1) this.queue.after(sometime(), () => this.history.edit(this.chance));
    if (killedAt !== null) this.queue.after(killedAt, () => this.#kill());
    if (sleepsAt !== null) this.queue.after(sleepsAt, () => this.#sleep());
    for (const { at, length } of pauses) this.queue.after(at, () => this.#pause(length));
    if (reconfiguredAt !== null) this.queue.after(reconfiguredAt, () => this.#reconfigure());
  }

  // ── the window ──

  /** A session of a new window; what an old one is told falls on deaf ears. */
  #opened(): Session {
    const session = new Session("r", this.chance.next, this.#policy);
    this.#window += 1;
    this.#wake += 1;
    const window = this.#window;
    const mine = (input: Input) => (window === this.#window ? this.#step(input) : undefined);
    this.cloud.tell = mine;
    this.microphone.onFrame = (fed) => mine({ kind: "framed", ...fed });
    this.microphone.onEnd = (to) => mine({ kind: "stopped", to });
    return session;
  }

  #step(input: Input): void {
    this.#session.handle(input, this.queue.now);
    this.#idleWakes = 0;
    this.#drain();
  }

  /** How much it asked for. */
  #drain(): number {
    this.mostKept = Math.max(this.mostKept, this.#session.kept);
    for (let asked = 0; ; asked += 1) {
      const output = this.#session.poll();
      if (output.kind === "timeout") {
        this.#wakeAt(output.at);
        return asked;
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
      this.#idleWakes = this.#drain() > 0 ? 0 : this.#idleWakes + 1;
      this.mostIdleWakes = Math.max(this.mostIdleWakes, this.#idleWakes);
    });
  }

  #later(delay: number, input: () => Input): void {
    const window = this.#window;
    this.queue.after(delay, () => {
      if (window === this.#window) this.#step(input());
    });
  }

  #reload(why: string): void {
    if (this.isFinished) return;
    this.#note(why);
    this.cloud.closeAll();
    this.microphone.open();
    this.#session = this.#opened();
    this.#later(this.chance.between(50, 3000), () => ({ kind: "started" }));
    if (this.microphone.isPaused) this.#later(3000, () => ({ kind: "paused", at: this.microphone.stands }));
  }

  #pause(length: number): void {
    if (this.microphone.isOver || this.microphone.isPaused || this.isFinished) return;
    // Nobody says the first half of a word before a pause and the second half after it.
    const { captured } = this.microphone;
    if (this.speech.words.some((word) => word.from < captured && word.to > captured))
      return this.queue.after(10, () => this.#pause(length));
    this.#note(`paused for ${Math.round(length)}`);
    this.microphone.pause(length);
    this.#step({ kind: "paused", at: captured });
    this.queue.after(length, () => {
      if (!this.isFinished) this.#step({ kind: "paused", at: null });
    });
  }

  /** The recording ends where capture was; what was not wholly captured was never said. */
  #kill(): void {
    if (this.microphone.isOver) return;
    const { captured } = this.microphone;
    this.speech.to = captured;
    const last = this.speech.words.findIndex((word) => word.to > captured);
    if (last >= 0) this.speech.words.splice(last);
    this.#reload("killed");
  }

  #sleep(): void {
    this.#note("asleep");
    this.queue.sleep(this.chance.between(35_000, 700_000));
    this.cloud.wake();
  }

  #reconfigure(): void {
    this.#note("reconfigured");
    this.#terms += 1;
    this.cloud.wished = this.#terms;
    this.#step({ kind: "reconfigured", policy: this.#policy });
  }

  /** Another key term each time that the user changes something. */
  get #policy(): Policy {
    const { fallbackAfter, isRedone, idleAfter, tellsSpeakers } = this.weather;
    const keyTerms = Array.from({ length: this.#terms }, (_, n) => `term ${n}`);
    return { fallbackAfter, isRedone, idleAfter, recognition: { ...PLAIN, tellsSpeakers, keyTerms } };
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "resume":
        return this.#resume();
      case "openFeed":
        return this.#openFeed();
      case "follow":
        return this.microphone.follow();
      case "replay":
        return this.microphone.replay(effect.from, effect.until);
      case "mint":
        return this.cloud.mint(effect.leg, effect.recogniser);
      case "open":
        return this.cloud.open(effect.leg, effect.token, effect.recognition);
      case "send":
        return this.cloud.send(effect.leg, effect.pcm);
      case "finish":
        return this.cloud.terminate(effect.leg);
      case "close":
        return this.cloud.close(effect.leg);
      case "store":
        return this.#store(effect.claim, effect.commit);
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
    if (event.kind === "resumed") this.transcript = fromStored({ turns: this.history.turns, gaps: [] });
    this.transcript = fold(this.transcript, event);
    this.#see();
    if (event.kind === "phaseChanged") {
      this.lastPhase = event.phase.kind;
      this.#note(`phase ${JSON.stringify(event.phase)}`);
    }
    if (event.kind === "holesChanged") this.#note(`holes ${JSON.stringify(event.holes)}`);
    if (event.kind === "turnCommitted") this.#note(`turn ${shown(event.turn)}`);
    if (event.kind === "turnsReplaced") this.#note(`replaced by ${event.turns.map(shown).join(", ")}`);
  }

  #see(): void {
    const last = this.transcript.segments.at(-1);
    const words = [...(last?.kind === "turn" ? last.words : []), ...this.transcript.tail];
    for (const { text } of words) {
      const name = text.toLowerCase().replace(/\W/g, "");
      if (!this.shownAt.has(name)) this.shownAt.set(name, this.queue.now - START);
    }
  }

  // ── the trusted side ──

  #resume(): void {
    const window = this.#window;
    this.queue.after(2, () => {
      if (window !== this.#window) return;
      const answer = ok(this.history.resume(this.microphone.captured));
      this.#later(2, () => ({ kind: "resumed", answer }));
    });
  }

  /** Done when it arrives, even if the window that asked for it is gone by then. */
  #store(claim: number, commit: Commit): void {
    if (this.cloud.isTrouble(0.15)) return this.#later(4, () => ({ kind: "stored", answer: refused("DiskFull") }));
    const window = this.#window;
    this.queue.after(this.chance.between(1, 60), () => {
      const answer = this.history.store(claim, commit);
      if (window === this.#window) this.#later(2, () => ({ kind: "stored", answer }));
    });
  }

  #openFeed(): void {
    if (this.cloud.isTrouble(0.2))
      return this.#later(5, () => ({ kind: "feedClosed", error: refused("Unexpected").error }));
    this.microphone.open();
    this.#later(5, () => ({ kind: "feedOpened" }));
    if (!this.cloud.isTrouble(0.3)) return;
    this.#later(this.chance.between(100, 20_000), () => {
      this.microphone.open();
      this.#note("feed lost");
      return { kind: "feedClosed", error: null };
    });
  }

  #note(line: string): void {
    this.trace.push(`${((this.queue.now - START) / 1000).toFixed(3)} ${line}`);
  }
}

function shown({
  leg,
  turnOrder,
  from,
  to,
  text,
}: {
  leg: number;
  turnOrder: number;
  from: number;
  to: number;
  text: string;
}) {
  return `${leg}/${turnOrder} ${from}–${to} ${text}`;
}
