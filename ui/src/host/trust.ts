/** The key, the tokens that are made with it, and the key of the history: what the window may know of them. */
import type { RecogniserKind } from "./settings";
import type { UnixMs } from "./units";

export type KeyStatus =
  | { kind: "missing" }
  | { kind: "saved"; store: string }
  | { kind: "thisRunOnly"; reason: string }
  | { kind: "environment" }
  /** The keyring is locked and its own prompt waits for the user. */
  | { kind: "waitingForUnlock" }
  | { kind: "unavailable"; reason: string };

/** Where a key was seen that could be imported. */
export type FoundKey = { kind: "none" } | { kind: "environment" } | { kind: "dotEnv"; fileName: string };

/** The verdict of minting a token with the key. */
export type KeyCheck =
  | { kind: "works"; status: KeyStatus }
  | { kind: "rejected"; message: string }
  | { kind: "unreachable"; message: string };

/** How the history lies on the disk. */
export type Encryption =
  | { kind: "off" }
  /** Encrypted and open; where the keyring's copy of its key is, and how many files could not be encrypted yet. */
  | { kind: "on"; keyring: KeyStatus; inTheClear: number }
  /** Encrypted, and the keyring did not give its key. */
  | { kind: "locked"; keyring: KeyStatus }
  /** So many bytes of so many are through. */
  | { kind: "working"; isEncrypting: boolean; done: number; total: number };

export interface Token {
  token: string;
  expiresAt: UnixMs;
  /** For example `wss://streaming.assemblyai.com/v3/ws`, without parameters. */
  socketUrl: string;
  recogniser: RecogniserKind;
  /** How much faster than real time audio may be sent; null: as fast as the socket takes it. */
  paceLimit: number | null;
}

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
