/**
 * What the window shows until its page is read: where library and dock will be, and the record button. The button works:
 * recordings belong to the trusted side, which needs no page to start one. The page finds it when it is there.
 */
import type { Language, Result } from "./host/host";

/** How long the first picture is waited for: a hidden window has none. */
const LONGEST_MS = 100;

export interface Outside {
  page: Document;
  /** Starts a recording; absent where there is no trusted side. */
  start?: (() => Promise<Result<null>>) | undefined;
}

export interface Opening {
  /** When it is on the screen; at once where nothing is shown. */
  seen(): Promise<void>;
  /** Takes it away, for the page is there, and gives what came of a press. */
  close(): Promise<Result<null>> | null;
}

/** As the words of the page have it, which are not read yet. */
export const LABELS: Record<Language, string> = { en: "Start recording", de: "Aufnahme starten" };

/** The trusted side says with `data-opening` whether the live view comes; `index.html` has its markup. */
export function openingOf({ page, start }: Outside): Opening {
  const view = page.getElementById("opening");
  const button = view?.querySelector("button") ?? null;
  const isShown = view !== null && button !== null && start !== undefined && "opening" in page.documentElement.dataset;
  if (!isShown) {
    view?.remove();
    return { seen: () => Promise.resolve(), close: () => null };
  }
  let pressed: Promise<Result<null>> | null = null;
  const press = () => {
    // Twice would start and stop it.
    pressed ??= start();
    button.setAttribute("aria-pressed", "true");
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.shiftKey) press();
  };
  button.setAttribute("aria-label", LABELS[page.documentElement.lang === "de" ? "de" : "en"]);
  button.addEventListener("click", press);
  page.addEventListener("keydown", onKey);
  return {
    seen: () => painted(page),
    close: () => {
      page.removeEventListener("keydown", onKey);
      const hasFocus = page.activeElement === button;
      view.remove();
      if (hasFocus) page.querySelector<HTMLElement>("[data-testid='record-button']")?.focus();
      return pressed;
    },
  };
}

/** A frame's callback comes before it is painted; what comes after that frame, after it. */
function painted(page: Document): Promise<void> {
  return new Promise((resolve) => {
    page.defaultView?.requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, LONGEST_MS);
  });
}
