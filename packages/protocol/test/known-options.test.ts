/** The check for unknown options: it names the option that the caller may have meant. */
import { checkKnownOptions, UsageError } from '@sallyport/protocol';
import { expect, it } from 'vitest';

const known = ['authenticate', 'limits', 'observe', 'onFault', 'messageBytes', 'closed'];
const check = (options: object, prefix?: string) => () =>
  checkKnownOptions('createSessions', options, known, prefix);

it.each([
  ['limit', 'limits'],
  ['Limits', 'limits'],
  ['authenticator', 'authenticate'],
  ['messagesBytes', 'messageBytes'],
  ['maxMessageBytes', 'messageBytes'],
  ['onClosed', 'closed'],
  ['onfault', 'onFault'],
])('an unknown option is an error that names the nearest known one: %s, %s', (name, nearest) => {
  expect(check({ [name]: 1 })).toThrow(UsageError);
  expect(check({ limits: 1, [name]: undefined })).toThrow(
    `${name} is not an option of createSessions; did you mean ${nearest}?`,
  );
});

it('the error lists all known options if none has a similar name', () => {
  expect(check({ x: 1 }, 'a.')).toThrow(
    'a.x is not an option of createSessions; the options are a.authenticate, a.limits, a.observe, a.onFault, a.messageBytes, a.closed',
  );
});

it('nested options have their prefix in the error, in its option too', () => {
  let caught: unknown;
  try {
    check({ messagesBytes: 1 }, 'limits.')();
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({
    option: 'limits.messagesBytes',
    message: 'limits.messagesBytes is not an option of createSessions; did you mean limits.messageBytes?',
  });
});

it.each([{}, { limits: 1 }, Object.create({ inherited: 1 })])(
  'known options and inherited properties pass',
  (options) => {
    expect(check(options)).not.toThrow();
  },
);

it.each(['constructor', 'toString', '__proto__'])('a name of Object.prototype is unknown: %s', (name) => {
  expect(check(JSON.parse(`{"${name}":1}`))).toThrow(`${name} is not an option of createSessions`);
});
