/** Misspelt options of `serve`. */
import { expect, it } from 'vitest';
import { checkServeOptions } from '../src/check-options.ts';
import type { ServeOptions } from '../src/listening.ts';

const usual: ServeOptions = { host: '::', port: 0, tls: { key: 'k', cert: 'c' }, path: undefined };

it('serve accepts each of its options, and those of the adapter', () => {
  checkServeOptions(usual);
  checkServeOptions({ ...usual, library: {} } as ServeOptions, ['library']);
});

it.each([
  [{ maxBodyByte: 1 }, 'maxBodyByte is not an option of serve; did you mean maxBodyBytes?'],
  [{ tls: { key: 'k', crt: 'c' } }, 'tls.crt is not an option of serve; did you mean tls.cert?'],
  [{ library: {} }, /^library is not an option of serve; the options are host, port, /],
])('serve refuses the misspelt option in %j, and suggests the right one', (options, message) => {
  expect(() => checkServeOptions({ ...usual, ...options } as ServeOptions)).toThrow(message);
});
