/**
 * Random interleavings of requests, operations on channels, results, cancellations, messages, publications, time, drains and ends.
 * Whatever happens, each request is answered at most once, exactly once while the session is open, and never after the close frame.
 * The service of channels hears once that a session with a subscriber has ended, and nothing reaches the client afterwards.
 */
import type { ChannelRequest, ChannelService, IncomingRequest, Subscriber } from '@sallyport/core';
import { channelError, jsonProtocol } from '@sallyport/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Deferred, deferred, flushMicrotasks, harness } from '../harness.ts';

type Step =
  | { readonly does: 'ask' | 'operate'; readonly isAsync: boolean }
  | { readonly does: 'cancel' | 'resolve' | 'reject' | 'answer' | 'fail'; readonly which: number }
  | { readonly does: 'send' | 'wait' | 'publish' | 'drain' | 'revoke' | 'close' | 'cut' };

const which = fc.nat({ max: 7 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ does: fc.constantFrom('ask' as const, 'operate'), isAsync: fc.boolean() }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      does: fc.constantFrom('cancel' as const, 'resolve', 'reject', 'answer', 'fail'),
      which,
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('send' as const, 'wait', 'publish') }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constantFrom('drain' as const, 'revoke', 'close', 'cut') }),
  },
);

/** A service that answers at once, or when the walk says. */
function walkedService() {
  const operations: ChannelRequest[] = [];
  const subscribers = new Set<Subscriber>();
  const ended: Subscriber[] = [];
  let accepted = 0;
  const answer = (request: ChannelRequest | undefined) => {
    if (request?.answer({ type: 'unsubscribed', channel: 'a' })) accepted += 1;
  };
  const channels: ChannelService = {
    serve(request, subscriber) {
      subscribers.add(subscriber);
      if (request.operation.type === 'unsubscribe') answer(request);
      else operations.push(request);
    },
    ended: (subscriber) => ended.push(subscriber),
    refreshed: () => undefined,
  };
  return { channels, operations, subscribers, ended, answer, accepted: () => accepted };
}

const LIMITS = { requests: 4, requestMs: 3_000, drainMs: 4_000 };

it('E32: each request is answered once while the session is open, and never after its end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const handled: (IncomingRequest & Deferred<unknown>)[] = [];
      const service = walkedService();
      const { connect, sessions, clock, faults, endings } = harness({
        protocols: [jsonProtocol],
        channels: service.channels,
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
        if (one.does === 'ask' || one.does === 'operate') {
          asked += 1;
          if (isListening) asking.add(asked);
          const message =
            one.does === 'ask'
              ? { type: 'request', id: asked, method: one.isAsync ? 'async' : 'sync' }
              : { type: one.isAsync ? 'subscribe' : 'unsubscribe', id: asked, channel: 'a' };
          if (endings.length === 0) client.send(JSON.stringify(message));
        } else if (one.does === 'cancel') {
          if (endings.length === 0) client.send(JSON.stringify({ type: 'cancel', id: one.which + 1 }));
        } else if (one.does === 'resolve') handled[one.which]?.resolve('async');
        else if (one.does === 'reject') handled[one.which]?.reject(new Error('as the walk requires'));
        else if (one.does === 'answer') service.answer(service.operations[one.which]);
        else if (one.does === 'fail') service.operations[one.which]?.fail(channelError('forbidden'));
        else if (one.does === 'publish')
          for (const subscriber of service.subscribers)
            subscriber.event({ type: 'lost', channel: 'a', position: { epoch: 'e', offset: 0, tag: '' } });
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
        .filter((text) => /^\{"type":"(response|unsubscribed)"/.test(text))
        .map((text) => JSON.parse(text) as { id: number; error?: { code: string } });
      const ids = answers.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(asking.has(id)).toBe(true);
      if (isOpen && client.session.state.startsWith('established')) expect(new Set(ids)).toEqual(asking);
      const end = received.findIndex((text) => text.startsWith('close ') || text === 'terminated');
      if (end >= 0) expect(received.slice(end + 1).filter((text) => text.startsWith('{'))).toEqual([]);
      // The service knows of every result that went out, and of no other.
      expect(service.accepted()).toBe(
        received.filter((text) => text.startsWith('{"type":"unsubscribed"')).length,
      );
      expect(service.subscribers.size).toBeLessThanOrEqual(1);
      const hasEnded = !client.session.state.startsWith('established');
      expect(service.ended).toEqual(hasEnded ? [...service.subscribers] : []);
      // Every request that a handler holds and the session has given up has its signal.
      if (hasEnded)
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
