// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { showMatching } from "./search";

function column(): HTMLElement {
  const root = document.createElement("div");
  root.innerHTML = `
    <h2>Recogniser</h2><div class="card" id="key">API key</div>
    <h2>Recording</h2><div class="card" id="recording">
      <div class="part" id="device">Microphone<p>Any input</p></div>
      <div class="part" id="keep"><button aria-label="Keep the sound"></button></div>
    </div>`;
  return root;
}

const shown = (root: HTMLElement) =>
  [...root.querySelectorAll<HTMLElement>("[id]")].filter((one) => one.closest("[hidden]") === null).map(({ id }) => id);

const headings = (root: HTMLElement) =>
  [...root.querySelectorAll<HTMLElement>("h2")].filter((one) => !one.hidden).map((one) => one.textContent);

test("what is searched for stays, with its heading; everything else goes", () => {
  const root = column();
  expect(showMatching(root, " INPUT micro ")).toBe(true);
  expect(shown(root)).toEqual(["recording", "device"]);
  expect(headings(root)).toEqual(["Recording"]);
});

test("a label that is only read out is found", () => {
  const root = column();
  showMatching(root, "keep");
  expect(shown(root)).toEqual(["recording", "keep"]);
});

test("a heading finds its whole group", () => {
  const root = column();
  showMatching(root, "recording");
  expect(shown(root)).toEqual(["recording", "device", "keep"]);
});

test("nothing is said to be nothing, and an empty search shows all again", () => {
  const root = column();
  expect(showMatching(root, "zebra")).toBe(false);
  expect(shown(root)).toEqual([]);
  expect(showMatching(root, "")).toBe(true);
  expect(shown(root)).toEqual(["key", "recording", "device", "keep"]);
  expect(headings(root)).toEqual(["Recogniser", "Recording"]);
});
