/** The tables of channel errors and of reasons for the end of a subscription. */
import {
  channelError,
  channelErrors,
  RequestError,
  requestErrors,
  unsubscribeReasons,
} from '@sallyport/protocol';
import { expect, it } from 'vitest';

it('a channel error is a RequestError with the text of the table', () => {
  const error = channelError('forbidden');
  expect(error).toBeInstanceOf(RequestError);
  expect(error).toMatchObject({ code: 'forbidden', message: channelErrors.forbidden.message });
  expect(error.data).toBeUndefined();
  expect(channelError('tooManyChannels', { most: 128 }).data).toEqual({ most: 128 });
});

it('no code of a channel error is also one of requests', () => {
  const codes = Object.keys(channelErrors);
  expect(codes.filter((code) => Object.hasOwn(requestErrors, code))).toEqual([]);
  for (const code of codes) expect(() => new RequestError(code)).not.toThrow();
});

it('every reason for the end of a subscription has a text and an advice', () => {
  for (const { message, retry } of Object.values(unsubscribeReasons)) {
    expect(message).not.toBe('');
    expect(['never', 'onDemand', 'later']).toContain(retry);
  }
});
