/** The captions window in a browser, for looking at it: `captions.html?look=light&size=40&lines=3`. */
import type { CaptionFont, CaptionLook, CaptionsHost, CaptionsShown } from "./host/host";

const SAID = ["Nine days with one barge or with two?", "Last year we paid for two and saw"];
const TAIL = "only one of them";

export function demoCaptions(search: URLSearchParams): CaptionsHost {
  const shown: CaptionsShown = {
    captions: {
      isShown: true,
      size: Number(search.get("size") ?? 27),
      lines: Number(search.get("lines") ?? 2),
      look: (search.get("look") ?? "dark") as CaptionLook,
      font: (search.get("font") ?? "inter") as CaptionFont,
      place: "free",
      isClickThrough: false,
    },
    text: {
      recordingId: "demo",
      turns: SAID.map((text, key) => ({ key, text })),
      tail: TAIL,
      state: search.get("state") ?? "Transcribing",
      tone: search.has("state") ? "care" : "flow",
      isRecording: true,
    },
    language: search.get("language") === "de" ? "de" : "en",
  };
  return {
    open: async () => ({ ok: true, value: shown }),
    listen: async () => () => {},
    close: async () => ({ ok: true, value: null }),
  };
}
