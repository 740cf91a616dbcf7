/** Which upgrade requests are admitted (PROTOCOL.md, section 1). */
import { createSessions, type UpgradeRequest } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { jsonProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { admin } from '../harness.ts';

const sessions = createSessions({
  authenticate: admin,
  clock: new SimulatedClock(),
  origins: ['https://app.example', 'null'],
});
const request: UpgradeRequest = {
  address: '192.0.2.1',
  origin: undefined,
  host: 'gate.example:5678',
  protocols: undefined,
  version: '13',
};
const admit = (headers: Partial<UpgradeRequest>) => sessions.admit({ ...request, ...headers });

describe('Origin', () => {
  it.each([
    undefined,
    'http://gate.example:5678',
    'https://GATE.example:5678',
    'https://app.example',
    'https://app.example:443',
    'https://APP.example',
    'null',
  ])('A40: a request is admitted with the Origin %s', (origin) => {
    expect(admit({ origin })).toHaveProperty('protocol');
  });

  it.each([
    '',
    'https://gate.example',
    'https://gate.example:5679',
    'https://gate.example:5678.evil.example',
    'https://evil-gate.example:5678',
    'https://evil.example/gate.example:5678',
    'ftp://gate.example:5678',
    'gate.example:5678',
    'http://app.example',
    'http://app.example:443',
    'https://app.example:80',
    'https://app.example.',
    'https://user@gate.example:5678',
    'https://app.example:8443',
  ])('A40: a request is refused with the Origin %s', (origin) => {
    expect(admit({ origin })).toMatchObject({ status: 403 });
  });

  it.each([
    ['https://app.test', 'app.test:443'],
    ['https://app.test:443', 'app.test'],
    ['http://app.test', 'app.test:80'],
    ['http://app.test:80', 'app.test'],
    ['https://app.test', 'app.test'],
    ['https://app.test', 'app.test:'],
    ['HTTPS://App.Test:443', 'app.test'],
    ['https://app.test:8443', 'app.test:8443'],
    ['http://[::1]:5678', '[0:0:0:0:0:0:0:1]:5678'],
    ['http://[2001:db8::1]', '[2001:DB8::1]:80'],
    ['http://app.test.', 'app.test.:80'],
  ])('A40: a default port counts as written out: Origin %s, Host %s', (origin, host) => {
    expect(admit({ origin, host })).toHaveProperty('protocol');
  });

  it.each([
    ['https://app.test', 'app.test:80'],
    ['http://app.test', 'app.test:443'],
    ['https://app.test', 'app.test:8443'],
    ['https://app.test:8443', 'app.test'],
    ['http://app.test.', 'app.test'],
    ['http://[::1]', '[::2]'],
    ['http://[::1]', '127.0.0.1'],
    ['https://app.test:99999', 'app.test'],
    ['https://', 'app.test'],
  ])('A40: an Origin with another port or name than the Host is refused: %s, %s', (origin, host) => {
    expect(admit({ origin, host })).toMatchObject({ status: 403 });
  });

  it.each([
    ['https://list.test:443', 'https://list.test'],
    ['https://List.Test', 'https://list.test:443'],
    ['http://list.test:80', 'http://list.test'],
    ['chrome-extension://abc', 'chrome-extension://abc'],
  ])('A40: a page is admitted if its origin is listed as %s and sent as %s', (listed, origin) => {
    const listing = createSessions({ authenticate: admin, clock: new SimulatedClock(), origins: [listed] });
    expect(listing.admit({ ...request, origin })).toHaveProperty('protocol');
    for (const other of ['https://list.test:8443', 'chrome-extension://ABC'])
      expect(listing.admit({ ...request, origin: other })).toMatchObject({ status: 403 });
  });

  it('a request with an Origin but without a Host is refused', () => {
    expect(admit({ origin: 'https://gate.example', host: undefined })).toMatchObject({ status: 403 });
  });

  it('A40: the Origin null is refused unless it is listed', () => {
    const strict = createSessions({ authenticate: admin, clock: new SimulatedClock() });
    expect(strict.admit({ ...request, origin: 'null' })).toMatchObject({ status: 403 });
  });
});

describe('subprotocols', () => {
  it.each([
    [undefined, 'text'],
    ['sallyport.v1', 'json'],
    ['chat, sallyport.v1', 'json'],
  ])('the offer %s selects the protocol %s', (protocols, name) => {
    expect(admit({ protocols })).toMatchObject({ protocol: { name } });
  });

  it.each(['chat', 'SALLYPORT.V1', 'text'])(
    'an offer of unknown subprotocols only is refused: %s',
    (protocols) => {
      expect(admit({ protocols })).toMatchObject({
        status: 400,
        text: 'unsupported subprotocols',
      });
    },
  );

  it.each(['', ' ', ',', 'sallyport.v1,', ',sallyport.v1', 'sallyport.v1, sallyport.v1', 'a b', 'a"b', 'é'])(
    'A49: a malformed list of subprotocols is refused: %j',
    (protocols) => {
      expect(admit({ protocols })).toMatchObject({ status: 400, text: 'malformed list of subprotocols' });
    },
  );

  it('a client must offer a subprotocol if the server speaks no protocol without a name', () => {
    const strict = createSessions({
      authenticate: admin,
      clock: new SimulatedClock(),
      protocols: [jsonProtocol],
    });
    expect(strict.admit(request)).toMatchObject({ status: 400 });
  });
});

it('A49: a malformed handshake is refused with its problem, also while the server drains', () => {
  const draining = createSessions({ authenticate: admin, clock: new SimulatedClock() });
  void draining.drain();
  const refused = { status: 400, text: 'not a WebSocket handshake', headers: {} };
  expect(draining.admit({ ...request, problem: 'not a WebSocket handshake' })).toEqual(refused);
  expect(draining.admit(request)).toMatchObject({ status: 503 });
  expect(draining.counters.upgradeRefused).toBe(2);
});

describe('Sec-WebSocket-Version', () => {
  it.each(['8', '14', undefined])(
    'a client with another version than 13 is told the right one: %s',
    (version) => {
      expect(admit({ version })).toMatchObject({ status: 426, headers: { 'sec-websocket-version': '13' } });
    },
  );
});

describe('refused upgrades', () => {
  it('a refused upgrade is counted, and the observer is told why', () => {
    const seen: unknown[] = [];
    const observed = createSessions({
      authenticate: admin,
      clock: new SimulatedClock(),
      observe: { upgradeRefused: ({ origin }, status) => seen.push([origin, status]) },
    });
    observed.admit({ ...request, origin: 'https://evil.example' });
    observed.admit(request);
    expect([seen, observed.counters.upgradeRefused]).toEqual([[['https://evil.example', 403]], 1]);
  });

  it('an upgrade stays refused if an observer throws', () => {
    const faults: unknown[] = [];
    const observed = createSessions({
      authenticate: admin,
      clock: new SimulatedClock(),
      onFault: ({ source }) => faults.push(source),
      observe: {
        upgradeRefused() {
          throw new Error('broken');
        },
      },
    });
    expect(observed.admit({ ...request, version: '8' })).toMatchObject({ status: 426 });
    expect(faults).toEqual(['observer']);
  });
});

describe('requests with the headers of the last one that was admitted', () => {
  const listed = 'https://app.example';
  const server = () =>
    createSessions({
      authenticate: admin,
      clock: new SimulatedClock(),
      origins: [listed],
      protocols: [jsonProtocol],
    });
  const good = { ...request, origin: listed, protocols: jsonProtocol.subprotocol };

  it.each([
    [{ problem: 'not a WebSocket handshake' }, 400],
    [{ host: 'gate.example, evil.example' }, 400],
    [{ version: '8' }, 426],
    [{ origin: 'https://evil.example' }, 403],
    [{ protocols: 'unknown' }, 400],
    [{ protocols: undefined }, 400],
  ])('after a request was admitted, the same one with %j is refused with %i', (other, status) => {
    const sessions = server();
    const admitted = { protocol: jsonProtocol, peer: { address: good.address, origin: listed } };
    expect(sessions.admit(good)).toEqual(admitted);
    expect(sessions.admit({ ...good, ...other })).toMatchObject({ status });
    expect(sessions.admit(good)).toEqual(admitted);
  });

  it('an origin that is not listed any more is refused, also if the last request had it', () => {
    const sessions = server();
    expect(sessions.admit(good)).toHaveProperty('protocol');
    sessions.changeOrigins([]);
    expect(sessions.admit(good)).toMatchObject({ status: 403 });
  });

  it('a server that drains refuses a request like the last one that it admitted', () => {
    const sessions = server();
    expect(sessions.admit(good)).toHaveProperty('protocol');
    void sessions.drain();
    expect(sessions.admit(good)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  });

  it('each request has the peer of its own address', () => {
    const sessions = server();
    sessions.admit(good);
    expect(sessions.admit({ ...good, address: '192.0.2.2' })).toMatchObject({
      peer: { address: '192.0.2.2' },
    });
  });
});
