/** Presence: which users are there, without a storm of messages. */
import { describe, expect, it } from 'vitest';
import { type Client, harness, settled } from '../harness.ts';

const ask = { type: 'presence', channel: 'room' };
const changes = (client: Client) =>
  client
    .received()
    .filter(({ type }) => type === 'presenceChanged')
    .map(({ count, joined, left }) => ({
      count,
      joined: joined.map(({ user }: { user: string }) => user),
      left,
    }));

async function room(options: Parameters<typeof harness>[0] = {}, ...users: string[]) {
  const all = harness(options);
  const clients = users.map((user) => all.signIn(user));
  for (const client of clients) await client.subscribe('room');
  return { ...all, clients: clients as [Client, Client, Client] };
}

describe('who is there', () => {
  it('each user is listed once, with the number of sessions', async () => {
    const { clients, channels } = await room({}, 'ada', 'bob', 'ada');
    const id = await clients[0].ask(ask);
    expect(clients[0].answer(id)).toEqual({
      type: 'presence',
      id,
      channel: 'room',
      count: 2,
      users: [
        { user: 'ada', connections: 2 },
        { user: 'bob', connections: 1 },
      ],
    });
    expect(channels.presence('room').count).toBe(2);
    expect(channels.presence('empty')).toEqual({ count: 0, users: [] });
  });

  it('users come with their first session and leave with their last, and changes of a second come together', async () => {
    const { clients, signIn, clock } = await room({}, 'ada');
    await clients[0].ask(ask);
    const [bob, bob2, eve] = [signIn('bob'), signIn('bob'), signIn('eve')];
    for (const client of [bob, bob2, eve]) await client.subscribe('room');
    expect(changes(clients[0])).toEqual([]);
    clock.advance(1_000);
    expect(changes(clients[0])).toEqual([{ count: 3, joined: ['bob', 'eve'], left: [] }]);
    await bob.ask({ type: 'unsubscribe', channel: 'room' });
    clock.advance(1_000);
    expect(changes(clients[0])).toHaveLength(1);
    await bob2.ask({ type: 'unsubscribe', channel: 'room' });
    clock.advance(1_000);
    expect(changes(clients[0]).at(-1)).toEqual({ count: 2, joined: [], left: ['bob'] });
  });

  it('a user who loses the connection and comes back within ten seconds has never left', async () => {
    const { clients, signIn, clock } = await room({}, 'ada', 'bob');
    await clients[0].ask(ask);
    clients[1].leave();
    clock.advance(9_000);
    await signIn('bob').subscribe('room');
    clock.advance(60_000);
    expect(changes(clients[0])).toEqual([]);
  });

  it.each([1000, 1001])('a user whose client closes the connection leaves at once: code %d', async (code) => {
    const { clients, clock } = await room({}, 'ada', 'bob');
    await clients[0].ask(ask);
    clients[1].leave(code);
    clock.advance(1_000);
    expect(changes(clients[0])).toEqual([{ count: 1, joined: [], left: ['bob'] }]);
  });

  it('a user with another session stays when the client of one closes its connection', async () => {
    const { clients, clock } = await room({}, 'ada', 'bob', 'bob');
    await clients[0].ask(ask);
    clients[1].leave(1000);
    clock.advance(60_000);
    expect(changes(clients[0])).toEqual([]);
  });

  it('a user whose one session was lost stays for ten seconds, also if the client of another one closed its connection first', async () => {
    const { clients, clock } = await room({}, 'ada', 'bob', 'bob');
    await clients[0].ask(ask);
    clients[1].leave(1000);
    clients[2].leave();
    clock.advance(9_000);
    expect(changes(clients[0])).toEqual([]);
    clock.advance(2_000);
    expect(changes(clients[0])).toEqual([{ count: 1, joined: [], left: ['bob'] }]);
  });

  it('a user who does not come back leaves after ten seconds', async () => {
    const { clients, clock } = await room({}, 'ada', 'bob');
    await clients[0].ask(ask);
    clients[1].leave();
    clock.advance(9_000);
    expect(changes(clients[0])).toEqual([]);
    clock.advance(2_000);
    expect(changes(clients[0])).toEqual([{ count: 1, joined: [], left: ['bob'] }]);
  });

  it('a user who came and left within a second is not told', async () => {
    const { clients, signIn, clock } = await room({}, 'ada');
    await clients[0].ask(ask);
    const bob = signIn('bob');
    await bob.subscribe('room');
    await bob.ask({ type: 'unsubscribe', channel: 'room' });
    clock.advance(5_000);
    expect(changes(clients[0])).toEqual([]);
  });

  it('E40: above a number of users only their count is told', async () => {
    const { clients, signIn, clock } = await room({ limits: { presenceUsers: 2 } }, 'ada', 'bob');
    expect(clients[0].answer(await clients[0].ask(ask)).users).toHaveLength(2);
    await signIn('eve').subscribe('room');
    clock.advance(1_000);
    expect(changes(clients[0])).toEqual([{ count: 3, joined: [], left: [] }]);
    const id = await clients[0].ask(ask);
    expect(clients[0].answer(id)).toEqual({ type: 'presence', id, channel: 'room', count: 3 });
  });

  it('where many users leave at once only the number of those who remain is told', async () => {
    const users = ['bob', 'eve', 'tom'];
    const limits = { presenceUsers: 2 };
    const { clients, clock } = await room({ limits }, 'ada', ...users);
    await clients[0].ask(ask);
    for (const client of clients.slice(1)) await client.ask({ type: 'unsubscribe', channel: 'room' });
    clock.advance(1_000);
    expect(changes(clients[0])).toEqual([{ count: 1, joined: [], left: [] }]);
  });

  it('no timer runs after the channels were closed', async () => {
    const { clients, clock, channels, sessions } = await room({}, 'ada', 'bob');
    await clients[0].ask(ask);
    await channels.close();
    for (const user of ['ada', 'bob']) sessions.revoke(user);
    await settled();
    expect(clock.pending).toBe(0);
  });

  it('E40: only subscribers that asked get the changes, until they leave', async () => {
    const { clients, signIn, clock } = await room({}, 'ada', 'bob');
    const outside = signIn('out');
    const id = await outside.ask(ask);
    expect(outside.answer(id).count).toBe(2);
    await clients[0].ask(ask);
    await clients[0].ask({ type: 'unsubscribe', channel: 'room' });
    await signIn('eve').subscribe('room');
    clock.advance(1_000);
    for (const client of [outside, ...clients]) expect(changes(client)).toEqual([]);
  });

  it('E40: a namespace without presence refuses the question', async () => {
    const { clients } = await room({ namespaces: { room: { presence: false } } }, 'ada');
    expect(clients[0].answer(await clients[0].ask(ask)).error.code).toBe('forbidden');
  });

  it('the sweep stops when nothing is left to tell', async () => {
    const { clients, clock } = await room({}, 'ada', 'bob');
    await clients[0].ask(ask);
    const before = clock.pending;
    clients[1].leave();
    clock.advance(20_000);
    expect(clock.pending).toBeLessThanOrEqual(before);
  });
});
