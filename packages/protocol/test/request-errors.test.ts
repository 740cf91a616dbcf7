/** The table of request errors, and the class that carries one. */
import { isRequestError, RequestError, requestErrors } from '@sallyport/protocol';
import { expect, it } from 'vitest';

it('a RequestError of the table has the text of the table', () => {
  const error = new RequestError('methodNotFound');
  expect(error).toMatchObject({
    name: 'RequestError',
    code: 'methodNotFound',
    message: requestErrors.methodNotFound.message,
  });
  expect(error.data).toBeUndefined();
});

it('a RequestError takes a code, a text and data of the application', () => {
  expect(new RequestError('room.full', 'the room is full', { seats: 8 })).toMatchObject({
    code: 'room.full',
    message: 'the room is full',
    data: { seats: 8 },
  });
  expect(new RequestError('room.full').message).toBe('room.full');
});

it.each(['', '1st', 'a b', 'ä', '__proto__', 'x'.repeat(65), 7, undefined])(
  'a RequestError refuses the code %j',
  (code) => {
    expect(() => new RequestError(code as string)).toThrow(/^code must be a letter/);
  },
);

it('a code that is the name of a method of objects has no text of the table', () => {
  expect(new RequestError('constructor').message).toBe('constructor');
});

/** A `RequestError` as another copy of the package makes it. */
const ofAnotherCopy = (code: unknown) => Object.assign(new Error('full'), { name: 'RequestError', code });

it('a RequestError of another copy of the package counts as one', () => {
  expect(isRequestError(new RequestError('room.full'))).toBe(true);
  expect(isRequestError(ofAnotherCopy('room.full'))).toBe(true);
});

it.each([
  ['an error of another name', Object.assign(new Error('full'), { code: 'room.full' })],
  ['an error without a code', ofAnotherCopy(undefined)],
  ['an error with a code that no RequestError may have', ofAnotherCopy('a b')],
  ['an object that is no error', { name: 'RequestError', code: 'room.full' }],
  ['nothing', undefined],
])('%s does not count as a RequestError', (_, value) => {
  expect(isRequestError(value)).toBe(false);
});
