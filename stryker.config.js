/**
 * Mutation testing: `pnpm test:mutation` mutates all files, `pnpm test:mutation --mutate FILE,FILE` some files.
 * It works on a copy of the workspace. docs/testing.md says which mutants survive, and why.
 */
// Fewer random walks than in a test run: every mutant runs them, and only few mutants need the five hundredth walk.
process.env['WALKS'] ??= '50';

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts' },
  mutate: ['packages/{core,listen,ws,uws}/src/**/*.ts', '!packages/core/src/testing/**', '!**/*.d.ts'],
  coverageAnalysis: 'perTest',
  // Files without a change since the last run are not mutated again. The file stays on this machine.
  incremental: true,
  incrementalFile: '.stryker/incremental.json',
  tempDirName: '.stryker/tmp',
  // Stryker would rewrite this file with an API that TypeScript 7 no longer has. The copy needs no rewriting.
  tsconfigFile: 'none',
  ignorePatterns: ['coverage', '**/.turbo', '.stryker'],
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
  htmlReporter: { fileName: '.stryker/mutation.html' },
  jsonReporter: { fileName: '.stryker/mutation.json' },
  concurrency: 2,
  // A mutant that loops is found by the time that it takes beyond a run without it.
  timeoutMS: 10_000,
  thresholds: { high: 95, low: 85, break: 85 },
};
