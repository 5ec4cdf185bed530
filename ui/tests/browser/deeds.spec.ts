/** What can be done with a recording that was made. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

test("is saved in every form, copied, deleted and taken back", async ({ page }) => {
  await page.goto("/?view=reading");
  await expect(page.getByTestId("reading-text")).toBeVisible();
  const forms = ["Plain text", "Markdown, with times", "Word document", "PDF", "SubRip", "WebVTT"];
  const endings = ["txt", "md", "docx", "pdf", "srt", "vtt", "json"];
  for (const [i, form] of [...forms, "Words, times and sources"].entries()) {
    await page.getByTestId("export").click();
    await page.getByRole("menuitem", { name: form }).click();
    await expect(page.getByText(`Saved as lindqvist.${endings[i]}.`)).toBeVisible();
  }
  await page.getByTestId("copy").click();
  await expect(page.getByText("Copied without times, ready to paste.")).toBeVisible();
  await page.getByTestId("reading-more").click();
  await page.getByRole("menuitem", { name: "Copy with times" }).click();
  await expect(page.getByText("Copied with times, ready to paste.")).toBeVisible();

  await page.getByTestId("reading-more").click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const item = page.getByTestId("library-item").filter({ hasText: "Interview, Dr Lindqvist" });
  await expect(item).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(item).toHaveCount(1);
});

test("captions are chosen in the settings and told what is said", async ({ page }) => {
  await page.goto("/?view=settings");
  await page.getByRole("switch", { name: "Show captions" }).click();
  await page.getByText("High contrast").click();
  await expect(page.getByRole("switch", { name: "Show captions" })).toHaveAttribute("aria-checked", "true");
  await expect(page.getByRole("radio", { name: "High contrast" })).toBeChecked();
});

test("a team's token server takes the place of the key, and gives it back", async ({ page }) => {
  await page.goto("/?view=settings");
  await page.getByTestId("broker-open").click();
  const found = await new AxeBuilder({ page }).include("[data-part=broker]").analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await page.getByLabel("Address").fill("https://tokens.example/token");
  await page.getByLabel("Password for it").fill("pass");
  await page.getByTestId("broker-save").click();
  await expect(page.getByText("They come from https://tokens.example/token.")).toBeVisible();
  await page.getByTestId("broker-forget").click();
  await expect(page.getByTestId("broker-open")).toBeVisible();
});

test("the tokens that were asked for are shown, with what is unusual about them", async ({ page }) => {
  await page.goto("/?view=settings");
  await page.getByTestId("tokens-show").click();
  const rows = page.getByTestId("tokens").locator("tbody tr");
  await expect(rows).toHaveCount(8);
  await expect(rows.first()).toContainText("Key refused");
  await expect(page.getByTestId("tokens-unusual")).toContainText("refused your key 5 times in a row");
  const found = await new AxeBuilder({ page }).include("[data-part=tokens]").analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole("button", { name: "Hide" }).click();
  await expect(rows).toHaveCount(0);
});

test("a recording is paused and goes on, by button and by keys", async ({ page }) => {
  await page.goto("/?view=live");
  const pause = page.getByTestId("pause-button");
  await expect(pause).toHaveAccessibleName(/^Pause/);
  await pause.click();
  await expect(page.getByTestId("state-chip")).toHaveText("Paused");
  await expect(page.getByTestId("pause")).toHaveText(/^Paused since/);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  if (process.env["SOTTO_PNG"] !== undefined) await page.screenshot({ path: process.env["SOTTO_PNG"] });
  await page.keyboard.press("Control+Shift+Enter");
  await expect(page.getByTestId("state-chip")).not.toHaveText("Paused");
  await expect(page.getByTestId("pause")).toHaveText(/^Paused 3:10/);
});

test("a recording whose last words do not come is finished without them", async ({ page }) => {
  await page.goto("/?view=finishing");
  const giveUp = page.getByTestId("give-up");
  await expect(page.getByTestId("ledger")).toBeVisible();
  await expect(giveUp).toHaveCount(0);
  await expect(giveUp).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  for (const width of [1180, 480]) {
    await page.setViewportSize({ width, height: 700 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    const png = process.env["SOTTO_PNG"];
    if (png !== undefined) await page.screenshot({ path: `${png}-${width}.png` });
  }
  await giveUp.click();
  await expect(giveUp).toHaveCount(0);
});

test("what stands beside the state stays where it is when that changes", async ({ page }) => {
  await page.goto("/?view=live");
  const chip = page.getByTestId("state-chip");
  const seen = new Map<string, string>();
  await expect(async () => {
    const { x, width } = (await chip.boundingBox()) ?? { x: 0, width: 0 };
    seen.set((await chip.textContent()) ?? "", `${x} ${width}`);
    expect(seen.size).toBeGreaterThan(1);
  }).toPass({ intervals: [100], timeout: 40_000 });
  expect(new Set(seen.values()).size).toBe(1);
});
