/** Tests that need the native library. Where this Node has no binary of it, they are skipped with a warning (`transports.ts`). */
import type { Library } from '@sallyport/uws';
import { describe } from 'vitest';
import { library, type Transport, uws } from './transports.ts';

export function describeUws(name: string, tests: (library: Library, transport: Transport) => void): void {
  describe.skipIf(!library)(name, () => {
    if (library && uws) tests(library, uws);
  });
}
