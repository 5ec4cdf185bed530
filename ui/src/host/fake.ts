/**
 * A trusted side for tests and the browser: remembers what it was asked, answers from memory, and says what it is told
 * to say. It has no microphone and no recogniser; a feed or a token is only an address.
 */
import {
  count,
  type Endless,
  isWanted,
  type Kept,
  matches,
  nameIn,
  passages,
  passagesOf,
  relabelled,
  turnsOf,
  voicesOf,
} from "./fake-history";
import { DEFAULTS } from "./fake-snapshot";
import type {
  Bookmark,
  CaptionText,
  CommandError,
  CommittedTurn,
  Cost,
  Diagnostics,
  Encryption,
  ErrorCode,
  Gap,
  Host,
  HostEvent,
  Imported,
  KeyCheck,
  LibraryFilter,
  Metered,
  OpenedRecording,
  OwnModel,
  RecogniserKind,
  RecordingId,
  RecordingState,
  RecordingSummary,
  Relabelling,
  Result,
  Sample,
  Settings,
  Shortcuts,
  Snapshot,
  SpeakerChange,
  Spent,
  StoredTurn,
  TimingReport,
  TokensSeen,
  TurnHits,
  Updates,
} from "./host";

export type { Endless, Kept } from "./fake-history";

type Command = Exclude<keyof Host, "listen">;

/** Some time in a quiet year; a fake has no clock. */
const FIRST_START = 1_700_000_000_000;

export class FakeHost implements Host {
  /** The last channel that was opened, for tests to send over. */
  channel: { receive: (data: ArrayBuffer | string) => void; asked: string[]; isClosed: boolean } | null = null;
  /** Each command with what it was given, in order. */
  readonly calls: { command: Command; given: unknown[] }[] = [];
  readonly recordings = new Map<RecordingId, Kept>();
  readonly endless = new Map<RecordingId, Endless>();
  state: Snapshot;
  /** What saving or importing a key says. */
  keyCheck: KeyCheck = { kind: "works", status: { kind: "saved", store: "Secret Service" } };
  readonly #deleted = new Map<RecordingId, Kept>();
  readonly #refusals = new Map<Command, CommandError>();
  readonly #receivers = new Set<(event: HostEvent) => void>();
  #started = 0;
  #minted = 0;

  constructor(changes: Partial<Snapshot> = {}) {
    this.state = { ...structuredClone(DEFAULTS), ...changes };
  }

