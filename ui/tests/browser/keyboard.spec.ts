/** The main way through the window, without a mouse. */
import { expect, test } from "@playwright/test";

test("record, stop, search, read, correct, take back, find: by keyboard alone", async ({ page }) => {
  await page.goto("/?view=reading&recogniser=offline");
  await expect(page.getByTestId("reading-text")).toBeVisible();

  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("live-text")).toBeVisible({ timeout: 15_000 });
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("state-chip")).toHaveText("Ready", { timeout: 15_000 });

  await page.keyboard.press("Control+k");
  await page.keyboard.type("Lecture");
  await expect(page.getByTestId("library-item")).toHaveCount(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const sheet = page.getByTestId("reading-text");
  await expect(sheet).toBeVisible();

  await sheet.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("turn").first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByTestId("turn").nth(1)).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("They say that the barge can wait.");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("turn").nth(1)).toHaveText("They say that the barge can wait.");
  await expect(page.getByTestId("turn").nth(1)).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("turn").nth(1)).toHaveText("They say the barge can wait, and the tide will not.");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeFocused();

  await page.keyboard.press("Control+f");
  await page.keyboard.type("barge");
  await expect(page.getByTestId("find-count")).toHaveText(/^1 of \d+$/);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("find-count")).toHaveText(/^2 of \d+$/);
  await page.keyboard.press("Shift+Enter");
  await expect(page.getByTestId("find-count")).toHaveText(/^1 of \d+$/);
  await expect(page.locator("mark.current")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("find")).toHaveCount(0);

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("a correction that was begun is left as it was by Escape", async ({ page }) => {
  await page.goto("/?view=reading");
  const turn = page.getByTestId("turn").first();
  const heard = await turn.textContent();
  await turn.dblclick();
  await page.keyboard.type("something else");
  await page.keyboard.press("Escape");
  await expect(turn).toHaveText(heard ?? "");
});

for (const width of [1180, 640]) {
  test(`the search field has the focus before the next key, ${width} pixels wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 760 });
    await page.goto("/?view=reading");
    await expect(page.getByTestId("reading-text")).toBeVisible();
    const focused = await page.evaluate(() => {
      window.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, cancelable: true }));
      return document.activeElement?.getAttribute("data-testid");
    });
    expect(focused).toBe("search");
  });
}

test("words are gone through and heard by keyboard alone, at another speed", async ({ page }) => {
  await page.goto("/?view=reading&sound=1");
  const sheet = page.getByTestId("reading-text");
  await sheet.focus();
  await page.keyboard.press("Enter");
  for (let i = 0; i < 11; i += 1) await page.keyboard.press("ArrowRight");
  await expect(page.getByTestId("chosen")).toHaveText("will");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("played")).toContainText("0:05 /");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("chosen")).toHaveCount(0);

  await page.getByTestId("speed").press("Enter");
  await page.getByRole("menuitemradio", { name: "1.5×" }).press("Enter");
  await expect(page.getByTestId("speed")).toHaveText("1.5×");
});
