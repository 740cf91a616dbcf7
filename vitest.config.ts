import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests run on sources: no build comes before them, except of the binaries that packages/server spawns.
const conditions = ['@sallyport/source'];

// What must work with no network; no-network.ts makes every socket throw there.
const pure = 'packages/{protocol,compile,core}/test/**/*.test.ts';

// What mocks a module of Node's, or measures what code allocates: in a process of its own, so others do not meet it.
const apart = ['packages/uws/test/descriptors.test.ts', 'packages/compile/test/allocation.test.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Half of the tests wait for processes and sockets: one worker less than there are cores would leave cores idle.
    maxWorkers: availableParallelism(),
    // Only to end a test that hangs: a busy machine may be many times slower.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: [pure],
          exclude: apart,
          setupFiles: ['packages/core/test/no-network.ts'],
          // The files of one worker share what they import: to load it anew for each costs more than the tests do.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            '{packages,examples}/*/test/**/*.test.ts',
            '{bench,tests/transport-quirks,tests/threats}/test/**/*.test.ts',
            'tests/documents/*.test.ts',
          ],
          exclude: [pure, ...apart],
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
        // One after the other: each measures the process that it runs in, or that it has started.
        extends: true,
        test: {
          name: 'memory',
          include: ['tests/memory/*.test.ts'],
          fileParallelism: false,
          testTimeout: 1_800_000,
        },
      },
      {
        // Against what would be published, so not even the condition of the sources is set.
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
      include: ['packages/core/src/**'],
      reporter: ['text', 'html'],
      thresholds: { branches: 100 },
    },
  },
});
