/** A long transcript: its end stays in sight unless the reader moved away. */
import { expect, type Page, test } from "@playwright/test";

const fromEnd = (page: Page) =>
  page.getByTestId("live-text").evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);

test("sticks to the end while words come, and lets go of it when the reader scrolls up", async ({ page }) => {
  await page.goto("/?view=long");
  const sheet = page.getByTestId("live-text");
  const tail = page.getByTestId("tentative");
  await expect(tail).toBeVisible();
  const before = await tail.textContent();
  await expect(tail).not.toHaveText(before ?? "", { timeout: 10_000 });
  expect(await fromEnd(page)).toBeLessThan(4);

  await sheet.hover();
  await page.mouse.wheel(0, -2400);
  const jump = page.getByRole("button", { name: "Jump to live" });
  await expect(jump).toBeVisible();
  const place = await sheet.evaluate((list) => list.scrollTop);
  await page.waitForTimeout(1500);
  expect(Math.abs((await sheet.evaluate((list) => list.scrollTop)) - place)).toBeLessThan(2);

  await jump.click();
  await expect(jump).toBeHidden();
  expect(await fromEnd(page)).toBeLessThan(4);
});

test("text is laid out as it comes, not with the next frame: WebKit paints it a frame later otherwise", async ({
  page,
}) => {
  await page.goto("/?view=long");
  await expect(page.getByTestId("tentative")).toBeVisible();
  /** Of each change of the last row: whether somebody had asked where the list ends before the next task began. */
  const wasLaidOut = await page.getByTestId("live-text").evaluate(async (list) => {
    const height = Object.getOwnPropertyDescriptor(Element.prototype, "scrollHeight");
    const lastRow = () => [...list.querySelectorAll("li")].at(-1)?.textContent;
    let laidOut = lastRow();
    let seen = lastRow();
    Object.defineProperty(list, "scrollHeight", {
      get: () => {
        laidOut = lastRow();
        return height?.get?.call(list);
      },
    });
    const answers: boolean[] = [];
    const nextTask = new MessageChannel();
    nextTask.port1.onmessage = () => {
      if (seen === lastRow()) return;
      seen = lastRow();
      answers.push(laidOut === seen);
    };
    const watch = new MutationObserver(() => nextTask.port2.postMessage(null));
    watch.observe(list, { subtree: true, childList: true, characterData: true });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    watch.disconnect();
    return answers;
  });
  expect(wasLaidOut.length).toBeGreaterThan(3);
  expect(wasLaidOut).not.toContain(false);
});

test("a few rows of thousands are in the document", async ({ page }) => {
  await page.goto("/?view=long");
  await expect(page.getByTestId("tentative")).toBeVisible();
  const rows = page.getByTestId("live-text").locator("li");
  expect(await rows.count()).toBeLessThan(60);
  expect(Number(await rows.first().getAttribute("aria-setsize"))).toBeGreaterThan(500);
});

test("jumps to a match far away", async ({ page }) => {
  await page.goto("/?view=long");
  await expect(page.getByTestId("tentative")).toBeVisible();
  await page.keyboard.press("Control+f");
  await page.keyboard.type("nine working days");
  await expect(page.locator("mark.current")).toBeInViewport();
  expect(await fromEnd(page)).toBeGreaterThan(1000);
});

test("grows: rows that need more lines do not push the end out of sight, and what is read stays in it", async ({
  page,
}) => {
  await page.goto("/?view=long");
  await expect(page.getByTestId("tentative")).toBeVisible();
  await page.setViewportSize({ width: 640, height: 760 });
  await expect.poll(() => fromEnd(page)).toBeLessThan(4);
  await page.setViewportSize({ width: 1180, height: 500 });
  await expect.poll(() => fromEnd(page)).toBeLessThan(4);

  await page.getByTestId("live-text").hover();
  await page.mouse.wheel(0, -2400);
  await expect(page.getByRole("button", { name: "Jump to live" })).toBeVisible();
  await page.setViewportSize({ width: 640, height: 500 });
  await expect(page.getByRole("button", { name: "Jump to live" })).toBeVisible();
  expect(await fromEnd(page)).toBeGreaterThan(400);
});

test("prepends: text that comes above what is read does not move it", async ({ page }) => {
  await page.goto("/?view=long&heal=1");
  const sheet = page.getByTestId("live-text");
  await expect(page.getByTestId("tentative")).toBeVisible();
  await sheet.hover();
  await page.mouse.wheel(0, -2400);
  await expect(page.getByRole("button", { name: "Jump to live" })).toBeVisible();
  const rows = () =>
    sheet.locator("li").evaluateAll((all) => all.map((row) => Number(row.getAttribute("aria-setsize")))[0] ?? 0);
  /** The first row in sight, or the one of this key, and where its top is. */
  const place = (key: string | null) =>
    sheet.evaluate((list, wanted) => {
      const edge = list.getBoundingClientRect().top;
      const all = [...list.querySelectorAll<HTMLElement>("[data-row]")];
      const row = all.find((one) =>
        wanted === null ? one.getBoundingClientRect().bottom > edge : one.dataset["row"] === wanted,
      );
      return { key: row?.dataset["row"] ?? null, top: (row?.getBoundingClientRect().top ?? Number.NaN) - edge };
    }, key);
  const before = { rows: await rows(), ...(await place(null)) };
  await expect.poll(rows, { timeout: 10_000 }).toBeGreaterThan(before.rows);
  await expect.poll(async () => Math.abs((await place(before.key)).top - before.top)).toBeLessThan(3);
  await page.waitForTimeout(600);
  expect(Math.abs((await place(before.key)).top - before.top)).toBeLessThan(3);
});
