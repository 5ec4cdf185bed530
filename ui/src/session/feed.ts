/** What the trusted side's feed says: binary frames and one text. Pure decoding. */
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

/** Null for anything that is not a whole frame: the feed is ours, but bytes are only trusted after a look. */
export function decodeFrame(data: ArrayBuffer): { frame: FrameHead; pcm: Uint8Array<ArrayBuffer> } | null {
  if (data.byteLength !== FRAME_BYTES) return null;
  const view = new DataView(data);
  const flags = view.getUint32(12, true);
  const frame = {
    from: Number(view.getBigUint64(0, true)),
    dbfs: view.getFloat32(8, true),
    isSpeech: (flags & 1) !== 0,
    isGap: (flags & 2) !== 0,
  };
  // A view of exactly this frame: sending the whole buffer of a larger queue is how audio gets sent twice.
  return { frame, pcm: new Uint8Array(data, HEADER_BYTES, FRAME_BYTES - HEADER_BYTES) };
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
