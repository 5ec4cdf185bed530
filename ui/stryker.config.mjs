import { readFileSync } from "node:fs";

/**
 * What `cargo xtask mutate` asks for, if it is what runs this: files or ranges of them (`src/session/axis.ts:12:4-12:9`, lines
 * from 1, columns from 0), and the tests that may notice.
 */
const planned = process.env["SOTTO_MUTATION_PLAN"];
const plan = planned ? JSON.parse(readFileSync(planned, "utf8")) : null;

/**
 * Mutation testing of the pure folders: `cargo xtask mutate`, or by hand `npm run mutate -- --mutate src/session/axis.ts`.
 *
 * All that it writes lies in `target/mutation` of the repository, out of git: `report.json` (schema of mutation testing
 * elements: `files[…].mutants[…].status`) and the sandboxes.
 *
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  mutate: plan?.mutate ?? ["src/session/**/*.ts", "src/transcript/**/*.ts", "!src/**/*.test.ts"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  coverageAnalysis: "perTest",
  ignorePatterns: ["dist", "coverage"],
  tempDirName: "../target/mutation/sandbox",
  reporters: plan ? ["json", "progress-append-only"] : ["clear-text", "json", "progress-append-only"],
  jsonReporter: { fileName: "../target/mutation/report.json" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  // What runs once, when a module is loaded, is tables and constants; each of those mutants would cost a run of everything.
  ignoreStatic: true,
  // A mutant may loop for ever.
  timeoutMS: 5000,
  timeoutFactor: 2,
  // A part of the tests, or of the mutants, says nothing yet: who planned it judges the whole.
  thresholds: { high: 95, low: 90, break: plan ? null : 90 },
};
