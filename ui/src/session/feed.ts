/** What the trusted side's feed says: binary frames and a few texts. Pure decoding. */
import type { Sample } from "../host/host";

export interface FrameHead {
  from: Sample;
  dbfs: number;
  isSpeech: boolean;
  /** Silence written in place of what the device did not deliver. */
  isGap: boolean;
}

const HEADER_BYTES = 16;
export const FRAME_BYTES = HEADER_BYTES + 1600;

/** Behind a frame that was captured just now: when its last sample was, in microseconds of the trusted side's clock. */
export const STAMP_BYTES = 8;

/** Null for anything that is not a whole frame: the feed is ours, but bytes are only trusted after a look. */
export function decodeFrame(data: ArrayBuffer): { frame: FrameHead; pcm: Uint8Array<ArrayBuffer> } | null {
  if (!isFrame(data)) return null;
  const view = new DataView(data);
  const flags = view.getUint32(12, true);
  const frame = {
    from: unsigned64(view, 0),
    dbfs: view.getFloat32(8, true),
    isSpeech: (flags & 1) !== 0,
    isGap: (flags & 2) !== 0,
  };
  // A view of exactly this frame: sending the whole buffer of a larger queue is how audio gets sent twice.
  return { frame, pcm: new Uint8Array(data, HEADER_BYTES, FRAME_BYTES - HEADER_BYTES) };
}

/** The first sample of a frame. */
export function decodeStart(data: ArrayBuffer): Sample | null {
  return isFrame(data) ? unsigned64(new DataView(data), 0) : null;
}

/** When the last sample of a frame was captured, where the feed says so. */
export function decodeStamp(data: ArrayBuffer): number | null {
  if (data.byteLength !== FRAME_BYTES + STAMP_BYTES) return null;
  return unsigned64(new DataView(data), FRAME_BYTES);
}

/** Not by way of a `bigint`, which is made on the heap twenty times a second. Exact up to 2^53. */
function unsigned64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function isFrame(data: ArrayBuffer): boolean {
  return data.byteLength === FRAME_BYTES || data.byteLength === FRAME_BYTES + STAMP_BYTES;
}

/** What time it is there (microseconds), and when it was asked here. */
export function decodeClock(text: string): { sent: number; at: number } | null {
  const value = parsed(text);
  const [sent, at] = [value?.["sent"], value?.["at"]];
  const isClock = value?.["kind"] === "clock" && typeof sent === "number" && typeof at === "number";
  return isClock ? { sent, at } : null;
}

export function encodeClock(sent: number): string {
  return JSON.stringify({ kind: "clock", sent });
}

export function decodeEnd(text: string): { to: Sample } | null {
  const value = parsed(text);
  return value?.["kind"] === "end" && typeof value["to"] === "number" ? { to: value["to"] } : null;
}

export function encodeFollow(): string {
  return JSON.stringify({ kind: "follow" });
}

export function encodeReplay(from: Sample, until: Sample): string {
  return JSON.stringify({ kind: "replay", from, until });
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
