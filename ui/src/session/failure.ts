/** Error texts, close codes and refusals of the trusted side → one typed failure. */
import type { CommandError, ErrorCode } from "../host/host";
import type { SessionFailure } from "./events";

type Kind = SessionFailure["kind"];

/**
 * The text decides, because the service closes with the same code for different reasons and with a reason that says
 * nothing. First match wins.
 */
const BY_TEXT: readonly [RegExp, Kind][] = [
  [/too many concurrent|too many sessions/i, "tooManySessions"],
  [/signature has expired|token.*expired/i, "tokenExpired"],
  [/authorization header|invalid api key|invalid token|not authorized/i, "credential"],
  [/session expired|maximum session duration/i, "sessionExpired"],
  [/transmission rate exceeded/i, "tooFast"],
  [/input duration/i, "badRequest"],
  [/inactivity/i, "inactivity"],
  [/insufficient|balance|funds|disabled|paid[ -]only|upgrade/i, "account"],
  [/validation error|invalid (json|message)/i, "badRequest"],
];

/** 4000 and up are leftovers of v2, kept because the SDKs still map them. */
const BY_CODE: Readonly<Record<number, Kind>> = {
  1008: "account",
  3005: "serverFault",
  3006: "badRequest",
  3007: "tooFast",
  3008: "sessionExpired",
  3009: "tooManySessions",
  4000: "badRequest",
  4001: "credential",
  4002: "account",
  4003: "account",
  4008: "sessionExpired",
  4029: "tooFast",
  4031: "inactivity",
  4101: "badRequest",
  4102: "tooManySessions",
};

/** What the service says in every close; it points at a message that may have been lost with the socket. */
const NO_REASON = /^$|see error message/i;

/** `code`: of the Error message, which equals the close code, or of the close itself. */
export function socketFailure(code: number | null, text: string): SessionFailure {
  const byText = BY_TEXT.find(([pattern]) => pattern.test(text))?.[1];
  // Without its Error a 1008 may be anything: asking again tells.
  if (code === 1008 && NO_REASON.test(text))
    return { kind: "serverFault", code: null, detail: `${code} ${text}`.trim() };
  const kind = byText ?? (code === null ? undefined : BY_CODE[code]) ?? (code === null ? "serverFault" : "network");
  return { kind, code: null, detail: code === null ? text : `${code} ${text}`.trim() };
}

const BY_MINT: Partial<Record<ErrorCode, Kind>> = {
  KeyMissing: "credential",
  KeyRejected: "credential",
  TokenRefused: "credential",
  QuotaSpent: "account",
  RateLimited: "tooManySessions",
  Offline: "network",
};

export function refusal(error: CommandError): SessionFailure {
  return { kind: BY_MINT[error.code] ?? "trustedSide", code: error.code, detail: error.message };
}

export function silence(detail: string): SessionFailure {
  return { kind: "silent", code: null, detail };
}

export function expiry(detail: string): SessionFailure {
  return { kind: "sessionExpired", code: null, detail };
}

export function staleness(detail: string): SessionFailure {
  return { kind: "tokenExpired", code: null, detail };
}

/** Nobody said that much. */
export function excess(): SessionFailure {
  return { kind: "serverFault", code: null, detail: "more words or messages than anybody could have said" };
}

export function slowness(detail: string): SessionFailure {
  return { kind: "network", code: null, detail };
}

/** Trying again would only ask the same question: a person must act. */
export function isFatal({ kind, code }: SessionFailure): boolean {
  if (code === "EngineMissing" || code === "NotFound" || code === "Invalid") return true;
  return kind === "credential" || kind === "account" || kind === "badRequest";
}