  /** Says something to the window. */
  tell(event: HostEvent): void {
    for (const receive of this.#receivers) receive(event);
  }

  /** From now on the command is refused; null to answer again. */
  refuse(command: Command, code: ErrorCode | null, message = "refused by the fake host"): void {
    if (code === null) this.#refusals.delete(command);
    else this.#refusals.set(command, { code, message });
  }

  called(command: Command): unknown[][] {
    return this.calls.filter((call) => call.command === command).map((call) => call.given);
  }

  /** A recording that lies in the history. */
  keep(
    summary: Partial<RecordingSummary> & { recordingId: RecordingId },
    turns: StoredTurn[] = [],
    gaps: Gap[] = [],
  ): void {
    const words = turns.reduce((sum, turn) => sum + turn.words.length, 0);
    const samples = turns.at(-1)?.to ?? 0;
    const base = {
      title: "",
      startedAt: FIRST_START,
      samples,
      words,
      source: turns[0]?.source ?? null,
      gaps: gaps.length,
      bookmarks: 0,
      isImported: false,
    };
    this.recordings.set(summary.recordingId, {
      summary: { ...base, state: "finished", snippet: null, isPrivate: false, ...summary },
      turns,
      gaps,
      pauses: [],
      speakers: { voices: [], stretches: [] },
      bookmarks: [],
      hasSound: this.state.settings.isAudioKept,
    });
  }

  snapshot = () => this.#answer("snapshot", [], () => this.state);

  async listen(receive: (event: HostEvent) => void): Promise<() => void> {
    this.#receivers.add(receive);
    return () => this.#receivers.delete(receive);
  }

  recordingStart = (isPrivate = false) =>
    this.#answer("recordingStart", [isPrivate], () => {
      const recordingId = `recording-${this.#started}`;
      const startedAt = FIRST_START + this.#started * 60_000;
      this.#started += 1;
      this.keep({ recordingId, startedAt, state: "recording", isPrivate });
      this.#turnTo({
        live: { kind: "recording", recordingId, startedAt, deviceName: "Fake microphone", isMuted: false },
        isPrivate,
        failure: null,
      });
      return null;
    });

  recordingStop = () =>
    this.#answer("recordingStop", [], () => {
      const { live, finishing } = this.state.recording;
      if (live.kind !== "idle") this.#turnTo({ live: { kind: "idle" }, finishing: [...finishing, live.recordingId] });
      return null;
    });

  recordingPause = () =>
    this.#answer("recordingPause", [], () => {
      const { live } = this.state.recording;
      if (live.kind === "idle") return null;
      const { recordingId, startedAt } = live;
      const since = startedAt + 10_000;
      const at = this.recordings.get(recordingId)?.turns.at(-1)?.to ?? 0;
      this.#turnTo({ live: { kind: "paused", recordingId, startedAt, at, since } });
      this.tell({ kind: "pauseDeclared", pause: { recordingId, at, since, until: null } });
      return null;
    });

  recordingGoOn = () =>
    this.#answer("recordingGoOn", [], () => {
      const { live } = this.state.recording;
      if (live.kind !== "paused") return null;
      const { recordingId, startedAt, at, since } = live;
      const deviceName = "Fake microphone";
      this.#turnTo({ live: { kind: "recording", recordingId, startedAt, deviceName, isMuted: false } });
      this.tell({ kind: "pauseDeclared", pause: { recordingId, at, since, until: since + 190_000 } });
      return null;
    });

  recordingFinish = (recordingId: RecordingId) =>
    this.#answer("recordingFinish", [recordingId], () => {
      const { finishing } = this.state.recording;
      this.#change(recordingId, { state: "finished" });
      this.#turnTo({ finishing: finishing.filter((id) => id !== recordingId) });
      return null;
    });

  recordingResume: Host["recordingResume"] = (recordingId) =>
    this.#answer("recordingResume", [recordingId], () => {
      const turns = this.recordings.get(recordingId)?.turns ?? [];
      const nextLeg = Math.max(-1, ...turns.map((turn) => turn.leg)) + 1;
      return {
        recordingId,
        from: turns.at(-1)?.to ?? 0,
        captured: turns.at(-1)?.to ?? 0,
        nextLeg,
        claim: 1,
        holes: [],
        fallback: [],
      };
    });

  recordingFirstText = (recordingId: RecordingId) => this.#answer("recordingFirstText", [recordingId], () => null);
  /** What choosing a file gives; null: the user thought better of it. */
  chosenFile: (Imported & { title: string }) | null = null;

  recordingImport = () =>
    this.#answer<Imported | null>("recordingImport", [], () => {
      if (this.chosenFile === null) return null;
      const { recordingId, isDamaged, title } = this.chosenFile;
      this.keep({ recordingId, title, startedAt: FIRST_START, state: "finishing", isImported: true });
      this.#turnTo({ finishing: [...this.state.recording.finishing, recordingId] });
      return { recordingId, isDamaged };
    });

  feedOpen = (recordingId: RecordingId) =>
    this.#answer("feedOpen", [recordingId], () => "ws://127.0.0.1:9/feed?ticket=fake");
  feedChannel = (recordingId: RecordingId, receive: (data: ArrayBuffer | string) => void) =>
    this.#answer("feedChannel", [recordingId], () => {
      this.channel = { receive, asked: [], isClosed: false };
      const { channel } = this;
      const ask = (text: string): void => {
        channel.asked.push(text);
      };
      const close = (): void => {
        channel.isClosed = true;
      };
      return { ask, close };
    });

  tokenMint = (recogniser: "chosen" | "fallback", expiresInSeconds: number, maxSessionDurationSeconds: number) =>
    this.#answer("tokenMint", [recogniser, expiresInSeconds, maxSessionDurationSeconds], () => {
      this.#minted += 1;
      return {
        token: `fake-${this.#minted}`,
        expiresAt: FIRST_START + expiresInSeconds * 1000,
        socketUrl: "ws://127.0.0.1:9/v3/ws",
        recogniser: recogniser === "fallback" ? "offline" : this.state.recogniser.kind,
        paceLimit: null,
      };
    });

  turnCommit = (claim: number, turn: CommittedTurn) =>
    this.#answer("turnCommit", [claim, turn], () => {
      const opened = this.recordings.get(turn.recordingId);
      const isKnown = opened?.turns.some((one) => one.leg === turn.leg && one.turnOrder === turn.turnOrder);
      if (!isKnown) opened?.turns.push({ ...turn, editedText: null });
      return null;
    });

  turnsReplace = (claim: number, range: { from: number; to: number }, turns: CommittedTurn[]) =>
    this.#answer("turnsReplace", [claim, range, turns], () => {
      const opened = this.recordings.get(turns[0]?.recordingId ?? "");
      const kept = opened?.turns.filter((turn) => turn.from < range.from || turn.from >= range.to) ?? [];
      const next = [...kept, ...turns.map((turn) => ({ ...turn, editedText: null }))];
      opened?.turns.splice(0, Infinity, ...next.sort((a, b) => a.from - b.from));
      return true;
    });

  turnRelabel = (claim: number, recordingId: RecordingId, anew: Relabelling) =>
    this.#answer("turnRelabel", [claim, recordingId, anew], () => {
      const turns = this.recordings.get(recordingId)?.turns ?? [];
      const at = turns.findIndex((turn) => turn.leg === anew.leg && turn.turnOrder === anew.turnOrder);
      const turn = turns[at];
      if (turn !== undefined) turns[at] = relabelled(turn, anew);
      return null;
    });

  recordingGiveUp = (recordingId: RecordingId) =>
    this.#answer("recordingGiveUp", [recordingId], () => {
      this.#turnTo({ finishing: this.state.recording.finishing.filter((id) => id !== recordingId) });
      return null;
    });

  recordingPainted = (recordingId: RecordingId, to: number) =>
    this.#answer("recordingPainted", [recordingId, to], () => null);

  historyPage = (query: string, filter: LibraryFilter, before: number | null, limit: number) =>
    this.#answer<RecordingSummary[]>("historyPage", [query, filter, before, limit], () =>
      this.state.encryption.kind === "locked"
        ? { code: "HistoryNeedsKey", message: "locked" }
        : [...this.recordings.values()]
            .filter((kept) => isWanted(kept, filter))
            .filter(({ summary, turns }) =>
              matches(query, [summary.title, ...turns.map((turn) => turn.editedText ?? turn.text)]),
            )
            .map(({ summary }) => summary)
            .filter(({ startedAt }) => before === null || startedAt < before)
            .sort((a, b) => b.startedAt - a.startedAt)
            .slice(0, limit),
    );

  recordingOpen = (recordingId: RecordingId) =>
    this.#answer<OpenedRecording>("recordingOpen", [recordingId], () => {
      const kept = this.recordings.get(recordingId);
      if (kept === undefined) return notFound(recordingId);
      const { turns, ...rest } = kept;
      const endless = this.endless.get(recordingId);
      const outline = { ...rest, speakers: structuredClone(kept.speakers) };
      if (endless !== undefined) return { ...outline, passages: passagesOf(endless), voices: endless.voices };
      return { ...outline, passages: passages(turns), voices: voicesOf(turns) };
    });

  recordingTurns = (recordingId: RecordingId, from: Sample, to: Sample | null) =>
    this.#answer<StoredTurn[]>("recordingTurns", [recordingId, from, to], () => {
      const endless = this.endless.get(recordingId);
      if (endless !== undefined) return turnsOf(endless, from, to);
      const isIn = (turn: StoredTurn) => turn.from >= from && (to === null || turn.from < to);
      return this.recordings.get(recordingId)?.turns.filter(isIn) ?? notFound(recordingId);
    });

  recordingFind = (recordingId: RecordingId, query: string) =>
    this.#answer<TurnHits[]>("recordingFind", [recordingId, query], () => {
      const endless = this.endless.get(recordingId);
      const turns = endless === undefined ? this.recordings.get(recordingId)?.turns : turnsOf(endless, 0, null);
      const hits = turns?.map((turn) => ({ from: turn.from, count: count(turn.editedText ?? turn.text, query) }));
      return hits?.filter((one) => one.count > 0) ?? notFound(recordingId);
    });

  recordingRename = (recordingId: RecordingId, title: string) =>
    this.#answer("recordingRename", [recordingId, title], () => this.#change(recordingId, { title }));

  turnEdit = (recordingId: RecordingId, leg: number, turnOrder: number, text: string | null) =>
    this.#answer<null>("turnEdit", [recordingId, leg, turnOrder, text], () => {
      const endless = this.endless.get(recordingId);
      if (endless !== undefined) {
        endless.edits.set(turnOrder, text);
        return null;
      }
      const turns = this.recordings.get(recordingId)?.turns ?? [];
      const at = turns.findIndex((turn) => turn.leg === leg && turn.turnOrder === turnOrder);
      const turn = turns[at];
      if (turn === undefined) return notFound(recordingId);
      turns[at] = { ...turn, editedText: text };
      return null;
    });

  speakersName = (recordingId: RecordingId, changes: SpeakerChange[]) =>
    this.#answer<null>("speakersName", [recordingId, changes], () => {
      const opened = this.recordings.get(recordingId);
      if (opened === undefined) return notFound(recordingId);
      for (const change of changes) nameIn(opened.speakers, change);
      return null;
    });

  bookmarkSet = (recordingId: RecordingId, at: Sample | null, note: string) =>
    this.#answer<Sample>("bookmarkSet", [recordingId, at, note], () => {
      const kept = this.recordings.get(recordingId);
      if (kept === undefined) return notFound(recordingId);
      const moment = at ?? this.moment(kept);
      const others = kept.bookmarks.filter((one) => one.at !== moment);
      this.#mark(recordingId, [...others, { at: moment, note }]);
      return moment;
    });

  bookmarkRemove = (recordingId: RecordingId, at: Sample) =>
    this.#answer("bookmarkRemove", [recordingId, at], () => {
      const bookmarks = this.recordings.get(recordingId)?.bookmarks ?? [];
      this.#mark(
        recordingId,
        bookmarks.filter((one) => one.at !== at),
      );
      return null;
    });

  /** How far a recording is that is being made. */
  moment(kept: Kept): Sample {
    return kept.turns.at(-1)?.to ?? 0;
  }

  #mark(recordingId: RecordingId, marks: Bookmark[]): void {
    const kept = this.recordings.get(recordingId);
    if (kept === undefined) return;
    const bookmarks = marks.toSorted((a, b) => a.at - b.at);
    const summary = { ...kept.summary, bookmarks: bookmarks.length };
    this.recordings.set(recordingId, { ...kept, bookmarks, summary });
    this.tell({ kind: "bookmarksChanged", recordingId, bookmarks });
  }

  recordingDelete = (recordingId: RecordingId) =>
    this.#answer("recordingDelete", [recordingId], () => this.#move(recordingId, this.recordings, this.#deleted));

  recordingRestore = (recordingId: RecordingId) =>
    this.#answer("recordingRestore", [recordingId], () => this.#move(recordingId, this.#deleted, this.recordings));

  recordingExport = (recordingId: RecordingId, format: string) =>
    this.#answer<string | null>("recordingExport", [recordingId, format], () => `${recordingId}.${format}`);

  recordingSaveSound = (recordingId: RecordingId) =>
    this.#answer<string | null>("recordingSaveSound", [recordingId], () => `${recordingId}.flac`);

  recordingCopy = (recordingId: RecordingId, isTimed: boolean) =>
    this.#answer("recordingCopy", [recordingId, isTimed], () => null);
  /** The key itself is not even remembered in `calls`. */
  keySave = (_key: string) => this.#answer("keySave", ["…"], () => this.#keyChecked());
  keyImport = () => this.#answer("keyImport", [], () => this.#keyChecked());

  keyForget = () =>
    this.#answer("keyForget", [], () => {
      this.#keyIs({ kind: "missing" });
      return null;
    });

  /** The credential itself is not even remembered in `calls`. */
  brokerSave = (address: string, credential: string | null) =>
    this.#answer("brokerSave", [address, credential === null ? null : "…"], () => {
      if (this.keyCheck.kind === "works") this.#brokerIs(address);
      return this.keyCheck;
    });

  brokerForget = () =>
    this.#answer("brokerForget", [], () => {
      this.#brokerIs(null);
      return null;
    });

  #brokerIs(broker: string | null): void {
    const settings = { ...this.state.settings, broker };
    this.state = { ...this.state, settings };
    this.tell({ kind: "settingsChanged", settings });
  }

  recoveryKey = "7Z0K-M4QX-9TPA-3C6H-WD2V-EN8R-J5BY-1GSF-K0XT-4VQM-8H2C-P6ZA-R9DW-3N7E";
  /** The name of the file that the recovery key is saved as; null: the user thinks better of it. */
  savedAs: string | null = "Sotto recovery key.txt";
  #isKeySaved = false;

  encryptionOffer = () => this.#answer("encryptionOffer", [], () => this.recoveryKey);
  encryptionWithdraw = () => this.#answer("encryptionWithdraw", [], () => null);
  /** What is typed of a recovery key is not even remembered in `calls`. */
  encryptionBegin = (lastGroup: string | null) =>
    this.#answer<null>("encryptionBegin", [lastGroup === null ? null : "…"], () => {
      const isConfirmed = lastGroup === null ? this.#isKeySaved : this.recoveryKey.endsWith(lastGroup.toUpperCase());
      if (!isConfirmed) return { code: "RecoveryKeyUnconfirmed", message: "not the end of the recovery key" };
      this.encryptionIs({ kind: "on", keyring: { kind: "saved", store: "Secret Service" }, inTheClear: 0 });
      return null;
    });
  encryptionEnd = () =>
    this.#answer("encryptionEnd", [], () => {
      this.encryptionIs({ kind: "off" });
      return null;
    });
  encryptionUnlock = (recoveryKey: string) =>
    this.#answer<null>("encryptionUnlock", ["…"], () => {
      const plain = (text: string) => text.toUpperCase().replaceAll(/[\s-]/g, "");
      if (plain(recoveryKey) !== plain(this.recoveryKey)) {
        return { code: "RecoveryKeyMistyped", message: "a letter is wrong" };
      }
      this.encryptionIs({ kind: "on", keyring: { kind: "saved", store: "Secret Service" }, inTheClear: 0 });
      return null;
    });
  encryptionRetry = () =>
    this.#answer<null>("encryptionRetry", [], () => ({ code: "HistoryNeedsKey", message: "the keyring has no key" }));
  encryptionKey = () => this.#answer("encryptionKey", [], () => this.recoveryKey);
  encryptionKeyCopy = () => this.#answer("encryptionKeyCopy", [], () => null);
  encryptionKeySave = () =>
    this.#answer<string | null>("encryptionKeySave", [], () => {
      this.#isKeySaved = this.savedAs !== null;
      return this.savedAs;
    });

  encryptionIs(encryption: Encryption): void {
    this.state = { ...this.state, encryption };
    this.tell({ kind: "encryptionChanged", status: encryption });
  }

  seen: TokensSeen = { entries: [], unusual: null };
  tokensSeen = () => this.#answer("tokensSeen", [], () => this.seen);

  /** Counts as the trusted side does: seconds times the rate of the settings. */
  usageAdd = (recordingId: RecordingId, recogniser: RecogniserKind, openMs: number) =>
    this.#answer("usageAdd", [recordingId, recogniser, openMs], () => {
      const { rateMills, selfHostedRateMills } = this.state.settings.cost;
      const micros = (openMs * (recogniser === "selfHosted" ? selfHostedRateMills : rateMills)) / 3600;
      const more = (spent: Spent) => ({ openMs: spent.openMs + openMs, micros: spent.micros + micros });
      const { today, thisMonth, recordings } = this.state.cost;
      const before = recordings.find((one) => one.recordingId === recordingId)?.spent ?? { openMs: 0, micros: 0 };
      const others = recordings.filter((one) => one.recordingId !== recordingId);
      this.costIs({
        today: more(today),
        thisMonth: more(thisMonth),
        recordings: [...others, { recordingId, spent: more(before) }],
      });
      return null;
    });

  costRead = () => this.#answer("costRead", [], () => this.state.cost);

  /** From now on the cloud costs this. */
  costIs(changes: Partial<Cost>): void {
    const cost = { ...this.state.cost, ...changes };
    this.state = { ...this.state, cost };
    this.tell({ kind: "costChanged", cost });
  }

  /** What choosing a model's folder gives. */
  chosenModel: OwnModel | null = null;

  modelStatus = () =>
    this.#answer("modelStatus", [], () => (this.state.settings.ownModel === null ? null : this.chosenModel));

  modelChoose = () =>
    this.#answer("modelChoose", [], () => {
      const { chosenModel } = this;
      if (chosenModel !== null) this.#modelIs({ folder: `/models/${chosenModel.name}`, language: null });
      return chosenModel;
    });

  modelSpeak = (language: string | null) =>
    this.#answer<OwnModel>("modelSpeak", [language], () => {
      if (this.chosenModel === null) return notFound("a model");
      this.chosenModel = { ...this.chosenModel, language };
      this.#modelIs({ folder: `/models/${this.chosenModel.name}`, language });
      return this.chosenModel;
    });

  modelForget = () =>
    this.#answer("modelForget", [], () => {
      this.#modelIs(null);
      return null;
    });

  #modelIs(ownModel: Settings["ownModel"]): void {
    const settings = { ...this.state.settings, ownModel };
    this.state = { ...this.state, settings };
    this.tell({ kind: "settingsChanged", settings });
  }

  captionsSay = (text: CaptionText) => this.#answer("captionsSay", [text], () => null);

  settingsUpdate = (patch: Partial<Settings>) =>
    this.#answer("settingsUpdate", [patch], () => {
      const settings = { ...this.state.settings, ...patch };
      this.state = { ...this.state, settings };
      this.tell({ kind: "settingsChanged", settings });
      return settings;
    });

  /** How the global shortcuts stand. */
  shortcuts: Shortcuts = { isListening: true, given: null, isAskable: false, command: "sotto toggle", problems: [] };
  isTrying = false;

  seenFacts: Diagnostics = { facts: [{ topic: "version", value: "Sotto 0.0.0" }], timing: [], log: "" };

  diagnostics = () => this.#answer("diagnostics", [], () => this.seenFacts);
  diagnosticsCopy = () => this.#answer("diagnosticsCopy", [], () => null);
  timingReport = (recordingId: RecordingId, report: TimingReport) =>
    this.#answer("timingReport", [recordingId, report], () => null);
  windowClose = () => this.#answer("windowClose", [], () => null);
  programQuit = () => this.#answer("programQuit", [], () => null);

  /** What looking finds. */
  newest: Updates = { kind: "current" };

  updatesLook = () => this.#answer("updatesLook", [], () => this.#known(this.newest));
  updatesInstall = () =>
    this.#answer("updatesInstall", [], () => {
      const { updates } = this.state;
      return updates.kind === "new" ? this.#known({ kind: "installed", version: updates.version }) : null;
    });

  shortcutsStatus = () => this.#answer("shortcutsStatus", [], () => this.shortcuts);
  shortcutTry = (isOn: boolean) =>
    this.#answer("shortcutTry", [isOn], () => {
      this.isTrying = isOn;
      return null;
    });
  shortcutCopy = () => this.#answer("shortcutCopy", [], () => null);
  /** What a desktop would give that is asked for shortcuts. */
  willGive: Shortcuts["given"] = null;
  shortcutsAsk = () =>
    this.#answer("shortcutsAsk", [], () => {
      this.shortcuts = { ...this.shortcuts, given: this.willGive };
      this.tell({ kind: "shortcutsChanged" });
      return null;
    });

  /** What the system would do, whatever the settings say. */
  willStart: boolean | null = null;

  autostartCheck = () =>
    this.#answer("autostartCheck", [], () => {
      const settings = { ...this.state.settings, isAutostarted: this.willStart ?? this.state.settings.isAutostarted };
      this.state = { ...this.state, settings };
      this.tell({ kind: "settingsChanged", settings });
      return null;
    });

  devices = () =>
    this.#answer("devices", [], () => [
      { id: "fake", name: "Fake microphone", isDefault: true, isMonitor: false },
      { id: "monitor", name: "System sound", isDefault: false, isMonitor: true },
    ]);

  /** The microphone that is listened to, for tests to speak into. */
  meter: { deviceId: string | null; receive: (metered: Metered) => void } | null = null;

  meterOpen = (deviceId: string | null, receive: (metered: Metered) => void) =>
    this.#answer("meterOpen", [deviceId], () => {
      this.meter = { deviceId, receive };
      return null;
    });

  meterClose = () =>
    this.#answer("meterClose", [], () => {
      this.meter = null;
      return null;
    });

  async #answer<T>(command: Command, given: unknown[], value: () => T | CommandError): Promise<Result<T>> {
    this.calls.push({ command, given });
    const refusal = this.#refusals.get(command);
    if (refusal !== undefined) return { ok: false, error: refusal };
    const answer = value();
    return isRefusal(answer) ? { ok: false, error: answer } : { ok: true, value: answer };
  }

  #turnTo(changes: Partial<RecordingState>): void {
    const recording = { ...this.state.recording, ...changes };
    this.state = { ...this.state, recording };
    this.tell({ kind: "recordingChanged", state: recording });
  }

  #keyChecked(): KeyCheck {
    if (this.keyCheck.kind === "works") this.#keyIs(this.keyCheck.status);
    return this.keyCheck;
  }

  #keyIs(status: Snapshot["key"]): void {
    this.state = { ...this.state, key: status };
    this.tell({ kind: "keyChanged", status });
  }

  #known(updates: Updates): null {
    this.state = { ...this.state, updates };
    this.tell({ kind: "updatesChanged", updates });
    return null;
  }

  #change(recordingId: RecordingId, changes: Partial<RecordingSummary>): null | CommandError {
    const opened = this.recordings.get(recordingId);
    if (opened === undefined) return notFound(recordingId);
    this.recordings.set(recordingId, { ...opened, summary: { ...opened.summary, ...changes } });
    this.tell({ kind: "historyChanged", recordingId });
    return null;
  }

  #move(recordingId: RecordingId, from: Map<RecordingId, Kept>, to: Map<RecordingId, Kept>) {
    const opened = from.get(recordingId);
    if (opened === undefined) return notFound(recordingId);
    from.delete(recordingId);
    to.set(recordingId, opened);
    this.tell({ kind: "historyChanged", recordingId });
    return null;
  }
}

export function fakeHost(changes: Partial<Snapshot> = {}): FakeHost {
  return new FakeHost(changes);
}

function notFound(recordingId: RecordingId): CommandError {
  return { code: "NotFound", message: `no recording ${recordingId}` };
}

function isRefusal(value: unknown): value is CommandError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}
