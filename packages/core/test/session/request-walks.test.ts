/**
 * Random interleavings of requests, results, cancellations, messages, time, drains and ends. Whatever happens, each request is answered
 * at most once, exactly once while the session is open, and never after the close frame.
 */
import type { IncomingRequest } from '@sallyport/core';
import { jsonProtocol } from '@sallyport/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Deferred, deferred, flushMicrotasks, harness } from '../harness.ts';

type Step =
  | { readonly does: 'ask'; readonly isAsync: boolean }
  | { readonly does: 'cancel' | 'resolve' | 'reject'; readonly which: number }
  | { readonly does: 'send' | 'wait' | 'drain' | 'revoke' | 'close' | 'cut' };

const which = fc.nat({ max: 7 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: fc.constant('ask' as const), isAsync: fc.boolean() }) },
  {
    weight: 10,
    arbitrary: fc.record({ does: fc.constantFrom('cancel' as const, 'resolve', 'reject'), which }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('send' as const, 'wait') }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constantFrom('drain' as const, 'revoke', 'close', 'cut') }),
  },
);

const LIMITS = { requests: 4, requestMs: 3_000, drainMs: 4_000 };

it('E32: each request is answered once while the session is open, and never after its end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const handled: (IncomingRequest & Deferred<unknown>)[] = [];
      const { connect, sessions, clock, faults, endings } = harness({
        protocols: [jsonProtocol],
        limits: LIMITS,
        requests: (request) => {
          if (request.method === 'sync') return 'sync';
          handled.push(Object.assign(request, deferred<unknown>()));
          return handled.at(-1)?.promise;
        },
      });
      const client = connect();
      client.send('{"type":"authenticate","username":"admin","password":"123456"}');
      let asked = 0;
      const asking = new Set<number>();
      for (const one of steps) {
        const isListening = client.session.state.startsWith('established');
        if (one.does === 'ask') {
          asked += 1;
          if (isListening) asking.add(asked);
          if (endings.length === 0)
            client.send(
              JSON.stringify({ type: 'request', id: asked, method: one.isAsync ? 'async' : 'sync' }),
            );
        } else if (one.does === 'cancel') {
          if (endings.length === 0) client.send(JSON.stringify({ type: 'cancel', id: one.which + 1 }));
        } else if (one.does === 'resolve') handled[one.which]?.resolve('async');
        else if (one.does === 'reject') handled[one.which]?.reject(new Error('as the walk requires'));
        else if (one.does === 'send' && endings.length === 0) client.send('{"type":"message","text":"a"}');
        else if (one.does === 'wait') {
          client.receiver.ponged();
          clock.advance(1_000);
        } else if (one.does === 'drain') void sessions.drain();
        else if (one.does === 'revoke') sessions.revoke('admin');
        else if (one.does === 'close') client.session.close();
        else if (one.does === 'cut' && endings.length === 0) client.connection.closed(1006);
        await flushMicrotasks();
      }
      const isOpen = client.session.state.startsWith('established');
      if (isOpen) {
        clock.advance(LIMITS.requestMs + 1_000);
        client.receiver.ponged();
      }

      const received = client.received().map(String);
      const answers = received
        .filter((text) => text.startsWith('{"type":"response"'))
        .map((text) => JSON.parse(text) as { id: number; error?: { code: string } });
      const ids = answers.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(asking.has(id)).toBe(true);
      if (isOpen && client.session.state.startsWith('established')) expect(new Set(ids)).toEqual(asking);
      const end = received.findIndex((text) => text.startsWith('close ') || text === 'terminated');
      if (end >= 0) expect(received.slice(end + 1).filter((text) => text.startsWith('{'))).toEqual([]);
      // Every request that a handler holds and the session has given up has its signal.
      if (!client.session.state.startsWith('established'))
        for (const { id, signal } of handled) if (!ids.includes(id)) expect(signal.aborted).toBe(true);
      const failed = answers.filter(({ error }) => error).length;
      expect(sessions.counters).toMatchObject({
        requestsFailed: failed,
        requestsServed: answers.length - failed,
      });
      expect(faults.every(({ source }) => source === 'requests')).toBe(true);
    }),
    { numRuns: 300 },
  );
});
