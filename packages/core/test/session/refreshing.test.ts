/** Stories of credentials that a client renews while it is signed in, in a protocol that has words for it. */
import { accept, postpone, refuse } from '@sallyport/core';
import { type Protocol, textProtocol, tokenCredentials } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { flushMicrotasks, harness, manualAuthenticator } from '../harness.ts';

/** The text protocol, with one change: `Bearer …` from a client that is signed in is a refresh. */
const refreshable: Protocol = {
  ...textProtocol,
  decode(data, phase) {
    const token = phase === 'established' && typeof data === 'string' && /^Bearer (.+)$/.exec(data)?.[1];
    return token
      ? { type: 'refresh.requested', credentials: tokenCredentials(token) }
      : textProtocol.decode(data, phase);
  },
  encode(answer) {
    if (answer.type === 'error') return answer.error;
    return answer.type === 'refreshed'
      ? `refreshed for ${answer.identity.expiresInMs}`
      : textProtocol.encode(answer);
  },
};

function signedIn() {
  const { authenticate, verdicts } = manualAuthenticator();
  const all = harness({ authenticate, protocols: [refreshable] });
  const client = all.connect();
  client.send('Bearer first');
  verdicts[0]?.resolve(accept('admin', { expiresInMs: 60_000 }));
  return { ...all, client, verdicts };
}

describe('a refresh', () => {
  it('a refresh extends the identity, and messages go on meanwhile', async () => {
    const { client, verdicts, clock } = signedIn();
    await flushMicrotasks();
    clock.advance(50_000);
    client.send('Bearer second', 'hello');
    verdicts[1]?.resolve(accept('admin', { expiresInMs: 60_000 }));
    await flushMicrotasks();
    expect(client.received().slice(-2)).toEqual(['your submit context: hello', 'refreshed for 60000']);
    clock.advance(59_999);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1);
    expect(client.received().at(-1)).toBe('close 4419');
  });

  it('a refresh that is verified after the expiry is too late', async () => {
    const { client, verdicts, clock } = signedIn();
    await flushMicrotasks();
    clock.advance(59_999);
    client.send('Bearer second');
    clock.advance(1);
    verdicts[1]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.received().at(-1)).toBe('close 4419');
  });

  it('a refresh for another user is refused, and the session keeps its user', async () => {
    const { client, verdicts } = signedIn();
    await flushMicrotasks();
    client.send('Bearer second');
    verdicts[1]?.resolve(accept('eve'));
    await flushMicrotasks();
    expect(client.received().at(-1)).toBe('refreshRefused');
    expect(client.session.identity?.user).toBe('admin');
  });

  it('a refresh with an identity that has already expired is refused, and the current one stays until its own end', async () => {
    const { client, verdicts, clock, sessions } = signedIn();
    await flushMicrotasks();
    clock.advance(50_000);
    client.send('Bearer second');
    verdicts[1]?.resolve(accept('admin', { expiresInMs: 0 }));
    await flushMicrotasks();
    expect(client.received().at(-1)).toBe('refreshRefused');
    expect(client.session.identity?.expiresInMs).toBe(60_000);
    clock.advance(9_999);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1);
    expect(client.received().at(-1)).toBe('close 4419');
    expect(sessions.counters.authenticated).toBe(1);
  });

  it.each([
    ['refused', refuse(), 'refreshRefused'],
    ['postponed', postpone(1_500), 'refreshPostponed'],
    ['malformed', { verdict: 'perhaps' } as never, 'refreshFailed'],
    ['overloaded', { verdict: 'overloaded' } as const, 'refreshFailed'],
  ])(
    'the client is told if the verdict on its refresh is %s, and the session goes on',
    async (_, verdict, error) => {
      const { client, verdicts } = signedIn();
      await flushMicrotasks();
      client.send('Bearer second');
      verdicts[1]?.resolve(verdict);
      await flushMicrotasks();
      client.send('hello');
      expect(client.received().slice(-2)).toEqual([error, 'your submit context: hello']);
    },
  );

  it('the client is told that its refresh took too long, and a second one at a time is refused', async () => {
    const { client, clock, verdicts } = signedIn();
    await flushMicrotasks();
    client.send('Bearer second', 'Bearer third');
    expect(client.received().at(-1)).toBe('refreshPending');
    clock.advance(5_000);
    expect(client.received().at(-1)).toBe('refreshTimedOut');
    expect(verdicts).toHaveLength(2);
  });

  it('an observer is told why a refresh failed, but not of a second one at a time', async () => {
    const failures: unknown[] = [];
    const refreshFailed = ({ id }: { id: number }, error: string) => void failures.push([id, error]);
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, clock } = harness({
      authenticate,
      protocols: [refreshable],
      observe: { refreshFailed },
    });
    const client = connect();
    client.send('Bearer first');
    verdicts[0]?.resolve(accept('admin', { expiresInMs: 60_000 }));
    await flushMicrotasks();
    client.send('Bearer second', 'Bearer at the same time');
    verdicts[1]?.resolve(refuse());
    await flushMicrotasks();
    client.send('Bearer third');
    verdicts[2]?.reject(new Error('no database'));
    await flushMicrotasks();
    client.send('Bearer fourth');
    clock.advance(5_000);
    expect(failures).toEqual([
      [1, 'refreshRefused'],
      [1, 'refreshFailed'],
      [1, 'refreshTimedOut'],
    ]);
  });

  it('repeated refusals of a refresh use up the attempts of the session', async () => {
    const { client, verdicts } = signedIn();
    await flushMicrotasks();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      client.send(`Bearer ${attempt}`);
      verdicts[attempt]?.resolve(attempt % 2 ? refuse() : accept('eve'));
      await flushMicrotasks();
    }
    expect(client.received().slice(-2)).toEqual(['refreshRefused', 'close 4401']);
  });

  it('a postponed refresh uses up no attempt, and is counted as postponed', async () => {
    const { client, verdicts, sessions } = signedIn();
    await flushMicrotasks();
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      client.send(`Bearer ${attempt}`);
      verdicts[attempt]?.resolve(postpone(0));
      await flushMicrotasks();
    }
    client.send('Bearer 10');
    verdicts[10]?.resolve(refuse());
    await flushMicrotasks();
    expect(client.received().slice(-2)).toEqual(['refreshPostponed', 'refreshRefused']);
    expect(sessions.counters).toMatchObject({ postponed: 9, refused: 0 });
  });

  it('a refresh is not answered in a protocol that has no words for it', async () => {
    const wordless = { ...refreshable, encode: textProtocol.encode };
    const { connect } = harness({ authenticate: () => accept('admin'), protocols: [wordless] });
    const client = connect();
    client.send('Bearer first', 'Bearer second', 'hello');
    expect(client.received().slice(1)).toEqual(['your submit context: hello']);
  });
});
