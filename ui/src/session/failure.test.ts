import { describe, expect, it } from "vitest";
import { excess, expiry, isFatal, refusal, silence, slowness, socketFailure, staleness } from "./failure";

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

  it("tells the code beside the text, without margins", () => {
    expect(socketFailure(1006, "").detail).toBe("1006");
    expect(socketFailure(1008, "").detail).toBe("1008");
    expect(socketFailure(3005, "x")).toEqual({ kind: "serverFault", code: null, detail: "3005 x" });
    expect(socketFailure(null, "x")).toEqual({ kind: "serverFault", code: null, detail: "x" });
    expect(socketFailure(1006, "See Error message for details").kind).toBe("network");
  });

  it("is a kind of its own where the session itself noticed it", () => {
    expect(silence("a")).toEqual({ kind: "silent", code: null, detail: "a" });
    expect(expiry("b")).toEqual({ kind: "sessionExpired", code: null, detail: "b" });
    expect(staleness("c")).toEqual({ kind: "tokenExpired", code: null, detail: "c" });
    expect(slowness("d")).toEqual({ kind: "network", code: null, detail: "d" });
    const detail = "more words or messages than anybody could have said";
    expect(excess()).toEqual({ kind: "serverFault", code: null, detail });
  });

  it.each(["NotFound", "Invalid"] as const)("a refusal with %s asks for a person", (code) => {
    expect(isFatal(refusal({ code, message: "" }))).toBe(true);
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
