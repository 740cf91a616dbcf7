/** Stories in the JSON protocol (PROTOCOL.md, section 6): answers that only it has, and its own deadlines. */
import { accept, postpone, refuse } from '@sallyport/core';
import { type Data, jsonProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { admin, type Client, flushMicrotasks, harness, manualAuthenticator } from '../harness.ts';

const protocols = [jsonProtocol];
const RIGHT = JSON.stringify({ type: 'authenticate', username: 'admin', password: '123456' });
const WRONG = JSON.stringify({ type: 'authenticate', username: 'admin', password: '1' });
const { heartbeat: _, ...withoutHeartbeat } = jsonProtocol;
const text = (what: string) => JSON.stringify({ type: 'message', text: what });
const token = (type: 'authenticate' | 'refresh', one: string) => JSON.stringify({ type, token: one });

/** What the client received: JSON is parsed, the rest stays as it is. */
const received = (client: Client) =>
  client.received().map((one) => (String(one).startsWith('{') ? JSON.parse(String(one)) : one));

function signedIn(expiresInMs: number) {
  const { authenticate, verdicts } = manualAuthenticator();
  const all = harness({ authenticate, protocols });
  const client = all.connect();
  client.send(token('authenticate', 'first'));
  verdicts[0]?.resolve(accept('admin', { expiresInMs }));
  return { ...all, client, verdicts };
}

describe('the JSON protocol', () => {
  it('a client is refused, accepted and answered', () => {
    const client = harness({ protocols }).connect();
    const bytes = new Uint8Array([0, 255]);
    client.send(WRONG, RIGHT, text('hello'), bytes);
    expect(received(client)).toEqual([
      { type: 'refused', attemptsLeft: 4 },
      { type: 'authenticated', user: 'admin', heartbeatMs: 25_000 },
      { type: 'message', text: 'your submit context: hello' },
      bytes,
    ]);
    expect(client.session.protocol).toBe('json');
  });

  it('a client is told how many attempts are left, down to the last', () => {
    const client = harness({ protocols, limits: { attempts: 3 } }).connect();
    client.send(WRONG, token('authenticate', 'no token68'), WRONG, RIGHT);
    expect(received(client)).toEqual([
      { type: 'refused', attemptsLeft: 2 },
      { type: 'refused', attemptsLeft: 1 },
      { type: 'refused', attemptsLeft: 0 },
      'close 4401',
    ]);
  });

  it('a client is told when to retry, and its device token', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const client = harness({ authenticate, protocols }).connect();
    client.send(RIGHT, RIGHT);
    verdicts[0]?.resolve(postpone(1_500));
    await flushMicrotasks();
    verdicts[1]?.resolve(accept('admin', { deviceToken: 'd1' }));
    await flushMicrotasks();
    client.send(token('refresh', 'a'), token('refresh', 'b'));
    verdicts[2]?.resolve(postpone(20));
    await flushMicrotasks();
    client.send(token('refresh', 'c'));
    verdicts[3]?.resolve(accept('admin', { deviceToken: 'd2' }));
    await flushMicrotasks();
    expect(received(client)).toEqual([
      { type: 'postponed', retryInMs: 1_500 },
      { type: 'authenticated', user: 'admin', deviceToken: 'd1', heartbeatMs: 25_000 },
      { type: 'error', error: 'refreshPending' },
      { type: 'error', error: 'refreshPostponed', retryInMs: 20 },
      { type: 'refreshed', user: 'admin', deviceToken: 'd2' },
    ]);
    expect(JSON.stringify(client.session.identity)).not.toContain('d2');
  });

  it('a client may send messages right after its credentials', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const client = harness({ authenticate, protocols }).connect();
    client.send(RIGHT, text('a'), text('b'));
    expect(client.received()).toEqual([]);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(received(client).map((one) => one.text)).toEqual([
      undefined,
      'your submit context: a',
      'your submit context: b',
    ]);
  });

  it('a message after wrong credentials is a protocol error', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const client = harness({ authenticate, protocols }).connect();
    client.send(RIGHT, text('a'));
    verdicts[0]?.resolve(refuse());
    await flushMicrotasks();
    expect(received(client)).toEqual([{ type: 'refused', attemptsLeft: 4 }, 'close 4400']);
  });

  it.each<[string, Data, string]>([
    ['sends a message before it signs in', text('a'), 'close 4400'],
    ['sends text that is not JSON', 'admin:123456', 'close 4400'],
    ['sends binary credentials', new Uint8Array([1]), 'close 1003'],
  ])('a client is closed if it %s', (_, data, close) => {
    const client = harness({ protocols }).connect();
    client.send(data);
    expect(received(client)).toEqual([close]);
  });

  it.each([
    ['text that is not JSON', 'hello'],
    ['credentials again', RIGHT],
    ['another type', '{"type":"subscribe"}'],
  ])('a client that is signed in is closed if it sends %s', (_, data) => {
    const client = harness({ protocols }).connect();
    client.send(RIGHT, data);
    expect(client.received().at(-1)).toBe('close 4400');
  });

  it('A1: a client has ten seconds to sign in', () => {
    const { clock, connect } = harness({ protocols });
    const client = connect();
    clock.advance(9_999);
    expect(client.received()).toEqual([]);
    clock.advance(1);
    expect(client.received()).toEqual(['close 4408']);
  });

  it('a client gets a heartbeat with each ping, signed in or not; messagesSent does not count it', () => {
    const { clock, connect, sessions } = harness({ protocols, limits: { authenticationMs: 1e9 } });
    const [stranger, user] = [connect(), connect()];
    user.send(RIGHT);
    const before = sessions.counters.messagesSent;
    for (let i = 0; i < 4; i += 1) {
      clock.advance(25_000);
      for (const client of [stranger, user]) client.receiver.ponged();
    }
    for (const client of [stranger, user]) {
      const pings = client.received().filter((one) => one === 'ping');
      const heartbeats = received(client).filter((one) => one?.type === 'heartbeat');
      expect([pings.length, heartbeats.length]).toEqual([4, 4]);
      expect(client.received()).toContain('{"type":"heartbeat"}');
    }
    expect(sessions.counters.messagesSent).toBe(before);
    expect(user.session.state).toBe('established.steady');
  });

  it('a client gets heartbeats while the server drains, and none after the close frame', () => {
    const { clock, connect, sessions } = harness({
      protocols,
      application: () => new Promise(() => undefined),
      limits: { pingMs: 1_000, drainMs: 10_000, closeMs: 10_000 },
    });
    const client = connect();
    client.send(RIGHT, text('hello'));
    void sessions.drain();
    clock.advance(9_000);
    expect(received(client).filter((one) => one?.type === 'heartbeat')).toHaveLength(9);
    clock.advance(1_500);
    const closed = client.received().indexOf('close 1012');
    expect(closed).toBeGreaterThan(0);
    clock.advance(5_000);
    expect(client.received().slice(closed)).not.toContain('{"type":"heartbeat"}');
  });

  it.each([
    [50_000, 2],
    [51_000, 0],
    [Number.POSITIVE_INFINITY, 0],
  ])('heartbeats are sent only at an interval that clients can rely on: pingMs %d', (pingMs, expected) => {
    const limits = { pingMs, silenceMs: Number.POSITIVE_INFINITY };
    const { clock, connect } = harness({ protocols, limits });
    const client = connect();
    client.send(RIGHT);
    clock.advance(110_000);
    expect(received(client).filter((one) => one?.type === 'heartbeat')).toHaveLength(expected);
  });

  it.each([
    [1_000, jsonProtocol, { heartbeatMs: 1_000 }],
    [50_000, jsonProtocol, { heartbeatMs: 50_000 }],
    [51_000, jsonProtocol, {}],
    [Number.POSITIVE_INFINITY, jsonProtocol, {}],
    [1_000, withoutHeartbeat, {}],
  ])(
    'the acceptance announces the interval of the heartbeats, if the client will get any: pingMs %d',
    (pingMs, protocol, announced) => {
      const limits = { pingMs, silenceMs: Number.POSITIVE_INFINITY };
      const client = harness({ protocols: [protocol], limits }).connect();
      client.send(RIGHT);
      expect(received(client)).toEqual([{ type: 'authenticated', user: 'admin', ...announced }]);
    },
  );

  it('a client is cut as stalled when a heartbeat is dropped', () => {
    const { clock, connect, endings } = harness({ protocols });
    const client = connect();
    client.send(RIGHT);
    client.connection.sendResult = 'dropped';
    clock.advance(25_000);
    expect(endings).toMatchObject([{ reason: 'stalled' }]);
  });

  it('a client is cut after 35 seconds without a sign of life', () => {
    const { clock, connect } = harness({ protocols, authenticate: admin });
    const client = connect();
    client.send(RIGHT);
    clock.advance(34_000);
    client.receiver.ponged();
    clock.advance(34_000);
    expect(client.received()).not.toContain('terminated');
    clock.advance(2_000);
    expect(client.received().at(-1)).toBe('terminated');
  });
});

