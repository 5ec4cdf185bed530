import { describe, expect, it } from "vitest";
import type { SessionFailure } from "../session/events";
import { isFatal } from "../session/failure";
import { classify } from "./classify";

const KINDS: SessionFailure["kind"][] = [
  "network",
  "credential",
  "tokenExpired",
  "account",
  "tooManySessions",
  "serverFault",
  "badRequest",
  "tooFast",
  "sessionExpired",
  "inactivity",
  "silent",
  "trustedSide",
];

describe("the table of errors", () => {
  it.each(KINDS)("says of %s what happened, what is safe and what to do", (kind) => {
    const { happened, safe, todo } = classify({ kind, code: null, detail: "" });
    expect([happened, safe, todo].every((text) => text.length > 10)).toBe(true);
  });

  it("calls an error what needs the user, and nothing that mends itself", () => {
    for (const kind of KINDS) {
      if (kind === "trustedSide") continue;
      const failure = { kind, code: null, detail: "" };
      expect(classify(failure).severity === "error", kind).toBe(isFatal(failure));
    }
  });

  it("lets the code decide where the trusted side gave one", () => {
    expect(classify({ kind: "credential", code: "KeyMissing", detail: "" })).toEqual(classify("KeyMissing"));
    expect(classify("MicDenied").action).toBe("openSystemPrivacy");
  });
});
