/** The loudspeaker: what `state/player` plays through in the program. */
import type { Speaker } from "./state/world";

const RATE = 16_000;

export function openSpeaker(): Speaker {
  const context = new AudioContext();
  return {
    get now() {
      return context.currentTime;
    },
    play(samples, at) {
      const buffer = context.createBuffer(1, samples.length, RATE);
      buffer.copyToChannel(samples, 0);
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(context.destination);
      source.start(at);
    },
    close: () => void context.close(),
  };
}
