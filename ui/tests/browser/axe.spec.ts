/** Every view, in both themes, as a tool for accessibility sees it: contrast, names, roles, order of headings. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { VIEWS } from "./views";

for (const theme of ["light", "dark"]) {
  for (const view of VIEWS) {
    test(`${view} is accessible in ${theme}`, async ({ page }) => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.goto(`/?${view}&theme=${theme}`);
      await expect(page.locator("main, [data-testid=choose-offline]").first()).toBeVisible();
      // Views that no start shows come a moment after it.
      await expect(page.locator("h1").first()).toBeAttached();
      const found = await new AxeBuilder({ page }).analyze();
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`)).toEqual(
        [],
      );
    });
  }
}

for (const look of ["dark", "light", "contrast"]) {
  test(`the captions are accessible in ${look}`, async ({ page }) => {
    await page.goto(`/captions.html?look=${look}`);
    await expect(page.getByTestId("captions-text")).toContainText("only one of them");
    const found = await new AxeBuilder({ page })
      // A window of one region needs no landmarks and no heading; its ground is what lies behind it.
      .disableRules(["region", "landmark-one-main", "page-has-heading-one"])
      .analyze();
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`)).toEqual([]);
  });
}
