/**
 * Plays a recording whose sound was kept. The sound comes in pieces, a little ahead of what is heard, over the same line as
 * the frames of a recording that is being made.
 */
import type { FeedLine, Result, Sample } from "../host/host";
import { decodeFrame, encodeReplay } from "../session/feed";
import { FRAME } from "../session/io";
import { Stretch } from "./stretch";
import type { Toasts } from "./toasts.svelte";
import type { Speaker, World } from "./world";

const RATE = 16_000;
/** Asked for at once. */
const PIECE: Sample = 200 * FRAME;
/** So much is there before it is heard. */
const AHEAD: Sample = 5 * RATE;
/** Played as one: at the seams of shorter pieces a resampler can be heard. */
const CHUNK: Sample = 20 * FRAME;
/** Until the first sound: so much the loudspeaker needs. */
const LEAD_SECONDS = 0.1;
/** Often enough that the word in the light is the word in the ear. */
const STEP_MS = 80;

/** How fast a recording may be heard. */
export const SPEEDS = [0.75, 1, 1.25, 1.5, 2] as const;

/** What belongs to one press of the button. */
interface Playing {
  speaker: Speaker;
  line: FeedLine | null;
  origin: Sample;
  /** On the speaker's clock; null until the first frame is there. */
  startedAt: number | null;
  next: Sample;
  asked: Sample;
  chunk: Int16Array[];
  speed: number;
  stretch: Stretch;
  /** Seconds of sound that the speaker was given. */
  given: number;
}

export class Player {
  phase = $state<"idle" | "loading" | "playing">("idle");
  /** What is heard now, or would be. */
  position = $state<Sample>(0);
  /** 2 is twice as fast, at the same pitch. */
  speed = $state(1);
  readonly #world: World;
  readonly #toasts: Toasts;
  readonly #recordingId: string;
  #length: Sample = 0;
  #playing: Playing | null = null;

  constructor(world: World, toasts: Toasts, recordingId: string) {
    this.#world = world;
    this.#toasts = toasts;
    this.#recordingId = recordingId;
  }

  get isOn(): boolean {
    return this.phase !== "idle";
  }

  /** `length`: of the recording. */
  async play(length: Sample, from: Sample = this.position): Promise<void> {
    this.pause();
    this.#length = Math.floor(length / FRAME) * FRAME;
    const origin = from >= this.#length ? 0 : Math.floor(from / FRAME) * FRAME;
    const speaker = this.#world.openSpeaker();
    const { speed } = this;
    const at = { origin, startedAt: null, next: origin, asked: origin };
    const playing: Playing = { speaker, line: null, ...at, chunk: [], speed, stretch: new Stretch(speed), given: 0 };
    this.#playing = playing;
    this.position = origin;
    this.phase = "loading";
    const receive = (data: ArrayBuffer | string) => this.#receive(playing, data);
    const answer: Result<FeedLine> = await this.#world.host.feedChannel(this.#recordingId, receive);
    if (this.#playing !== playing) {
      if (answer.ok) answer.value.close();
      return;
    }
    if (!answer.ok) {
      this.pause();
      return this.#toasts.fail(answer.error);
    }
    playing.line = answer.value;
    this.#ask(playing);
  }

  pause(): void {
    this.#playing?.speaker.close();
    this.#playing?.line?.close();
    this.#playing = null;
    this.phase = "idle";
  }

  /** Goes on from there if it plays, or will begin there. */
  seek(length: Sample, to: Sample): void {
    if (this.isOn) void this.play(length, to);
    else this.position = to;
  }

  /** What plays goes on from where it is. */
  setSpeed(length: Sample, speed: number): void {
    this.speed = speed;
    this.seek(length, this.position);
  }

  #ask(playing: Playing): void {
    const until = Math.min(playing.asked + PIECE, this.#length);
    playing.line?.ask(encodeReplay(playing.asked, until));
    playing.asked = until;
  }

  #receive(playing: Playing, data: ArrayBuffer | string): void {
    const found = typeof data === "string" ? null : decodeFrame(data);
    if (found === null || this.#playing !== playing || found.frame.from !== playing.next) return;
    playing.chunk.push(new Int16Array(found.pcm.slice().buffer));
    playing.next += FRAME;
    if (playing.chunk.length * FRAME >= CHUNK || playing.next >= playing.asked) this.#hear(playing);
  }

  #hear(playing: Playing): void {
    const samples = new Float32Array(playing.chunk.length * FRAME);
    for (const [i, frame] of playing.chunk.entries()) {
      for (let at = 0; at < FRAME; at += 1) samples[i * FRAME + at] = (frame[at] ?? 0) / 32_768;
    }
    playing.chunk = [];
    const isFirst = playing.startedAt === null;
    playing.startedAt ??= playing.speaker.now + LEAD_SECONDS;
    this.#give(playing, playing.startedAt, playing.stretch.push(samples));
    if (playing.next >= this.#length) this.#give(playing, playing.startedAt, playing.stretch.end());
    if (!isFirst) return;
    this.phase = "playing";
    this.#step(playing);
  }

  #give(playing: Playing, startedAt: number, sound: Float32Array<ArrayBuffer>): void {
    if (sound.length === 0) return;
    playing.speaker.play(sound, startedAt + playing.given);
    playing.given += sound.length / RATE;
  }

  #step(playing: Playing): void {
    if (this.#playing !== playing || playing.startedAt === null) return;
    const heard = Math.max(0, playing.speaker.now - playing.startedAt) * RATE * playing.speed;
    this.position = Math.min(playing.origin + Math.round(heard), this.#length);
    if (this.position >= this.#length) {
      this.pause();
      this.position = 0;
      return;
    }
    if (playing.asked < this.#length && playing.asked - this.position < AHEAD) this.#ask(playing);
    this.#world.later(STEP_MS, () => this.#step(playing));
  }
}
