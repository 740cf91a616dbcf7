/**
 * Mutation testing: `pnpm test:mutation` for all of it, or for some files by `pnpm test:mutation --mutate FILE,FILE`.
 * It works on a copy of the workspace; docs/testing.md says what it is good for, and which mutants survive and why.
 */
// Fewer random walks than in a test run: every mutant pays for them, and hardly any is found by the five hundredth only.
process.env['WALKS'] ??= '50';

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts' },
  mutate: ['packages/{core,listen,ws,uws}/src/**/*.ts', '!packages/core/src/testing/**', '!**/*.d.ts'],
  coverageAnalysis: 'perTest',
  // What has not changed since the last run is not run again; the file is this machine's own.
  incremental: true,
  incrementalFile: '.stryker/incremental.json',
  tempDirName: '.stryker/tmp',
  // It would rewrite this one by an API that TypeScript 7 has no more; the copy needs no rewriting.
  tsconfigFile: 'none',
  ignorePatterns: ['coverage', '**/.turbo', '.stryker'],
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
  htmlReporter: { fileName: '.stryker/mutation.html' },
  jsonReporter: { fileName: '.stryker/mutation.json' },
  concurrency: 2,
  // A mutant that loops is found by what it costs over a run without it.
  timeoutMS: 10_000,
  thresholds: { high: 95, low: 85, break: 85 },
};
