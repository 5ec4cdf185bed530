// Cuts what comes in blocks of 128 samples into messages of 800.
class Frames extends AudioWorkletProcessor {
  frame = new Int16Array(800);
  filled = 0;

  process([[samples]]) {
    for (const sample of samples ?? []) {
      this.frame[this.filled++] = Math.max(-1, Math.min(1, sample)) * 32_767;
      if (this.filled < this.frame.length) continue;
      this.port.postMessage(this.frame.buffer, [this.frame.buffer]);
      this.frame = new Int16Array(800);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor("frames", Frames);
