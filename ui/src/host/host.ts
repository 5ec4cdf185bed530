/**
 * What the window may ask of the trusted side, and what it is told. `tauri.ts` is the real one; `fake.ts` serves tests
 * and the browser. Nothing else in the window knows Tauri.
 *
 * Units: `Sample` counts 16 kHz samples from the start of a recording; times that end in `At` are Unix milliseconds.
 */

export type RecordingId = string;
export type Sample = number;
export type UnixMs = number;

/** Codes that the window treats differently; the table of words and actions is `errors/`. */
export type ErrorCode =
  | "MicDenied"
  | "MicMissing"
  | "MicBusy"
  | "MicLost"
  | "KeyMissing"
  | "KeyRejected"
  | "KeyringMissing"
  | "KeyringLocked"
  | "KeyringDenied"
  | "TokenRefused"
  | "QuotaSpent"
  | "RateLimited"
  | "Offline"
  | "EngineMissing"
  | "ModelUnusable"
  | "HistoryLocked"
  | "HistoryNeedsKey"
  | "RecoveryKeyMistyped"
  | "RecoveryKeyWrong"
  | "RecoveryKeyUnconfirmed"
  | "RecordingRuns"
  | "DiskFull"
  | "FileUnreadable"
  | "NotFound"
  | "Superseded"
  | "Invalid"
  | "KeyTermsTooMany"
  | "KeyTermTooLong"
  | "ShortcutTaken"
  | "ShortcutOurs"
  | "ShortcutUnusable"
  | "DictationOnClipboard"
  | "UpdateNotReached"
  | "UpdateNotGenuine"
  | "UpdateNotInstalled"
  | "Unexpected";

export interface CommandError {
  code: ErrorCode;
  /** For the log and the details fold; never shown alone. */
  message: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: CommandError };

export interface Device {
  id: string;
  name: string;
  isDefault: boolean;
  /** True for the sound that the system plays, offered as a source. */
  isMonitor: boolean;
}

/** A microphone that is listened to for its level alone. */
export type Metered =
  /** `isMuted`: it delivers no sound at all. */
  | { kind: "level"; dbfs: number; isSpeech: boolean; isMuted: boolean }
  /** Open, and nothing comes. */
  | { kind: "dead" }
  | { kind: "lost"; error: CommandError }
  /** It was open for long enough. */
  | { kind: "ended" };

/** What the microphone is doing. One recording at a time; earlier ones may still be finishing. */
export type LiveState =
  | { kind: "idle" }
  | { kind: "arming"; recordingId: RecordingId; startedAt: UnixMs }
  /** `isMuted`: the device delivers no sound at all; a silent room is never so silent. */
  | { kind: "recording"; recordingId: RecordingId; startedAt: UnixMs; deviceName: string; isMuted: boolean }
  /** The microphone is off because the user paused it; the axis stands. */
  | { kind: "paused"; recordingId: RecordingId; startedAt: UnixMs; at: Sample; since: UnixMs }
  | { kind: "micLost"; recordingId: RecordingId; startedAt: UnixMs; deviceName: string; error: CommandError };

export interface RecordingState {
  live: LiveState;
  /** What is live, or was last, is in memory alone: nothing of it is written. */
  isPrivate: boolean;
  /** Stopped (or found without an end at start), and still being transcribed from the spool. */
  finishing: RecordingId[];
  /** Why the last attempt to start did not work; cleared by the next start. */
  failure: CommandError | null;
}

export type KeyStatus =
  | { kind: "missing" }
  | { kind: "saved"; store: string }
  | { kind: "thisRunOnly"; reason: string }
  | { kind: "environment" }
  /** The keyring is locked and its own prompt waits for the user. */
  | { kind: "waitingForUnlock" }
  | { kind: "unavailable"; reason: string };

/** How the history lies on the disk. */
export type Encryption =
  | { kind: "off" }
  /** Encrypted and open; where the keyring's copy of its key is, and how many files could not be encrypted yet. */
  | { kind: "on"; keyring: KeyStatus; inTheClear: number }
  /** Encrypted, and the keyring did not give its key. */
  | { kind: "locked"; keyring: KeyStatus }
  /** So many bytes of so many are through. */
  | { kind: "working"; isEncrypting: boolean; done: number; total: number };

/** Where a key was seen that could be imported. */
export type FoundKey = { kind: "none" } | { kind: "environment" } | { kind: "dotEnv"; fileName: string };

/** The verdict of minting a token with the key. */
export type KeyCheck =
  | { kind: "works"; status: KeyStatus }
  | { kind: "rejected"; message: string }
  | { kind: "unreachable"; message: string };

export type RecogniserKind = "offline" | "assemblyai" | "assemblyaiEu" | "selfHosted";

