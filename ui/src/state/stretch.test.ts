import { describe, expect, it } from "vitest";
import { Stretch } from "./stretch";

const RATE = 16_000;

/** A tone of 200 Hz for so many seconds. */
function tone(seconds: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: seconds * RATE }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 200 * i) / RATE));
}

/** As the player brings it: a second at a time. */
function stretched(rate: number, sound: Float32Array<ArrayBuffer>): Float32Array {
  const stretch = new Stretch(rate);
  const out: number[] = [];
  for (let at = 0; at < sound.length; at += RATE) out.push(...stretch.push(sound.slice(at, at + RATE)));
  return Float32Array.from(out);
}

function crossings(sound: Float32Array): number {
  return sound.reduce((sum, sample, i) => sum + Number(i > 0 && sample >= 0 && (sound[i - 1] ?? 0) < 0), 0);
}

describe("speech at another speed", () => {
  it.each([0.75, 1.25, 1.5, 2])("takes its time at %s, keeps its pitch and has no seam", (rate) => {
    const sound = stretched(rate, tone(6));
    const seconds = sound.length / RATE;
    expect(Math.abs(seconds - 6 / rate)).toBeLessThan(0.06);
    expect(Math.abs(crossings(sound) / seconds - 200)).toBeLessThan(3);
    const leap = sound.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (sound[i - 1] ?? sample))), 0);
    expect(leap).toBeLessThan(0.06);
  });

  it("hands over the very samples at its own speed", () => {
    const sound = tone(1);
    expect(new Stretch(1).push(sound)).toBe(sound);
  });

  it("keeps no more than it needs, however long it goes on", () => {
    const stretch = new Stretch(1.5);
    let heard = 0;
    for (let i = 0; i < 60; i += 1) heard += stretch.push(tone(1)).length;
    expect(Math.abs(heard / RATE - 40)).toBeLessThan(0.06);
  });
});
