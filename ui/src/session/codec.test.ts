import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Token } from "../host/host";
import { decodeMessage, encodeTerminate, socketAddress } from "./codec";
import { PLAIN } from "./recognition";

const TOKEN: Token = {
  token: "a+b/c=",
  expiresAt: 0,
  socketUrl: "wss://x/v3/ws",
  recogniser: "assemblyai",
  paceLimit: 2,
};

describe("the address", () => {
  it("asks for formatted turns by the living name, never by the retired formatted_finals", () => {
    const query = new URL(socketAddress(TOKEN, PLAIN)).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      token: "a+b/c=",
      sample_rate: "16000",
      encoding: "pcm_s16le",
      speech_model: "universal-streaming-english",
      format_turns: "true",
      min_turn_silence: "400",
      max_turn_silence: "1280",
      end_of_turn_confidence_threshold: "0.4",
      session_heartbeat: "true",
    });
    expect(socketAddress(TOKEN, PLAIN)).not.toContain("formatted_finals");
  });

  it("asks the offline engine for heartbeats too: silence is believed only of what is alive", () => {
    expect(socketAddress({ ...TOKEN, recogniser: "offline" }, PLAIN)).toContain("session_heartbeat=true");
  });

  it("joins a query that is there already", () => {
    expect(socketAddress({ ...TOKEN, socketUrl: "ws://x/v3/ws?a=1" }, PLAIN)).toMatch(/\?a=1&token=/);
  });
});

describe("speakers", () => {
  const word = { start: 0, end: 80, text: "Thanks,", confidence: 0.5, word_is_final: true };

  it("are read where they are known, of turns and of words", () => {
    const text = { type: "Turn", turn_order: 1, end_of_turn: true, transcript: "Thanks,", speaker_label: "B" };
    const turn = decodeMessage(JSON.stringify({ ...text, words: [{ ...word, speaker: "A" }, word] }));
    expect(turn).toMatchObject({ kind: "turn", speaker: "B", words: [{ speaker: "A" }, {}] });
    expect(turn).not.toHaveProperty("words.1.speaker");
  });

  it.each([
    [" B ", "B"],
    ["x".repeat(20), "x".repeat(20)],
    [" unknown ", undefined],
  ])("are called %j without its margins, up to twenty characters", (label, speaker) => {
    const text = JSON.stringify({ type: "Turn", turn_order: 1, transcript: "Thanks,", speaker_label: label });
    const read = decodeMessage(text);
    expect(read.kind === "turn" && read.speaker).toBe(speaker);
  });

  it.each(["UNKNOWN", "unknown", "PENDING", "", "x".repeat(21), 7, null])(
    "are nobody where %j stands for them",
    (label) => {
      const turn = { type: "Turn", turn_order: 1, end_of_turn: true, transcript: "Thanks,", speaker_label: label };
      const read = decodeMessage(JSON.stringify({ ...turn, words: [{ ...word, speaker: label }] }));
      expect(read).not.toHaveProperty("speaker");
      expect(read).not.toHaveProperty("words.0.speaker");
    },
  );

  it("are revised, and what cannot be read of it is skipped", () => {
    const good = { turn_order: 1, speaker_label: "B", words: [{ ...word, speaker: "A" }, word] };
    const revisions = [good, { speaker_label: "A" }, null, { turn_order: 2, speaker_label: "UNKNOWN" }];
    expect(decodeMessage(JSON.stringify({ type: "SpeakerRevision", revisions }))).toEqual({
      kind: "speakers",
      revisions: [
        { turnOrder: 1, speaker: "B", words: ["A", null] },
        { turnOrder: 2, speaker: null, words: [] },
      ],
    });
    expect(decodeMessage('{"type":"SpeakerRevision"}')).toEqual({ kind: "speakers", revisions: [] });
  });
});

