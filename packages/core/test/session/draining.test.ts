/** Stories of a server that stops (PROTOCOL.md, section 3.5). */

import { RecordingConnection } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import {
  CONGRATULATION,
  flushMicrotasks,
  harness,
  manualApplication,
  manualAuthenticator,
} from '../harness.ts';

describe('drain()', () => {
  it('unauthenticated clients are closed at once, also during verification', () => {
    const { connect, sessions } = harness({ authenticate: manualAuthenticator().authenticate });
    const [silent, verifying] = [connect(), connect()];
    verifying.send('admin:123456', 'hello');
    void sessions.drain();
    expect(silent.received()).toEqual(['close 1012']);
    expect(verifying.received()).toEqual(['close 1012']);
  });

  it('S1: every message that was accepted is answered, and no new one is accepted', async () => {
    const { application, replies } = manualApplication();
    const { signIn, sessions } = harness({ application, limits: { concurrentMessages: 1 } });
    const client = signIn();
    client.send('one', 'two');
    void sessions.drain();
    client.send('three');
    replies[0]?.resolve('1');
    await flushMicrotasks();
    expect(client.received()).toEqual([CONGRATULATION, '1']);
    replies[1]?.resolve('2');
    await flushMicrotasks();
    expect(client.received()).toEqual([CONGRATULATION, '1', '2', 'close 1012']);
    expect(sessions.counters.messagesIgnored).toBe(1);
  });

  it('S2: drain() waits 5 s for replies and 3 s more for the close handshake, then resolves', async () => {
    const { application } = manualApplication();
    const { signIn, sessions, clock, endings } = harness({ application });
    const client = signIn();
    client.send('hangs');
    let hasEnded = false;
    void sessions.drain().then(() => {
      hasEnded = true;
    });
    clock.advance(4_999);
    expect(client.received()).toEqual([CONGRATULATION]);
    clock.advance(1);
    expect(client.received()).toEqual([CONGRATULATION, 'close 1012']);
    clock.advance(3_000);
    await flushMicrotasks();
    expect(endings).toEqual([{ reason: 'draining', code: 1012, openMs: 8_000 }]);
    expect([hasEnded, clock.pending]).toEqual([true, 0]);
  });

  it('an identity can expire and a user can be revoked during a drain', () => {
    const { application } = manualApplication();
    const { signIn, sessions } = harness({ application });
    const client = signIn();
    client.send('hangs');
    void sessions.drain();
    expect(client.session.state).toBe('established.draining');
    sessions.revoke('admin');
    expect(client.received().at(-1)).toBe('close 4403');
  });

  it('the closes of many sessions are spread, one per millisecond', () => {
    const { signIn, sessions, clock } = harness({ limits: { pingMs: 30_000 } });
    const clients = Array.from({ length: 1_000 }, signIn);
    const told = () => clients.filter((client) => client.received().includes('close 1012')).length;
    void sessions.drain();
    expect(told()).toBeGreaterThan(0);
    expect(told()).toBeLessThan(100);
    clock.advance(500);
    expect(told()).toBeGreaterThan(400);
    clock.advance(500);
    expect(told()).toBe(1_000);
  });

  it('S1: each of 5000 sessions has at least half of drainMs for its replies, also the last one', async () => {
    const STEP_MS = 10;
    /** Returns when each session is told to drain, and how many clients got a reply. Each client sends a message at its time. */
    const run = async (askedAt: readonly number[], replyMs: number) => {
      const due: { readonly at: number; readonly resolve: (reply: string) => void }[] = [];
      const toldAt: number[] = [];
      const { signIn, sessions, clock } = harness({
        application: () =>
          new Promise((resolve) => due.push({ at: clock.now() + replyMs, resolve })) as Promise<string>,
        observe: {
          fact(session, { type }) {
            if (type === 'drain.began') toldAt[session.id - 1] = clock.now();
          },
        },
      });
      const clients = Array.from({ length: 5_000 }, signIn);
      for (const { connection } of clients) connection.answersClose = true;
      let isAsked = 0;
      for (let isDraining = false; sessions.size > 0; clock.advance(STEP_MS)) {
        for (; (askedAt[isAsked] ?? Number.NaN) <= clock.now(); isAsked += 1) clients[isAsked]?.send('hello');
        while ((due[0]?.at ?? Number.NaN) <= clock.now()) due.shift()?.resolve('answered');
        await flushMicrotasks();
        if (!isDraining && clock.now() >= STEP_MS) {
          isDraining = true;
          void sessions.drain();
        }
      }
      return { toldAt, answered: clients.filter((client) => client.received().includes('answered')).length };
    };
    const { toldAt } = await run([], 0);
    const last = Math.max(...toldAt);
    expect(last).toBeLessThan(STEP_MS + 2_500);
    expect(last).toBeGreaterThan(2_400);
    const justBefore = toldAt.map((at) => at - STEP_MS);
    for (const replyMs of [100, 1_000, 2_500]) {
      expect(await run(justBefore, replyMs)).toMatchObject({ toldAt, answered: 5_000 });
    }
    // Four drains of 5000 sessions: that is slow with ENGINE=xstate on a busy machine.
  });

  it('an observer that calls drain() during a drain gets the same promise, and no client is admitted from its start', async () => {
    const admitted: unknown[] = [];
    const request = { address: '', origin: undefined, host: 'a', protocols: undefined, version: '13' };
    const again: Promise<void>[] = [];
    const { connect, sessions } = harness({
      observe: {
        closed() {
          again.push(sessions.drain());
          admitted.push(sessions.admit(request));
        },
      },
    });
    connect().connection.answersClose = true;
    connect().connection.answersClose = true;
    const first = sessions.drain();
    expect(again).toEqual([first, first]);
    expect(again[0]).toBe(first);
    await first;
    expect(admitted).toMatchObject([{ status: 503 }, { status: 503 }]);
  });

  it('a session between the upgrade and its opening is closed too', () => {
    const { sessions } = harness();
    const connection = new RecordingConnection();
    const receiver = sessions.open(connection, { address: '' });
    void sessions.drain();
    expect(connection.recorded).toEqual([]);
    connection.opened(receiver);
    expect(connection.recorded).toEqual([{ close: 1012, reason: 'server restarts' }]);
  });

  it('no client is admitted after drain()', () => {
    const { sessions, connect } = harness();
    void sessions.drain();
    const request = { address: '', origin: undefined, host: 'a', protocols: undefined, version: '13' };
    expect(sessions.admit(request)).toMatchObject({ status: 503 });
    expect(connect().received()).toEqual(['close 1012']);
  });

  it('drain() resolves at once without sessions, and a second call returns the same promise', async () => {
    const { sessions } = harness();
    expect(sessions.drain()).toBe(sessions.drain());
    await expect(sessions.drain()).resolves.toBeUndefined();
  });
});
