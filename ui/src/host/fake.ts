/**
 * A trusted side for tests and the browser: remembers what it was asked, answers from memory, and says what it is told
 * to say. It has no microphone and no recogniser; a feed or a token is only an address.
 */
import type {
  CaptionText,
  CommandError,
  CommittedTurn,
  Diagnostics,
  ErrorCode,
  Gap,
  Host,
  HostEvent,
  Imported,
  KeyCheck,
  OpenedRecording,
  OwnModel,
  RecordingId,
  RecordingState,
  RecordingSummary,
  Result,
  Settings,
  Shortcuts,
  Snapshot,
  StoredTurn,
  TokensSeen,
  Updates,
} from "./host";

type Command = Exclude<keyof Host, "listen">;

const DEFAULTS: Snapshot = {
  recording: { live: { kind: "idle" }, isPrivate: false, finishing: [], failure: null },
  settings: {
    isWelcomed: true,
    recogniser: "offline",
    deviceId: null,
    toggleShortcut: "CommandOrControl+Alt+R",
    captionsShortcut: "CommandOrControl+Alt+C",
    talkShortcut: "CommandOrControl+Alt+Space",
    dictation: "off",
    isAutostarted: false,
    isCloseExplained: false,
    captions: { isShown: false, size: 27, lines: 2, look: "dark", isClickThrough: false },
    ownModel: null,
    broker: null,
    keepDays: 0,
    theme: "system",
    language: "system",
    isAudioKept: false,
    tokenSeconds: 300,
    sessionSeconds: 10_800,
    isOfflineTakeover: true,
    takeoverSeconds: 8,
    isOfflineRedone: true,
    idleMinutes: 5,
    isLookingForUpdates: false,
  },
  key: { kind: "missing" },
  foundKey: { kind: "none" },
  recogniser: { kind: "offline", label: "Offline · English", isReady: true, problem: null },
  systemLanguage: "en",
  version: "0.0.0",
  updates: { kind: "absent" },
  tellsPaints: false,
};

/** Some time in a quiet year; a fake has no clock. */
const FIRST_START = 1_700_000_000_000;

export class FakeHost implements Host {
  /** The last channel that was opened, for tests to send over. */
  channel: { receive: (data: ArrayBuffer | string) => void; asked: string[]; isClosed: boolean } | null = null;
  /** Each command with what it was given, in order. */
  readonly calls: { command: Command; given: unknown[] }[] = [];
  readonly recordings = new Map<RecordingId, OpenedRecording>();
  state: Snapshot;
  /** What saving or importing a key says. */
  keyCheck: KeyCheck = { kind: "works", status: { kind: "saved", store: "Secret Service" } };
  readonly #deleted = new Map<RecordingId, OpenedRecording>();
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
    };
    this.recordings.set(summary.recordingId, {
      summary: { ...base, state: "finished", snippet: null, isPrivate: false, ...summary },
      turns,
      gaps,
      pauses: [],
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
      this.keep({ recordingId, title, startedAt: FIRST_START, state: "finishing" });
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

  recordingGiveUp = (recordingId: RecordingId) =>
    this.#answer("recordingGiveUp", [recordingId], () => {
      this.#turnTo({ finishing: this.state.recording.finishing.filter((id) => id !== recordingId) });
      return null;
    });

  recordingPainted = (recordingId: RecordingId, to: number) =>
    this.#answer("recordingPainted", [recordingId, to], () => null);

  historyPage = (query: string, before: number | null, limit: number) =>
    this.#answer("historyPage", [query, before, limit], () =>
      [...this.recordings.values()]
        .filter(({ summary, turns }) =>
          matches(query, [summary.title, ...turns.map((turn) => turn.editedText ?? turn.text)]),
        )
        .map(({ summary }) => summary)
        .filter(({ startedAt }) => before === null || startedAt < before)
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, limit),
    );

  recordingOpen = (recordingId: RecordingId) =>
    this.#answer<OpenedRecording>(
      "recordingOpen",
      [recordingId],
      () => this.recordings.get(recordingId) ?? notFound(recordingId),
    );

  recordingRename = (recordingId: RecordingId, title: string) =>
    this.#answer("recordingRename", [recordingId, title], () => this.#change(recordingId, { title }));

  turnEdit = (recordingId: RecordingId, leg: number, turnOrder: number, text: string | null) =>
    this.#answer<null>("turnEdit", [recordingId, leg, turnOrder, text], () => {
      const turns = this.recordings.get(recordingId)?.turns ?? [];
      const at = turns.findIndex((turn) => turn.leg === leg && turn.turnOrder === turnOrder);
      const turn = turns[at];
      if (turn === undefined) return notFound(recordingId);
      turns[at] = { ...turn, editedText: text };
      return null;
    });

  recordingDelete = (recordingId: RecordingId) =>
    this.#answer("recordingDelete", [recordingId], () => this.#move(recordingId, this.recordings, this.#deleted));

  recordingRestore = (recordingId: RecordingId) =>
    this.#answer("recordingRestore", [recordingId], () => this.#move(recordingId, this.#deleted, this.recordings));

  recordingExport = (recordingId: RecordingId, format: string) =>
    this.#answer<string | null>("recordingExport", [recordingId, format], () => `${recordingId}.${format}`);

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

  seen: TokensSeen = { entries: [], unusual: null };
  tokensSeen = () => this.#answer("tokensSeen", [], () => this.seen);

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
  shortcuts: Shortcuts = { isListening: true, command: "sotto toggle", problems: [] };
  isTrying = false;

  seenFacts: Diagnostics = { facts: [{ topic: "version", value: "Sotto 0.0.0" }], log: "" };

  diagnostics = () => this.#answer("diagnostics", [], () => this.seenFacts);
  diagnosticsCopy = () => this.#answer("diagnosticsCopy", [], () => null);
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

  devices = () =>
    this.#answer("devices", [], () => [
      { id: "fake", name: "Fake microphone", isDefault: true, isMonitor: false },
      { id: "monitor", name: "System sound", isDefault: false, isMonitor: true },
    ]);

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

  #move(recordingId: RecordingId, from: Map<RecordingId, OpenedRecording>, to: Map<RecordingId, OpenedRecording>) {
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

function matches(query: string, texts: string[]): boolean {
  const wanted = query.trim().toLowerCase();
  return wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
}

function notFound(recordingId: RecordingId): CommandError {
  return { code: "NotFound", message: `no recording ${recordingId}` };
}

function isRefusal(value: unknown): value is CommandError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}
