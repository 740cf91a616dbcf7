/** What defineContract accepts, refuses and returns. */
import { defineContract } from '@sallyport/contract';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { contracts } from './libraries.ts';

const untyped = (definition: unknown) => () => defineContract(definition as object);

it.each(Object.entries(contracts))(
  'a contract with schemas of %s is a frozen copy with the same schemas',
  (_, contract) => {
    expect(Object.isFrozen(contract)).toBe(true);
    expect(Object.isFrozen(contract.requests)).toBe(true);
    expect(Object.isFrozen(contract.requests['room.history'])).toBe(true);
    expect(Object.isFrozen(contract.messages)).toBe(true);
    expect(defineContract(contract)).toEqual(contract);
    expect(Object.keys(contract.requests)).toEqual(['room.history', 'room.leave', 'time']);
  },
);

it('a change of the definition after the call changes nothing', () => {
  const requests: Record<string, object> = { one: {} };
  const contract = defineContract({ requests });
  requests['two'] = {};
  expect(Object.keys(contract.requests)).toEqual(['one']);
});

it('a request may have the name of a property that every object has', () => {
  const contract = defineContract({ requests: { constructor: {}, toString: {}, hasOwnProperty: {} } });
  expect(Object.keys(contract.requests)).toEqual(['constructor', 'toString', 'hasOwnProperty']);
  expect('valueOf' in contract.requests).toBe(false);
});

it('a contract may have no requests and no messages', () => {
  expect(defineContract({})).toEqual({});
});

it.each([
  [undefined, 'contract must be an object, not undefined'],
  [[], 'contract must be an object, not an array'],
  [{ request: {} }, 'request is not an option of defineContract; did you mean requests?'],
  [{ requests: [] }, 'requests must be an object, not an array'],
  [
    { requests: new Map() },
    'requests must be a plain object: not one of a class, and without a field __proto__',
  ],
  [
    { requests: JSON.parse('{"__proto__":{}}') },
    'requests must have names of a letter, then letters, digits, ".", "_" or "-", at most 128 characters, not "__proto__"',
  ],
  [
    { requests: { __proto__: { hidden: {} } } },
    'requests must be a plain object: not one of a class, and without a field __proto__',
  ],
  [
    { requests: { 'a b': {} } },
    'requests must have names of a letter, then letters, digits, ".", "_" or "-", at most 128 characters, not "a b"',
  ],
  [{ requests: { a: null } }, 'requests.a must be an object, not null'],
  [
    { requests: { a: { result: { type: 'string' } } } },
    'requests.a.result must be a schema of Standard Schema v1, as those of zod, valibot and arktype are, not an object',
  ],
  [
    { requests: { a: { params: undefined } } },
    'requests.a.params must be a schema of Standard Schema v1, as those of zod, valibot and arktype are; an import cycle can leave one undefined, not undefined',
  ],
  [
    { requests: { a: { param: z.string() } } },
    'requests.a.param is not an option of defineContract; did you mean requests.a.params?',
  ],
  [{ requests: { a: { idempotent: 'yes' } } }, 'requests.a.idempotent must be true or false, not "yes"'],
  [{ requests: { a: { summary: 1 } } }, 'requests.a.summary must be a string, not 1'],
  [
    { messages: z.string() },
    'messages must be a plain object: not one of a class, and without a field __proto__',
  ],
  [
    { messages: { server: { '~standard': { version: 2, validate() {} } } } },
    'messages.server must be a schema of Standard Schema v1, as those of zod, valibot and arktype are, not an object',
  ],
  [
    { messages: { serve: z.string() } },
    'messages.serve is not an option of defineContract; did you mean messages.server?',
  ],
  [{ channels: [] }, 'channels must be an object, not an array'],
  [
    { channels: { 'a*b': { publication: z.string() } } },
    'channels must have patterns of 1 to 255 printable characters of ASCII, each with at most one "*", at its end, not "a*b"',
  ],
  [
    { channels: { 'room:*': z.string() } },
    "channels['room:*'] must be a plain object: not one of a class, and without a field __proto__",
  ],
  [
    { channels: { 'room:*': {} } },
    "channels['room:*'].publication must be a schema of Standard Schema v1, as those of zod, valibot and arktype are; an import cycle can leave one undefined, not undefined",
  ],
  [
    { channels: { news: { publication: z.string(), presence: z.string() } } },
    "channels['news'].presence is not an option of defineContract; the options are channels['news'].publication, channels['news'].summary",
  ],
  [
    { channels: { news: { publication: z.string(), summary: 1 } } },
    "channels['news'].summary must be a string, not 1",
  ],
])('the definition of case %$ is refused with an error that names the field', (definition, message) => {
  expect(untyped(definition)).toThrow(expect.objectContaining({ name: 'UsageError', message }));
});
