/** What every language has to say: the same keys as English, each with the same kind of answer. A missing one fails to compile. */
import type { en } from "./en";

type Said<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Key in keyof T]: Said<T[Key]> };

export type Words = Said<typeof en>;
