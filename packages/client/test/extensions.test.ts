/** Extensions of a session: which methods it gets, what an extension is told, and which values are no extensions. */
import {
  type ConnectOptions,
  type EndReason,
  type Extension,
  requests,
  type Session,
  type SessionLink,
  type SessionRequests,
} from '@sallyport/client';
import { expect, expectTypeOf, it } from 'vitest';
import { network } from './network.ts';
import { scriptedServer } from './scripted-server.ts';

/** An extension that adds the method `shout`, and records what it is told. */
function recorder() {
  const told: unknown[] = [];
  const links: SessionLink[] = [];
  const extension: Extension<{ shout(): string }> = {
    name: 'recorder',
    extend: (link) => {
      links.push(link);
      return {
        methods: { shout: () => `${link.state}!` },
        received: (fields) => told.push({ ...fields }),
        ready: () => told.push('ready'),
        lost: (reason: EndReason) => told.push(`lost: ${reason}`),
        ended: (reason: EndReason) => told.push(`ended: ${reason}`),
      };
    },
  };
  return { extension, told, links };
}

it('a session has the methods of its extensions, with their types, and no others', async () => {
  const net = network({ requests: ({ params }) => params });
  const { extension } = recorder();
  const { session } = net.connect({ extensions: [requests(), extension] });
  expectTypeOf(session).toExtend<Session & SessionRequests & { shout(): string }>();
  await net.pass();
  expect(session.shout()).toBe('ready!');
  const answer = session.request('m', 1);
  await net.pass();
  expect(await answer).toBe(1);
  expect(Object.keys(session)).toEqual([]);
  expect(() => Object.assign(session, { request: () => {} })).toThrow(TypeError);

  const plain = net.connect().session;
  expectTypeOf(plain).toEqualTypeOf<Session>();
  expect('request' in plain).toBe(false);
});

it('an extension is told of messages that the client does not know, of every loss, and of the end', async () => {
  const server = scriptedServer();
  const { extension, told, links } = recorder();
  const { session } = server.connect({ extensions: [extension] });
  await server.pass();
  await server.send({ type: 'authenticated', user: 'admin' });
  await server.send({ type: 'news', text: 'hello' });
  await server.send({ type: 'heartbeat' });
  await server.send({ text: 'without a type' });
  await server.send({ type: 7 });
  await server.close(1006);
  await server.pass(5_000);
  await server.send({ type: 'authenticated', user: 'admin' });
  links[0]?.transmit('{"type":"custom"}');
  expect(server.received.at(-1)).toEqual({ connection: 2, message: { type: 'custom' } });
  session.close();
  await server.close(1000, 'client left');
  expect(told).toEqual([
    'ready',
    { type: 'news', text: 'hello' },
    'lost: connectionLost',
    'ready',
    'lost: clientLeft',
    'ended: clientLeft',
  ]);
});

it.each([5, null, { type: 'custom' }, new ArrayBuffer(3), new Uint8Array(3)])(
  'an extension in plain JavaScript that transmits anything but a text gets an error, and nothing is sent: %s',
  async (junk) => {
    const server = scriptedServer();
    const { extension, links } = recorder();
    const { session } = server.connect({ extensions: [extension] });
    await server.pass();
    await server.send({ type: 'authenticated', user: 'admin' });
    const before = server.received.length;
    expect(() => links[0]?.transmit(junk as unknown as string)).toThrow('transmit takes a string');
    expect([server.received.length - before, session.state]).toEqual([0, 'ready']);
  },
);

it('an extension can neither step the machine nor read credentials', async () => {
  const net = network();
  const { extension, links } = recorder();
  net.connect({ extensions: [extension] });
  await net.pass();
  expect(Object.keys(links[0] ?? {}).sort()).toEqual([
    'chance',
    'clock',
    'isExtensible',
    'nextId',
    'readiness',
    'state',
    'transmit',
  ]);
});

it.each<[unknown, string]>([
  [requests(), 'extensions must be an array, such as [requests()]'],
  [[requests], 'extensions must have extensions only, such as requests()'],
  [[undefined], 'extensions must have extensions only, such as requests()'],
  [[requests(), requests()], 'extensions has requests twice'],
])('connect refuses %o as extensions', (extensions, message) => {
  expect(() => network().connect({ extensions } as Partial<ConnectOptions>)).toThrow(new TypeError(message));
});

it.each<[object, string]>([
  [{ concurrent: 0 }, 'concurrent must be a whole number of at least 1'],
  [{ pending: 1.5 }, 'pending must be a whole number of at least 1'],
  [{ concurent: 1 }, 'requests has no option concurent: did you mean concurrent?'],
  [5 as never, 'requests(options): the options must be an object'],
])('requests() refuses the options %o', (options, message) => {
  expect(() => requests(options)).toThrow(new TypeError(message));
});
