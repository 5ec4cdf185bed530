// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Result } from "./host/host";
import { LABELS, openingOf } from "./opening";
import { de } from "./words/de";
import { en } from "./words/en";

const started: Result<null> = { ok: true, value: null };
const start = vi.fn(async () => started);

beforeEach(() => {
  document.body.innerHTML = `<div id="sotto"></div><div id="opening"><div></div><div><button type="button"></button></div></div>`;
  document.documentElement.dataset.opening = "";
  start.mockClear();
});

afterEach(() => {
  delete document.documentElement.dataset.opening;
  document.documentElement.lang = "en";
});

const button = () => document.querySelector("#opening button") as HTMLButtonElement;
const isThere = () => document.getElementById("opening") !== null;

describe("the window before its page is read", () => {
  it("starts a recording when its button is pressed, once", async () => {
    const opening = openingOf({ page: document, start });
    button().click();
    button().click();
    expect(start).toHaveBeenCalledTimes(1);
    expect(button().getAttribute("aria-pressed")).toBe("true");
    expect(await opening.close()).toBe(started);
  });

  it("knows the keys of the button, and no others", () => {
    openingOf({ page: document, start });
    const press = (init: KeyboardEventInit) => document.dispatchEvent(new KeyboardEvent("keydown", init));
    press({ key: "Enter" });
    press({ key: "Enter", ctrlKey: true, shiftKey: true });
    expect(start).not.toHaveBeenCalled();
    press({ key: "Enter", ctrlKey: true });
    expect(start).toHaveBeenCalledTimes(1);
  });

  it("goes when the page is there, and hands it the focus and the keys", async () => {
    const opening = openingOf({ page: document, start });
    button().focus();
    const real = document.createElement("button");
    real.dataset.testid = "record-button";
    document.getElementById("sotto")?.append(real);
    expect(await opening.close()).toBeNull();
    expect(isThere()).toBe(false);
    expect(document.activeElement).toBe(real);
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true }));
    expect(start).not.toHaveBeenCalled();
  });

  it("does not come where the trusted side has not asked for it, or is not there", async () => {
    delete document.documentElement.dataset.opening;
    const without = openingOf({ page: document, start });
    await without.seen();
    expect(isThere()).toBe(false);
    expect(without.close()).toBeNull();
    document.documentElement.dataset.opening = "";
    openingOf({ page: document });
    expect(isThere()).toBe(false);
  });

  it("does not wait for a picture that a hidden window never paints", async () => {
    vi.useFakeTimers();
    vi.spyOn(window, "requestAnimationFrame").mockReturnValue(0);
    let isSeen = false;
    void openingOf({ page: document, start })
      .seen()
      .then(() => {
        isSeen = true;
      });
    await vi.advanceTimersByTimeAsync(99);
    expect(isSeen).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isSeen).toBe(true);
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("says what the page says, in its language", () => {
    expect(LABELS).toEqual({ en: en.record.start, de: de.record.start });
    document.documentElement.lang = "de";
    openingOf({ page: document, start });
    expect(button().getAttribute("aria-label")).toBe(LABELS.de);
  });
});
