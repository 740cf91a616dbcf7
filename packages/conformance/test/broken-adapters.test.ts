/** The kit finds a broken duty: the reference with one duty broken fails the story of that duty, and the message names it. */

import { inMemory, type Start, webSocket } from '@sallyport/conformance';
import type { Connection, Receiver, RequestReading, Sessions, UpgradeRequest } from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { kitProtocol } from '../src/kit/protocol.ts';
import { dutiesOf } from '../src/kit/stories-of.ts';

/** Overrides between the reference and the core that break one duty. */
interface Broken {
  readonly duty: string;
  readonly says: RegExp;
  readonly capabilities?: Partial<typeof webSocket>;
  readonly admit?: (
    sessions: Sessions,
    request: UpgradeRequest,
    reading: RequestReading | undefined,
  ) => ReturnType<Sessions['admit']>;
  readonly dropsCredentials?: true;
  readonly connection?: (real: Connection, sessions: Sessions) => Partial<Connection>;
  readonly receiver?: (real: Receiver) => Partial<Receiver>;
}

/** The real object with these members replaced. */
function instead<T extends object>(real: T, given: Partial<T> = {}): T {
  return new Proxy(real, {
    get(target, name) {
      if (name in given) return Reflect.get(given, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function storyOf({ duty, capabilities, admit, dropsCredentials, connection, receiver }: Broken) {
  const start: Start = (sessions, options) =>
    inMemory(
      instead<Sessions>(sessions, {
        admit: (request, reading) =>
          admit ? admit(sessions, request, reading) : sessions.admit(request, reading),
        open(real, peer, protocol, credentials) {
          const opened = sessions.open(
            instead(real, connection?.(real, sessions)),
            peer,
            protocol,
            dropsCredentials ? undefined : credentials,
          );
          return instead(opened, receiver?.(opened));
        },
      }),
      options,
    );
  const story = dutiesOf(start, { ...webSocket, ...capabilities }).find(({ name }) => name === duty);
  if (!story) throw new Error(`there is no story ${duty}`);
  return story;
}

/** Shared data that a broken adapter has sent. */
const seen = new Set<unknown>();

const broken: Readonly<Record<string, Broken>> = {
  'loses every third message while some wait, and returns buffered': {
    duty: 'delivers buffered messages completely and in order',
    says: /message \d+ of \d+ is "waits \d+", and not "waits \d+"/,
    connection(real) {
      let count = 0;
      return {
        send(data) {
          count += 1;
          return real.bufferedAmount > 0 && count % 3 === 0 ? 'buffered' : real.send(data);
        },
      };
    },
  },
  'swaps messages while some wait': {
    duty: 'delivers buffered messages completely and in order',
    says: /message \d+ of \d+ is "waits 1", and not "waits 0"/,
    connection(real) {
      let held: string | Uint8Array | undefined;
      return {
        send(data) {
          if (real.bufferedAmount > 0 && held === undefined) {
            held = data;
            return 'buffered';
          }
          const result = real.send(data);
          if (held !== undefined) real.send(held);
          held = undefined;
          return result;
        },
      };
    },
  },
  'drops messages past half of `unsentBytes`': {
    duty: 'drops nothing before the core ends a slow client',
    says: /`send` returned `dropped`: only the core may end a slow client/,
    connection: (real, { limits }) => ({
      send: (data) => (real.bufferedAmount > limits.unsentBytes / 2 ? 'dropped' : real.send(data)),
    }),
  },
  'passes no address': {
    duty: 'passes the address of the client to admit, IPv4 as IPv4',
    says: /`admit` got the address ''/,
    admit: (sessions, request) => sessions.admit({ ...request, address: '' }),
  },
  'passes IPv4 addresses as IPv6': {
    duty: 'passes the address of the client to admit, IPv4 as IPv4',
    says: /`admit` got the address '::ffff:192\.0\.2\.1', and not '192/,
    admit: (sessions, request) => sessions.admit({ ...request, address: `::ffff:${request.address}` }),
  },
  'passes no `forwardedFor`': {
    duty: 'calls admit once for each request, with its headers',
    says: /`forwardedFor` is not both of the X-Forwarded-For/,
    admit: (sessions, { forwardedFor: _, ...request }) => sessions.admit(request),
  },
  'passes the first X-Forwarded-For only': {
    duty: 'calls admit once for each request, with its headers',
    says: /`forwardedFor` is not both of the X-Forwarded-For/,
    admit: (sessions, { forwardedFor, ...request }) =>
      sessions.admit({ ...request, forwardedFor: forwardedFor?.split(',')[0] }),
  },
  'reads only the first line of a repeated header': {
    duty: 'joins a header list that comes on several lines',
    says: /refused: 400/,
    admit: (sessions, { protocols, ...request }) =>
      sessions.admit({ ...request, protocols: protocols?.split(',')[0] }),
  },
  'reads only the first of two origins': {
    duty: 'refuses a request that repeats a single-value header',
    says: /the client was connected/,
    admit: (sessions, { origin, ...request }) =>
      sessions.admit({ ...request, origin: origin?.split(',')[0] }),
  },
  'ignores the body of an upgrade request': {
    duty: 'refuses an upgrade request with a body',
    says: /the client was connected/,
    admit: (sessions, { problem: _, ...request }) => sessions.admit(request),
  },
  'opens a connection for a refused request': {
    duty: 'opens no connection for a refused request',
    says: /duty broken: calls admit before open\nin the story: opens no connection for a refused request\n`open` was called/,
    capabilities: { requests: false },
    admit(sessions, request) {
      const admission = sessions.admit(request);
      return 'protocol' in admission
        ? admission
        : { protocol: kitProtocol, peer: { address: request.address, context: undefined } };
    },
  },
  'ignores the options that read requests': {
    duty: 'calls context once for each accepted request, and opens the session with what it returned',
    says: /`context` was called 0 times for 1 requests/,
    admit: (sessions, request) => sessions.admit(request),
  },
  'reads the request twice': {
    duty: 'calls context once for each accepted request, and opens the session with what it returned',
    says: /`context` was called 2 times for 1 requests/,
    admit(sessions, request, reading) {
      sessions.admit(request, reading);
      return sessions.admit(request, reading);
    },
  },
  'passes no query': {
    duty: 'calls context once for each accepted request, and opens the session with what it returned',
    says: /what `context` read of the request/,
    admit: (sessions, request, reading) =>
      sessions.admit(request, reading && { ...reading, raw: instead(reading.raw, { url: '/chat' }) }),
  },
  'keeps the context of another request': {
    duty: 'calls context once for each accepted request, and opens the session with what it returned',
    says: /`peer\.context` is not what `context` returned/,
    admit(sessions, request, reading) {
      const admission = sessions.admit(request, reading);
      return 'peer' in admission
        ? { ...admission, peer: { ...admission.peer, context: { room: '1' } } }
        : admission;
    },
  },
  'reads a request before it is admitted': {
    duty: 'reads nothing of a request that admit refuses',
    says: /`context` was called for a request that was refused/,
    admit(sessions, request, reading) {
      sessions.admit({ ...request, origin: undefined }, reading);
      return sessions.admit(request, reading);
    },
  },
  'opens the session without the credentials of the request': {
    duty: 'opens the session with the credentials of the request, from each place',
    says: /waited 5 s in vain for the first answer, by Authorization: Bearer/,
    dropsCredentials: true,
  },
  'passes no cookies': {
    duty: 'opens the session with the credentials of the request, from each place',
    says: /in vain for the first answer, by a cookie/,
    admit: (sessions, request, reading) =>
      sessions.admit(
        request,
        reading && {
          ...reading,
          raw: instead(reading.raw, {
            forEachHeader: (add) =>
              reading.raw.forEachHeader((name, value) => void (name !== 'Cookie' && add(name, value))),
          }),
        },
      ),
  },
  'calls `drained` only the first time': {
    duty: 'reports drained each time that backpressure ends',
    says: /waited 5 s in vain for `drained`/,
    receiver(real) {
      let hasSaid = false;
      return {
        drained() {
          if (!hasSaid) real.drained();
          hasSaid = true;
        },
      };
    },
  },
  'counts half of the unsent bytes': {
    duty: 'reports backpressure: buffered, the amount, and drained',
    says: /`bufferedAmount` grew by \d+ bytes when 40 MiB more had to wait/,
    connection: (real) => ({
      get bufferedAmount() {
        return Math.ceil(real.bufferedAmount / 2);
      },
    }),
  },
  'counts the unsent bytes twice': {
    duty: 'reports backpressure: buffered, the amount, and drained',
    says: /`bufferedAmount` grew by \d+ bytes when 40 MiB more had to wait/,
    connection: (real) => ({
      get bufferedAmount() {
        return real.bufferedAmount * 2;
      },
    }),
  },
  'throws in `bufferedAmount`': {
    duty: 'leaves nothing unsent if the client reads',
    says: /duty broken: no method throws while the connection is open\n.*\n`bufferedAmount` threw Error: not known/,
    connection: () => ({
      get bufferedAmount(): number {
        throw new Error('not known');
      },
    }),
  },
  'lets messages overtake shared data': {
    duty: 'keeps the order of shared data, messages and pings',
    says: /message \d+ of 200 is "shared \d+ é", and not "shared \d+ é"/,
    connection: (real) => ({
      sendShared(data) {
        queueMicrotask(() => real.send(data));
        return 'sent';
      },
    }),
  },
  'forgets shared data that waits when it closes': {
    duty: 'sends the shared data before the close frame',
    says: /message 1 of 2 is missing: "one"/,
    connection(real) {
      const held: (string | Uint8Array)[] = [];
      return {
        sendShared(data) {
          held.push(data);
          queueMicrotask(() => held.splice(0).map((one) => real.send(one)));
          return 'sent';
        },
        close(code, reason) {
          held.length = 0;
          real.close(code, reason);
        },
      };
    },
  },
  'joins shared data that it has to send apart': {
    duty: 'sends shared data to some connections, and other shared data to others',
    says: /message \d+ of \d+ is/,
    connection(real) {
      let isSecond = false;
      return {
        sendShared(data) {
          isSecond = !isSecond;
          return real.send(isSecond ? data : `${data}${data}`);
        },
      };
    },
  },
  'sends shared data of an earlier series in place of the next': {
    duty: 'sends a series of shared data to each connection before the next connection gets it',
    says: /message \d+ of \d+ is/,
    connection(real) {
      return {
        sendShared(data) {
          const isSeen = seen.has(data) && typeof data === 'string' && data.includes('for');
          seen.add(data);
          return real.send(isSeen ? 'again' : data);
        },
      };
    },
  },
  'cuts shared data at 64 KiB': {
    duty: 'sends shared data of all sizes in one turn, whatever waits at a connection before',
    says: /message \d+ of \d+ is/,
    connection: (real) => ({ sendShared: (data) => real.send(data.slice(0, 65_535)) }),
  },
  'reports every close as 1006': {
    duty: 'calls closed once: the client closes',
    says: /1006[\s\S]*1005/,
    capabilities: { closeCodes: false },
    receiver: (real) => ({ closed: () => real.closed(1006, '') }),
  },
};

describe('the kit finds a broken adapter', () => {
  // The reference needs no time, so a simulated clock makes every wait short.
  let now = 0;
  beforeAll(() => void vi.spyOn(performance, 'now').mockImplementation(() => (now += 1)));
  afterAll(() => void vi.restoreAllMocks());

  it.for(Object.entries(broken))('the kit finds an adapter that %s', async ([, one]) => {
    const story = storyOf(one);
    expect(story.skipped).toBe(undefined);
    const failure = await story.run().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(one.says);
  });
});
