import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// Node is the default: the pure folders must not need a DOM. A test of a component says so itself
// (`// @vitest-environment happy-dom`).
export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: ["browser"] },
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    environment: "node",
    // Against a hang. Speed is measured elsewhere: 20,000 worlds take what the machine gives them.
    testTimeout: 1_200_000,
  },
});
