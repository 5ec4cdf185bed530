/** The history is encrypted once its recovery key was written down, and a locked one is opened by typing it. */
import { expect, test } from "@playwright/test";

test("by keyboard: the key is shown, its end typed, and the history is encrypted", async ({ page }) => {
  await page.goto("/?view=settings");
  await page.getByTestId("encryption-offer").focus();
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "Your recovery key" });
  await expect(sheet).toBeVisible();
  const groups = ((await page.getByTestId("recovery-key").textContent()) ?? "").trim().split(/\s+/);
  expect(groups).toHaveLength(14);
  const begin = page.getByTestId("encryption-begin");
  await expect(begin).toBeDisabled();
  await page.getByTestId("encryption-last").fill("ABCD");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("encryption-problem")).toContainText("not the end of the recovery key");
  await page.getByTestId("encryption-last").fill((groups.at(-1) ?? "").toLowerCase());
  await page.keyboard.press("Enter");
  await expect(sheet).toBeHidden();
  await expect(page.getByText("The history is encrypted.")).toBeVisible();
  await expect(page.getByTestId("encryption-key")).toBeVisible();
});

test("a saved key needs no typing, but a tick", async ({ page }) => {
  await page.goto("/?view=settings&click=encryption-offer");
  await page.getByTestId("recovery-save").click();
  await expect(page.getByTestId("encryption-begin")).toBeDisabled();
  await page.getByTestId("encryption-told").check();
  await page.getByTestId("encryption-begin").click();
  await expect(page.getByTestId("encryption-key")).toBeVisible();
});

test("a locked history is asked for, said in the library, and opened by the recovery key", async ({ page }) => {
  await page.goto("/?view=live&encryption=locked");
  const sheet = page.getByRole("dialog", { name: "The history is locked" });
  await expect(sheet).toContainText("has no key for it any more");
  await expect(page.getByTestId("unlock-key")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(page.getByTestId("filter")).toHaveCount(0);
  await page.getByTestId("unlock-ask").click();
  await page.getByTestId("unlock-key").fill("7Z0K-M4QX");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("unlock-problem")).toContainText("a letter is wrong or missing");
  await page.getByTestId("unlock-key").fill("7z0k m4qx 9tpa 3c6h wd2v en8r j5by 1gsf k0xt 4vqm 8h2c p6za r9dw 3n7e");
  await page.keyboard.press("Enter");
  await expect(sheet).toBeHidden();
  await expect(page.getByTestId("library-item").first()).toBeVisible();
  await expect(page.getByTestId("filter")).toBeVisible();
});
