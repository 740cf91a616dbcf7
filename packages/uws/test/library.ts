/** The native library if this Node has one. */
import { createRequire } from 'node:module';
import { nativeLibrary } from '@sallyport/conformance/serving';
import type { Library } from '@sallyport/uws';

export const library = nativeLibrary(createRequire(import.meta.url)) as Library | undefined;
