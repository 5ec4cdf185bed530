import { afterEach, describe, expect, test } from "vitest";
import { learn, speak } from "../words/say";
import { accelerator, chord, type Press } from "./accelerator";

const press = (code: string, held: Partial<Press> = {}): Press => ({
  code,
  key: "Unidentified",
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  ...held,
});

afterEach(() => speak("en"));

describe("accelerator", () => {
  test("a chord is written as the system takes it", () =>
    expect(accelerator(press("KeyR", { ctrlKey: true, altKey: true }))).toBe("CommandOrControl+Alt+R"));
  test("a letter is what is printed on the key, and not where it lies", () => {
    const held = { ctrlKey: true, altKey: true };
    const written = (code: string, key: string) => accelerator(press(code, { ...held, key }));
    expect(written("KeyQ", "a")).toBe("CommandOrControl+Alt+A");
    expect(written("KeyQ", "A")).toBe("CommandOrControl+Alt+A");
    expect(written("KeyR", "\u043a")).toBe("CommandOrControl+Alt+R");
    expect(written("Digit1", "&")).toBe("CommandOrControl+Alt+1");
    expect(written("F9", "F9")).toBe("CommandOrControl+Alt+F9");
    // Systems take these for other keys.
    expect(written("Numpad1", "1")).toBeNull();
  });
  test("a Mac looks for keys by where they lie", () =>
    expect(accelerator({ ...press("KeyQ", { ctrlKey: true }), key: "a" }, true)).toBe("CommandOrControl+Q"));
  test("a modifier alone is no shortcut", () =>
    expect(accelerator(press("ControlLeft", { ctrlKey: true }))).toBeNull());
  test("a plain or shifted letter would steal typing", () => {
    expect(accelerator(press("KeyR"))).toBeNull();
    expect(accelerator(press("KeyR", { shiftKey: true }))).toBeNull();
  });
  test("a function key may stand alone", () => expect(accelerator(press("F9"))).toBe("F9"));
  test("people read Ctrl", () => expect(chord("CommandOrControl+Alt+R")).toEqual(["Ctrl", "Alt", "R"]));
  test("keys have the names that are printed on them", async () => {
    expect(chord("CommandOrControl+Alt+Space")).toEqual(["Ctrl", "Alt", "Space"]);
    await learn("de");
    speak("de");
    expect(chord("CommandOrControl+Shift+Space")).toEqual(["Strg", "Umschalt", "Leertaste"]);
    expect(chord("Super+PageUp")).toEqual(["Super", "Bild ↑"]);
  });
});
