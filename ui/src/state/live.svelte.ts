/**
 * One recording that is being made or finished: its session's events as a transcript, at most a few changes a paint.
 * It opens no session and decides nothing about recordings; `app` does.
 */
import type { CommittedTurn, RecordingId, Sample, UnixMs } from "../host/host";
import type { Ledger, SessionEvent, SessionFailure, SessionPhase } from "../session/events";
import type { PathTiming } from "../timing/path";
import {
  edited,
  emptyTranscript,
  fold,
  fromStored,
  named,
  type Transcript,
  type TurnName,
} from "../transcript/transcript";
import { called } from "../words/called";
import { Bookmarks } from "./bookmarks.svelte";
import { Deeds } from "./deeds";
import { Edits } from "./edits";
import { Find, hitsIn } from "./find.svelte";
import { Level } from "./level.svelte";
import { type Place, Places } from "./places.svelte";
import { type Row, Rows } from "./rows";
import { SpeakerNames } from "./speakers.svelte";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

/** What stands around the words comes with the meter, or so much later where none moves. */
const AROUND_MS = 400;
/** As many finals as a screen reader may still have to say. */
const SPOKEN_KEPT = 12;

export interface Spoken {
  key: string;
  text: string;
}

export class LiveRecording {
  readonly recordingId: RecordingId;
  readonly startedAt: UnixMs | null;

  rows = $state.raw<readonly Row[]>([]);
  /** The same for a list on the screen. */
  places = $state.raw<readonly Place[]>([]);
  isWriting = $state(false);
  /** Somebody is told apart. */
  hasSpeakers = $state(false);
  phase = $state.raw<SessionPhase>({ kind: "connecting" });
  ledger = $state.raw<Ledger>({ captured: 0, transcribed: 0 });
  gapCount = $state(0);
  /** Each final once, for screen readers. */
  spoken = $state.raw<readonly Spoken[]>([]);

  readonly #world: World;
  readonly #tellsPaints: boolean;
  readonly #timing: PathTiming | null;
  readonly edits: Edits;
  readonly bookmarks: Bookmarks;
  readonly speakers: SpeakerNames;
  readonly level: Level;
  readonly find = new Find({ hits: (query) => hitsIn(this.rows, query) });
  readonly #layout = new Rows();
  readonly #places = new Places();
  #transcript: Transcript = emptyTranscript();
  #ledger: Ledger = { captured: 0, transcribed: 0 };
  /** Calls off that what stands around the words is shown without the meter; null: nothing of it changed. */
  #callOff: (() => void) | null = null;
  /** Events that came before what history holds. */
  #early: SessionEvent[] | null = [];
  #spoken: readonly Spoken[] = [];
  #isPainting = false;
  #isFirstTextTold = false;
  #painted: Sample = 0;

