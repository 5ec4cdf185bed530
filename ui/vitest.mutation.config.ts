import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The small tests first: most mutants die there, in milliseconds, and no world need be made. */
class SmallFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (moduleId.includes("/world/") ? 1 : 0);
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

/** 0: only the small tests, for a quick look at what they are worth by themselves. */
const worlds = process.env["SOTTO_WORLDS"] ?? "60";
const worldTests = worlds === "0" ? [] : ["tests/world/world.test.ts", "tests/world/weather-a.test.ts"];

/** What Stryker runs: the tests of the pure folders, few worlds, and the same ones every time. */
export default defineConfig({
  test: {
    include: ["src/session/**/*.test.ts", "src/transcript/**/*.test.ts", ...worldTests],
    env: { SOTTO_WORLDS: worlds },
    setupFiles: ["tests/same-chance.ts"],
    // Each mutant runs many files; a fresh world of modules for each would cost more than the tests.
    isolate: false,
    sequence: { sequencer: SmallFirst },
    // Hours and hundreds of worlds: seconds for each mutant, which the shorter ones have met already.
    testNamePattern: /^(?!.*(an hour, with|where the stand-in hears nothing|rotations that nobody notices))/,
    testTimeout: 300_000,
  },
});
