/** The tests for mutants: those of the packages that are mutated. Used by stryker.config.js. */

import { defineConfig, type Plugin } from 'vitest/config';
import type { TestModule, Vitest } from 'vitest/node';

const conditions = ['@sallyport/source'];

/**
 * A mutant with which a test file does not load is found. But Stryker looks only at tests, and a file that did not load has
 * none, so this gives it a failed one. The machine is compiled when it is loaded, so there are many such mutants.
 */
class LoadFailures {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestModuleEnd({ moduleId }: TestModule): void {
    for (const file of this.#vitest?.state.getFiles([moduleId]) ?? []) {
      if (file.result?.state !== 'fail' || file.tasks.length > 0) continue;
      const { id, result } = file;
      file.tasks.push({
        ...{
          id: `${id}_loads`,
          type: 'test',
          name: 'loads',
          fullName: 'loads',
          mode: 'run',
          file,
          suite: file,
        },
        ...{
          fullTestName: 'loads',
          timeout: 0,
          annotations: [],
          artifacts: [],
          meta: {},
          context: {} as never,
        },
        result,
      });
    }
  }
}

/**
 * Stryker asks for worker threads. A mutant that leaves uWebSockets.js listening would then abort the whole process at the end
 * of its thread. In a process of its own it does no harm.
 */
const inProcesses: Plugin = {
  name: 'in-processes',
  configureVitest({ project }) {
    project.config.pool = 'forks';
  },
};

export default defineConfig({
  plugins: [inProcesses],
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/{core,listen,ws,uws}/test/**/*.test.ts'],
    // It counts the lines of the sources, and Stryker adds lines to them.
    exclude: ['packages/core/test/surface.test.ts'],
    reporters: [new LoadFailures()],
  },
});
