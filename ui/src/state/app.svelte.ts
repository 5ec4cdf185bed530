/**
 * The window as a whole: what the trusted side says, which recordings have a session here, and what is on the sheet.
 *
 * Starting and stopping belong to the trusted side, for the tray and the shortcut do it as well. Here a session is
 * opened for every recording that has none, whatever started it, so a reload takes up where it was.
 */
import type {
  Bookmark,
  Cost,
  HostEvent,
  Language,
  LiveState,
  RecogniserStatus,
  RecordingId,
  RecordingState,
  Result,
  Sample,
  Snapshot,
} from "../host/host";
import type { OpenedSession, SessionOptions } from "../session/driver";
import type { Ledger } from "../session/events";
import type { Policy } from "../session/io";
import { parameters } from "../session/recognition";
import { type LedgerRange, ledgerRanges } from "../transcript/ledger";
import { learn, say, speak, spoken } from "../words/say";
import { BrokerEntry } from "./broker.svelte";
import { CaptionSender } from "./captions";
import { Diagnosis } from "./diagnosis.svelte";
import { HistoryEncryption } from "./encryption.svelte";
import { KeyEntry } from "./key.svelte";
import { lamp } from "./lamp";
import { Library } from "./library.svelte";
import { LiveRecording } from "./live.svelte";
import { ModelChoice } from "./model.svelte";
import { type Notice, notice } from "./notice";
import { Reading } from "./reading.svelte";
import { Preferences } from "./settings.svelte";
import { ShortcutKeys } from "./shortcuts.svelte";
import { Toasts } from "./toasts.svelte";
import { TokenTrail } from "./tokens.svelte";
import { MicrophoneTrial } from "./trial.svelte";
import { NewerVersions } from "./updates.svelte";
import type { World } from "./world";

export type Route =
  | { kind: "live" }
  | { kind: "reading"; reading: Reading }
  | { kind: "settings"; part: string | null };

interface Opened {
  live: LiveRecording;
  session: OpenedSession;
}

export class AppState {
  stage = $state<"opening" | "ready" | "failed">("opening");
  route = $state.raw<Route>({ kind: "live" });
  recording = $state.raw<RecordingState>({ live: { kind: "idle" }, isPrivate: false, finishing: [], failure: null });
  recogniser = $state.raw<RecogniserStatus>({ kind: "offline", label: "", isReady: false, problem: null });
  /** On the sheet: the recording that is being made, or the last one that was. */
  current = $state.raw<LiveRecording | null>(null);
  #cost = $state.raw<Cost | null>(null);
  #systemLanguage = $state<Language>("en");
  version = $state("");
  hasNotifications = $state(false);
  #tellsPaints = false;
  /** Narrow windows only: wide ones always show the library. */
  isLibraryShown = $state(false);
  areKeysShown = $state(false);
  /** The window was to be closed for the first time. */
  isCloseAsked = $state(false);
  /** A file is being read. */
  isImporting = $state(false);
  /** What became of the recording on the sheet, while somebody looks at it. */
  ledger = $state.raw<readonly LedgerRange[] | null>(null);
  #dismissed = $state.raw<string | null>(null);
  #isWelcomeHeld = $state(false);

  readonly toasts: Toasts;
  readonly library: Library;
  readonly preferences: Preferences;
  readonly key: KeyEntry;
  readonly broker: BrokerEntry;
  readonly encryption: HistoryEncryption;
  readonly captions: CaptionSender;
  readonly model: ModelChoice;
  readonly tokens: TokenTrail;
  readonly shortcuts: ShortcutKeys;
  readonly diagnosis: Diagnosis;
  readonly trial: MicrophoneTrial;
  readonly updates: NewerVersions;
  readonly now: World["now"];
  readonly #world: World;
  readonly #opened = new Map<RecordingId, Opened>();