export interface RecogniserStatus {
  kind: RecogniserKind;
  /** As shown on the chip, for example "Offline · English". */
  label: string;
  isReady: boolean;
  problem: CommandError | null;
}

/** `system`: see `Snapshot.systemLanguage`. */
export type LanguageChoice = "system" | Language;
export type Language = "en" | "de";

export type Theme = "system" | "light" | "dark";

/** The model of the offline engine, where it is not the one that comes with the program. */
export interface OwnModel {
  name: string;
  kind: string;
  /** BCP 47. */
  languages: string[];
  /** One of them has to be chosen, or is found out by the model. */
  takesLanguage: boolean;
  language: string | null;
}

export type CaptionLook = "dark" | "light" | "contrast";

export type CaptionFont = "inter" | "system" | "serif" | "mono" | "hyperlegible";

export interface Captions {
  isShown: boolean;
  /** Height of the letters in pixels, 16 to 72. */
  size: number;
  /** 1 to 6. */
  lines: number;
  look: CaptionLook;
  font: CaptionFont;
  /** `free`: where they were left; the others are taken again whenever the captions are shown. */
  place: "free" | "top" | "bottom";
  /** The pointer reaches what lies behind. */
  isClickThrough: boolean;
}

/** A model of the cloud, by its name on the wire. */
export type CloudModel =
  | "universal-streaming-english"
  | "universal-streaming-multilingual"
  | "universal-3-5-pro"
  | "universal-3-6-pro"
  | "whisper-rt";

/** What is asked of a recogniser; one that has not all of it is asked for what it has. */
export interface Recognition {
  model: CloudModel;
  /** What is spoken, where the model may be told; null: it finds out. */
  language: string | null;
  /** At most 100, of 50 characters each. */
  keyTerms: string[];
  /** When a turn is over. */
  turnTaking: "quick" | "balanced" | "patient";
  /** Finals have punctuation and capitals. */
  isFormatted: boolean;
  tellsSpeakers: boolean;
  /** 1 to 10; null: it finds out. */
  mostSpeakers: number | null;
}

/** What the user pays, and wants to pay. */
export interface CostPlan {
  /** An hour with AssemblyAI, in thousandths of a dollar. */
  rateMills: number;
  /** An hour with a server of the user's own. */
  selfHostedRateMills: number;
  /** A month, in cents; 0: whatever it takes. */
  budgetCents: number;
  /** The offline engine goes on once it is spent. */
  isOfflineAtBudget: boolean;
}

export interface Settings {
  /** False until the first-run choice was made. */
  isWelcomed: boolean;
  recogniser: "offline" | "assemblyai" | "assemblyaiEu";
  recognition: Recognition;
  /** null: the system's default. */
  deviceId: string | null;
  /** For example "CommandOrControl+Alt+R". */
  toggleShortcut: string;
  captionsShortcut: string;
  /** Records for as long as it is held; null: there is no such key. */
  talkShortcut: string | null;
  /** What becomes of what was said with it. */
  dictation: "off" | "paste" | "type";
  /** The program starts with the computer, in the tray. */
  isAutostarted: boolean;
  /** The user knows that a closed window is not the end of the program. */
  isCloseExplained: boolean;
  captions: Captions;
  /** Chosen by `modelChoose` alone. */
  ownModel: { folder: string; language: string | null } | null;
  /** The address of a team's token broker; null: the key is used. */
  broker: string | null;
  theme: Theme;
  language: LanguageChoice;
  isAudioKept: boolean;
  /** Recordings are deleted after so many days; 0: never. */
  keepDays: number;
  /** 60 to 600. */
  tokenSeconds: number;
  /** 60 to 10800. */
  sessionSeconds: number;
  /** The offline engine goes on when the chosen recogniser has been away for `takeoverSeconds`. */
  isOfflineTakeover: boolean;
  /** 3 to 120. */
  takeoverSeconds: number;
  /** What the offline engine wrote in the meantime is redone when the chosen recogniser is back. */
  isOfflineRedone: boolean;
  /** So long without a voice, and the cloud is let go until there is one; 0: never. */
  idleMinutes: number;
  cost: CostPlan;
  /** What the desktop is told while nobody looks at the window. */
  notifications: "all" | "important" | "none";
  /** Once a day it is asked whether there is a newer version. */
  isLookingForUpdates: boolean;
}

/** What is known of newer versions; `absent`: this build cannot look. */
export type Updates =
  | { kind: "absent" }
  | { kind: "unknown" }
  | { kind: "looking" }
  | { kind: "current" }
  /** `isInstallable`: the program can put it in its place; else the packages of the system do. */
  | { kind: "new"; version: string; isInstallable: boolean }
  | { kind: "installing"; version: string }
  /** It begins with the next start. */
  | { kind: "installed"; version: string }
  | { kind: "failed"; error: CommandError };

