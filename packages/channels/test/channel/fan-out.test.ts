/** Publications that arrive together, and what happens to the members in between. */
import type { Position } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { type Client, type Harness, harness, settled } from '../harness.ts';

/** Reports publications as a broker does that got all of them in one piece. Returns the position behind them. */
function arrive({ broker }: Harness, after: Position, ...texts: readonly string[]): Position {
  let { offset, tag } = after;
  for (const text of texts) {
    offset += 1;
    const prev = tag;
    tag = `tag ${offset}`;
    broker.inject('news', after.epoch, { offset, tag, prev, json: JSON.stringify(text) });
  }
  return { ...after, offset, tag };
}

async function subscribed(client: Client): Promise<Position> {
  return (await client.subscribe('news')).position;
}

/** All that these clients were sent, in the order of the calls. */
function callsOf(clients: readonly (readonly [string, Client])[]): string[] {
  const calls: string[] = [];
  for (const [name, { connection }] of clients) {
    const send = connection.send.bind(connection);
    connection.send = (data) => {
      calls.push(`${name} ${JSON.parse(String(data)).data}`);
      return send(data);
    };
  }
  return calls;
}

describe('publications that arrive together', () => {
  it('leave together: each member is visited once for all of them, in order', async () => {
    const node = harness();
    const [ada, bob] = [node.signIn('ada'), node.signIn('bob')];
    await subscribed(ada);
    const position = await subscribed(bob);
    const calls = callsOf([
      ['ada', ada],
      ['bob', bob],
    ]);
    arrive(node, position, 'a', 'b', 'c');
    expect(calls).toEqual([]);
    await settled();
    expect(calls).toEqual(['ada a', 'ada b', 'ada c', 'bob a', 'bob b', 'bob c']);
  });

  it('are counted once for each member', async () => {
    const node = harness();
    await subscribed(node.signIn('ada'));
    const position = await subscribed(node.signIn('bob'));
    arrive(node, position, 'a', 'b', 'c');
    await settled();
    expect(node.channels.counters).toMatchObject({ delivered: 3, sent: 6 });
  });

  it('are sent before they are too many or too large, so a burst waits within bounds', async () => {
    const node = harness();
    const ada = node.signIn();
    let position = await subscribed(ada);
    position = arrive(node, position, ...Array.from({ length: 31 }, String));
    expect(ada.events()).toHaveLength(0);
    position = arrive(node, position, 'the 32nd');
    expect(ada.events()).toHaveLength(32);
    position = arrive(node, position, 'x'.repeat(16_000));
    expect(ada.events()).toHaveLength(32);
    arrive(node, position, 'y'.repeat(400));
    expect(ada.events()).toHaveLength(34);
    await settled();
    expect(ada.events()).toHaveLength(34);
  });

  it('E44: reach a member that leaves in between as far as they arrived before, and none comes after `unsubscribed`', async () => {
    const node = harness();
    const [ada, bob] = [node.signIn('ada'), node.signIn('bob')];
    await subscribed(ada);
    const position = await subscribed(bob);
    const between = arrive(node, position, 'before');
    node.channels.unsubscribe(ada.session, 'news');
    arrive(node, between, 'after');
    await settled();
    expect(ada.events()).toEqual(['1:"before"', 'unsubscribed']);
    expect(bob.events()).toEqual(['1:"before"', '2:"after"']);
  });

  it('E44: reach a member that comes in between only as far as they arrive after its position', async () => {
    const node = harness();
    const [ada, bob] = [node.signIn('ada'), node.signIn('bob')];
    const position = await subscribed(ada);
    const between = arrive(node, position, 'before');
    // The channel is live, so the place is taken at once.
    const joining = node.channels.subscribe(bob.session, 'news');
    arrive(node, between, 'after');
    await settled();
    expect(await joining).toBe('subscribed');
    expect(ada.events()).toEqual(['1:"before"', '2:"after"']);
    expect(bob.received()).toMatchObject([
      { type: 'subscribed', position: { offset: 1 } },
      { type: 'publication', offset: 2 },
    ]);
  });

  it('come before the `lost` that follows them', async () => {
    const node = harness({ namespaces: { '*': { historySize: 0 } } });
    const ada = node.signIn();
    const position = await subscribed(ada);
    const next = arrive(node, position, 'a');
    arrive(node, { ...next, offset: next.offset + 5 }, 'far ahead');
    await settled();
    expect(ada.events().slice(0, 2)).toEqual(['1:"a"', 'lost']);
  });

  it('reach the others where one of the clients is cut meanwhile', async () => {
    const node = harness({ sessions: { limits: { unsentBytes: 1_000 } } });
    const [slow, bob] = [node.signIn('ada'), node.signIn('bob')];
    await subscribed(slow);
    const position = await subscribed(bob);
    slow.connection.send = () => 'dropped';
    arrive(node, position, 'a', 'b');
    await settled();
    expect(bob.events()).toEqual(['1:"a"', '2:"b"']);
    expect(node.channels.subscribers('news')).toHaveLength(1);
    arrive(node, { ...position, offset: position.offset + 2, tag: `tag ${position.offset + 2}` }, 'c');
    await settled();
    expect(bob.events()).toEqual(['1:"a"', '2:"b"', '3:"c"']);
  });

  it('are sent to the members of a channel before it ends', async () => {
    const node = harness();
    const ada = node.signIn();
    const position = await subscribed(ada);
    arrive(node, position, 'a');
    await node.channels.close();
    expect(ada.events()).toEqual(['1:"a"', 'unsubscribed']);
  });

  it('E45: reach each of 10 000 members once and in order, with slow, cut and leaving members among them', async () => {
    const node = harness();
    const members = Array.from({ length: 10_000 }, (_, index) => node.signIn(`user ${index}`));
    for (const member of members) member.send({ type: 'subscribe', channel: 'news' });
    await settled();
    let position: Position = members[0]?.received().at(-1).position;
    for (let round = 0; round < 5; round += 1) {
      const offset = position.offset;
      position = arrive(node, position, `${offset}`, `${offset + 1}`);
      const [cut, slow, leaving] = members.slice(3 * round, 3 * round + 3) as [Client, Client, Client];
      slow.connection.send = () => 'dropped';
      cut.leave();
      leaving.send({ type: 'unsubscribe', channel: 'news' });
      position = arrive(node, position, `${offset + 2}`);
      await settled();
    }
    const all = Array.from({ length: 15 }, (_, index) => `${index + 1}:"${index}"`);
    for (const member of members.slice(15)) expect(member.events()).toEqual(all);
    for (const member of members.slice(0, 15))
      expect(member.events()).toEqual(all.slice(0, member.events().length));
    expect(node.channels.subscribers('news')).toHaveLength(10_000 - 15);
    expect(node.faults).toEqual([]);
  });
});
