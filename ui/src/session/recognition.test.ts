import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecogniserKind, Recognition } from "../host/host";
import { abilities, LANGUAGES, MODELS, mayComeTwice, PLAIN, parameters, turnSilence } from "./recognition";

const asked = (changes: Partial<Recognition>, kind: RecogniserKind = "assemblyai") =>
  Object.fromEntries(parameters({ ...PLAIN, ...changes }, kind));

const ALL: Partial<Recognition> = {
  language: "de",
  keyTerms: ["Sotto", 'a "barge" & more'],
  tellsSpeakers: true,
  mostSpeakers: 3,
};

describe("what a session is asked for", () => {
  it("is nothing that its model does not know: universal-3 always punctuates, and is not told how sure to be", () => {
    expect(asked({ model: "universal-3-5-pro", isFormatted: false })).toEqual({
      speech_model: "universal-3-5-pro",
      format_turns: "true",
      min_turn_silence: "128",
      max_turn_silence: "1280",
    });
  });

  it("is little where nobody wished for anything", () => {
    expect(asked({})).toEqual({
      speech_model: "universal-streaming-english",
      format_turns: "true",
      min_turn_silence: "400",
      max_turn_silence: "1280",
      end_of_turn_confidence_threshold: "0.4",
    });
  });

  it("is a list as one JSON value, whatever is in it", () => {
    expect(JSON.parse(asked(ALL)["keyterms_prompt"] as string)).toEqual(ALL.keyTerms);
  });

  it("is speakers, and how many only with them", () => {
    expect(asked(ALL)).toMatchObject({ speaker_labels: "true", max_speakers: "3" });
    expect(asked({ ...ALL, mostSpeakers: null })).not.toHaveProperty("max_speakers");
    expect(asked({ ...ALL, tellsSpeakers: false })).not.toHaveProperty("max_speakers");
    expect(asked({ ...ALL, tellsSpeakers: false })).not.toHaveProperty("speaker_labels");
  });

  it("is a language of those models alone that take one", () => {
    expect(asked({ ...ALL, model: "universal-3-5-pro" })["language_codes"]).toBe('["de"]');
    expect(asked({ ...ALL, model: "universal-3-5-pro", language: null })).not.toHaveProperty("language_codes");
    for (const model of MODELS.filter((one) => !one.startsWith("universal-3-")))
      expect(asked({ ...ALL, model })).not.toHaveProperty("language_codes");
  });

  it("is no key term of Whisper", () => {
    expect(asked({ ...ALL, model: "whisper-rt" })).not.toHaveProperty("keyterms_prompt");
  });

  it("is of the engine inside the program only what it has, whatever model of the cloud is chosen", () => {
    for (const model of MODELS) {
      expect(asked({ ...ALL, model, turnTaking: "patient", isFormatted: false }, "offline")).toEqual({
        speech_model: "universal-streaming-english",
        format_turns: "false",
        min_turn_silence: "800",
        max_turn_silence: "3600",
        end_of_turn_confidence_threshold: "0.7",
      });
    }
  });

  it("is a longer silence the more patience is wished for", () => {
    for (const model of MODELS) {
      const [quick, balanced, patient] = (["quick", "balanced", "patient"] as const).map((turnTaking) =>
        turnSilence({ ...PLAIN, model, turnTaking }, "assemblyai"),
      );
      expect(quick?.max).toBeLessThan(balanced?.max as number);
      expect(balanced?.max).toBeLessThan(patient?.max as number);
      expect(balanced?.min).toBeLessThan(patient?.min as number);
    }
  });

  it("always holds what the stand-ins of the cloud insist on, and no name twice", () => {
    const wishes = fc.record({
      model: fc.constantFrom(...MODELS),
      language: fc.option(fc.constantFrom(...LANGUAGES)),
      keyTerms: fc.array(fc.string({ minLength: 1 })),
      turnTaking: fc.constantFrom("quick" as const, "balanced" as const, "patient" as const),
      isFormatted: fc.boolean(),
      tellsSpeakers: fc.boolean(),
      mostSpeakers: fc.option(fc.integer({ min: 1, max: 10 })),
    });
    const kinds = fc.constantFrom<RecogniserKind>("offline", "assemblyai", "assemblyaiEu", "selfHosted");
    fc.assert(
      fc.property(wishes, kinds, (wish, kind) => {
        const names = parameters(wish, kind).map(([name]) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(names).toEqual(expect.arrayContaining(["speech_model", "format_turns"]));
        const able = abilities(wish, kind);
        expect(names.includes("speaker_labels")).toBe(able.speakers && wish.tellsSpeakers);
        expect(names.includes("keyterms_prompt")).toBe(able.keyTerms && wish.keyTerms.length > 0);
      }),
    );
  });
});

describe("a final that is not formatted", () => {
  it("waits for its twin only where one may come", () => {
    const may = (changes: Partial<Recognition>, kind: RecogniserKind = "assemblyai") =>
      mayComeTwice({ ...PLAIN, ...changes }, kind);
    expect(may({})).toBe(true);
    expect(may({ isFormatted: false })).toBe(false);
    expect(may({ model: "whisper-rt" })).toBe(false);
    expect(may({ model: "universal-3-6-pro" })).toBe(false);
    expect(may({ model: "whisper-rt" }, "offline")).toBe(true);
  });
});
