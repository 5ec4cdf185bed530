/** The captions window: told what to show, and nothing else. It holds no session and no key to anything. */
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/captions.css";
import { mount } from "svelte";
import type { CaptionsHost } from "./host/host";
import { tauriCaptionsHost } from "./host/tauri";
import Captions from "./views/captions/Captions.svelte";

async function outside(): Promise<CaptionsHost> {
  if ("__TAURI_INTERNALS__" in window) return tauriCaptionsHost();
  return (await import("./demo-captions")).demoCaptions(new URLSearchParams(location.search));
}

const target = document.getElementById("captions");
if (target !== null) mount(Captions, { target, props: { host: await outside() } });
