/** Every language says all of it. The compiler sees a missing key; what it cannot see is looked for here. */
import { afterEach, describe, expect, it } from "vitest";
import { classify } from "../errors/classify";
import { de } from "./de";
import { en } from "./en";
import { count, day, languageName } from "./format";
import { learn, say, speak } from "./say";

/** The same in both: names, units and signs. */
const SAME =
  /^(Sotto( 1)?|Offline|Cloud|AssemblyAI( EU)?|Browser|System|English|Deutsch|PDF|SubRip|WebVTT|\.\w+|Token|Enter|Esc|[↑↓←→]|1 (s|h|min)|1 \(1\)|0\.\d+ min|Name|Median|Universal-3\.[56] Pro|Whisper|Inter|Hyperlegible)$/;

type Leaf = [path: string, said: string];

function leaves(table: unknown, path = ""): Leaf[] {
  if (typeof table === "string") return [[path, table]];
  if (typeof table === "function") return [[`${path}()`, table(...Array(table.length).fill(1))]];
  return Object.entries(table as object).flatMap(([key, value]) => leaves(value, path === "" ? key : `${path}.${key}`));
}

afterEach(() => speak("en"));

describe("the languages", () => {
  it("have the same keys, and nothing is empty", () => {
    const [english, german] = [leaves(en), leaves(de)];
    expect(german.map(([path]) => path)).toEqual(english.map(([path]) => path));
    expect(german.filter(([, said]) => said.trim() === "")).toEqual([]);
  });

  it("say what they are given", () => {
    const given = leaves(de).filter(([path]) => path.endsWith("()"));
    expect(given.filter(([, said]) => /undefined|NaN|\[object/.test(said))).toEqual([]);
  });

  it("differ: nothing was left in English by mistake", () => {
    const german = new Map(leaves(de));
    const left = leaves(en).filter(([path, said]) => german.get(path) === said && !SAME.test(said));
    expect(left).toEqual([]);
  });

  it("are spoken by the window, by its errors, and by its times and counts", async () => {
    expect(say.record.start).toBe("Start recording");
    expect(count(11_904)).toBe("11,904");
    expect(day(0, 0)).toBe("Today");
    expect(speak("de")).toBe(false);
    expect(say.record.start).toBe("Start recording");
    await learn("de");
    expect(speak("de")).toBe(true);
    expect(say.record.start).toBe("Aufnahme starten");
    expect(classify("DiskFull").happened).toBe("Der Datenträger ist voll.");
    expect(count(11_904)).toBe("11.904");
    expect(day(0, 86_400_000)).toBe("Gestern");
    expect(languageName("fr")).toBe("Französisch");
  });
});
