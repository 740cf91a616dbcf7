/** The tests that a mutant has to survive: those of the packages that are mutated. Used by stryker.config.js. */

import { defineConfig } from 'vitest/config';
import type { TestModule, Vitest } from 'vitest/node';

const conditions = ['@sallyport/source'];

/**
 * A mutant with which a test file does not even load has been found, but Stryker asks tests only, and a file that did
 * not load has none: it is given one that failed. The machine is compiled when it is loaded, so there are many of these.
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

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/{core,ws,uws}/test/**/*.test.ts'],
    // It counts the lines of the sources, and those that Stryker instruments have more.
    exclude: ['packages/core/test/surface.test.ts'],
    reporters: [new LoadFailures()],
  },
});
