import type { Language } from "../host/host";
import { de } from "./de";
import { en } from "./en";
import { formatIn } from "./format";
import type { Words } from "./words";

const LANGUAGES: Record<Language, Words> = { en, de };

/** What the window says. Views know this and no language; they are made anew when another is spoken. */
export let say: Words = en;

/** From now on, in this language. */
export function speak(language: Language): void {
  say = LANGUAGES[language];
  formatIn(language);
}
