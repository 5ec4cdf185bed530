// The recording that is spoken, as the checks want it.

import { readFileSync } from "node:fs";

const WORDS = ["best", "times", "worst", "age", "wisdom"];

/** Seconds of 16-bit samples at a rate that divides the recording's. */
export function pcm(path, seconds, rate = 16000, begin = 0) {
  const file = readFileSync(path);
  const source = file.readUInt32LE(24);
  if (file.readUInt16LE(22) !== 1 || source % rate !== 0) throw new Error(`${path} is not mono, or not of ${rate} Hz`);
  const data = file.subarray(file.indexOf("data") + 8);
  const step = source / rate;
  const out = new Int16Array(seconds * rate);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = 0; j < step; j++) sum += data.readInt16LE(2 * (begin * source + i * step + j));
    out[i] = sum / step;
  }
  return new Uint8Array(out.buffer);
}

export function silence(seconds, rate = 16000) {
  return new Uint8Array(2 * seconds * rate);
}

/** How many of the recording's telling words are in a text. */
export function understood(text) {
  const words = new Set(text.toLowerCase().match(/[a-z]+/g));
  return WORDS.filter((word) => words.has(word)).length;
}
