import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import type { OwnModel } from "../host/host";
import { ModelChoice } from "./model.svelte";
import type { World } from "./world";

const WHISPER: OwnModel = {
  name: "whisper-tiny",
  kind: "Whisper",
  languages: ["en", "de"],
  takesLanguage: true,
  language: null,
};

let host: FakeHost;
let model: ModelChoice;

beforeEach(() => {
  host = new FakeHost();
  model = new ModelChoice({ host } as unknown as World);
});

describe("the model of the offline engine", () => {
  test("is the program's own until another is chosen, and again when that is forgotten", async () => {
    await model.load();
    expect(model.own).toBeNull();
    host.chosenModel = WHISPER;
    await model.choose();
    expect(model.own).toEqual(WHISPER);
    await model.speak("de");
    expect(model.own?.language).toBe("de");
    await model.forget();
    expect(model.own).toBeNull();
    expect(host.state.settings.ownModel).toBeNull();
  });

  test("stays when the user thinks better of it", async () => {
    host.chosenModel = WHISPER;
    await model.choose();
    host.chosenModel = null;
    await model.choose();
    expect(model.own).toEqual(WHISPER);
  });

  test("stays when the other one cannot be used, and says why until the next try", async () => {
    host.chosenModel = WHISPER;
    await model.choose();
    host.refuse("modelChoose", "ModelUnusable", "there is no tokens.txt in this folder");
    const choosing = model.choose();
    expect(model.isTrying).toBe(true);
    await choosing;
    expect([model.own, model.isTrying]).toEqual([WHISPER, false]);
    expect(model.error?.message).toBe("there is no tokens.txt in this folder");
    host.refuse("modelChoose", null);
    await model.choose();
    expect(model.error).toBeNull();
  });
});
