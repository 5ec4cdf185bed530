/** The window that shows the end of a transcript over everything else. */
import type { Result } from "./result";
import type { Language } from "./settings";
import type { RecordingId, Sample } from "./units";

export type CaptionLook = "dark" | "light" | "contrast";

export type CaptionFont = "inter" | "system" | "serif" | "mono" | "hyperlegible";

export interface Captions {
  isShown: boolean;
  /** Height of the letters in pixels, 16 to 72. */
  size: number;
  /** 1 to 6. */
  lines: number;
  look: CaptionLook;
  font: CaptionFont;
  /** `free`: where they were left; the others are taken again whenever the captions are shown. */
  place: "free" | "top" | "bottom";
  /** The pointer reaches what lies behind. */
  isClickThrough: boolean;
}

/** The end of a transcript, as captions show it. */
export interface CaptionText {
  /** Whose words these are; null when nothing was recorded yet. */
  recordingId: RecordingId | null;
  /** The last final turns, oldest first; `key`: the first sample that it answers for. */
  turns: { key: Sample; text: string }[];
  /** Not final yet. */
  tail: string;
  /** What is going on, in words. */
  state: string;
  tone: "idle" | "busy" | "flow" | "care";
  isRecording: boolean;
}

export interface CaptionsShown {
  captions: Captions;
  text: CaptionText;
  /** Of its own few words. */
  language: Language;
}

/** All that the captions window may ask. */
export interface CaptionsHost {
  open(): Promise<Result<CaptionsShown>>;
  listen(receive: (shown: CaptionsShown) => void): Promise<() => void>;
  close(): Promise<Result<null>>;
}
