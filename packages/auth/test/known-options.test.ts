/** A misspelt option is an error that names the nearest option. */
import {
  deviceSecret,
  deviceTokens,
  failuresInMemory,
  passwordFile,
  throttled,
  tokens,
} from '@sallyport/auth';
import { refuse, UsageError } from '@sallyport/core';
import { expect, it } from 'vitest';
import { fileOf } from './folder.ts';
import { secret } from './signed-tokens.ts';

const options = (wrong: object) => wrong as never;

it.each<[string, string, () => unknown]>([
  ['passwordFile', 'upgrade', () => passwordFile(fileOf(), options({ upgrad: false }))],
  ['tokens', 'audience', () => tokens(options({ secret, audiance: 'chat' }))],
  ['tokens', 'jwksUrl', () => tokens(options({ jwksURL: 'https://a.example/' }))],
  ['throttled', 'devices', () => throttled(refuse, options({ device: undefined }))],
  ['deviceTokens', 'hashTag', () => deviceTokens(options({ secret, hashtag: () => undefined }))],
  ['deviceSecret', 'onProblem', () => deviceSecret(fileOf(), options({ onproblem: () => {} }))],
  ['failuresInMemory', 'mostKeys', () => failuresInMemory(options({ maxKeys: 1 }))],
])('%s() refuses a misspelt option and names %s', (entry, nearest, call) => {
  expect(call).toThrow(UsageError);
  expect(call).toThrow(`is not an option of ${entry}; did you mean ${nearest}?`);
});
