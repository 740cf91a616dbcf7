/** Credentials that come with an upgrade request: where they are found, and which ones are malformed (PROTOCOL.md, section 1). */
import { type CredentialSources, createSessions } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import type { Credentials } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { admin } from '../harness.ts';
import { rawRequest, upgradeRequest } from '../raw-request.ts';

const sessions = createSessions({ authenticate: admin, clock: new SimulatedClock() });
const everywhere: CredentialSources = {
  authorization: true,
  subprotocol: 'bearer.',
  query: 'token',
  cookie: 'sid',
};

function read(headers: object, url = '/', credentials: CredentialSources = everywhere): unknown {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
  const reader = sessions.requestReader({ credentials }, false);
  const admission = sessions.admit(
    { ...upgradeRequest, protocols: headers['sec-websocket-protocol' as never] ?? 'sallyport.v1' },
    reader?.reading(rawRequest(lines, url)),
  );
  if (!('protocol' in admission)) return `${admission.status} ${admission.text}`;
  expect(admission.protocol.subprotocol).toBe('sallyport.v1');
  return shown(admission.credentials);
}

function shown(credentials: Credentials | undefined): unknown {
  switch (credentials?.type) {
    case 'password':
      return [credentials.username, credentials.password];
    case 'token':
      return credentials.token;
    case 'cookie':
      return { [credentials.name]: credentials.value };
    default:
      return undefined;
  }
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the credentials of an upgrade request', () => {
  it.each<[object, unknown]>([
    [{}, undefined],
    [{ Authorization: 'Bearer abc.def' }, 'abc.def'],
    [{ authorization: 'bearer   abc==' }, 'abc=='],
    [{ authorization: basic('ada:love:lace') }, ['ada', 'love:lace']],
    [{ authorization: basic('zoë:päss') }, ['zoë', 'päss']],
    [{ authorization: 'Negotiate xyz' }, undefined],
    [{ 'sec-websocket-protocol': 'bearer.abc.def, sallyport.v1' }, 'abc.def'],
    [{ cookie: 'theme=dark; sid=s%3A1.x' }, { sid: 's:1.x' }],
    [{ cookie: 'sid=' }, undefined],
    [{ cookie: 'theme=dark' }, undefined],
  ])('of the headers %j are %j', (headers, credentials) => {
    expect(read(headers)).toEqual(credentials);
  });

  it('may be in the query', () => {
    expect(read({}, '/chat?token=abc.def')).toBe('abc.def');
    expect(read({}, '/chat?token=')).toBeUndefined();
  });

  it('count in the documented order if a request has several', () => {
    const headers: Record<string, string> = {
      authorization: 'Bearer a',
      'sec-websocket-protocol': 'sallyport.v1, bearer.b',
      cookie: 'sid=d',
    };
    const found: unknown[] = [read(headers, '/?token=c')];
    delete headers['authorization'];
    found.push(read(headers, '/?token=c'));
    delete headers['sec-websocket-protocol'];
    found.push(read(headers, '/?token=c'), read(headers));
    expect(found).toEqual(['a', 'b', 'c', { sid: 'd' }]);
  });

  it('are read only where the options name the place', () => {
    const headers = { authorization: 'Bearer a', cookie: 'sid=d' };
    expect(read(headers, '/?token=c', { query: 'token' })).toBe('c');
    expect(read(headers, '/?token=c', { cookie: 'sid' })).toEqual({ sid: 'd' });
    expect(read(headers, '/', { query: 'token' })).toBeUndefined();
  });

  it.each<[string, object, string]>([
    [
      'A54: two Authorization headers',
      { authorization: ['Bearer a', 'Bearer b'] },
      'malformed Authorization header',
    ],
    [
      'A54: Basic and Bearer',
      { authorization: [basic('a:b'), 'Bearer b'] },
      'malformed Authorization header',
    ],
    ['A54: a scheme alone', { authorization: 'Bearer' }, 'malformed Authorization header'],
    [
      'A54: a token with signs that no token has',
      { authorization: 'Bearer a"b' },
      'malformed Authorization header',
    ],
    ['A54: Basic that is not base64', { authorization: 'Basic %%%' }, 'malformed Authorization header'],
    ['A54: Basic without a colon', { authorization: basic('ada') }, 'malformed Authorization header'],
    [
      'A54: a username with a line break',
      { authorization: basic('a\nb:c') },
      'malformed Authorization header',
    ],
    [
      'A54: Basic that is not UTF-8',
      { authorization: `Basic ${Buffer.from([255, 58]).toString('base64')}` },
      'malformed Authorization header',
    ],
    [
      'A56: two tokens among the subprotocols',
      { 'sec-websocket-protocol': 'sallyport.v1, bearer.a, bearer.b' },
      'malformed token in a subprotocol',
    ],
    [
      'A56: an empty token among the subprotocols',
      { 'sec-websocket-protocol': 'sallyport.v1, bearer.' },
      'malformed token in a subprotocol',
    ],
    [
      'A54: a token of more than 4 KiB',
      { authorization: `Bearer ${'a'.repeat(4_097)}` },
      'credentials too large',
    ],
    ['A54: a cookie of 8 KiB', { cookie: `sid=${'a'.repeat(8_192)}` }, 'credentials too large'],
  ])('%s is 400, and the answer shows no part of it', (_, headers, text) => {
    expect(read(headers)).toBe(`400 ${text}`);
  });

  it('A54: twice in the query are 400, also where one name is escaped', () => {
    expect(read({}, '/?token=a&token=b')).toBe('400 malformed token in the query');
    expect(read({}, '/?token=a&t%6Fken=b')).toBe('400 malformed token in the query');
    expect(read({}, '/?token=a%20b')).toBe('400 malformed token in the query');
  });

  it('A56: alone among the subprotocols name no protocol', () => {
    expect(read({ 'sec-websocket-protocol': 'bearer.a' })).toBe('400 unsupported subprotocols');
  });

  it('A55: do not show when they are printed', () => {
    const reader = sessions.requestReader({ credentials: everywhere }, false);
    const admission = sessions.admit(upgradeRequest, reader?.reading(rawRequest([['cookie', 'sid=s3cret']])));
    expect(JSON.stringify(admission)).not.toContain('s3cret');
    expect(Object.keys((admission as { credentials?: object }).credentials ?? {})).toEqual(['type', 'name']);
  });
});