export type Topic =
  | "version"
  | "webview"
  | "system"
  | "desktop"
  | "portal"
  | "recogniser"
  | "engine"
  | "microphones"
  | "keyring"
  | "hosts"
  | "data"
  | "log";

/** What is measured of sound and text, in the order of the way; `ipc/timing.rs` says what each is, and in which unit. */
export type Measure =
  | "ringDepth"
  | "spool"
  | "feedDepth"
  | "window"
  | "socket"
  | "held"
  | "buffered"
  | "painted"
  | "finalPainted";

export interface Measured {
  what: Measure;
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** The figures of one recording. */
export interface Timing {
  measures: Measured[];
  droppedFrames: number;
  /** How far the page's clock may be off, in microseconds; null where it told nothing. */
  clockError: number | null;
}

/** What the page measured since its last report: microseconds, but for `buffered`, which are bytes. */
export interface TimingReport {
  window: number[];
  socket: number[];
  held: number[];
  buffered: number[];
  painted: number[];
  finalPainted: number[];
  droppedFrames: number;
  clockError: number | null;
}

export interface Diagnostics {
  /** Names, versions and paths: they need no translation. */
  facts: { topic: Topic; value: string }[];
  /** Of the running recording and the one before, the newest first. */
  timing: Timing[];
  /** Never anything that was said. */
  log: string;
}

/** What a global shortcut does. */
export type Deed = "toggle" | "talk" | "captions";

export interface Shortcuts {
  /** The system hands keys to programs that do not have the focus. */
  isListening: boolean;
  /** Those that the desktop gave in place of that, with its own words for their keys; null where it gave none. */
  given: { deed: Deed; keys: string }[] | null;
  /** The desktop could be asked for some. */
  isAskable: boolean;
  /** What does the same as the shortcut, for the keyboard settings of the desktop. */
  command: string;
  problems: { deed: Deed; error: CommandError }[];
}

export type SettingsPatch = Partial<Omit<Settings, "ownModel" | "broker">>;

export interface Token {
  token: string;
  expiresAt: UnixMs;
  /** For example `wss://streaming.assemblyai.com/v3/ws`, without parameters. */
  socketUrl: string;
  recogniser: RecogniserKind;
  /** How much faster than real time audio may be sent; null: as fast as the socket takes it. */
  paceLimit: number | null;
}

export interface Word {
  text: string;
  from: Sample;
  to: Sample;
  /** 0 to 1. */
  confidence: number;
  /** The recogniser's label of who said it; absent where it told nobody apart. */
  speaker?: string;
}

export interface CommittedTurn {
  recordingId: RecordingId;
  /** Numbered from 0 within a recording, over restarts of the window too. */
  leg: number;
  turnOrder: number;
  /** The range of samples that this turn answers for. */
  from: Sample;
  to: Sample;
  text: string;
  words: Word[];
  source: RecogniserKind;
  /** Written by the offline engine while the chosen recogniser was away; it may be redone. */
  isFallback: boolean;
  /** The recogniser's label of who spoke. Labels begin anew with every leg. */
  speaker?: string;
}

/** Later insight of the recogniser into who spoke in a turn; text and times stay. */
export interface Relabelling {
  leg: number;
  turnOrder: number;
  speaker: string | null;
  /** Of each word; of no use where the turn has another number of them. */
  words: (string | null)[];
}

/** What a speaker is called from now on; without a name, what the recogniser calls them. */
export type SpeakerChange =
  /** All that a voice said on one leg. */
  | { kind: "voice"; leg: number; label: string; name: string | null }
  /** What was said in a stretch, whoever the recogniser took for it. */
  | { kind: "stretch"; from: Sample; to: Sample; name: string | null };

/** Whom a recogniser tells apart: its labels begin anew with every leg. */
export interface Voice {
  leg: number;
  label: string;
}

/** The names that the user gave. */
export interface Speakers {
  voices: { leg: number; label: string; name: string }[];
  /** Where two overlap, the later counts. */
  stretches: { from: Sample; to: Sample; name: string }[];
}

export interface Gap {
  recordingId: RecordingId;
  from: Sample;
  to: Sample;
  cause: "micLost" | "xrun" | "notTranscribed" | "recogniserRefused";
}

/** The microphone was off for a while because the user wanted it so: between two samples, for it takes no place on the axis. */
export interface Pause {
  recordingId: RecordingId;
  /** The sample before which it lies. */
  at: Sample;
  since: UnixMs;
  /** null while it lasts. */
  until: UnixMs | null;
}

/** What the trusted side knows of a recording that a session must take up. */
export interface ResumePoint {
  recordingId: RecordingId;
  /** Nothing after this sample is covered. */
  from: Sample;
  /** Legs from this number on are free. */
  nextLeg: number;
  /** Says that this session may store; the next resume makes it worthless. */
  claim: number;
  /** How far capture is. */
  captured: Sample;
  /** What is not covered before `from`, in order. */
  holes: { from: Sample; to: Sample }[];
  /** Turns that the fallback wrote and nobody edited, in order. */
  fallback: { from: Sample; to: Sample }[];
}

export interface RecordingSummary {
  recordingId: RecordingId;
  title: string;
  startedAt: UnixMs;
  samples: Sample;
  words: number;
  source: RecogniserKind | "mixed" | null;
  state: "recording" | "finishing" | "finished";
  gaps: number;
  /** How many moments the user marked. */
  bookmarks: number;
  /** It was made of a file. */
  isImported: boolean;
  /** For a search: the surroundings of the first hit, with hits between U+E000 and U+E001. */
  snippet: string | null;
  /** It is in memory alone, and gone when the program ends. */
  isPrivate: boolean;
}

/** What the library is to list; all that is said has to be so. */
export interface LibraryFilter {
  /** At least in part by a recogniser of that kind, or out of a file. */
  by: "cloud" | "offline" | "file" | null;
  hasAudio: boolean;
  hasBookmarks: boolean;
  /** Begun then or later. */
  since: UnixMs | null;
  /** Begun before. */
  until: UnixMs | null;
}

/** A moment that the user marked. */
export interface Bookmark {
  at: Sample;
  /** May be empty. */
  note: string;
}

export interface StoredTurn extends CommittedTurn {
  /** What the user made of it; null when untouched. */
  editedText: string | null;
}

/** A few turns that are asked for together. */
export interface Passage {
  /** The turns that begin from here on, up to the next passage, are its own. */
  from: Sample;
  /** How many of them have words. */
  turns: number;
}

/** How often something that was looked for is said in a turn. */
export interface TurnHits {
  /** Where the turn begins. */
  from: Sample;
  count: number;
}

/** A recording without its turns, which are asked for passage by passage: it may be of any length. */
export interface OpenedRecording {
  summary: RecordingSummary;
  /** From sample 0 on; none where nothing is said. */
  passages: Passage[];
  gaps: Gap[];
  pauses: Pause[];
  speakers: Speakers;
  /** Those of all its turns, each once, in the order in which they are first heard. */
  voices: Voice[];
  bookmarks: Bookmark[];
  /** Its sound is still there. */
  hasSound: boolean;
}

export type ExportFormat = "txt" | "md" | "docx" | "pdf" | "srt" | "vtt" | "json";

/** A token that was asked for on this computer; never the token. */
export interface TokenEntry {
  at: UnixMs;
  issuer: RecogniserKind | "broker";
  usedFor: "start" | "continue" | "standIn" | "keyCheck" | "file";
  lifeSeconds: number;
  sessionSeconds: number;
  outcome: "granted" | "noKey" | "keyRejected" | "forbidden" | "rateLimited" | "unreachable" | "failed";
}

export interface TokensSeen {
  /** The last ones, newest first. */
  entries: TokenEntry[];
  /** More than recordings explain: tokens within ten minutes, or refusals of the key in a row. */
  unusual: { kind: "many" | "refused"; count: number } | null;
}

/** Time that sessions were open, and what it cost. */
export interface Spent {
  openMs: number;
  /** Millionths of a dollar. */
  micros: number;
}

/** What the cloud costs, as it was counted here; the recogniser's own bill decides. */
export interface Cost {
  today: Spent;
  thisMonth: Spent;
  lastMonth: Spent;
  /** `near`: four fifths of the month's budget are spent. */
  budget: "unset" | "fine" | "near" | "spent";
  /** Recordings of this run; what was spent before it is in the sums alone. */
  recordings: { recordingId: RecordingId; spent: Spent }[];
}

export interface Imported {
  recordingId: RecordingId;
  /** Only its beginning could be read. */
  isDamaged: boolean;
}

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

/** The end of a transcript, as captions show it. */
export interface CaptionText {
  /** Whose words these are; null when nothing was recorded yet. */
  recordingId: RecordingId | null;
  /** The last final turns, oldest first; `key`: the first sample that it answers for. */
  turns: { key: Sample; text: string }[];
  /** Not final yet. */
  tail: string;
  /** What is going on, in words. */
  state: string;
  tone: "idle" | "busy" | "flow" | "care";
  isRecording: boolean;
}

export interface CaptionsShown {
  captions: Captions;
  text: CaptionText;
  /** Of its own few words. */
  language: Language;
}

/** All that the captions window may ask. */
export interface CaptionsHost {
  open(): Promise<Result<CaptionsShown>>;
  listen(receive: (shown: CaptionsShown) => void): Promise<() => void>;
  close(): Promise<Result<null>>;
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
