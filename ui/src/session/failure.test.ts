import { describe, expect, it } from "vitest";
import { isFatal, refusal, socketFailure } from "./failure";

describe("what a socket's end means", () => {
  it.each([
    [1008, "Unauthorized Connection: Missing Authorization header", "credential", true],
    [1008, "Unauthorized Connection: Invalid API key", "credential", true],
    [1008, "Unauthorized Connection: Signature has expired", "tokenExpired", false],
    [1008, "Unauthorized Connection: Too many concurrent sessions", "tooManySessions", false],
    [1008, "Unauthorized Connection: Insufficient account balance", "account", true],
    [1008, "Unauthorized Connection: Something new", "account", true],
    [1008, "See Error message for details", "serverFault", false],
    [3005, "Session Cancelled: An error occurred", "serverFault", false],
    [3006, "User Input Validation Error: Invalid JSON: x", "badRequest", true],
    [3006, "Invalid Message Type: Bogus", "badRequest", true],
    [3006, "Session terminated due to inactivity: No messages received for 5 seconds", "inactivity", false],
    [
      3007,
      "Input Duration Error: Input Duration Violation: 20.0 ms. Expected between 50 and 1000 ms",
      "badRequest",
      true,
    ],
    [3007, "Audio Transmission Rate Exceeded: Received 9 sec. audio in 2 sec", "tooFast", false],
    [3008, "Session Expired: Maximum session duration exceeded", "sessionExpired", false],
    [3009, "", "tooManySessions", false],
    [4001, "", "credential", true],
    [4002, "", "account", true],
    [4029, "", "tooFast", false],
    [1000, "", "network", false],
    [1001, "", "network", false],
    [1006, "", "network", false],
    [1011, "", "network", false],
    [1013, "", "network", false],
    [4999, "", "network", false],
    [null, "who knows", "serverFault", false],
  ] as const)("%s %s: %s", (code, text, kind, fatal) => {
    const failure = socketFailure(code, text);
    expect(failure.kind).toBe(kind);
    expect(isFatal(failure)).toBe(fatal);
    expect(failure.detail).toContain(text);
  });

  it.each([
    ["KeyMissing", "credential", true],
    ["KeyRejected", "credential", true],
    ["TokenRefused", "credential", true],
    ["QuotaSpent", "account", true],
    ["RateLimited", "tooManySessions", false],
    ["Offline", "network", false],
    ["EngineMissing", "trustedSide", true],
    ["Unexpected", "trustedSide", false],
  ] as const)("a refusal with %s: %s", (code, kind, fatal) => {
    const failure = refusal({ code, message: "m" });
    expect(failure).toEqual({ kind, code, detail: "m" });
    expect(isFatal(failure)).toBe(fatal);
  });
});
