/** The window in a browser, over the fake host, with the content policy of the real one. */
import { defineConfig } from "@playwright/test";

const PORT = Number(process.env["SOTTO_BROWSER_PORT"] ?? 4317);

export default defineConfig({
  testDir: "tests/browser",
  outputDir: "../target/browser",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: "line",
  timeout: 60_000,
  use: {
    baseURL: `http://localhost:${PORT}`,
    browserName: "chromium",
    viewport: { width: 1180, height: 760 },
    // The system's own browser: none is downloaded.
    launchOptions: { executablePath: process.env["SOTTO_CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
  },
  webServer: {
    command: `npx vite preview --port ${PORT} --strictPort`,
    url: `http://localhost:${PORT}/`,
    reuseExistingServer: false,
  },
});
