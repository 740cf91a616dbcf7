/** JSON values of an application: the `data` of messages, and the values that no application gets (PROTOCOL.md, section 6). */
import { jsonClient, jsonProtocol, textClient, textProtocol } from '@sallyport/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const decode = (text: string) => jsonProtocol.decode(text, 'established');
const nested = (levels: number, inner = '') => '['.repeat(levels) + inner + ']'.repeat(levels);
const cycle: unknown[] = [];
cycle.push(cycle);

/** Values that harm an application which copies, merges or walks them, as JSON texts. */
const UNSAFE: readonly [string, string][] = [
  ['a field __proto__', '{"__proto__":{"admin":true}}'],
  ['a field __proto__ written with an escape', '{"\\u005f_proto__":{}}'],
  ['a field __proto__ inside an array', '[{"a":{"__proto__":1}}]'],
  ['a number beyond a double', '1e999'],
  ['a negative number beyond a double', '[-1E+400]'],
  ['a number of 400 digits', '9'.repeat(400)],
  ['half a surrogate pair', '"\\ud800"'],
  ['half a surrogate pair in the name of a field', '{"\\udfff":1}'],
  ['101 levels', nested(101)],
  ['30 000 levels', nested(30_000)],
  ['20 000 levels of objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
];

describe('the data of a message', () => {
  it.each<unknown>([null, false, 0, '', [], {}, { a: [1, { b: '😀' }] }, 'text', 1e308, { constructor: 1 }])(
    'can be %j, in both directions',
    (data) => {
      const message = { data };
      const said = jsonClient.encode({ type: 'message', message }) ?? '';
      expect(jsonProtocol.decode(said, 'established')).toEqual({ type: 'message.received', message });
      const answered = jsonProtocol.encode({ type: 'message', message }) ?? '';
      expect(answered).toBe(`{"type":"message","data":${JSON.stringify(data)}}`);
      expect(jsonClient.decode(answered, 'established')).toEqual({ type: 'message', message });
    },
  );

  it('can be any JSON value of at most 100 levels', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const text = JSON.stringify(data);
        fc.pre(!text.includes('__proto__'));
        expect(decode(`{"type":"message","data":${text}}`)).toEqual({
          type: 'message.received',
          message: { data: JSON.parse(text) },
        });
      }),
    );
    expect(decode(`{"type":"message","data":${nested(100)}}`).type).toBe('message.received');
  });

  it('may have a text or a name that looks like an escape or mentions __proto__', () => {
    for (const data of ['__proto__', { a__proto__: '\\u0041', b: 'e999' }, ['\n']])
      expect(decode(JSON.stringify({ type: 'message', data }))).toEqual({
        type: 'message.received',
        message: { data },
      });
  });

  it.each(UNSAFE)('E30: is malformed with %s', (_, value) => {
    expect(decode(`{"type":"message","data":${value}}`)).toEqual({ type: 'message.malformed' });
  });

  it('is malformed beside a text', () => {
    expect(decode('{"type":"message","text":"a","data":1}')).toEqual({ type: 'message.malformed' });
  });

  it('goes out as its JSON text in the text protocol, which has no other way', () => {
    const message = { data: { a: 1 } };
    expect(textProtocol.encode({ type: 'message', message })).toBe('{"a":1}');
    expect(textClient.encode({ type: 'message', message })).toBe('{"a":1}');
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a BigInt', 1n],
    ['a cycle', cycle],
    ['a value whose toJSON throws', { toJSON: () => JSON.parse('') }],
  ])('that is %s throws a TypeError that says so', (_, data) => {
    const message = { data };
    for (const half of [jsonProtocol, textProtocol, jsonClient, textClient])
      expect(() => half.encode({ type: 'message', message })).toThrow('data cannot be written as JSON');
  });
});

describe('the parameters of a request', () => {
  it.each(UNSAFE)('E30: are malformed with %s', (_, value) => {
    const request = `{"type":"request","id":7,"method":"m","params":${value}}`;
    expect(decode(request)).toEqual({ type: 'request.malformed', id: 7 });
  });
});
