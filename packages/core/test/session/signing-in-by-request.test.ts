/** Stories of clients whose credentials came with the upgrade request (PROTOCOL.md, section 3.1). */
import { accept, postpone, refuse } from '@sallyport/core';
import { RecordingConnection } from '@sallyport/core/testing';
import { cookieCredentials, jsonProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { flushMicrotasks, harness, manualAuthenticator } from '../harness.ts';

const COOKIE = cookieCredentials('sid', 's3cret');
const PASSWORD = JSON.stringify({ type: 'authenticate', username: 'admin', password: '123456' });
const HELLO = JSON.stringify({ type: 'message', text: 'hello' });

const sentOn = ({ recorded }: RecordingConnection) =>
  recorded.flatMap((one) => ('sent' in one ? [JSON.parse(String(one.sent))] : []));

function arrive(options: Parameters<typeof harness>[0] = {}) {
  const all = harness(options);
  const connection = new RecordingConnection();
  const receiver = all.sessions.open(connection, { address: '192.0.2.1' }, jsonProtocol, COOKIE);
  const send = (...texts: string[]) => {
    for (const text of texts) receiver.receive(text, text.length);
  };
  const received = () => sentOn(connection);
  const open = () => connection.opened(receiver);
  return { ...all, connection, receiver, send, received, open };
}

describe('a client whose credentials came with its request', () => {
  it('is told that it is signed in without having sent a word', () => {
    const { open, received, send } = arrive({
      authenticate: (credentials) =>
        credentials.type === 'cookie' && credentials.value === 's3cret' ? accept('ada') : refuse(),
    });
    expect(received()).toEqual([]);
    open();
    expect(received()).toEqual([{ type: 'authenticated', user: 'ada', heartbeatMs: 25_000 }]);
    send(HELLO);
    expect(received()[1]).toEqual({ type: 'message', text: 'your submit context: hello' });
  });

  it('is observed to open before its credentials are verified', () => {
    const events: string[] = [];
    arrive({
      authenticate: () => accept('ada'),
      observe: {
        opened: () => void events.push('opened'),
        verifying: (_, { type }) => void events.push(`verifying ${type}`),
        authenticated: () => void events.push('authenticated'),
      },
    }).open();
    expect(events).toEqual(['opened', 'verifying cookie', 'authenticated']);
  });

  it('may sign in by message after a refusal, within its attempts', () => {
    const { open, send, received } = arrive({
      authenticate: ({ type }) => (type === 'password' ? accept('admin') : refuse()),
      limits: { attempts: 2 },
    });
    open();
    expect(received()).toEqual([{ type: 'refused', attemptsLeft: 1 }]);
    send(PASSWORD);
    expect(received()[1]).toEqual({ type: 'authenticated', user: 'admin', heartbeatMs: 25_000 });
  });

  it('is closed (4401) if the refusal of the request used up the last attempt', () => {
    const { open, connection, endings } = arrive({ authenticate: refuse, limits: { attempts: 1 } });
    open();
    connection.closed(4401);
    expect(endings).toMatchObject([{ reason: 'attemptsUsedUp' }]);
  });

  it('is closed (4408) at the deadline after a refusal', async () => {
    const { open, clock, connection, endings } = arrive({ authenticate: refuse });
    open();
    clock.advance(10_000);
    connection.closed(4408);
    expect(sentOn(connection)).toHaveLength(1);
    expect(endings).toMatchObject([{ reason: 'authenticationTimedOut' }]);
  });

  it('may send messages before the verdict, which are delivered after it', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { open, send, received } = arrive({ authenticate });
    open();
    send(HELLO);
    verdicts[0]?.resolve(accept('ada'));
    await flushMicrotasks();
    expect(received()).toEqual([
      { type: 'authenticated', user: 'ada', heartbeatMs: 25_000 },
      { type: 'message', text: 'your submit context: hello' },
    ]);
  });

  it('may be postponed, and send credentials later', () => {
    const { open, send, received } = arrive({
      authenticate: ({ type }) => (type === 'password' ? accept('admin') : postpone(100)),
    });
    open();
    send(PASSWORD);
    expect(received()).toEqual([
      { type: 'postponed', retryInMs: 100 },
      { type: 'authenticated', user: 'admin', heartbeatMs: 25_000 },
    ]);
  });

  it('is not verified before its connection has opened', () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { open } = arrive({ authenticate });
    expect(verdicts).toHaveLength(0);
    open();
    expect(verdicts).toHaveLength(1);
  });

  it('is closed (1012) like any other if the server drains before the opening', async () => {
    const { sessions, open, connection, endings, received } = arrive({
      authenticate: manualAuthenticator().authenticate,
    });
    void sessions.drain();
    open();
    connection.closed(1012);
    expect(received()).toEqual([]);
    expect(endings).toMatchObject([{ reason: 'draining' }]);
  });

  it('may be known to the authenticator by the context of its peer', () => {
    const contexts: unknown[] = [];
    const { sessions } = harness({
      authenticate: (_, { peer }) => {
        contexts.push(peer.context);
        return accept('ada');
      },
      application: (_, { peer }) => JSON.stringify(peer.context),
    });
    const connection = new RecordingConnection();
    const receiver = sessions.open(connection, { address: '', context: { tenant: 7 } }, jsonProtocol, COOKIE);
    connection.opened(receiver);
    receiver.receive(HELLO, HELLO.length);
    expect(contexts).toEqual([{ tenant: 7 }]);
    expect(sentOn(connection)[1]).toEqual({ type: 'message', text: '{"tenant":7}' });
  });
});
