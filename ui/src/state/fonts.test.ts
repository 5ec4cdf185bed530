import { describe, expect, it } from "vitest";
import { FAMILIES, offeredFonts } from "./fonts";

/** A system with these families besides the generic ones. */
const system =
  (...names: string[]) =>
  (families: string) => {
    const first = families.split(", ").find((name) => !name.startsWith('"') || names.includes(name.slice(1, -1)));
    return first?.length ?? 0;
  };

describe("the fonts of captions", () => {
  it("are those that are always there, and the hyperlegible one where the system has it", () => {
    expect(offeredFonts(system("Inter"))).toEqual(["inter", "system", "serif", "mono"]);
    expect(offeredFonts(system("Atkinson Hyperlegible"))).toContain("hyperlegible");
    expect(offeredFonts(system("Atkinson Hyperlegible Next"))).toContain("hyperlegible");
  });

  it("end with one that every system has", () => {
    for (const families of Object.values(FAMILIES))
      expect(families).toMatch(/(sans-serif|serif|monospace|var\(--font\))$/);
  });
});
