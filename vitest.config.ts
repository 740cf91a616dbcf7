import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests run on the sources. Only the binaries that packages/server spawns need a build.
const conditions = ['@sallyport/source'];

// Tests that must work without a network; no-network.ts makes every socket throw there.
const pure = 'packages/{protocol,compile,contract,core,channels,recording}/test/**/*.test.ts';

// Tests that mock a module of Node or its timers beside real processes, that change globals (Hono replaces `Response`), or that measure
// allocation. They run in a process of their own, so that they do not affect others.
const apart = [
  'packages/uws/test/descriptors.test.ts',
  'packages/compile/test/allocation.test.ts',
  'packages/server/test/standard-output.test.ts',
  'packages/auth/test/throttled.test.ts',
  'examples/{hono,nestjs}/test/**/*.test.ts',
];

// Folders in which a test runs a Vitest of its own: another run at the same time must not take their files for its own.
const nested = '**/.story-*/**';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Tests of processes, Redis and the browser mostly wait: four more workers than cores leave no core idle meanwhile.
    maxWorkers: availableParallelism() + 4,
    // Only for a test that hangs: a machine with other work may be many times slower.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: [pure],
          exclude: [...apart, nested],
          setupFiles: ['packages/core/test/no-network.ts'],
          // The files of one worker share their imports: loading them again for each file takes longer than the tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            '{packages,examples}/*/test/**/*.test.ts',
            '{bench,tests/transport-quirks,tests/threats,tests/deploy,tests/redis}/test/**/*.test.ts',
            'tests/documents/*.test.ts',
          ],
          exclude: [pure, ...apart, nested],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'apart', include: apart } },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          exclude: ['tests/browser/screenshots.test.ts'],
          globalSetup: 'tests/browser/set-up.ts',
          // The files of one worker share Playwright, the connection to the browser and its code.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'screenshots',
          include: ['tests/browser/screenshots.test.ts'],
          globalSetup: 'tests/browser/set-up.ts',
        },
      },
      { extends: true, test: { name: 'interop', include: ['tests/interop/**/*.test.ts'] } },
      {
        // One after the other: each measures its own process, or a process that it started.
        extends: true,
        test: {
          name: 'memory',
          include: ['tests/memory/*.test.ts'],
          fileParallelism: false,
          testTimeout: 1_800_000,
        },
      },
      {
        // Against the published form, so the condition for sources is not set.
        test: {
          name: 'packaging',
          include: ['tests/packaging/**/*.test.ts'],
          globalSetup: 'tests/packaging/set-up.ts',
          // It shares no settings with the others, so it needs its own limit for a test that hangs.
          testTimeout: 1_200_000,
          hookTimeout: 1_200_000,
        },
      },
    ],
    coverage: {
      // Counters in the code. V8 loses counts of functions that it compiles anew.
      provider: 'istanbul',
      include: ['packages/core/src/**'],
      reporter: ['text', 'html'],
      thresholds: { branches: 100 },
    },
  },
});
