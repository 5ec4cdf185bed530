import type { Language } from "../host/host";
import { en } from "./en";
import { formatIn } from "./format";
import type { Words } from "./words";

/** English is always there; another language is read when it is to be spoken. */
const learned = new Map<Language, Words>([["en", en]]);

/** What the window says. Views know this and no language; they are made anew when another is spoken. */
export let say: Words = en;

/** The language of `say`. */
export let spoken: Language = "en";

/** Reads a language's words. */
export async function learn(language: Language): Promise<void> {
  if (language === "de") learned.set("de", (await import("./de")).de);
}

/** From now on, in this language; false where its words are not there yet, and the one before goes on. */
export function speak(language: Language): boolean {
  const words = learned.get(language);
  if (words === undefined) return false;
  [say, spoken] = [words, language];
  formatIn(language);
  return true;
}
