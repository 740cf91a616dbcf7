/** The kit finds what is broken: the reference with one duty broken fails the story of that duty, in words that lead to it. */

import { inMemory, webSocket } from '@sallyport/conformance';
import type { Connection, Receiver, Sessions, UpgradeRequest } from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { kitProtocol } from '../src/kit/protocol.ts';
import { dutiesOf } from '../src/kit/stories-of.ts';

/** What stands between the reference and the core, each in place of what it overrides. */
interface Broken {
  readonly duty: string;
  readonly says: RegExp;
  readonly capabilities?: Partial<typeof webSocket>;
  readonly admit?: (sessions: Sessions, request: UpgradeRequest) => ReturnType<Sessions['admit']>;
  readonly connection?: (real: Connection, sessions: Sessions) => Partial<Connection>;
  readonly receiver?: (real: Receiver) => Partial<Receiver>;
}

/** Everything of the real one, but for what is given. */
function instead<T extends object>(real: T, given: Partial<T> = {}): T {
  return new Proxy(real, {
    get(target, name) {
      if (name in given) return Reflect.get(given, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function storyOf({ duty, capabilities, admit, connection, receiver }: Broken) {
  const start = (sessions: Sessions) =>
    inMemory(
      instead<Sessions>(sessions, {
        admit: (request) => (admit ? admit(sessions, request) : sessions.admit(request)),
        open(real, peer, protocol) {
          const opened = sessions.open(instead(real, connection?.(real, sessions)), peer, protocol);
          return instead(opened, receiver?.(opened));
        },
      }),
    );
  const story = dutiesOf(start, { ...webSocket, ...capabilities }).find(({ name }) => name === duty);
  if (!story) throw new Error(`there is no story ${duty}`);
  return story;
}

const broken: Readonly<Record<string, Broken>> = {
  'loses every third message while something waits, and says that it waits': {
    duty: 'what has to wait arrives, all of it and in order',
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
  'swaps messages while something waits': {
    duty: 'what has to wait arrives, all of it and in order',
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
  'drops what is past half of `unsentBytes`': {
    duty: 'a slow consumer is ended by the core, and nothing is dropped before',
    says: /`send` said `dropped`: who is slow is the core’s to end/,
    connection: (real, { limits }) => ({
      send: (data) => (real.bufferedAmount > limits.unsentBytes / 2 ? 'dropped' : real.send(data)),
    }),
  },
  'has no address of anybody': {
    duty: 'the address of the other end, IPv4 as IPv4',
    says: /`admit` was told the address ''/,
    admit: (sessions, request) => sessions.admit({ ...request, address: '' }),
  },
  'writes IPv4 as IPv6': {
    duty: 'the address of the other end, IPv4 as IPv4',
    says: /`admit` was told the address '::ffff:192\.0\.2\.1', and not '192/,
    admit: (sessions, request) => sessions.admit({ ...request, address: `::ffff:${request.address}` }),
  },
  'passes no `forwardedFor`': {
    duty: 'admit is asked, once, with what the request says',
    says: /`forwardedFor` is not both of the X-Forwarded-For/,
    admit: (sessions, { forwardedFor: _, ...request }) => sessions.admit(request),
  },
  'passes the first X-Forwarded-For only': {
    duty: 'admit is asked, once, with what the request says',
    says: /`forwardedFor` is not both of the X-Forwarded-For/,
    admit: (sessions, { forwardedFor, ...request }) =>
      sessions.admit({ ...request, forwardedFor: forwardedFor?.split(',')[0] }),
  },
  'reads only the first line of a repeated header': {
    duty: 'a list on more than one line is one list',
    says: /refused: 400/,
    admit: (sessions, { protocols, ...request }) =>
      sessions.admit({ ...request, protocols: protocols?.split(',')[0] }),
  },
  'reads only the first of two origins': {
    duty: 'a header that must come once is refused when it comes twice',
    says: /it was let in/,
    admit: (sessions, { origin, ...request }) =>
      sessions.admit({ ...request, origin: origin?.split(',')[0] }),
  },
  'does not look for a body': {
    duty: 'a request with a body is refused',
    says: /it was let in/,
    admit: (sessions, { problem: _, ...request }) => sessions.admit(request),
  },
  'lets in who is refused': {
    duty: 'who is refused is not let in',
    says: /duty broken: admit before open\nin the story: who is refused is not let in\n`open` was called/,
    capabilities: { requests: false },
    admit(sessions, request) {
      const admission = sessions.admit(request);
      return 'protocol' in admission
        ? admission
        : { protocol: kitProtocol, peer: { address: request.address } };
    },
  },
  'says `drained` the first time only': {
    duty: 'backpressure again: drained each time',
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
  'counts half of what waits': {
    duty: 'backpressure: buffered, how much, and drained once nothing is',
    says: /`bufferedAmount` grew by \d+ bytes when 40 MiB more had to wait/,
    connection: (real) => ({
      get bufferedAmount() {
        return Math.ceil(real.bufferedAmount / 2);
      },
    }),
  },
  'counts double of what waits': {
    duty: 'backpressure: buffered, how much, and drained once nothing is',
    says: /`bufferedAmount` grew by \d+ bytes when 40 MiB more had to wait/,
    connection: (real) => ({
      get bufferedAmount() {
        return real.bufferedAmount * 2;
      },
    }),
  },
  'throws when asked what waits': {
    duty: 'nothing stays unsent where the peer takes it',
    says: /duty broken: no method throws while the connection is open\n.*\n`bufferedAmount` threw Error: not known/,
    connection: () => ({
      get bufferedAmount(): number {
        throw new Error('not known');
      },
    }),
  },
  'takes everybody who leaves for one who was cut off': {
    duty: 'exactly one closed: the peer leaves',
    says: /1006[\s\S]*1005/,
    capabilities: { closeCodes: false },
    receiver: (real) => ({ closed: () => real.closed(1006, '') }),
  },
};

describe('the kit finds an adapter that', () => {
  // The reference needs no time, so none is to be waited for.
  let now = 0;
  beforeAll(() => void vi.spyOn(performance, 'now').mockImplementation(() => (now += 1)));
  afterAll(() => void vi.restoreAllMocks());

  it.for(Object.entries(broken))('%s', async ([, one]) => {
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
