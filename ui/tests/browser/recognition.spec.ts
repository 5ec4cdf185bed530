/** What is asked of a recogniser, and who it says is speaking. */
import { expect, test } from "@playwright/test";

test("key terms are added by keyboard, refused in words, and found by the search", async ({ page }) => {
  await page.goto("/?view=settings&terms=1");
  const search = page.getByTestId("settings-search");
  await search.fill("key terms");
  await expect(page.getByTestId("recognition-model")).toBeHidden();
  await search.press("Escape");
  const field = page.getByTestId("key-term");
  await field.fill("  harbour   committee, Ingrid ");
  await field.press("Enter");
  const terms = page.getByTestId("key-terms");
  await expect(terms.getByRole("listitem")).toHaveText([
    "Lindqvist",
    "dredging barge",
    "Sotto",
    "harbour committee",
    "Ingrid",
  ]);
  await expect(field).toHaveValue("");
  await expect(field).toBeFocused();
  await field.fill("x".repeat(51));
  await field.press("Enter");
  await expect(page.getByTestId("key-term-problem")).toContainText("at most 50 characters");
  await field.fill("Sotto");
  await field.press("Enter");
  await expect(page.getByTestId("key-term-problem")).toContainText("there already");
  await field.fill(Array.from({ length: 96 }, (_, n) => `term ${n}`).join(","));
  await field.press("Enter");
  await expect(page.getByTestId("key-term-problem")).toContainText("More than 100");
  await page.getByRole("button", { name: "Remove “Sotto”" }).click();
  await expect(terms.getByRole("listitem")).toHaveCount(4);
});

test("what a sentence ends by is said in numbers, of the model that is chosen", async ({ page }) => {
  await page.goto("/?view=settings");
  const silence = page.getByTestId("turn-silence");
  await expect(silence).toHaveText(
    "After 400 ms of silence if it seems complete (40 % sure), after 1280 ms in any case.",
  );
  await page.getByText("Patient", { exact: true }).click();
  await expect(silence).toContainText("3600 ms");
  await expect(page.getByTestId("recognition-language")).toHaveCount(0);
  await page.getByTestId("recognition-model").click();
  await page.getByRole("menuitemradio", { name: /3.5 Pro/ }).click();
  await expect(silence).toHaveText("After 512 ms of silence if it seems complete, after 2560 ms in any case.");
  await page.getByTestId("recognition-language").click();
  await page.getByRole("menuitemradio", { name: "German", exact: true }).click();
  await expect(page.getByTestId("recognition-language")).toContainText("German");
});

test("the offline engine says what it does not take", async ({ page }) => {
  await page.goto("/?view=settings&recogniser=offline");
  await expect(page.getByTestId("no-speakers")).toBeVisible();
  await expect(page.getByText("The offline engine does not take them.")).toBeVisible();
  await expect(page.getByTestId("recognition-model")).toHaveCount(0);
});

test("a speaker is named everywhere and here, by keyboard alone, and it is taken back", async ({ page }) => {
  await page.goto("/?view=reading&speakers=1");
  const speakers = page.getByTestId("speaker");
  // The name, and what a screen reader is told behind it.
  const named = (name: string) => speakers.filter({ hasText: `${name}, Say` });
  await expect(speakers.first()).toContainText("Ingrid Lindqvist");
  await expect(named("Speaker B").first()).toBeVisible();
  await expect(named("Speaker A (2)").first()).toBeVisible();
  await expect(named("Unknown speaker").first()).toBeVisible();
  const before = await named("Speaker B").count();

  // From the text by arrows to the second speaker.
  await page.getByTestId("reading-text").focus();
  await page.keyboard.press("Enter");
  await expect(speakers.first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("speaker-name")).toBeFocused();
  await page.keyboard.type("Bo");
  await page.keyboard.press("Enter");
  await expect(named("Bo")).toHaveCount(before);
  await expect(speakers.nth(1)).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(page.getByTestId("speaker-name")).toHaveValue("Bo");
  await page.getByTestId("speaker-name").fill("Cleo");
  await page.keyboard.press("Shift+Enter");
  await expect(speakers.nth(1)).toContainText("Cleo");
  await expect(named("Bo")).toHaveCount(before - 1);

  await page.keyboard.press("Control+z");
  await expect(named("Bo")).toHaveCount(before);
  await page.keyboard.press("Control+z");
  await expect(named("Speaker B")).toHaveCount(before);
});

test("the same person in another session is one of those who have a name", async ({ page }) => {
  await page.goto("/?view=reading&speakers=1");
  const again = page.getByTestId("speaker").filter({ hasText: "Speaker A (2)" });
  await again.first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Ingrid Lindqvist" }).click();
  await page.getByTestId("speaker-everywhere").click();
  await expect(again).toHaveCount(0);
});

test("who nobody knew is named in one paragraph", async ({ page }) => {
  await page.goto("/?view=reading&speakers=1");
  const unknown = page.getByTestId("speaker").filter({ hasText: "Unknown speaker" });
  await unknown.first().click();
  await expect(page.getByTestId("speaker-everywhere")).toHaveCount(0);
  await page.getByTestId("speaker-name").fill("Dora");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("speaker").filter({ hasText: "Dora" })).toHaveCount(1);
  await expect(unknown).toHaveCount(0);
});
