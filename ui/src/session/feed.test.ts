import { describe, expect, it } from "vitest";
import {
  decodeClock,
  decodeEnd,
  decodeFrame,
  decodeStamp,
  decodeStart,
  encodeClock,
  encodeFollow,
  encodeReplay,
  FRAME_BYTES,
  STAMP_BYTES,
} from "./feed";
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

  it("reads numbers of more than 32 bits, with the upper bit of either half", () => {
    for (const from of [0xffff_f000n, 0x1_8000_0320n, BigInt(Number.MAX_SAFE_INTEGER)]) {
      expect(decodeStart(frame(from, 0))).toBe(Number(from));
    }
  });

  it("takes nothing of another length", () => {
    for (const bytes of [0, 16, FRAME_BYTES - 1, FRAME_BYTES + 1, FRAME_BYTES + STAMP_BYTES + 1]) {
      expect(decodeFrame(new ArrayBuffer(bytes))).toBeNull();
      expect(decodeStart(new ArrayBuffer(bytes))).toBeNull();
      expect(decodeStamp(new ArrayBuffer(bytes))).toBeNull();
    }
  });

  it("reads when a frame was captured, where that stands behind it", () => {
    const plain = frame(1_600_000n, 1);
    expect([decodeStart(plain), decodeStamp(plain)]).toEqual([1_600_000, null]);
    const stamped = new ArrayBuffer(FRAME_BYTES + STAMP_BYTES);
    new Uint8Array(stamped).set(new Uint8Array(plain));
    new DataView(stamped).setBigUint64(FRAME_BYTES, 5_000_000_001n, true);
    expect([decodeStart(stamped), decodeStamp(stamped)]).toEqual([1_600_000, 5_000_000_001]);
    expect(decodeFrame(stamped)?.frame).toEqual(decodeFrame(plain)?.frame);
    expect(decodeFrame(stamped)?.pcm).toEqual(decodeFrame(plain)?.pcm);
  });

  it("reads the time and nothing else", () => {
    expect(decodeClock('{"kind":"clock","sent":12.5,"at":7}')).toEqual({ sent: 12.5, at: 7 });
    for (const text of [
      "{",
      '{"kind":"end","sent":1,"at":2}',
      '{"kind":"clock","sent":"1","at":2}',
      '{"kind":"clock","sent":1,"at":"2"}',
    ])
      expect(decodeClock(text)).toBeNull();
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
    expect(JSON.parse(encodeClock(1.25))).toEqual({ kind: "clock", sent: 1.25 });
    expect(JSON.parse(encodeReplay(800, 1600))).toEqual({ kind: "replay", from: 800, until: 1600 });
  });
});