  constructor(
    world: World,
    toasts: Toasts,
    recordingId: RecordingId,
    startedAt: UnixMs | null,
    tellsPaints: boolean,
    timing: PathTiming | null = null,
  ) {
    this.#world = world;
    this.#tellsPaints = tellsPaints;
    this.#timing = timing;
    this.recordingId = recordingId;
    this.startedAt = startedAt;
    this.level = new Level(world.isHidden);
    this.bookmarks = new Bookmarks(world, toasts, recordingId);
    const deeds = new Deeds();
    const change = (next: Transcript) => {
      this.#transcript = next;
      this.#paint();
    };
    const show = (turn: TurnName, text: string | null) => change(edited(this.#transcript, turn, text));
    this.edits = new Edits(world, toasts, recordingId, show, deeds);
    const cast = () => this.#transcript.cast;
    this.speakers = new SpeakerNames(world, toasts, recordingId, deeds, cast, (changes) =>
      change(named(this.#transcript, changes)),
    );
  }

  get failure(): SessionFailure | null {
    return this.phase.kind === "ended" || this.phase.kind === "reconnecting" ? this.phase.reason : null;
  }

  /** What was stored before this session took the recording up: nothing more is added to that behind its back. */
  async #load(): Promise<void> {
    const { host } = this.#world;
    const opened = await host.recordingOpen(this.recordingId);
    const turns = await host.recordingTurns(this.recordingId, 0, null);
    const early = this.#early ?? [];
    this.#early = null;
    if (opened.ok && turns.ok) this.#transcript = fromStored({ ...opened.value, turns: turns.value });
    if (opened.ok) this.bookmarks.list = opened.value.bookmarks;
    this.#isFirstTextTold = this.#transcript.segments.length > 0;
    for (const event of early) this.#transcript = fold(this.#transcript, event);
    this.#paint();
  }

  /** A frame of the microphone's. */
  hear = (dbfs: number, isSpeech: boolean, sample: Sample): void => {
    if (this.level.hear(dbfs, isSpeech, sample)) this.#showAround();
  };

  receive = (event: SessionEvent): void => {
    if (event.kind === "phaseChanged") {
      this.phase = event.phase;
      this.#showAround();
    } else if (event.kind === "ledgerChanged") {
      this.#ledger = event.ledger;
      this.#changeAround();
    } else if (event.kind === "resumed") void this.#load();
    else {
      if (this.#early === null) this.#transcript = fold(this.#transcript, event);
      else this.#early.push(event);
      if (event.kind === "turnCommitted") {
        this.#say(event.turn);
        this.#timing?.finished(event.turn.words.at(-1)?.to ?? 0);
      }
      this.#timing?.changed();
      this.#paint();
    }
  };

  /** Not with the words: what changes at both ends of the window at once is painted with all that lies between. */
  #changeAround(): void {
    this.#callOff ??= this.#world.later(AROUND_MS, () => this.#showAround());
  }

  #showAround(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.ledger = this.#ledger;
    this.isWriting = this.#transcript.tail.length > 0;
  }

  #say({ leg, turnOrder, text }: CommittedTurn): void {
    if (text.trim() === "") return;
    const { segments } = this.#transcript;
    const shown = segments.findLast((one) => one.kind === "turn" && one.leg === leg && one.turnOrder === turnOrder);
    const speaker = shown?.kind === "turn" ? shown.speaker : null;
    const line = speaker === null ? text : `${called(speaker)}: ${text}`;
    this.#spoken = [...this.#spoken, { key: `${leg}:${turnOrder}`, text: line }].slice(-SPOKEN_KEPT);
  }

  #paint(): void {
    if (this.#isPainting || this.#early !== null) return;
    this.#isPainting = true;
    this.#world.paint(() => {
      this.#isPainting = false;
      this.rows = this.#layout.of(this.#transcript);
      this.places = this.#places.of(this.rows);
      this.gapCount = this.#transcript.gapCount;
      this.hasSpeakers = this.#transcript.cast.met.length > 0;
      if (this.isWriting !== this.#transcript.tail.length > 0) this.#changeAround();
      this.spoken = this.#spoken;
      this.#timing?.written();
      this.#tellFirstText();
      if (this.#tellsPaints) this.#tellPainted();
    });
  }

  /** Up to where words are on the screen: for those who measure how late they come. */
  #tellPainted(): void {
    const { tail, segments } = this.#transcript;
    const last = tail.at(-1) ?? segments.findLast((segment) => segment.kind === "turn")?.words.at(-1);
    if (last === undefined || last.to <= this.#painted) return;
    this.#painted = last.to;
    this.#world.afterPaint(() => void this.#world.host.recordingPainted(this.recordingId, last.to));
  }

  /** When they are painted. */
  #tellFirstText(): void {
    if (this.#isFirstTextTold || !this.rows.some((row) => row.kind === "text")) return;
    this.#isFirstTextTold = true;
    this.#world.afterPaint(() => void this.#world.host.recordingFirstText(this.recordingId));
  }
}
