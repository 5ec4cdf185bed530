/** Filters, bookmarks, and a transcript that no page could hold. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

const picture = async (page: Page, name: string) => {
  const folder = process.env["SOTTO_PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
};

for (const theme of ["light", "dark"]) {
  test(`the library is filtered by keyboard, counted, and cleared, ${theme}`, async ({ page }) => {
    await page.goto(`/?view=reading&theme=${theme}`);
    const items = page.getByTestId("library-item");
    await expect(items).toHaveCount(6);
    await page.getByTestId("filter").press("Enter");
    await expect(page.getByRole("menuitemradio", { name: "Any source" })).toBeFocused();
    await picture(page, `filter-menu-${theme}`);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(items).toHaveCount(3);
    await expect(page.getByTestId("filter-count")).toHaveText("3 recordings");
    await page.getByTestId("filter").press("Enter");
    await page.getByRole("menuitemcheckbox", { name: "With bookmarks" }).press("Enter");
    await expect(items).toHaveCount(0);
    await expect(page.getByText("No recording is like that.")).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await picture(page, `filter-empty-${theme}`);
    await page.getByRole("button", { name: "Remove the filter “Offline”" }).press("Enter");
    await expect(items).toHaveCount(1);
    await page.getByTestId("search").fill("nothing of that");
    await expect(page.getByText("Nothing found for “nothing of that” in what the filters let through.")).toBeVisible();
    await page.getByTestId("filter-clear").press("Enter");
    await page.getByTestId("search").fill("");
    await expect(items).toHaveCount(6);
    await expect(page.getByTestId("filter-chips")).toHaveCount(0);
  });

  test(`a moment is marked while one reads, noted, jumped to, removed and taken back, ${theme}`, async ({ page }) => {
    await page.goto(`/?view=reading&theme=${theme}`);
    const sheet = page.getByTestId("reading-text");
    await expect(page.getByTestId("mark")).toHaveCount(2);
    await sheet.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+b");
    await expect(page.getByText(/^Bookmarked at 0:0\d\.$/)).toBeVisible();
    await expect(page.getByTestId("mark")).toHaveCount(3);
    await page.getByRole("button", { name: "Add a note" }).click();
    await expect(page.getByTestId("bookmark-note")).toBeFocused();
    await page.keyboard.type("the dredging");
    await page.keyboard.press("Enter");
    const panel = page.getByTestId("bookmarks");
    await expect(panel).toContainText("the dredging");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await picture(page, `bookmarks-${theme}`);
    await panel.getByTestId("bookmark-go").last().press("Enter");
    await expect(page.locator(".row.aim")).toBeInViewport();
    await panel.getByTestId("bookmark-remove").first().click();
    await expect(page.getByTestId("mark")).toHaveCount(2);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByTestId("mark")).toHaveCount(3);
    await expect(panel).toContainText("the dredging");
    await page.keyboard.press("Escape");
    await expect(panel).toHaveCount(0);
  });
}

test("a moment is marked while it is said", async ({ page }) => {
  await page.goto("/?view=live");
  await expect(page.getByTestId("tentative")).toBeVisible();
  await page.getByTestId("bookmark-button").click();
  await expect(page.getByText(/^Bookmarked at/)).toBeVisible();
  await expect(page.getByTestId("mark")).toHaveCount(1);
  await page.keyboard.press("Control+b");
  await expect(page.getByTestId("bookmarks-show")).toHaveAccessibleName(/bookmark/);
  await picture(page, "bookmark-live");
});

test.describe("a hundred thousand turns", () => {
  test("are opened, scrolled, found in, corrected and taken back, with a few rows in the document", async ({
    page,
  }) => {
    await page.goto("/?view=endless");
    await page.getByTestId("library-item").filter({ hasText: "The whole archive" }).click();
    const sheet = page.getByTestId("reading-text");
    await expect(page.getByTestId("turn").first()).toContainText("Item 0.");
    expect(await sheet.locator("li").count()).toBeLessThan(20);
    expect(Number(await sheet.locator("li").first().getAttribute("aria-setsize"))).toBeGreaterThan(4000);

    await page.keyboard.press("Control+f");
    await page.keyboard.type("Item 77123.");
    await expect(page.getByTestId("find-count")).toHaveText("1 of 1");
    await expect(page.locator("mark.current")).toBeInViewport();
    await page.keyboard.press("Escape");
    const turn = page.getByTestId("turn").filter({ hasText: "Item 77123." });
    await expect(turn).toBeInViewport();

    await turn.dblclick();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Corrected far away.");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("turn").filter({ hasText: "Corrected far away." })).toBeVisible();
    await sheet.evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await expect(page.getByTestId("turn").filter({ hasText: "Item 99999." })).toBeVisible();
    await sheet.evaluate((list) => list.scrollTo(0, 0));
    await expect(page.getByTestId("turn").filter({ hasText: "Item 0." })).toBeVisible();
    await picture(page, "endless");
  });

  test("are never more in the document than a screen or two, not even while they are opened", async ({ page }) => {
    await page.goto("/?view=endless");
    await page.evaluate(() => {
      const watch = new MutationObserver(() => {
        const rows = document.querySelectorAll("[data-testid=reading-text] li").length;
        document.body.dataset["most"] = String(Math.max(rows, Number(document.body.dataset["most"] ?? 0)));
      });
      watch.observe(document.body, { childList: true, subtree: true });
    });
    await page.getByTestId("library-item").filter({ hasText: "The whole archive" }).click();
    await expect(page.getByTestId("turn").first()).toContainText("Item 0.");
    const most = await page.evaluate(() => Number(document.body.dataset["most"]));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(6);
  });

  test("name a speaker in all of them, and what is looked at later has the name, until it is undone", async ({
    page,
  }) => {
    await page.goto("/?view=endless&speakers=1");
    await page.getByTestId("library-item").filter({ hasText: "The whole archive" }).click();
    const row = (item: string) => page.locator(".row").filter({ hasText: item });
    const speaker = (item: string) => row(item).getByTestId("speaker");
    const find = async (item: string) => {
      await page.keyboard.press("Control+f");
      // At once: each letter would ask for all of it.
      await page.getByTestId("find").fill(item);
      await expect(row(item)).toBeInViewport();
      await page.keyboard.press("Escape");
    };
    await expect(speaker("Item 0.")).toContainText("Ingrid Lindqvist");
    // The second session, before anything else of it was here.
    await find("Item 77123.");
    await speaker("Item 77123.").click();
    await expect(page.getByTestId("speaker-name")).toHaveAttribute("placeholder", "Speaker B (2)");
    await page.keyboard.type("Bo");
    await page.keyboard.press("Enter");
    await expect(speaker("Item 77123.")).toContainText("Bo,");
    await find("Item 55001.");
    await expect(speaker("Item 55001.")).toContainText("Bo,");
    await find("Item 40001.");
    await expect(speaker("Item 40001.")).toContainText("Speaker B,");
    await page.keyboard.press("Control+z");
    await find("Item 77123.");
    await expect(speaker("Item 77123.")).toContainText("Speaker B (2)");
  });
});

test("speakers and bookmarks stand beside the same words", async ({ page }) => {
  await page.goto("/?view=reading&speakers=1");
  const marked = page.locator(".row").filter({ has: page.getByTestId("mark") });
  await expect(marked).toHaveCount(2);
  await expect(marked.getByTestId("speaker")).toHaveCount(2);
  // A name belongs to its words, however much stands in the margin.
  for (const row of await marked.all()) {
    const [name, words] = [row.getByTestId("speaker"), row.locator("p")];
    const [above, below] = [await name.boundingBox(), await words.boundingBox()];
    expect((below?.y ?? 0) - ((above?.y ?? 0) + (above?.height ?? 0))).toBeLessThan(6);
  }
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await picture(page, "speakers-bookmarks");
});
