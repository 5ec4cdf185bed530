/** Of what the window and the trusted side talk about. `Sample` counts 16 kHz samples from the start of a recording. */

export type RecordingId = string;
export type Sample = number;
export type UnixMs = number;
