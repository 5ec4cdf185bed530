// @vitest-environment happy-dom
import { flushSync, mount, tick, unmount } from "svelte";
import { afterEach, expect, test } from "vitest";
import type { KeyEntry } from "../../state/key.svelte";
import KeyForm from "./KeyForm.svelte";

const KEY = "0123456789abcdef0123456789abcdef";
let form: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (form !== undefined) await unmount(form);
  document.body.replaceChildren();
});

function show(save: (key: string) => Promise<boolean>): HTMLInputElement {
  const entry = { verdict: { kind: "none" }, found: { kind: "none" }, save };
  form = mount(KeyForm, { target: document.body, props: { entry: entry as unknown as KeyEntry } });
  flushSync();
  return document.querySelector("[data-testid=key-field]") as HTMLInputElement;
}

test("the key leaves the page before anybody answers", async () => {
  const given: string[] = [];
  const field = show((key) => {
    given.push(key);
    return new Promise(() => {});
  });
  field.value = KEY;
  document.querySelector("form")?.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  await tick();
  expect(given).toEqual([KEY]);
  expect(field.value).toBe("");
  expect(document.documentElement.outerHTML).not.toContain(KEY);
});

test("the field is masked and offers nothing to remember it", () => {
  const field = show(async () => true);
  expect([field.type, field.autocomplete]).toEqual(["password", "off"]);
});

test("an empty field asks nobody", () => {
  const given: string[] = [];
  show(async (key) => given.push(key) > 0);
  document.querySelector("form")?.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  expect(given).toEqual([]);
});
