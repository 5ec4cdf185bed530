/** A long transcript: its end stays in sight unless the reader moved away. */
import { expect, type Page, test } from "@playwright/test";

const fromEnd = (page: Page) =>
  page.getByTestId("live-text").evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);

test("sticks to the end while words come, and lets go of it when the reader scrolls up", async ({ page }) => {
  await page.goto("/?view=long");
  const sheet = page.getByTestId("live-text");
  const tail = page.getByTestId("tentative");
  await expect(tail).toBeVisible();
  const before = await tail.textContent();
  await expect(tail).not.toHaveText(before ?? "", { timeout: 10_000 });
  expect(await fromEnd(page)).toBeLessThan(4);

  await sheet.hover();
  await page.mouse.wheel(0, -2400);
  const jump = page.getByRole("button", { name: "Jump to live" });
  await expect(jump).toBeVisible();
  const place = await sheet.evaluate((list) => list.scrollTop);
  await page.waitForTimeout(1500);
  expect(Math.abs((await sheet.evaluate((list) => list.scrollTop)) - place)).toBeLessThan(2);

  await jump.click();
  await expect(jump).toBeHidden();
  expect(await fromEnd(page)).toBeLessThan(4);
});

test("a few rows of thousands are in the document", async ({ page }) => {
  await page.goto("/?view=long");
  await expect(page.getByTestId("tentative")).toBeVisible();
  const rows = page.getByTestId("live-text").locator("li");
  expect(await rows.count()).toBeLessThan(60);
  expect(Number(await rows.first().getAttribute("aria-setsize"))).toBeGreaterThan(500);
});

test("jumps to a match far away", async ({ page }) => {
  await page.goto("/?view=long");
  await expect(page.getByTestId("tentative")).toBeVisible();
  await page.keyboard.press("Control+f");
  await page.keyboard.type("nine working days");
  await expect(page.locator("mark.current")).toBeInViewport();
  expect(await fromEnd(page)).toBeGreaterThan(1000);
});
