/**
 * What the window may ask of the trusted side, and what it is told. `tauri.ts` is the real one; `fake.ts` serves tests
 * and the browser. Nothing else in the window knows Tauri.
 *
 * Units: `Sample` counts 16 kHz samples from the start of a recording; times that end in `At` are Unix milliseconds.
 */
import type { CaptionText } from "./captions";
import type { Cost } from "./cost";
import type { Bookmark, ExportFormat, LibraryFilter, OpenedRecording, RecordingSummary, TurnHits } from "./library";
import type { Device, Gap, Imported, Metered, Pause, RecordingState, ResumePoint } from "./recording";
import type { CommandError, Result } from "./result";
import type {
  Deed,
  Language,
  OwnModel,
  RecogniserKind,
  RecogniserStatus,
  Settings,
  SettingsPatch,
  Shortcuts,
  Updates,
} from "./settings";
import type { Diagnostics, TimingReport } from "./timing";
import type { Encryption, FoundKey, KeyCheck, KeyStatus, Token, TokensSeen } from "./trust";
import type { CommittedTurn, Relabelling, SpeakerChange, StoredTurn } from "./turns";
import type { RecordingId, Sample, UnixMs } from "./units";

export type * from "./captions";
export type * from "./cost";
export type * from "./library";
export type * from "./recording";
export type * from "./result";
export type * from "./settings";
export type * from "./timing";
export type * from "./trust";
export type * from "./turns";
export type * from "./units";

export interface Snapshot {
  recording: RecordingState;
  settings: Settings;
  key: KeyStatus;
  encryption: Encryption;
  foundKey: FoundKey;
  recogniser: RecogniserStatus;
  cost: Cost;
  systemLanguage: Language;
  version: string;
  /** The desktop can be told of what happens. */
  hasNotifications: boolean;
  updates: Updates;
  /** Somebody measures when words appear. */
  tellsPaints: boolean;
}

/** Pushed by the trusted side. */
export type HostEvent =
  | { kind: "recordingChanged"; state: RecordingState }
  | { kind: "settingsChanged"; settings: Settings }
  | { kind: "keyChanged"; status: KeyStatus }
  | { kind: "encryptionChanged"; status: Encryption }
  | { kind: "recogniserChanged"; status: RecogniserStatus }
  | { kind: "historyChanged"; recordingId: RecordingId }
  /** The device delivered nothing for a while. */
  | { kind: "gapDeclared"; gap: Gap }
  /** Paused, or it goes on. */
  | { kind: "pauseDeclared"; pause: Pause }
  /** All marks of a recording, one of which is new, another, or gone. */
  | { kind: "bookmarksChanged"; recordingId: RecordingId; bookmarks: Bookmark[] }
  /** A shortcut was pressed while it was being tried. */
  | { kind: "shortcutPressed"; deed: Deed }
  | { kind: "shortcutsChanged" }
  | { kind: "dictationFailed"; error: CommandError }
  /** Sessions were open for longer, or cost something else. */
  | { kind: "costChanged"; cost: Cost }
  /** The window was to be closed, and the user does not know yet what that means. */
  | { kind: "closeAsked" }
  /** Asked for in the tray. */
  | { kind: "settingsWanted" }
  | { kind: "updatesChanged"; updates: Updates };

/** A way to the frames of a recording, whatever carries them. */
export interface FeedLine {
  ask(text: string): void;
  close(): void;
}

export interface Host {
  snapshot(): Promise<Result<Snapshot>>;
  listen(receive: (event: HostEvent) => void): Promise<() => void>;

