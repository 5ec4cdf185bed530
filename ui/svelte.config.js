import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

/** @type {import("@sveltejs/vite-plugin-svelte").SvelteConfig} */
export default {
  preprocess: vitePreprocess({ script: false }),
  compilerOptions: { runes: true },
  onwarn(warning) {
    if (warning.filename?.includes("node_modules")) return;
    // A warning of the compiler is nearly always about people who use a keyboard or a screen reader.
    throw new Error(`${warning.filename}: ${warning.message} (${warning.code})`);
  },
};