describe("messages", () => {
  it("reads Begin with its end in milliseconds", () => {
    const text = '{"type":"Begin","id":"1","expires_at":1790221526,"configuration":{"model":"x"}}';
    expect(decodeMessage(text)).toEqual({ kind: "begin", expiresAt: 1_790_221_526_000 });
  });

  it("reads a Turn as it comes over the wire, its type last", () => {
    const text =
      '{"turn_order":0,"turn_is_formatted":false,"end_of_turn":false,"transcript":"the quick","end_of_turn_confidence":0.000036,"words":[{"start":560,"end":640,"text":"the","confidence":0.843129,"word_is_final":true},{"start":720,"end":800,"text":"quick","confidence":0.478606,"word_is_final":false}],"utterance":"","type":"Turn"}';
    expect(decodeMessage(text)).toEqual({
      kind: "turn",
      turnOrder: 0,
      isEnd: false,
      isFormatted: false,
      text: "the quick",
      words: [
        { text: "the", startMs: 560, endMs: 640, confidence: 0.843129 },
        { text: "quick", startMs: 720, endMs: 800, confidence: 0.478606 },
      ],
    });
  });

  it("reads Termination and both shapes of Error", () => {
    expect(decodeMessage('{"type":"Termination","audio_duration_seconds":4}')).toEqual({ kind: "termination" });
    const text = "Session Expired: Maximum session duration exceeded";
    expect(decodeMessage(JSON.stringify({ type: "Error", error_code: 3008, error: text }))).toEqual({
      kind: "error",
      code: 3008,
      text,
    });
    expect(decodeMessage('{"error":"no"}')).toEqual({ kind: "error", code: null, text: "no" });
  });

  it("skips what it does not know, and words that are none", () => {
    expect(decodeMessage('{"type":"Heartbeat","x":1}')).toEqual({ kind: "other", type: "Heartbeat" });
    const odd = {
      type: "Turn",
      turn_order: 1,
      words: [null, 3, { text: " " }, { text: "a", start: 5, end: 4 }, { text: "b", start: "0", end: 1 }],
    };
    expect(decodeMessage(JSON.stringify(odd))).toMatchObject({
      kind: "turn",
      words: [{ text: "a", startMs: 5, endMs: 5, confidence: 0 }],
    });
  });

  it("reads how much audio arrived from a heartbeat that says so", () => {
    expect(decodeMessage('{"type":"Heartbeat","total_audio_received_ms":1250}')).toEqual({
      kind: "heartbeat",
      receivedMs: 1250,
    });
    expect(decodeMessage('{"type":"Heartbeat","total_audio_received_ms":"1250"}').kind).toBe("other");
    expect(decodeMessage('{"type":"Heartbeat","total_audio_received_ms":1e999}').kind).toBe("other");
  });

  it("makes nothing of numbers that are none", () => {
    expect(decodeMessage('{"type":"Begin","expires_at":"soon"}')).toEqual({ kind: "begin", expiresAt: null });
    expect(decodeMessage('{"type":"Error","error_code":"3008","error":5}')).toEqual({
      kind: "error",
      code: null,
      text: "",
    });
    expect(decodeMessage('{"type":"Turn","turn_order":0,"words":5}')).toMatchObject({ turnOrder: 0, words: [] });
    expect(decodeMessage('{"type":"Turn","turn_order":0,"end_of_turn":1,"turn_is_formatted":"true"}')).toMatchObject({
      isEnd: false,
      isFormatted: false,
      text: "",
    });
    expect(decodeMessage('{"type":"Turn","turn_order":1e999}').kind).toBe("malformed");
  });

  it("reads the marks of a final", () => {
    expect(
      decodeMessage('{"type":"Turn","turn_order":3,"end_of_turn":true,"turn_is_formatted":true,"transcript":"Hi."}'),
    ).toEqual({ kind: "turn", turnOrder: 3, isEnd: true, isFormatted: true, text: "Hi.", words: [] });
  });

  it("skips a word that lacks its place or its text, and keeps the others", () => {
    const words = [
      { text: "a", start: 1 },
      { text: "b", end: 2 },
      { start: 1, end: 2 },
      { text: " d ", start: 5, end: 9, confidence: 0.5 },
    ];
    expect(decodeMessage(JSON.stringify({ type: "Turn", turn_order: 0, words }))).toMatchObject({
      words: [{ text: "d", startMs: 5, endMs: 9, confidence: 0.5 }],
    });
  });

  it("says what is wrong with what it cannot read", () => {
    const detail = (text: string) => {
      const message = decodeMessage(text);
      return message.kind === "malformed" ? message.detail : null;
    };
    expect(detail("{")).toContain("SyntaxError");
    expect(detail("[]")).toBe("not an object");
    expect(detail("{}")).toBe("no type");
    expect(detail('{"type":"Turn"}')).toBe("turn without turn_order");
  });

  it("takes a message with a type of its own for no error, whatever fields it has", () => {
    expect(decodeMessage('{"type":"Warning","error":"x"}')).toEqual({ kind: "other", type: "Warning" });
  });

  it("takes the largest number that the trusted side counts to, and times no later and no earlier than any session", () => {
    const words = '[{"text":"a","start":-5,"end":2e300},{"text":"b","start":"soon","end":1}]';
    expect(decodeMessage(`{"type":"Turn","turn_order":2147483647,"words":${words}}`)).toMatchObject({
      kind: "turn",
      turnOrder: 2_147_483_647,
      words: [{ text: "a", startMs: 0, endMs: 2_147_483_647, confidence: 0 }],
    });
  });

  it("does not read what is longer than any turn", () => {
    const padded = (length: number) => `{"type":"Begin"}`.padEnd(length);
    expect(decodeMessage(padded(1 << 20)).kind).toBe("begin");
    expect(decodeMessage(padded((1 << 20) + 1)).kind).toBe("malformed");
  });

  it("says malformed, and never throws, whatever comes", () => {
    for (const text of [
      "",
      "{",
      "[]",
      "null",
      "3",
      "{}",
      '{"type":4}',
      '{"type":"Turn"}',
      '{"type":"Turn","turn_order":-1}',
      '{"type":"Turn","turn_order":0.5}',
      '{"type":"Turn","turn_order":2147483648}',
    ]) {
      expect(decodeMessage(text).kind, text).toBe("malformed");
    }
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof decodeMessage(text).kind === "string"));
  });

  it("asks for the end as the service wants it", () => {
    expect(JSON.parse(encodeTerminate())).toEqual({ type: "Terminate" });
  });
});
