/** The tests that a mutant has to survive: those of the packages that are mutated. Used by stryker.config.js. */
import { defineConfig } from 'vitest/config';

const conditions = ['@sallyport/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/{core,ws,uws}/test/**/*.test.ts'],
    // It counts the lines of the sources, and those that Stryker instruments have more.
    exclude: ['packages/core/test/surface.test.ts'],
  },
});