  /** A private recording is in memory alone. */
  recordingStart(isPrivate?: boolean): Promise<Result<null>>;
  recordingStop(): Promise<Result<null>>;
  /** Turns the microphone off for a while. */
  recordingPause(): Promise<Result<null>>;
  recordingGoOn(): Promise<Result<null>>;
  /** The session has taken the recording to its end: every sample is covered by a turn or a gap. */
  recordingFinish(recordingId: RecordingId): Promise<Result<null>>;
  recordingResume(recordingId: RecordingId): Promise<Result<ResumePoint>>;
  /** The first words of a recording were painted. */
  recordingFirstText(recordingId: RecordingId): Promise<Result<null>>;
  /** The words up to a sample were painted; only asked for where the snapshot says `tellsPaints`. */
  recordingPainted(recordingId: RecordingId, to: Sample): Promise<Result<null>>;
  /** Ends a stopped recording as it is: what no turn covers becomes a gap. */
  recordingGiveUp(recordingId: RecordingId): Promise<Result<null>>;

  /** Asks for an audio file and makes a recording of it, to be finished like any other; null when the user thought better of it. */
  recordingImport(): Promise<Result<Imported | null>>;

  /** A socket address with a ticket that works once. */
  feedOpen(recordingId: RecordingId): Promise<Result<string>>;
  /** The same frames over a channel, where the window may open no socket to loopback. */
  feedChannel(recordingId: RecordingId, receive: (data: ArrayBuffer | string) => void): Promise<Result<FeedLine>>;
  /** `fallback`: of the offline engine, whatever the user chose. */
  tokenMint(
    recogniser: "chosen" | "fallback",
    expiresInSeconds: number,
    maxSessionDurationSeconds: number,
  ): Promise<Result<Token>>;
  turnCommit(claim: number, turn: CommittedTurn): Promise<Result<null>>;
  /** Who spoke in a turn that is stored, after all. */
  turnRelabel(claim: number, recordingId: RecordingId, anew: Relabelling): Promise<Result<null>>;
  /** In place of fallback turns in a range; false when the user has edited one of them, and nothing was changed. */
  turnsReplace(claim: number, range: { from: Sample; to: Sample }, turns: CommittedTurn[]): Promise<Result<boolean>>;

  historyPage(
    query: string,
    filter: LibraryFilter,
    before: UnixMs | null,
    limit: number,
  ): Promise<Result<RecordingSummary[]>>;
  recordingOpen(recordingId: RecordingId): Promise<Result<OpenedRecording>>;
  /** The turns that begin in a range; null: to the end. */
  recordingTurns(recordingId: RecordingId, from: Sample, to: Sample | null): Promise<Result<StoredTurn[]>>;
  /** The turns in which something is said, in the order of the axis. */
  recordingFind(recordingId: RecordingId, query: string): Promise<Result<TurnHits[]>>;
  recordingRename(recordingId: RecordingId, title: string): Promise<Result<null>>;
  /** What the user made of a turn; null goes back to what was heard. */
  turnEdit(recordingId: RecordingId, leg: number, turnOrder: number, text: string | null): Promise<Result<null>>;
  /** Names those who spoke, or takes names back; all of the changes or none. */
  speakersName(recordingId: RecordingId, changes: SpeakerChange[]): Promise<Result<null>>;
  /** Marks a moment, or gives it another note; null: this moment of what is being recorded. Gives the moment. */
  bookmarkSet(recordingId: RecordingId, at: Sample | null, note: string): Promise<Result<Sample>>;
  bookmarkRemove(recordingId: RecordingId, at: Sample): Promise<Result<null>>;
  recordingDelete(recordingId: RecordingId): Promise<Result<null>>;
  recordingRestore(recordingId: RecordingId): Promise<Result<null>>;
  /** Asks where to save; null when the user thought better of it, else the name of the file. */
  recordingExport(recordingId: RecordingId, format: ExportFormat): Promise<Result<string | null>>;
  /** Asks where to save the sound, as FLAC; null when the user thought better of it, else the name of the file. */
  recordingSaveSound(recordingId: RecordingId): Promise<Result<string | null>>;
  recordingCopy(recordingId: RecordingId, isTimed: boolean): Promise<Result<null>>;

