/**
 * Mutation testing of the pure folders: `npm run mutate`, or one file with `npm run mutate -- --mutate src/session/axis.ts`.
 *
 * All that it writes lies in `target/mutation` of the repository, out of git: `report.json` (schema of mutation testing
 * elements: `files[…].mutants[…].status`), `incremental.json` (what a mutant came to in the last run, so that only what
 * changed is run again; remove it for a run of everything) and the sandboxes.
 *
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  mutate: ["src/session/**/*.ts", "src/transcript/**/*.ts", "!src/**/*.test.ts"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  coverageAnalysis: "perTest",
  ignorePatterns: ["dist", "coverage"],
  incremental: true,
  incrementalFile: "../target/mutation/incremental.json",
  tempDirName: "../target/mutation/sandbox",
  reporters: ["clear-text", "json", "progress-append-only"],
  jsonReporter: { fileName: "../target/mutation/report.json" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  // What runs once, when a module is loaded, is tables and constants; each of those mutants would cost a run of everything.
  ignoreStatic: true,
  // A mutant may loop for ever.
  timeoutMS: 5000,
  timeoutFactor: 2,
  thresholds: { high: 95, low: 90, break: 90 },
};
