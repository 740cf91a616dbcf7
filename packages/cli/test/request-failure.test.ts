/** The text of an error of the server, whichever copy of the protocol package made it. */
import { RequestError } from '@sallyport/protocol';
import { expect, it } from 'vitest';
import { requestFailureText } from '../src/connect/request-failure.ts';

/** An error as another copy of the package makes it: of no class of ours. */
class RequestErrorOfACopy extends Error {
  override readonly name = 'RequestError';
  readonly code = 'forbidden';
  readonly data = { why: 'not yours' };
}

it.each([
  ['of this copy', new RequestError('forbidden', 'not allowed', { why: 'not yours' })],
  ['of another copy', new RequestErrorOfACopy('not allowed')],
])('an error of the server is shown with its code and its data: %s', (_, error) => {
  expect(requestFailureText('sum', error)).toBe('sum failed: not allowed (forbidden) {"why":"not yours"}');
});

it('an error of this client is shown by its text, without what is not printable', () => {
  expect(requestFailureText('sum', new Error('no \u001banswer'))).toMatch(/^sum failed: no .*answer$/);
  expect(requestFailureText('sum', 'text')).toBe('sum failed: text');
});