  /** The key is checked by minting a token, then kept. It never comes back. */
  keySave(key: string): Promise<Result<KeyCheck>>;
  keyImport(): Promise<Result<KeyCheck>>;
  keyForget(): Promise<Result<null>>;
  /** A team's source of tokens in place of a key; it is asked for one, then used. What it wants to see never comes back. */
  brokerSave(address: string, credential: string | null): Promise<Result<KeyCheck>>;
  brokerForget(): Promise<Result<null>>;
  /** Makes a recovery key for a history that is to be encrypted; nothing is encrypted yet. */
  encryptionOffer(): Promise<Result<string>>;
  encryptionWithdraw(): Promise<Result<null>>;
  /** Encrypts with the key that was offered: the last group of it, or null where it was saved. */
  encryptionBegin(lastGroup: string | null): Promise<Result<null>>;
  encryptionEnd(): Promise<Result<null>>;
  /** Opens a history whose key the keyring did not give. */
  encryptionUnlock(recoveryKey: string): Promise<Result<null>>;
  /** Asks the keyring once more. */
  encryptionRetry(): Promise<Result<null>>;
  /** The recovery key of the encrypted history, to be shown. */
  encryptionKey(): Promise<Result<string>>;
  encryptionKeyCopy(): Promise<Result<null>>;
  /** Asks where to save it; the file's name, or null where the user thought better of it. */
  encryptionKeySave(): Promise<Result<string | null>>;
  tokensSeen(): Promise<Result<TokensSeen>>;

  /** A recording's sessions with a recogniser were open for so much longer. */
  usageAdd(recordingId: RecordingId, recogniser: RecogniserKind, openMs: number): Promise<Result<null>>;
  /** What the cloud costs, counted anew: it may be another day. */
  costRead(): Promise<Result<Cost>>;

  /** The user's own model; null where the program's is used. */
  modelStatus(): Promise<Result<OwnModel | null>>;
  /** Asks for a folder and tries the model in it, which may take a minute; null when the user thought better of it. */
  modelChoose(): Promise<Result<OwnModel | null>>;
  modelSpeak(language: string | null): Promise<Result<OwnModel>>;
  modelForget(): Promise<Result<null>>;

  /** What the captions window is to show. */
  captionsSay(text: CaptionText): Promise<Result<null>>;

  /** What is on, and the end of the log. */
  diagnostics(): Promise<Result<Diagnostics>>;
  diagnosticsCopy(): Promise<Result<null>>;
  /** How long sound and text took; nothing of what was said. */
  timingReport(recordingId: RecordingId, report: TimingReport): Promise<Result<null>>;
  windowClose(): Promise<Result<null>>;
  programQuit(): Promise<Result<null>>;

  /** What comes of either is told by an event. */
  updatesLook(): Promise<Result<null>>;
  updatesInstall(): Promise<Result<null>>;

  shortcutsStatus(): Promise<Result<Shortcuts>>;
  /** While it is on, shortcuts and `sotto toggle` say that they came, and do nothing else. */
  shortcutTry(isOn: boolean): Promise<Result<null>>;
  /** Puts the command in place of the shortcut on the clipboard. */
  shortcutCopy(): Promise<Result<null>>;
  /** Asks the desktop for shortcuts, which may ask its user; `shortcutsChanged` tells what came of it. */
  shortcutsAsk(): Promise<Result<null>>;

  settingsUpdate(patch: SettingsPatch): Promise<Result<Settings>>;
  /** Asks the system whether it will start the program; the settings follow what it says. */
  autostartCheck(): Promise<Result<null>>;
  devices(): Promise<Result<Device[]>>;
  /** Listens to how loud a device is, the default one for null; nothing is kept. Another one takes its place. */
  meterOpen(deviceId: string | null, receive: (metered: Metered) => void): Promise<Result<null>>;
  meterClose(): Promise<Result<null>>;
}
