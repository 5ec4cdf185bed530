/** What runs first: the window is shown as it will be, and then everything else is read. */
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/opening.css";
import { tauriHost } from "./host/tauri";
import { openingOf } from "./opening";

const host = "__TAURI_INTERNALS__" in window ? tauriHost() : null;
const opening = openingOf({ page: document, start: host?.recordingStart });
await opening.seen();
const { joined } = await import("./window");
await joined(host, opening);