describe('a refresh in JSON', () => {
  it('a refresh extends the identity in band', async () => {
    const { client, verdicts, clock } = signedIn(60_000);
    await flushMicrotasks();
    for (let second = 0; second < 50; second += 10) {
      client.receiver.ponged();
      clock.advance(10_000);
    }
    client.send(token('refresh', 'second'), text('hello'));
    verdicts[1]?.resolve(accept('admin', { expiresInMs: 20_000 }));
    await flushMicrotasks();
    expect(received(client).filter((one) => one !== 'ping' && one?.type !== 'heartbeat')).toEqual([
      { type: 'authenticated', user: 'admin', expiresInMs: 60_000, heartbeatMs: 25_000 },
      { type: 'message', text: 'your submit context: hello' },
      { type: 'refreshed', user: 'admin', expiresInMs: 20_000 },
    ]);
    clock.advance(19_999);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1);
    expect(client.received().at(-1)).toBe('close 4419');
  });

  it('the client is told why a refresh failed, and the old identity ends at its time', async () => {
    const { client, verdicts, clock } = signedIn(30_000);
    await flushMicrotasks();
    client.send(token('refresh', 'second'), token('refresh', 'third'));
    verdicts[1]?.resolve(refuse());
    await flushMicrotasks();
    client.send(token('refresh', 'fourth'));
    clock.advance(5_000);
    expect(received(client).slice(1)).toEqual([
      { type: 'error', error: 'refreshPending' },
      { type: 'error', error: 'refreshRefused' },
      { type: 'error', error: 'refreshTimedOut' },
    ]);
    clock.advance(25_000);
    expect(client.received().at(-1)).toBe('close 4419');
  });
});
