/** A microphone is tried before anything is recorded, and closed when nobody looks any more. */
import { expect, test } from "@playwright/test";

test("the level moves while somebody speaks, before a recogniser is chosen", async ({ page }) => {
  await page.goto("/?view=welcome");
  await expect(page.getByTestId("trial-says")).toBeEmpty();
  await page.getByTestId("trial-begin").click();
  const says = page.getByTestId("trial-says");
  await expect(says).toContainText("Say something: the bar should move.");
  await expect(says).toContainText("nothing is recorded or sent");
  await expect(says).toContainText("It hears you.");
  await page.getByTestId("trial-end").click();
  await expect(page.getByTestId("trial-begin")).toBeVisible();
});

test("a muted microphone is told from a dead one", async ({ page }) => {
  await page.goto("/?view=welcome&microphone=muted");
  await page.getByTestId("trial-begin").click();
  await expect(page.getByTestId("trial-says")).toContainText("no sound at all: muted");
  await page.goto("/?view=settings&part=device&microphone=dead");
  await page.getByTestId("trial-begin").click();
  await expect(page.getByTestId("trial-says")).toContainText("Nothing comes from it.");
});
