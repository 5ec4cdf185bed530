/** What is seen until the page is read lies where the page will have it: nothing moves under a hand that reaches for the button. */
import { expect, type Page, test } from "@playwright/test";

const SIZES = [
  { width: 1180, height: 760 },
  { width: 860, height: 700 },
  { width: 700, height: 700 },
  { width: 420, height: 640 },
];

async function placeOf(page: Page, selector: string) {
  const place = await page.locator(selector).boundingBox();
  if (place === null) throw new Error(`${selector} is not to be seen`);
  return place;
}

for (const size of SIZES) {
  test(`the opening is where the page will be, ${size.width} wide`, async ({ page }) => {
    await page.setViewportSize(size);
    await page.addInitScript(() => {
      // The page is not there yet at that moment.
      new MutationObserver((_, observer) => {
        if (document.documentElement === null) return;
        document.documentElement.dataset.opening = "";
        observer.disconnect();
      }).observe(document, { childList: true });
    });
    // Its scripts are not read yet.
    await page.route(/\/assets\/index-.*\.js$/, (route) => route.abort());
    await page.goto("/?view=empty");
    const button = await placeOf(page, "#opening button");
    const disc = await placeOf(page, "#opening span");
    const dock = await placeOf(page, ".opening-dock");
    const library = await page.locator(".opening-library").boundingBox();

    await page.unroute(/\/assets\/index-.*\.js$/);
    await page.goto("/?view=empty");
    await expect(page.getByTestId("record-button")).toBeVisible();
    expect(await placeOf(page, "[data-testid='record-button']")).toEqual(button);
    expect(await placeOf(page, "[data-testid='record-button'] span")).toEqual(disc);
    const { x, width } = await placeOf(page, "[role='toolbar'].dock");
    expect([x, width]).toEqual([dock.x, dock.width]);
    if (library !== null) expect((await placeOf(page, "aside")).width).toBe(library.width);
    await expect(page.locator("#opening")).toHaveCount(0);
  });
}
