/** Loads a written description as a module loader would: without its types, and with the functions' module given. */
import type { WrittenDescription } from '../src/index.ts';

export function loadSource(source: string, exports: object): WrittenDescription {
  const body = source
    .replace(/^import type .*$/m, '')
    .replace(
      /^import (\{[^}]*\}) from .*$/m,
      (_, names: string) => `const ${names.replaceAll(/ as /g, ': ')} = functions;`,
    )
    .replace('export const description =', 'return')
    .replace(' as unknown as WrittenDescription', '');
  return new Function('functions', `'use strict';${body}`)(exports);
}
