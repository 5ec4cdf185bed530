/** `cargo xtask bench ui`: the window in Chromium over the fake host, measured alone. */
import { defineConfig } from "@playwright/test";
import views from "./playwright.config";

export default defineConfig({ ...views, testDir: "tests/bench", workers: 1, fullyParallel: false, timeout: 180_000 });
