import { describe, expect, it } from "vitest";
import { litWord, soundAt, wordOf } from "./spoken";

const words = ["It", "was", "the"].map((text, i) => ({ text, from: i * 100, to: i * 100 + 80, confidence: 1 }));
const turn = { text: " It was, the ", words, from: 0, to: 400 };

describe("the word that is heard", () => {
  it("is the last one that has begun, also in the pause behind it", () => {
    expect(litWord(turn, 0)).toEqual({ before: "", word: "It", after: " was, the" });
    expect(litWord(turn, 199)).toEqual({ before: "It ", word: "was,", after: " the" });
    expect(litWord(turn, 399)).toEqual({ before: "It was, ", word: "the", after: "" });
  });

  it("is none outside of the turn, before its first word, and in text that was corrected to more or fewer words", () => {
    expect(litWord(turn, 400)).toBeNull();
    expect(litWord({ ...turn, from: 50 }, 49)).toBeNull();
    expect(litWord({ ...turn, words: words.slice(1) }, 10)).toBeNull();
    expect(litWord({ ...turn, text: "It was" }, 10)).toBeNull();
    expect(litWord({ ...turn, text: "", words: [] }, 10)).toBeNull();
  });
});

describe("the word that is gone to", () => {
  it("is found by its number, and beyond an end it is the one at that end", () => {
    expect(wordOf("It was, the", 1)).toEqual({ number: 1, before: "It ", word: "was,", after: " the" });
    expect(wordOf("It was, the", -1)?.word).toBe("It");
    expect(wordOf("It was, the", 9)).toEqual({ number: 2, before: "It was, ", word: "the", after: "" });
    expect(wordOf(" ", 0)).toBeNull();
  });
});

describe("the place of a word in the sound", () => {
  it("is where the word begins that stands there", () => {
    const places = [0, 2, 3, 6, 8, 99].map((offset) => soundAt(turn, offset));
    expect(places).toEqual([0, 0, 100, 100, 200, 200]);
  });

  it("is the beginning of the turn where the text was corrected to other words", () => {
    expect(soundAt({ ...turn, from: 7, text: "It was" }, 4)).toBe(7);
    expect(soundAt({ ...turn, from: 7, words: [], text: "" }, 0)).toBe(7);
  });
});
