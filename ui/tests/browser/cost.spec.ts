/** What the cloud costs: quietly beside the text, as a table in the settings, and a budget that speaks up. */
import { expect, test } from "@playwright/test";

test("this recording, today, this month and the last one", async ({ page }) => {
  await page.goto("/?view=live");
  await expect(page.getByTestId("cost-here")).toHaveText("$0.10 so far");
  await page.goto("/?view=settings&part=cost");
  await expect(page.getByTestId("cost-today")).toHaveText("$0.19");
  await expect(page.getByTestId("cost-thisMonth")).toHaveText("$2.03");
  await expect(page.getByTestId("cost-lastMonth")).toHaveText("$3.46");
  await page.goto("/?view=settings&part=cost&language=de");
  await expect(page.getByTestId("cost-today")).toHaveText("0,19 $");
});

test("offline costs nothing and shows nothing", async ({ page }) => {
  await page.goto("/?view=live&recogniser=offline");
  await expect(page.getByTestId("ledger-line")).toBeVisible();
  await expect(page.getByTestId("cost-here")).toHaveCount(0);
  await page.goto("/?view=settings&recogniser=offline");
  await expect(page.getByTestId("settings-search")).toBeVisible();
  await expect(page.getByTestId("cost")).toHaveCount(0);
});

test("a price and a budget are typed, with a comma as well, and nonsense is said to be", async ({ page }) => {
  await page.goto("/?view=settings&part=cost");
  const rate = page.getByTestId("cost-rate");
  await rate.fill("0,45");
  await rate.press("Enter");
  await expect(rate).toHaveValue("0.45");
  await rate.fill("much");
  await rate.press("Enter");
  await expect(page.getByText("A number, such as 0.15.")).toBeVisible();
  const budget = page.getByTestId("cost-budget");
  await expect(budget).toHaveValue("");
  await budget.fill("200000");
  await budget.press("Enter");
  await expect(page.getByText("At most 100,000.")).toBeVisible();
  await budget.fill("4");
  await budget.press("Enter");
  await expect(page.getByText("50 % of this month’s budget is spent")).toBeVisible();
  await page.getByRole("switch", { name: "Go on offline when it is spent" }).click();
  await budget.fill("");
  await budget.press("Enter");
  await expect(page.getByRole("meter")).toHaveCount(0);
});

test("a budget speaks up at four fifths, when it is spent, and when Sotto goes on offline", async ({ page }) => {
  await page.goto("/?view=live&budget=near");
  await expect(page.getByTestId("notice")).toContainText("Four fifths of this month’s budget are spent.");
  await page.getByRole("button", { name: "Open cost" }).click();
  await expect(page.getByTestId("cost-rate")).toBeFocused();
  await page.goto("/?view=live&budget=spent");
  await expect(page.getByTestId("notice")).toContainText("cost more");
  await page.goto("/?view=live&budget=offline");
  await expect(page.getByTestId("notice")).toContainText("The offline engine goes on, for free.");
  await page.goto("/?view=live&budget=fine");
  await expect(page.getByTestId("cost-here")).toBeVisible();
  await expect(page.getByTestId("notice")).toHaveCount(0);
});
