import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The small tests first: most mutants die there, in milliseconds, and no world need be made. */
class SmallFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (moduleId.includes("/world/") ? 1 : 0);
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

/**
 * 0: only the small tests, for a quick look at what they are worth by themselves. Of the worlds only those that chance makes:
 * the scenes beside them are hours and hundreds of worlds, seconds for each mutant, and Stryker looks at no pattern of names.
 */
const worlds = process.env["SOTTO_WORLDS"] ?? "60";
const worldTests = worlds === "0" ? [] : ["tests/world/weather-a.test.ts"];

/** The tests that `cargo xtask mutate` asks for; none: all that are small. */
const planned = process.env["SOTTO_MUTATION_PLAN"];
const tests: string[] | null = planned ? JSON.parse(readFileSync(planned, "utf8")).tests : null;

/** What Stryker runs: the tests of the pure folders, few worlds, and the same ones every time. */
export default defineConfig({
  test: {
    include: tests ?? ["src/session/**/*.test.ts", "src/transcript/**/*.test.ts", ...worldTests],
    env: { SOTTO_WORLDS: worlds },
    setupFiles: ["tests/same-chance.ts"],
    // Each mutant runs many files; a fresh world of modules for each would cost more than the tests.
    isolate: false,
    sequence: { sequencer: SmallFirst },
    testTimeout: 300_000,
  },
});
