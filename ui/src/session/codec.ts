/**
 * AssemblyAI's Universal-Streaming v3 as values: query out, messages in. Pure. Cloud, self-hosted stack and the
 * embedded engine all speak it, so there is one codec. Decoding is tolerant: unknown types and fields are skipped,
 * and what cannot be read is `malformed`, never an exception inside a socket's callback.
 */
import type { Recognition, Token, UnixMs } from "../host/host";
import { parameters } from "./recognition";

export interface WireWord {
  text: string;
  startMs: number;
  endMs: number;
  confidence: number;
  /** Absent where nobody is told apart, or it is not known yet. */
  speaker?: string;
}

export interface WireTurn {
  kind: "turn";
  turnOrder: number;
  /** The only mark of finality; `isFormatted` is none. */
  isEnd: boolean;
  isFormatted: boolean;
  text: string;
  words: WireWord[];
  /** As of a word; on finals only. */
  speaker?: string;
}

/** Who spoke in a turn, after all. */
export interface WireRevision {
  turnOrder: number;
  speaker: string | null;
  words: (string | null)[];
}

export type WireMessage =
  | { kind: "begin"; expiresAt: UnixMs | null }
  | WireTurn
  | { kind: "termination" }
  | { kind: "error"; code: number | null; text: string }
  /** Labels of turns that are final already. */
  | { kind: "speakers"; revisions: WireRevision[] }
  /** How much audio arrived, as the recogniser counts it. */
  | { kind: "heartbeat"; receivedMs: number }
  /** SpeechStarted, Warning and whatever is to come: a sign of life. */
  | { kind: "other"; type: string }
  | { kind: "malformed"; detail: string };

/** A turn of a minute has some 20 kB; longer than this is no turn, and not worth the time to read it. */
const LONGEST_MESSAGE = 1 << 20;
/** What the trusted side counts in. */
const LARGEST_NUMBER = 0x7fff_ffff;

/** A recogniser that counts the speakers of a session has not this many, nor such names for them. */
const LONGEST_LABEL = 20;
/** What stands for a label where it is not known. */
const NO_LABELS: readonly string[] = ["", "UNKNOWN", "PENDING"];

/** The address of a socket with the token in the query, as browsers must do it. */
export function socketAddress(token: Token, recognition: Recognition): string {
  const query: [string, string][] = [
    ["token", token.token],
    ["sample_rate", "16000"],
    ["encoding", "pcm_s16le"],
    ...parameters(recognition, token.recogniser),
    // A webview cannot ping; heartbeats tell a half-open socket from a quiet room.
    ["session_heartbeat", "true"],
  ];
  const joint = token.socketUrl.includes("?") ? "&" : "?";
  return token.socketUrl + joint + query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

export function encodeTerminate(): string {
  return JSON.stringify({ type: "Terminate" });
}

export function decodeMessage(text: string): WireMessage {
  if (text.length > LONGEST_MESSAGE) return { kind: "malformed", detail: `${text.length} characters` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: "malformed", detail: String(error) };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { kind: "malformed", detail: "not an object" };
  }
  return decodeObject(value as Record<string, unknown>);
}

function decodeObject(value: Record<string, unknown>): WireMessage {
  const type = value["type"];
  // Some editions send `{"error": …}` without a type.
  if (type === "Error" || (type === undefined && "error" in value)) {
    return { kind: "error", code: number(value["error_code"]), text: string(value["error"]) };
  }
  if (typeof type !== "string") return { kind: "malformed", detail: "no type" };
  if (type === "Begin") return { kind: "begin", expiresAt: seconds(value["expires_at"]) };
  if (type === "Turn") return decodeTurn(value);
  if (type === "Termination") return { kind: "termination" };
  if (type === "Heartbeat") return decodeHeartbeat(value);
  if (type === "SpeakerRevision") return { kind: "speakers", revisions: decodeRevisions(value["revisions"]) };
  return { kind: "other", type };
}

function decodeHeartbeat(value: Record<string, unknown>): WireMessage {
  const receivedMs = number(value["total_audio_received_ms"]);
  return receivedMs === null ? { kind: "other", type: "Heartbeat" } : { kind: "heartbeat", receivedMs };
}

function decodeTurn(value: Record<string, unknown>): WireMessage {
  const turnOrder = whole(value["turn_order"]);
  if (turnOrder === null) return { kind: "malformed", detail: "turn without turn_order" };
  const words = Array.isArray(value["words"]) ? value["words"].flatMap(decodeWord) : [];
  return {
    kind: "turn",
    turnOrder,
    isEnd: value["end_of_turn"] === true,
    isFormatted: value["turn_is_formatted"] === true,
    text: string(value["transcript"]),
    words,
    ...signed(value["speaker_label"]),
  };
}

function decodeRevisions(value: unknown): WireRevision[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null) return [];
    const revision = one as Record<string, unknown>;
    const turnOrder = whole(revision["turn_order"]);
    if (turnOrder === null) return [];
    const words = Array.isArray(revision["words"]) ? revision["words"].flatMap(decodeWord) : [];
    return [
      { turnOrder, speaker: label(revision["speaker_label"]), words: words.map(({ speaker }) => speaker ?? null) },
    ];
  });
}

function label(value: unknown): string | null {
  const text = string(value).trim();
  return NO_LABELS.includes(text.toUpperCase()) || text.length > LONGEST_LABEL ? null : text;
}

function signed(value: unknown): { speaker?: string } {
  const speaker = label(value);
  return speaker === null ? {} : { speaker };
}

function decodeWord(value: unknown): WireWord[] {
  if (typeof value !== "object" || value === null) return [];
  const word = value as Record<string, unknown>;
  const text = string(word["text"]).trim();
  const [startMs, endMs] = [milliseconds(word["start"]), milliseconds(word["end"])];
  if (text === "" || startMs === null || endMs === null) return [];
  const confidence = number(word["confidence"]) ?? 0;
  return [{ text, startMs, endMs: Math.max(startMs, endMs), confidence, ...signed(word["speaker"]) }];
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function whole(value: unknown): number | null {
  const read = number(value);
  return read !== null && Number.isInteger(read) && read >= 0 && read <= LARGEST_NUMBER ? read : null;
}

/** Since the leg's first byte: never before it, and no session lasts 24 days. */
function milliseconds(value: unknown): number | null {
  const read = number(value);
  return read === null ? null : Math.min(Math.max(read, 0), LARGEST_NUMBER);
}

function seconds(value: unknown): UnixMs | null {
  const read = number(value);
  return read === null ? null : read * 1000;
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}
