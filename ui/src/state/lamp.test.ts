import { describe, expect, test } from "vitest";
import type { LiveState } from "../host/host";
import type { SessionPhase } from "../session/events";
import { lamp, type Seen } from "./lamp";

const recording: LiveState = {
  kind: "recording",
  recordingId: "r",
  startedAt: 0,
  deviceName: "Blue Yeti",
  isMuted: false,
};
const streaming = (behind: number): SessionPhase => ({
  kind: "streaming",
  source: "offline",
  behind,
  standsInFor: null,
});
const lost = (attempt: number): SessionPhase => ({
  kind: "reconnecting",
  attempt,
  retryAt: 0,
  reason: { kind: "network", code: null, detail: "" },
});
const light = (seen: Partial<Seen>) =>
  lamp({ live: recording, isFinishing: false, phase: streaming(0), isSpeech: false, isWriting: false, ...seen }).light;

describe("lamp", () => {
  test("arming is not recording", () =>
    expect(light({ live: { kind: "arming", recordingId: "r", startedAt: 0 }, isSpeech: true })).toBe("arming"));
  test("a voice is heard before there is any text", () => expect(light({ isSpeech: true })).toBe("hearing"));
  test("a voice is heard even before the recogniser answers", () =>
    expect(light({ phase: { kind: "connecting" }, isSpeech: true })).toBe("hearing"));
  test("text that flows says so", () => expect(light({ isSpeech: true, isWriting: true })).toBe("transcribing"));
  test("late text is told", () => expect(light({ phase: streaming(16_000 * 20), isWriting: true })).toBe("catchingUp"));
  test("a short loss is hopeful, a long one is called by its name", () => {
    expect(light({ phase: lost(1) })).toBe("reconnecting");
    expect(light({ phase: lost(9) })).toBe("offline");
  });
  test("the last words are awaited", () =>
    expect(light({ live: { kind: "idle" }, isFinishing: true, phase: { kind: "finishing" } })).toBe("finishing"));
  test("nothing going on is ready", () => expect(light({ live: { kind: "idle" }, phase: null })).toBe("ready"));
});
