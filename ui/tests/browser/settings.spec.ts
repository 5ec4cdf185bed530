/** Settings that are found, tried and copied; and what is said when the window is closed for the first time. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

test("a setting is found by what is written in it", async ({ page }) => {
  await page.goto("/?view=settings");
  const search = page.getByTestId("settings-search");
  await search.fill("push to");
  await expect(page.getByTestId("shortcut-talk")).toBeVisible();
  await expect(page.getByTestId("settings-device")).toBeHidden();
  await search.fill("zebra");
  await expect(page.getByText("No setting is about “zebra”.")).toBeVisible();
  await search.press("Escape");
  await expect(page.getByTestId("settings-device")).toBeVisible();
});

test("going to a part moves the settings, and never the page with its dock", async ({ page }) => {
  await page.goto("/?view=settings");
  await expect(page.getByTestId("settings-search")).toBeVisible();
  const places = await page.evaluate(() =>
    ["cost", "captions", "diagnosis"].map((part) => {
      document.querySelector(`[data-part=${part}]`)?.scrollIntoView();
      const top = (of: string) => document.querySelector(of)?.getBoundingClientRect().top;
      return { top: top("[data-part=captions]"), page: document.scrollingElement?.scrollTop, main: top("main") };
    }),
  );
  expect(places.map(({ page, main }) => [page, main])).toEqual(places.map(() => [0, 0]));
  expect(new Set(places.map(({ top }) => top)).size).toBe(3);
});

test("a shortcut is recorded by pressing it; keys to type with are refused in words", async ({ page }) => {
  await page.goto("/?view=settings");
  const field = page.getByTestId("shortcut-talk");
  await field.click();
  await page.keyboard.press("r");
  await expect(page.getByTestId("shortcut-talk-problem")).toContainText("Hold Ctrl");
  await page.keyboard.press("Control+Alt+F9");
  await expect(field).toHaveText("CtrlAltF9");
  await page.getByRole("button", { name: "No such shortcut" }).click();
  await expect(field).toHaveText("None");
});

test("where no program may listen for keys, the line to bind is there to copy", async ({ page }) => {
  await page.goto("/?view=settings&wayland=1");
  await expect(page.getByTestId("shortcut-bind")).toContainText("sotto toggle");
  await page.getByTestId("shortcut-bind").getByRole("button", { name: "Copy" }).click();
  await expect(page.getByText("Copied. Paste it into the keyboard settings of your system.")).toBeVisible();
});

test("a desktop that keeps the shortcuts itself is asked for them, and says which it gave", async ({ page }) => {
  await page.goto("/?view=settings&wayland=portal&part=shortcut");
  await page.getByTestId("shortcut-bind").getByRole("button", { name: "Ask the desktop" }).click();
  await expect(page.getByTestId("shortcut-given")).toBeVisible();
  await expect(page.getByTestId("shortcut-bind")).toHaveCount(0);
  await expect(page.getByTestId("shortcut-talk-given")).toHaveText("Super+Space");
  await expect(page.getByTestId("shortcut-captions-given")).toHaveText("None given");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  if (process.env["SOTTO_PNG"] !== undefined) await page.screenshot({ path: process.env["SOTTO_PNG"] });
});

test("where no program may listen for keys, the dock does not say that one works from anywhere", async ({ page }) => {
  await page.goto("/?view=empty");
  await expect(page.getByTestId("anywhere")).toContainText("CtrlAltR");
  await page.goto("/?view=empty&wayland=1");
  await expect(page.getByTestId("anywhere")).toHaveText("From anywhere: bind sotto toggle to a key");
  await page.getByTestId("anywhere").getByRole("button").click();
  await expect(page.getByTestId("shortcut-bind")).toBeInViewport();
});

test("keys have the names of the keyboard, and the field says which never arrive", async ({ page }) => {
  await page.goto("/?view=settings&language=de");
  await expect(page.getByTestId("shortcut-talk")).toHaveText("StrgAltLeertaste");
  await page.getByTestId("shortcut-talk").click();
  await expect(page.getByTestId("shortcut-talk-problem")).toContainText("Strg+Alt+F1 bis F12");
});

test("captions have a font and a place", async ({ page }) => {
  await page.goto("/?view=settings&part=captions");
  const captions = page.locator("[data-part=captions]");
  await captions.getByText("Serif", { exact: true }).click();
  await expect(captions.getByRole("radio", { name: "Serif" })).toBeChecked();
  await captions.getByText("Top", { exact: true }).click();
  await expect(page.getByText("At the top of the screen, whenever they open.")).toBeVisible();
  await page.goto("/captions.html?font=serif");
  await expect(page.getByTestId("captions-text")).toHaveCSS("font-family", /Georgia/);
  await page.goto("/captions.html?font=inter");
  await expect(page.getByTestId("captions-text")).toHaveCSS("font-family", /Inter Variable/);
});

test("what is on is shown and copied as a report", async ({ page }) => {
  await page.goto("/?view=settings&part=diagnosis");
  await page.getByTestId("diagnosis-show").click();
  await expect(page.getByTestId("diagnosis-facts")).toContainText("WebKitGTK");
  const sent = page.getByTestId("timing").getByRole("row", { name: "Captured → recogniser, ms" });
  await expect(sent.getByRole("cell")).toHaveText(["43,980", "3.9", "11.2", "14.6", "38.0"]);
  await page.getByTestId("diagnosis-copy").click();
  await expect(page.getByText("The report was copied.")).toBeVisible();
});

test("a newer version is looked for, and put in place, when the user says so", async ({ page }) => {
  await page.goto("/?view=settings&part=updates&updates=unknown");
  const state = page.getByTestId("updates-state");
  await expect(state).toHaveText("Not looked yet.");
  await page.getByTestId("updates-look").click();
  await expect(state).toHaveText("Sotto 0.1.0 is the newest.");
  await page.goto("/?view=settings&part=updates&updates=new");
  await page.getByTestId("updates-install").click();
  await expect(state).toContainText("begins when you start Sotto the next time");
});

test("a build that cannot look does not offer to", async ({ page }) => {
  await page.goto("/?view=settings");
  await expect(page.getByTestId("diagnosis-show")).toBeVisible();
  await expect(page.getByText("Look for new versions")).toHaveCount(0);
});

test("the first close says what stays", async ({ page }) => {
  await page.goto("/?view=live&close=1");
  await expect(page.getByRole("dialog", { name: "Sotto stays" })).toBeVisible();
  await expect(page.getByTestId("close-window")).toBeFocused();
  await page.getByTestId("close-window").click();
  await expect(page.getByRole("dialog", { name: "Sotto stays" })).toBeHidden();
});
