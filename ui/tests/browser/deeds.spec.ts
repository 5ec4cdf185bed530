/** What can be done with a recording that was made. */
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
