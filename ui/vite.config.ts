import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** The policy of the real window, so that the preview in a browser breaks where the program would. */
const shell = JSON.parse(readFileSync(new URL("../tauri.conf.json", import.meta.url), "utf8"));

export default defineConfig({
  plugins: [svelte()],
  clearScreen: false,
  build: {
    // The oldest webviews that Tauri 2 meets: WebKitGTK of Debian 12, Safari 17, and the evergreen WebView2.
    target: ["es2023", "safari17"],
    cssTarget: ["safari17", "chrome120"],
    rolldownOptions: { input: ["index.html", "captions.html"] },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  preview: { headers: { "Content-Security-Policy": shell.app.security.csp } },
});
