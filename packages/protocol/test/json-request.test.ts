/** Requests in the JSON protocol (PROTOCOL.md, section 7), both halves. */
import {
  type Answer,
  decodeResponse,
  encodeCancel,
  encodeRequest,
  jsonClient,
  jsonProtocol,
  RequestError,
  textClient,
  textProtocol,
} from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';

const decode = (message: unknown) => jsonProtocol.decode(JSON.stringify(message), 'established');
const request = { type: 'request', id: 1, method: 'room.history', params: { room: 'a' } };
const MALFORMED = { type: 'message.malformed' };

describe('a request', () => {
  it('is read as the client wrote it', () => {
    expect(decode(request)).toEqual({ ...request, type: 'request.received' });
    expect(encodeRequest(1, 'room.history', { room: 'a' })).toBe(
      '{"type":"request","id":1,"method":"room.history","params":{"room":"a"}}',
    );
  });

  it.each([1, 2 ** 31, 2 ** 53 - 1])('may have the id %d', (id) => {
    expect(decode({ ...request, id })).toMatchObject({ type: 'request.received', id });
    expect(decode({ type: 'cancel', id })).toEqual({ type: 'request.cancelled', id });
  });

  it.each([0, -1, 1.5, 2 ** 53, '1', null, [1], undefined])(
    'with the id %j is malformed, because no answer could name it',
    (id) => {
      expect(decode({ ...request, id })).toEqual(MALFORMED);
      expect(decode({ type: 'cancel', id })).toEqual(MALFORMED);
    },
  );

  it.each(['a', '~!', 'x'.repeat(128), '__proto__', 'constructor'])('may have the method %j', (method) => {
    expect(decode({ ...request, method })).toMatchObject({ type: 'request.received', method });
  });

  it.each(['', 'a b', 'ä', 'a\n', 'x'.repeat(129), 1, null, undefined, ['a']])(
    'with the method %j can be answered, so only the request is malformed',
    (method) => {
      expect(decode({ ...request, method })).toEqual({ type: 'request.malformed', id: 1 });
    },
  );

  it.each<unknown>([null, 0, 'text', [1], {}])('may have the parameters %j', (params) => {
    expect(decode({ ...request, params })).toEqual({ ...request, type: 'request.received', params });
  });

  it('may have no parameters', () => {
    expect(decode({ type: 'request', id: 1, method: 'm' })).toEqual({
      type: 'request.received',
      id: 1,
      method: 'm',
      params: undefined,
    });
    expect(encodeRequest(1, 'm', undefined)).toBe('{"type":"request","id":1,"method":"m"}');
    expect(encodeCancel(1)).toBe('{"type":"cancel","id":1}');
  });

  it('before the acceptance is malformed', () => {
    for (const one of [request, { type: 'cancel', id: 1 }])
      expect(jsonProtocol.decode(JSON.stringify(one), 'authenticating')).toEqual(MALFORMED);
  });

  it('has no words in the text protocol', () => {
    expect(textProtocol.decode(JSON.stringify(request), 'established')).toEqual({
      type: 'message.received',
      message: JSON.stringify(request),
    });
    expect([textClient.isExtensible, jsonClient.isExtensible]).toEqual([false, true]);
    expect(textProtocol.encode({ type: 'response', id: 1, result: 1 })).toBeUndefined();
  });

  it('that the application refuses a message for goes out as its text in the text protocol', () => {
    const error = new RequestError('room.full', 'the room is full');
    expect(textProtocol.encode({ type: 'messageFailed', error })).toBe('the room is full');
  });

  it('whose parameters are not JSON throws a TypeError', () => {
    expect(() => encodeRequest(1, 'm', 1n)).toThrow('params cannot be written as JSON');
  });
});

