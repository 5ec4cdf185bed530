import { describe, expect, test } from "vitest";
import { atStart, follow, NEAR_PX, type Sight } from "./follow";

const VIEWPORT = 400;
const sight = (offset: number, content = 1000, viewport = VIEWPORT): Sight => ({ offset, content, viewport });
const seen = (...sights: Sight[]) => sights.reduce(follow, atStart).isFollowing;

describe("follow", () => {
  test("starts at the end", () => expect(seen(sight(0, 200))).toBe(true));

  test("new text at the end does not stop it, however much comes at once", () =>
    expect(seen(sight(600), sight(600, 5000))).toBe(true));

  test("a reader who moves up stops it, and growth does not take them back", () =>
    expect(seen(sight(600), sight(300), sight(300, 2000))).toBe(false));

  test("a reader who nudges within reach of the end keeps it", () =>
    expect(seen(sight(600), sight(600 - NEAR_PX))).toBe(true));

  test("coming back near the end starts it again", () =>
    expect(seen(sight(600), sight(100), sight(600 - NEAR_PX))).toBe(true));

  test("moving down without reaching the end leaves the reader alone", () =>
    expect(seen(sight(600), sight(100), sight(300))).toBe(false));

  test("rows that turn out smaller than guessed do not stop it", () =>
    expect(seen(sight(600), sight(500, 960))).toBe(true));

  test("a window that becomes lower does not stop it", () =>
    expect(seen(sight(600), sight(600, 1000, 300))).toBe(true));
});
