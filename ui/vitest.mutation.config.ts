import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The small tests first: most mutants die there, in milliseconds, and no world need be made. */
class SmallFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (moduleId.includes("/world/") ? 1 : 0);
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

/** What Stryker runs: the tests of the pure folders, few worlds, and the same ones every time. */
export default defineConfig({
  test: {
    include: ["src/session/**/*.test.ts", "src/transcript/**/*.test.ts", "tests/world/**/*.test.ts"],
    // With one seed for all it would make the same worlds as the other.
    exclude: ["tests/world/weather-b.test.ts"],
    env: { SOTTO_WORLDS: process.env["SOTTO_WORLDS"] ?? "80" },
    setupFiles: ["tests/same-chance.ts"],
    sequence: { sequencer: SmallFirst },
    testTimeout: 60_000,
  },
});