describe('a response', () => {
  const readText = (text: unknown) => {
    const message = jsonClient.decode(String(text), 'established');
    return message?.type === 'other' ? decodeResponse(message.fields) : message;
  };
  const read = (answer: Answer) => readText(jsonProtocol.encode(answer));

  it.each<unknown>([null, 0, 'text', '\u2028', [1], { a: { b: 1 } }])('brings the result %j', (result) => {
    expect(read({ type: 'response', id: 3, result })).toEqual({ id: 3, result });
  });

  it('brings nothing as null', () => {
    expect(jsonProtocol.encode({ type: 'response', id: 3, result: undefined })).toBe(
      '{"type":"response","id":3,"result":null}',
    );
  });

  it('brings half a surrogate pair as U+FFFD, and nothing else is changed', () => {
    const result = ['\ud800\udfff\udfff', '\\ud800', '\\\udfff', '😀\n"'];
    expect(read({ type: 'response', id: 3, result })).toEqual({
      id: 3,
      result: ['\u{103ff}\ufffd', '\\ud800', '\\\ufffd', '😀\n"'],
    });
  });

  it.each<[string, unknown]>([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a BigInt', { a: 1n }],
  ])('whose result is %s throws a TypeError', (_, result) => {
    expect(() => jsonProtocol.encode({ type: 'response', id: 3, result })).toThrow(
      'the result cannot be written as JSON',
    );
  });

  it('brings an error with its code, its text and its data', () => {
    const error = new RequestError('room.full', 'the room is full', { seats: 8 });
    expect(jsonProtocol.encode({ type: 'requestFailed', id: 3, error })).toBe(
      '{"type":"response","id":3,"error":{"code":"room.full","message":"the room is full","data":{"seats":8}}}',
    );
    expect(read({ type: 'requestFailed', id: 3, error })).toEqual({
      id: 3,
      error: { code: 'room.full', message: 'the room is full', data: { seats: 8 } },
    });
  });

  it.each<[string, Partial<RequestError>]>([
    ['a code that breaks the JSON', { code: 'a","b":"' }],
    ['no code', { code: undefined as never }],
    ['no text', { message: undefined as never }],
    ['an object as its text', { message: {} as never }],
  ])('is not written for an error that a program has given %s', (_, changes) => {
    const error = Object.assign(new RequestError('a'), changes);
    expect(() => jsonProtocol.encode({ type: 'requestFailed', id: 3, error })).toThrow(TypeError);
    expect(() => jsonProtocol.encode({ type: 'messageFailed', error })).toThrow(TypeError);
    expect(() => textProtocol.encode({ type: 'messageFailed', error })).toThrow(TypeError);
  });

  it('brings half a surrogate pair in the text of an error, or of a message, as U+FFFD', () => {
    expect(jsonProtocol.encode({ type: 'message', message: 'a\udc00' })).toContain('"a\ufffd"');
    const error = new RequestError('a', 'b\ud800');
    expect(jsonProtocol.encode({ type: 'requestFailed', id: 3, error })).toContain('"b\ufffd"');
    expect(jsonProtocol.encode({ type: 'messageFailed', error })).toContain('"b\ufffd"');
  });

  it('brings an error of a message, whatever its code is', () => {
    for (const code of ['invalidMessage', 'refreshRefused']) {
      const error = new RequestError(code, 'no');
      expect(read({ type: 'messageFailed', error })).toEqual({
        type: 'messageFailed',
        error: { code, message: 'no' },
      });
    }
  });

  it.each([
    [{ id: 0, result: 1 }, undefined],
    [{ result: 1 }, undefined],
    [{ id: 1 }, { id: 1, result: undefined }],
    [{ id: 1, error: null }, { error: { code: 'internal' } }],
    [{ id: 1, error: { code: 'a b' } }, { error: { code: 'internal' } }],
    [{ id: 1, error: { code: 'a' } }, { error: { code: 'a', message: 'a' } }],
  ])('of another make is read leniently: %j', (response, expected) => {
    const text = JSON.stringify({ type: 'response', ...response });
    const answer = readText(text);
    if (expected) expect(answer).toMatchObject(expected);
    else expect(answer).toBeUndefined();
  });
});
