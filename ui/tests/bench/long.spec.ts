/** How a hundred thousand turns are opened and scrolled; the figures go to the file that SOTTO_BENCH_OUT names. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";

interface Bench {
  open: (title: string) => Promise<number>;
  scroll: (frames: number, step: number) => Promise<{ work: number[]; apart: number[]; blank: number; height: number }>;
  wander: (places: number) => Promise<number>;
}
declare const sottoBench: Bench;

const PROBE = readFileSync(join(import.meta.dirname, "probe.js"), "utf8");

test("long transcripts, measured", async ({ page }) => {
  const figures: Record<string, unknown> = {};
  for (const turns of [1_000, 100_000]) {
    await page.goto(`/?view=endless&turns=${turns}`);
    await expect(page.getByTestId("library-item").first()).toBeVisible();
    await page.evaluate(PROBE);
    const opens: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      opens.push(await page.evaluate(() => sottoBench.open("The whole archive")));
      await page.keyboard.press("Escape");
      await expect(page.getByTestId("reading-text")).toHaveCount(0);
    }
    await page.evaluate(() => sottoBench.open("The whole archive"));
    const scrolled = await page.evaluate(() => sottoBench.scroll(600, 60));
    await page.evaluate(() => sottoBench.wander(60));
    const session = await page.context().newCDPSession(page);
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    figures[String(turns)] = { opens, ...scrolled, heap: usedSize };
  }
  const out = process.env["SOTTO_BENCH_OUT"];
  if (out !== undefined) writeFileSync(out, JSON.stringify(figures));
});
