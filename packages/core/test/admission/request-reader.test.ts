/** What an app reads of upgrade requests: the context, credentials, and the options that are refused at the start. */
import { createSessions, type Fault, type RequestOptions, type SessionsOptions } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { textProtocol } from '@sallyport/protocol';
import { describe, expect, it, vi } from 'vitest';
import { admin } from '../harness.ts';
import { rawRequest, upgradeRequest } from '../raw-request.ts';

function setUp(options: RequestOptions, more: Partial<SessionsOptions> = {}, isSecure = false) {
  const faults: Fault[] = [];
  const sessions = createSessions({
    authenticate: admin,
    clock: new SimulatedClock(),
    onFault: (fault) => void faults.push(fault),
    ...more,
  });
  const reader = sessions.requestReader(options, isSecure);
  const admit = (
    lines: readonly (readonly [string, string])[] = [],
    request: Partial<typeof upgradeRequest> = {},
    url = '/',
  ) => sessions.admit({ ...upgradeRequest, ...request }, reader?.reading(rawRequest(lines, url)));
  return { sessions, reader, admit, faults };
}

describe('the context of a peer', () => {
  it('is what the function returns, with the address that a trusted proxy reports', () => {
    const { admit } = setUp(
      { context: ({ address, path }) => ({ address, path }) },
      { trustedProxies: ['192.0.2.1'] },
    );
    expect(admit([], { forwardedFor: '198.51.100.7' }, '/chat?x')).toMatchObject({
      peer: { address: '198.51.100.7', context: { address: '198.51.100.7', path: '/chat' } },
    });
  });

  it('is asked for only after every check of admission', () => {
    const context = vi.fn(() => 1);
    const { admit } = setUp({ context });
    expect(admit([], { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    expect(context).not.toHaveBeenCalled();
    expect(admit()).toMatchObject({ peer: { context: 1 } });
    expect(context).toHaveBeenCalledTimes(1);
  });

  it('refuses the upgrade with 500 if the function throws, and reports the error once', () => {
    const refused: number[] = [];
    const error = new Error('no such tenant');
    const { admit, faults, sessions } = setUp(
      {
        context: () => {
          throw error;
        },
      },
      { observe: { upgradeRefused: (_, status) => void refused.push(status) } },
    );
    expect(admit()).toEqual({ status: 500, text: 'internal error', headers: {} });
    expect(faults).toEqual([{ source: 'context', error, session: undefined }]);
    expect(refused).toEqual([500]);
    expect(sessions.counters).toMatchObject({ upgradeRefused: 1, faults: 1 });
  });

  it('refuses the upgrade with 500 if the function returns a promise, and leaves no unhandled rejection', async () => {
    const { admit, faults } = setUp({ context: () => Promise.reject(new Error('late')) });
    expect(admit()).toMatchObject({ status: 500 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(faults.map(({ error }) => String(error))).toEqual([
      'TypeError: `context` must return at once, not a promise: look things up in the authenticator',
    ]);
  });

  it('takes nothing of a request where neither option is given', () => {
    const { reader, sessions } = setUp({});
    expect(reader).toBeUndefined();
    expect(sessions.admit(upgradeRequest)).toHaveProperty('peer', { address: '192.0.2.1' });
  });
});

it('a context that is not a function is refused at the start', () => {
  const context = 'tenant' as unknown as () => string;
  expect(() => setUp({ context })).toThrow('context must be a function, not "tenant"');
});

describe('the option credentials', () => {
  it('must be an object', () => {
    const credentials = 'cookie' as unknown as { cookie: string };
    expect(() => setUp({ credentials })).toThrow(
      'credentials must be an object, such as { cookie: \'sid\' }, not "cookie"',
    );
  });

  it.each<[object, string]>([
    [{}, 'credentials must name at least one place: authorization, subprotocol, query, cookie'],
    [
      { cookies: 'sid' },
      'credentials.cookies is not an option of credentials; did you mean credentials.cookie?',
    ],
    [{ authorization: 'Bearer' }, 'credentials.authorization must be true or false, not "Bearer"'],
    [{ cookie: 'a b' }, 'credentials.cookie must be letters, digits and signs such as . _ -, not "a b"'],
    [{ subprotocol: '' }, 'credentials.subprotocol must be letters, digits and signs such as . _ -, not ""'],
    [{ subprotocol: 'sally' }, 'credentials.subprotocol must not be the beginning of sallyport.v1'],
    [{ query: 1 }, 'credentials.query must be the name of a parameter, not 1'],
    [{ cookie: 'sid', httpsOnly: 1 }, 'credentials.httpsOnly must be true or false, not 1'],
  ])('%j is refused at the start', (credentials, message) => {
    expect(() => setUp({ credentials })).toThrow(message);
  });

  it('is refused at the start without a protocol that can use it', () => {
    expect(() => setUp({ credentials: { query: 'token' } }, { protocols: [textProtocol] })).toThrow(
      'credentials needs a protocol that signs in by request, such as `jsonProtocol`',
    );
  });

  it('A53: is refused at the start with a cookie where origins lists null', () => {
    const origins = ['https://app.example', 'null'];
    expect(() => setUp({ credentials: { cookie: 'sid' } }, { origins })).toThrow(
      'credentials.cookie cannot be used while origins lists null: every site can make a page with the origin null',
    );
    expect(() => setUp({ credentials: { query: 'token' } }, { origins })).not.toThrow();
  });

  it('A53: is refused at the start with a cookie and TLS where origins lists a page without TLS', () => {
    const origins = ['http://app.example'];
    const cookie = { credentials: { cookie: 'sid' } };
    const message =
      'credentials.cookie cannot be used while origins lists http://app.example: the network can change pages';
    expect(() => setUp(cookie, { origins }, true)).toThrow(message);
    expect(() => setUp({ credentials: { cookie: '__Host-sid' } }, { origins })).toThrow(message);
    expect(() => setUp({ credentials: { cookie: 'sid', httpsOnly: true } }, { origins })).toThrow(message);
    expect(() => setUp(cookie, { origins })).not.toThrow();
    expect(() =>
      setUp({ credentials: { cookie: 'sid', httpsOnly: false } }, { origins }, true),
    ).not.toThrow();
  });

  it('A53: lets no page without TLS of the own host use the cookie of a server with TLS', () => {
    const { admit } = setUp({ credentials: { cookie: 'sid' } }, {}, true);
    const cookie = [['cookie', 'sid=1']] as const;
    expect(admit(cookie, { origin: 'http://gate.example' })).toMatchObject({ status: 403 });
    expect(admit(cookie, { origin: 'https://gate.example' })).toMatchObject({
      credentials: { type: 'cookie' },
    });
    expect(admit(cookie)).toMatchObject({ credentials: { type: 'cookie' } });
  });

  it('A53: lets no page that an attacker can write use the password that the browser sends by itself', () => {
    const basic = [['authorization', `Basic ${btoa('ada:lovelace')}`]] as const;
    const bearer = [['authorization', 'Bearer abc']] as const;
    const origins = ['null', 'http://app.example'];
    const { admit } = setUp({ credentials: { authorization: true } }, { origins }, true);
    for (const origin of origins) {
      expect(admit(basic, { origin })).toMatchObject({ status: 403, text: 'origin not allowed' });
      expect(admit(bearer, { origin })).toMatchObject({ credentials: { type: 'token' } });
    }
    expect(admit(basic, { origin: 'https://gate.example' })).toMatchObject({
      credentials: { type: 'password' },
    });
    expect(admit(basic)).toMatchObject({ credentials: { type: 'password' } });
    const withoutTls = setUp({ credentials: { authorization: true } }, { origins });
    expect(withoutTls.admit(basic, { origin: 'http://app.example' })).toHaveProperty('credentials');
    expect(withoutTls.admit(basic, { origin: 'null' })).toMatchObject({ status: 403 });
  });

  it('is not read for the text protocol', () => {
    const { admit } = setUp({ credentials: { cookie: 'sid' } });
    expect(admit([['cookie', 'sid=1']], { protocols: undefined })).not.toHaveProperty('credentials');
  });

  it('A56: keeps a token of a subprotocol from observers, also where the upgrade is refused', () => {
    const seen: unknown[] = [];
    const { admit } = setUp(
      { credentials: { subprotocol: 'bearer.' } },
      { observe: { upgradeRefused: (request) => void seen.push(request) } },
    );
    const protocols = 'sallyport.v1, bearer.s3cret';
    admit([['sec-websocket-protocol', protocols]], { protocols, origin: 'https://evil.example' });
    admit([['sec-websocket-protocol', `${protocols}, bearer.more`]], {
      protocols: `${protocols}, bearer.more`,
    });
    admit([], { protocols: undefined, origin: 'https://evil.example' });
    admit([], { protocols: 'sallyport.v1, Bearer.s3cret', origin: 'https://evil.example' });
    expect(seen).toHaveLength(4);
    expect(JSON.stringify(seen)).not.toMatch(/s3cret|more/);
    expect(seen[0]).toHaveProperty('protocols', 'sallyport.v1, bearer.');
  });
});
