import { it } from "vitest";
import { holdsInEveryWeather, SHARE } from "./promise";

/** Two files, because each runs on a core of its own. */
it(`every spoken word exactly once in ${SHARE} worlds of every weather`, () => {
  holdsInEveryWeather(SHARE);
});
