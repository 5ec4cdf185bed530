/** Joins the parts: the trusted side, the session's driver, the state, the window. */
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { openSpeaker } from "./speaker";
import { AppState } from "./state/app.svelte";
import type { World } from "./state/world";

interface Outside extends Pick<World, "host" | "openSession"> {
  /** Opens the view that was asked for; only outside of the program. */
  visit?: (app: AppState) => void;
}

async function outside(): Promise<Outside> {
  if ("__TAURI_INTERNALS__" in window) {
    const [{ tauriHost }, { openSession }] = await Promise.all([import("./host/tauri"), import("./session/driver")]);
    return { host: tauriHost(), openSession };
  }
  const { demo } = await import("./demo");
  return demo(new URLSearchParams(location.search));
}

/** A hidden window paints nothing, and its words must not wait for that. */
function paint(work: () => void): void {
  if (document.hidden) queueMicrotask(work);
  else requestAnimationFrame(work);
}

function later(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}

const target = document.getElementById("sotto");
if (target !== null) {
  const { host, openSession, visit } = await outside();
  const app = new AppState({ host, openSession, paint, later, openSpeaker, now: () => Date.now() });
  mount(App, { target, props: { app } });
  await app.open();
  visit?.(app);
}
