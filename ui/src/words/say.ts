import type { Language } from "../host/host";
import { en } from "./en";
import { formatIn } from "./format";
import type { Words } from "./words";

/** Where the words of each language are; English is always there, another is read when it is to be spoken. */
const BOOKS: Record<Language, () => Promise<Words>> = {
  en: async () => en,
  de: async () => (await import("./de")).de,
};

const learned = new Map<Language, Words>([["en", en]]);

/** What the window says. Views know this and no language; they are made anew when another is spoken. */
export let say: Words = en;

/** The language of `say`. */
export let spoken: Language = "en";

/** Reads a language's words. */
export async function learn(language: Language): Promise<void> {
  learned.set(language, await BOOKS[language]());
}

/** From now on, in this language; false where its words are not there yet, and the one before goes on. */
export function speak(language: Language): boolean {
  const words = learned.get(language);
  if (words === undefined) return false;
  [say, spoken] = [words, language];
  formatIn(language);
  return true;
}
