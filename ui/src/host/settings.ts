/** What the user chooses, and how that stands. */
import type { Captions } from "./captions";
import type { CostPlan } from "./cost";
import type { CommandError } from "./result";

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

export type SettingsPatch = Partial<Omit<Settings, "ownModel" | "broker">>;

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
