/** German is longer than English: every view in it, wide and narrow, and nothing runs over its edge. */
import { expect, type Page, test } from "@playwright/test";
import { VIEWS } from "./views";

/** What shows less than it holds without an ellipsis, or reaches beyond the window. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const told = (element: Element) =>
      `${element.tagName}.${element.className}: ${element.textContent?.trim().slice(0, 60)}`;
    const shown = [...document.querySelectorAll("button, h1, h2, h3, p, label, span, strong, a, kbd, dt, dd")].filter(
      (element) => element.checkVisibility() && !element.closest(".visually-hidden, [data-testid=live-text]"),
    );
    return shown
      .filter((element) => {
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        // The folded library lies beside the window.
        const isOutside = box.width === 0 || box.right <= 0 || box.left >= innerWidth;
        if (isOutside || style.textOverflow === "ellipsis") return false;
        const isClipped = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
        return isClipped || box.right > innerWidth + 1 || box.left < -1;
      })
      .map(told);
  });
}

for (const width of [1180, 720, 420]) {
  test(`every view fits in German at ${width}`, async ({ page }) => {
    test.slow();
    await page.setViewportSize({ width, height: 760 });
    await page.emulateMedia({ reducedMotion: "reduce" });
    for (const view of VIEWS) {
      await page.goto(`/?${view}&language=de`);
      await expect(page.locator("main, [data-testid=choose-offline]").first()).toBeVisible();
      await expect(page.locator("html")).toHaveAttribute("lang", "de");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(wide, view).toBeLessThanOrEqual(width);
      expect.soft(await overflowing(page), view).toEqual([]);
    }
  });
}

test("the language is changed in the settings, at once and with the focus where it was", async ({ page }) => {
  await page.goto("/?view=settings");
  await page.getByRole("radio", { name: "Deutsch" }).check({ force: true });
  await expect(page.getByRole("heading", { name: "Darstellung" })).toBeVisible();
  await expect(page.getByRole("radio", { name: "Deutsch" })).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("heading", { name: "Appearance" })).toBeVisible();
});

test("the words of a language are read when it is spoken, and not before", async ({ page }) => {
  const read: string[] = [];
  page.on("request", (request) => read.push(new URL(request.url()).pathname));
  const hasGerman = () => read.some((path) => /\/de-[^/]+\.js$/.test(path));
  await page.goto("/?view=settings");
  await expect(page.getByTestId("settings-search")).toBeVisible();
  expect(read.length).toBeGreaterThan(0);
  expect(hasGerman()).toBe(false);
  await page.getByRole("radio", { name: "Deutsch" }).check({ force: true });
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.getByRole("heading", { name: "Einstellungen" })).toBeVisible();
  expect(hasGerman()).toBe(true);
});
