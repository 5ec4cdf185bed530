import { describe, expect, it } from "vitest";
import { decodeEnd, decodeFrame, encodeFollow, encodeReplay, FRAME_BYTES } from "./feed";
import { FRAME } from "./io";

describe("feed", () => {
  const frame = (from: bigint, flags: number) => {
    const data = new ArrayBuffer(FRAME_BYTES);
    const view = new DataView(data);
    view.setBigUint64(0, from, true);
    view.setFloat32(8, -23.5, true);
    view.setUint32(12, flags, true);
    view.setInt16(16, 1234, true);
    return data;
  };

  it("reads a frame, and its audio without header or neighbour", () => {
    const decoded = decodeFrame(frame(1_600_000n, 3));
    expect(decoded?.frame).toEqual({ from: 1_600_000, dbfs: -23.5, isSpeech: true, isGap: true });
    expect(decoded?.pcm.byteLength).toBe(2 * FRAME);
    expect(new Int16Array(decoded?.pcm.slice().buffer ?? new ArrayBuffer(2))[0]).toBe(1234);
    expect(decodeFrame(frame(0n, 0))?.frame).toMatchObject({ isSpeech: false, isGap: false });
  });

  it("takes nothing of another length", () => {
    for (const bytes of [0, 16, FRAME_BYTES - 1, FRAME_BYTES + 1])
      expect(decodeFrame(new ArrayBuffer(bytes))).toBeNull();
  });

  it("reads the end and nothing else", () => {
    expect(decodeEnd('{"kind":"end","to":800}')).toEqual({ to: 800 });
    for (const text of [
      "",
      "{",
      "null",
      "3",
      '"end"',
      "[]",
      "{}",
      '{"kind":"end","to":"9"}',
      '{"kind":"end"}',
      '{"kind":"x","to":1}',
    ])
      expect(decodeEnd(text)).toBeNull();
  });

  it("asks as the trusted side listens", () => {
    expect(JSON.parse(encodeFollow())).toEqual({ kind: "follow" });
    expect(JSON.parse(encodeReplay(800, 1600))).toEqual({ kind: "replay", from: 800, until: 1600 });
  });
});
