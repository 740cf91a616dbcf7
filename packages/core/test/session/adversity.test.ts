/** Stories of hostile clients, and of verdicts that come at the worst moment (docs/faults.md, A16 to A29). */
import { type Authenticator, accept, refuse, type Verdict } from '@sallyport/core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { CONGRATULATION, flushMicrotasks, harness, manualAuthenticator, SORRY } from '../harness.ts';

/** Any character of Unicode: the first use of the unit `binary` takes two seconds of CPU time. */
const anyCharacter = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0x80, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));

const said = (number: number) => `your submit context: ${number}`;

describe('credentials', () => {
  it('A10: text without a colon gets the answer of a wrong password, and the authenticator is not called', () => {
    const noColon = fc
      .string({ unit: anyCharacter, maxLength: 100 })
      .filter((text) => !/:|^Bearer /i.test(text));
    fc.assert(
      fc.property(noColon, (text) => {
        const authenticate = vi.fn(refuse);
        const client = harness({ authenticate }).connect();
        client.send(text);
        expect(client.received()).toEqual([SORRY]);
        expect(authenticate).not.toHaveBeenCalled();
      }),
    );
  });

  it('A16: combining marks reach the authenticator unchanged, without normalisation', () => {
    const given: unknown[] = [];
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const client = harness({
      authenticate: (credentials) => {
        given.push(credentials.type === 'password' && credentials.username);
        return refuse();
      },
    }).connect();
    const marks = '\u0315\u0300'.repeat(1_000);
    client.send(`${marks}:x`);
    expect(given).toEqual([marks]);
    expect(normalize).not.toHaveBeenCalled();
    normalize.mockRestore();
  });

  it('A5, A17: credentials over 4096 bytes do not reach the authenticator', () => {
    const authenticate = vi.fn(refuse);
    for (const size of [4_097, 65_536, 2 ** 20]) {
      const client = harness({ authenticate }).connect();
      client.send(`a:${'x'.repeat(size - 2)}`);
      expect(client.received()).toEqual(['close 1009']);
    }
    expect(authenticate).not.toHaveBeenCalled();
  });
});

describe('a verdict', () => {
  it('A19, A20: messages before and after the verdict are each answered once, in order, after it', async () => {
    for (let before = 0; before <= 4; before += 1)
      for (const lag of [0, 1, 2]) {
        const { authenticate, verdicts } = manualAuthenticator();
        const client = harness({ authenticate }).connect();
        client.send('admin:123456');
        for (let number = 0; number < 4; number += 1) {
          if (number === before) verdicts[0]?.resolve(accept('admin'));
          for (let turn = 0; turn < lag; turn += 1) await Promise.resolve();
          client.send(String(number));
        }
        if (before === 4) verdicts[0]?.resolve(accept('admin'));
        await flushMicrotasks();
        expect(client.received()).toEqual([CONGRATULATION, said(0), said(1), said(2), said(3)]);
      }
  });

  it('A20: a verdict and a message in the same tick both take effect, in either order', async () => {
    for (const verdictFirst of [true, false]) {
      const { authenticate, verdicts } = manualAuthenticator();
      const client = harness({ authenticate }).connect();
      client.send('admin:123456');
      if (verdictFirst) verdicts[0]?.resolve(accept('admin'));
      client.send('1');
      if (!verdictFirst) verdicts[0]?.resolve(accept('admin'));
      await flushMicrotasks();
      expect(client.received()).toEqual([CONGRATULATION, said(1)]);
    }
  });

  it('A21: only one verdict is awaited at a time, for any number of waiting credentials', async () => {
    let underWay = 0;
    let most = 0;
    const verdicts: (() => void)[] = [];
    const authenticate: Authenticator = () => {
      underWay += 1;
      most = Math.max(most, underWay);
      return new Promise((resolve) =>
        verdicts.push(() => {
          underWay -= 1;
          resolve(refuse());
        }),
      );
    };
    const client = harness({ authenticate }).connect();
    client.send('a:1', 'b:2', 'c:3', 'd:4', 'e:5');
    for (let turn = 0; turn < 5; turn += 1) {
      verdicts[turn]?.();
      await flushMicrotasks();
    }
    expect(client.received()).toEqual([SORRY, SORRY, SORRY, SORRY, SORRY, 'close 4401']);
    expect(most).toBe(1);
  });

  it('A26: a late verdict lets no client in, for each way in which the wait can end', async () => {
    const ends: Readonly<Record<string, (one: ReturnType<typeof world>) => void>> = {
      'the time limit of the verification': ({ clock }) => clock.advance(5_000),
      'the deadline': ({ clock }) => clock.advance(60_000),
      'the client': ({ client }) => client.connection.closed(1000),
      'the network': ({ client }) => client.connection.closed(1006),
      'a revocation': ({ sessions }) => sessions.revoke('admin'),
      'a drain': ({ sessions }) => void sessions.drain(),
      'too many messages': ({ client }) => client.send(...Array<string>(17).fill('x')),
      'the application': ({ client }) => client.session.close(),
      'the cut after the close': ({ clock }) => clock.advance(70_000),
    };
    for (const [what, end] of Object.entries(ends)) {
      const one = world();
      end(one);
      one.verdicts[0]?.resolve(accept('admin'));
      await flushMicrotasks();
      expect(one.client.received(), what).not.toContain(CONGRATULATION);
      expect(one.client.session.identity, what).toBeUndefined();
      expect(one.sessions.counters.authenticated, what).toBe(0);
    }
  });

  it('A28: any other value than a verdict is a failure of the authenticator', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ maxDepth: 2 }), fc.boolean(), async (junk, isLater) => {
        fc.pre(!isVerdict(junk));
        const { connect } = harness({
          authenticate: () => (isLater ? Promise.resolve(junk) : junk) as Verdict,
        });
        const client = connect();
        client.send('admin:123456');
        await flushMicrotasks();
        expect(client.received()).toEqual(['close 1011']);
      }),
    );
  });

  it.each([1, 'yes', true, {}, [], { ok: true }, { verdict: true }, { identity: { user: 'admin' } }])(
    'A28: %j is not a verdict',
    (junk) => {
      const client = harness({ authenticate: () => junk as unknown as Verdict }).connect();
      client.send('admin:123456');
      expect(client.received()).toEqual(['close 1011']);
    },
  );
});

function world() {
  const { authenticate, verdicts } = manualAuthenticator();
  const all = harness({ authenticate });
  const client = all.connect();
  client.send('admin:123456');
  return { ...all, client, verdicts };
}

function isVerdict(value: unknown): boolean {
  const { verdict } = (value ?? {}) as { verdict?: unknown };
  const then = (value as { then?: unknown } | null)?.then;
  return ['accepted', 'refused', 'overloaded'].includes(verdict as string) || typeof then === 'function';
}
