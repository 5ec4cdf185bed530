/** Joins the parts: the trusted side, the session's driver, the state, the window. */
import { flushSync, mount } from "svelte";
import App from "./App.svelte";
import type { Host, RecordingId } from "./host/host";
import type { Opening } from "./opening";
import { openPainting } from "./painting";
import { openSession } from "./session/driver";
import { openSpeaker } from "./speaker";
import { AppState } from "./state/app.svelte";
import type { World } from "./state/world";
import { PathTiming, type TimingOptions } from "./timing/path";
import { learn } from "./words/say";

interface Outside extends Pick<World, "host" | "openSession" | "timing"> {
  /** Opens the view that was asked for; only outside of the program. */
  visit?: (app: AppState) => void;
}

/** The world around the page; without a trusted side, that of a demonstration. */
async function outside(host: Host | null): Promise<Outside> {
  if (host !== null) {
    return { host, openSession, timing: (recordingId) => new PathTiming(timed(host, recordingId)) };
  }
  const { demo } = await import("./demo");
  return demo(new URLSearchParams(location.search));
}

const { paint, afterPaint } = openPainting();
const isHidden = () => document.hidden;

/** What is measured goes to the trusted side, which counts. */
function timed(host: Host, recordingId: RecordingId): TimingOptions {
  return {
    now: () => performance.now(),
    report: (report) => void host.timingReport(recordingId, report),
    afterPaint,
    isVisible: () => !isHidden(),
  };
}

function later(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}

/** Makes the page; done when it is there, and the opening is gone. */
export async function joined(trusted: Host | null, opening: Opening): Promise<void> {
  const target = document.getElementById("sotto");
  if (target === null) return;
  const { host, openSession, timing, visit } = await outside(trusted);
  const measured = timing === undefined ? {} : { timing };
  const app = new AppState({
    host,
    openSession,
    ...measured,
    paint,
    afterPaint,
    isHidden,
    later,
    openSpeaker,
    now: () => Date.now(),
  });
  // What the trusted side says is on its way while the window is made.
  const ready = app.open();
  // It has said in which language the page begins.
  await learn(document.documentElement.lang === "de" ? "de" : "en");
  mount(App, { target, props: { app } });
  await ready;
  // In one picture: the page comes, the opening goes.
  flushSync();
  const pressed = await opening.close();
  if (pressed !== null) app.toldOfStart(pressed);
  visit?.(app);
}