  constructor(world: World) {
    this.#world = world;
    this.now = world.now;
    this.toasts = new Toasts(world);
    this.library = new Library(world, this.toasts);
    this.preferences = new Preferences(world, this.toasts);
    this.key = new KeyEntry(world, this.toasts);
    this.broker = new BrokerEntry(world, this.toasts);
    this.encryption = new HistoryEncryption(world, this.toasts);
    this.captions = new CaptionSender(world.host);
    this.model = new ModelChoice(world);
    this.tokens = new TokenTrail(world, this.toasts);
    this.diagnosis = new Diagnosis(world, this.toasts);
    this.trial = new MicrophoneTrial(world);
    this.updates = new NewerVersions(world, this.toasts, () => this.showSettings("updates"));
    this.shortcuts = new ShortcutKeys(world, this.preferences, this.toasts);
  }

  /** What the window is to speak. */
  readonly #chosenLanguage: Language = $derived.by(() => {
    const { language } = this.preferences.value;
    return language === "system" ? this.#systemLanguage : language;
  });
  /** How often a language was learned. */
  #lessons = $state(0);
  /** What the window speaks: chosen before anything that reads it is painted. While another is learned, the one before. */
  readonly language: Language = $derived.by(() => {
    void this.#lessons;
    if (!speak(this.#chosenLanguage)) void this.#learn();
    return spoken;
  });

  async #learn(): Promise<void> {
    await learn(this.#chosenLanguage);
    this.#lessons += 1;
  }
  readonly isCapturing = $derived(this.recording.live.kind !== "idle");
  readonly isFinishing = $derived(
    this.current !== null && this.recording.finishing.includes(this.current.recordingId) && !this.isCapturing,
  );
  /** What is on the sheet is in memory alone. */
  readonly isPrivate = $derived.by(() => {
    if (this.current === null) return false;
    if (this.isCapturing) return this.recording.isPrivate;
    const { recordingId } = this.current;
    return this.#madePrivately.has(recordingId) || (this.library.find(recordingId)?.isPrivate ?? false);
  });
  /** Seen by this window while they were made: the library, where it is searched, lists others. */
  readonly #madePrivately = new Set<RecordingId>();
  readonly isWelcome = $derived.by(
    () => (!this.preferences.value.isWelcomed || this.#isWelcomeHeld) && !this.isCapturing,
  );
  readonly lamp = $derived(
    lamp({
      live: this.recording.live,
      isFinishing: this.isFinishing,
      phase: this.current?.phase ?? null,
      isSpeech: this.current?.level.isSpeech ?? false,
      isWriting: this.current?.isWriting ?? false,
    }),
  );
  readonly notice: Notice | null = $derived.by(() => {
    // Its words are taken from the table as it is made.
    void this.language;
    const isActive = this.isCapturing || this.isFinishing;
    const phase = isActive ? (this.current?.phase ?? null) : null;
    // Whoever chose the engine inside the program pays nothing, and wants to hear nothing of it.
    const isPaid = this.preferences.value.recogniser !== "offline" || this.recogniser.kind === "selfHosted";
    const budget = isPaid ? (this.cost?.budget ?? "unset") : "unset";
    const found = notice(this.recording, phase, this.recogniser, budget);
    return found === null || found.id === this.#dismissed ? null : found;
  });

  /** What the cloud costs; null until it is known. */
  get cost(): Cost | null {
    return this.#cost;
  }

  /** What the recording on the sheet has cost so far; null where nobody pays. */
  readonly spentHere: number | null = $derived.by(() => {
    const id = this.current?.recordingId;
    const spent = this.#cost?.recordings.find(({ recordingId }) => recordingId === id)?.spent;
    return spent === undefined || spent.micros === 0 ? null : spent.micros;
  });

  /** Listens before it asks, so that no change falls between. */
  async open(): Promise<void> {
    this.stage = "opening";
    const early: HostEvent[] = [];
    let receive = (event: HostEvent): void => void early.push(event);
    this.#unlisten();
    this.#unlisten = await this.#world.host.listen((event) => receive(event));
    const snapshot = await this.#world.host.snapshot();
    if (!snapshot.ok) {
      this.stage = "failed";
      return;
    }
    this.#take(snapshot.value);
    receive = (event) => this.#receive(event);
    for (const event of early) this.#receive(event);
    await this.#learn();
    this.stage = "ready";
    if (!this.encryption.isLocked) void this.library.load();
    void this.shortcuts.load();
    void this.preferences.loadDevices();
  }
  #unlisten: () => void = () => {};

  /** Starts, privately if that is wished, or stops. */
  async toggle(isPrivate = false): Promise<void> {
    const isStarting = !this.isCapturing;
    this.#dismissed = null;
    const { host } = this.#world;
    this.toldOfStart(await (isStarting ? host.recordingStart(isPrivate) : host.recordingStop()));
  }

  /** What came of a start or a stop. A start that failed is told by the state that it left behind; anything else by a toast. */
  toldOfStart(answer: Result<null>): void {
    if (!answer.ok && this.recording.failure === null) this.toasts.fail(answer.error);
  }

  /** The microphone off for a while, or on again. */
  async togglePause(): Promise<void> {
    const { live } = this.recording;
    if (live.kind === "idle" || live.kind === "arming") return;
    this.#dismissed = null;
    const { host } = this.#world;
    const answer = await (live.kind === "paused" ? host.recordingGoOn() : host.recordingPause());
    if (!answer.ok && this.recording.failure === null) this.toasts.fail(answer.error);
  }

  /** A file as a recording, opened to be read while it is written down. */
  async importFile(): Promise<void> {
    this.isImporting = true;
    const answer = await this.#world.host.recordingImport();
    this.isImporting = false;
    if (!answer.ok) return this.toasts.fail(answer.error);
    if (answer.value === null) return;
    if (answer.value.isDamaged) this.toasts.say(say.library.damaged);
    this.read(answer.value.recordingId);
  }

  /** How far a recording is written down that is not the one on the sheet; null where nothing is to be done. */
  progressOf(recordingId: RecordingId): Ledger | null {
    if (!this.recording.finishing.includes(recordingId)) return null;
    return this.#opened.get(recordingId)?.live.ledger ?? null;
  }

  /** Once more what did not work: the start, or else every session that waits. */
  retry(): void {
    this.#dismissed = null;
    // A private recording that could not be started is not made up for by one that is kept.
    if (this.recording.failure !== null && !this.isCapturing) void this.toggle(this.recording.isPrivate);
    else this.resume();
  }

  /** A recording, the one on the sheet unless another is named, is to end without what is still missing. */
  async giveUp(recordingId = this.current?.recordingId): Promise<void> {
    if (recordingId === undefined) return;
    const answer = await this.#world.host.recordingGiveUp(recordingId);
    if (!answer.ok) this.toasts.fail(answer.error);
  }

  /** What stood in the way may be gone: a new key, another recogniser. */
  resume(): void {
    for (const { session } of this.#opened.values()) session.retry();
  }

  dismiss(found: Notice): void {
    this.#dismissed = found.id;
  }

  /** The welcome stays for its last word, though its choice is made. */
  holdWelcome(): void {
    this.#isWelcomeHeld = true;
  }

  leaveWelcome = (): void => {
    this.#isWelcomeHeld = false;
  };

  async showLedger(): Promise<void> {
    const { current } = this;
    if (current === null) return;
    const { host } = this.#world;
    const opened = await host.recordingOpen(current.recordingId);
    if (!opened.ok) return this.toasts.fail(opened.error);
    const turns = await host.recordingTurns(current.recordingId, 0, null);
    if (!turns.ok) return this.toasts.fail(turns.error);
    const stored = { gaps: opened.value.gaps, turns: turns.value };
    this.ledger = ledgerRanges(stored, Math.max(current.level.heard, current.ledger.captured));
  }

  hideLedger(): void {
    this.ledger = null;
  }

  /** The window goes, the program stays; from now on without asking. */
  async closeWindow(): Promise<void> {
    this.isCloseAsked = false;
    await this.preferences.update({ isCloseExplained: true });
    const answer = await this.#world.host.windowClose();
    if (!answer.ok) this.toasts.fail(answer.error);
  }

  async quit(): Promise<void> {
    const answer = await this.#world.host.programQuit();
    if (!answer.ok) this.toasts.fail(answer.error);
  }

  later(ms: number, work: () => void): () => void {
    return this.#world.later(ms, work);
  }

  showLive(): void {
    this.route = { kind: "live" };
    this.isLibraryShown = false;
  }

  showSettings(part: string | null = null): void {
    this.route = { kind: "settings", part };
    this.isLibraryShown = false;
    void this.preferences.loadDevices();
    void this.#countAnew();
    void this.preferences.checkAutostart();
  }

  /** It may be another day than when it was last told. */
  async #countAnew(): Promise<void> {
    const answer = await this.#world.host.costRead();
    if (answer.ok) this.#cost = answer.value;
    else this.toasts.fail(answer.error);
  }

  /** The recording on the sheet is read there; every other one from history. */
  read(recordingId: RecordingId): void {
    if (recordingId === this.#liveId(this.recording.live)) return this.showLive();
    const reading = new Reading(this.#world, this.toasts, recordingId);
    this.route = { kind: "reading", reading };
    this.isLibraryShown = false;
    void reading.load();
  }

  /** The text that is on the screen. */
  get sheet(): Reading | LiveRecording | null {
    if (this.route.kind === "reading") return this.route.reading;
    return this.route.kind === "live" ? this.current : null;
  }

  /** Marks this moment of what is being recorded; of what is read, the one that is heard, else `inSight`. */
  async bookmark(inSight: Sample | null): Promise<void> {
    const { sheet } = this;
    if (sheet === null) return;
    const isLive = this.isCapturing && sheet === this.current;
    const heard = sheet instanceof Reading && sheet.player.isOn ? sheet.player.position : inSight;
    if (isLive) await sheet.bookmarks.add(null);
    else if (heard !== null) await sheet.bookmarks.add(heard);
  }

  async remove(reading: Reading): Promise<void> {
    if (reading.summary === null || !(await this.library.remove(reading.summary))) return;
    if (this.current?.recordingId === reading.recordingId) this.current = null;
    this.showLive();
  }

  #take(snapshot: Snapshot): void {
    this.version = snapshot.version;
    this.hasNotifications = snapshot.hasNotifications;
    this.#cost = snapshot.cost;
    this.updates.known = snapshot.updates;
    this.#systemLanguage = snapshot.systemLanguage;
    this.#tellsPaints = snapshot.tellsPaints;
    this.preferences.value = snapshot.settings;
    this.key.status = snapshot.key;
    this.key.found = snapshot.foundKey;
    this.encryption.take(snapshot.encryption);
    this.recogniser = snapshot.recogniser;
    this.#follow(snapshot.recording);
  }

  #receive(event: HostEvent): void {
    switch (event.kind) {
      case "recordingChanged":
        return this.#follow(event.state);
      case "settingsChanged":
        this.preferences.value = event.settings;
        return this.#reconfigure();
      case "keyChanged":
        this.key.status = event.status;
        // Wherever it came from, the command line included: what waited for a key goes on.
        return this.resume();
      case "encryptionChanged":
        if (this.encryption.take(event.status)) void this.library.load();
        return;
      case "recogniserChanged":
        this.recogniser = event.status;
        return this.#reconfigure();
      case "pauseDeclared":
        this.#opened.get(event.pause.recordingId)?.live.receive(event);
        return;
      case "gapDeclared":
        this.#opened.get(event.gap.recordingId)?.live.receive(event);
        return;
      case "bookmarksChanged":
        return this.#takeBookmarks(event.recordingId, event.bookmarks);
      case "shortcutPressed":
        return this.shortcuts.pressed(event.deed);
      case "shortcutsChanged":
        return void this.shortcuts.load();
      case "dictationFailed":
        return this.toasts.fail(event.error);
      case "costChanged":
        this.#cost = event.cost;
        return;
      case "closeAsked":
        this.isCloseAsked = true;
        return;
      case "updatesChanged":
        return this.updates.receive(event.updates);
      case "settingsWanted":
        return this.showSettings();
      case "historyChanged":
        if (!this.encryption.isLocked) this.library.changed();
        if (this.route.kind === "reading" && this.route.reading.recordingId === event.recordingId) {
          void this.route.reading.load();
        }
    }
  }

  #takeBookmarks(recordingId: RecordingId, bookmarks: readonly Bookmark[]): void {
    const reading = this.route.kind === "reading" ? this.route.reading : null;
    for (const sheet of [this.#opened.get(recordingId)?.live, this.current, reading]) {
      if (sheet?.recordingId === recordingId) sheet.bookmarks.list = bookmarks;
    }
    if (!this.encryption.isLocked) this.library.changed();
  }

  /** A session for each recording that has none; none for those that are through. */
  #follow(state: RecordingState): void {
    const before = this.#liveId(this.recording.live);
    const liveId = this.#liveId(state.live);
    const wasPaused = this.recording.live.kind === "paused";
    if (liveId !== null && state.isPrivate) this.#madePrivately.add(liveId);
    this.recording = state;
    const wanted = new Set([...(liveId === null ? [] : [liveId]), ...state.finishing]);
    for (const id of wanted) if (!this.#opened.has(id)) this.#openSession(id, id === liveId ? state.live : null);
    for (const [id, { session }] of this.#opened) {
      if (wanted.has(id)) continue;
      session.close();
      this.#opened.delete(id);
    }
    const pausedAt = state.live.kind === "paused" ? state.live.at : null;
    if (liveId !== null && (pausedAt !== null || wasPaused)) this.#opened.get(liveId)?.session.pause(pausedAt);
    if (pausedAt !== null && liveId !== null) this.#opened.get(liveId)?.live.level.hush();
    if (before !== null && before !== liveId) this.#opened.get(before)?.live.level.hush();
    if (liveId !== null && liveId !== before) this.#show(liveId);
  }

  #show(liveId: RecordingId): void {
    this.current = this.#opened.get(liveId)?.live ?? null;
    if (this.route.kind !== "settings") this.showLive();
  }

  #openSession(recordingId: RecordingId, state: LiveState | null): void {
    const startedAt = state === null || state.kind === "idle" ? null : state.startedAt;
    const observer = this.#world.timing?.(recordingId) ?? null;
    const live = new LiveRecording(this.#world, this.toasts, recordingId, startedAt, this.#tellsPaints, observer);
    const { receive } = live;
    const { hear: onLevel } = live;
    const { preferences } = this;
    const policy = this.#policy;
    this.#configured = this.#wanted;
    const wish: SessionOptions = {
      host: this.#world.host,
      recordingId,
      receive,
      onLevel,
      policy,
      observer,
      // Asked at every token, so that a change counts from the next one on.
      get tokenSeconds() {
        return preferences.value.tokenSeconds;
      },
      get sessionSeconds() {
        return preferences.value.sessionSeconds;
      },
    };
    this.#opened.set(recordingId, { live, session: this.#world.openSession(wish) });
  }

  /** A stand-in for the engine inside the program would be itself. */
  get #policy(): Policy {
    const { isOfflineTakeover, takeoverSeconds, isOfflineRedone, idleMinutes, recognition } = this.preferences.value;
    const isElsewhere = this.recogniser.kind !== "offline";
    return {
      fallbackAfter: isElsewhere && isOfflineTakeover ? takeoverSeconds * 1000 : null,
      isRedone: isOfflineRedone,
      idleAfter: isElsewhere && idleMinutes > 0 ? idleMinutes * 60_000 : null,
      recognition,
    };
  }

  /** Sessions are told only of what is another for them: a new theme is no reason to leave a socket. */
  #reconfigure(): void {
    const policy = this.#policy;
    if (this.#wanted === this.#configured) return;
    this.#configured = this.#wanted;
    for (const { session } of this.#opened.values()) session.reconfigure(policy);
  }
  #configured = "";

  /** Another model of the offline engine has another label; whatever else matters to a recogniser is in its parameters. */
  get #wanted(): string {
    const { kind, label } = this.recogniser;
    const { recognition, ...rest } = this.#policy;
    return JSON.stringify([kind, kind === "offline" ? label : null, rest, parameters(recognition, kind)]);
  }

  #liveId(live: LiveState): RecordingId | null {
    return live.kind === "idle" ? null : live.recordingId;
  }
}
