/** Recovery: a client that comes back gets what it missed, or is told that it does not. */
import { describe, expect, it } from 'vitest';
import { harness, positionIn, settled } from '../harness.ts';

const data = (answer: { publications: { data: unknown }[] }) => answer.publications.map((one) => one.data);

/** A client that was subscribed to `news`, got 1 and 2, and has left. */
async function left(options: Parameters<typeof harness>[0] = {}) {
  const all = harness(options);
  const ada = all.signIn();
  await ada.subscribe('news');
  await all.publish('news', 1, 2);
  const { offset, tag } = ada.received().at(-1);
  const since = { epoch: positionIn(ada.received()[0]).epoch, offset, tag };
  ada.leave();
  return { ...all, since };
}

describe('a client that comes back with its position', () => {
  it('it gets exactly what it missed, and then what comes', async () => {
    const { publish, signIn, since, broker } = await left();
    await publish('news', 3, 4);
    const ada = signIn();
    const answer = await ada.subscribe('news', { since });
    await publish('news', 5);
    expect(answer).toMatchObject({ recovered: true, position: { offset: 4 } });
    expect(data(answer)).toEqual([3, 4]);
    expect(ada.events()).toEqual(['5:5']);
    expect(broker.calls.read).toBe(0);
  });

  it('it has missed nothing', async () => {
    const { signIn, since } = await left();
    expect(await signIn().subscribe('news', { since })).toMatchObject({ recovered: true, publications: [] });
  });

  it('E39: another node, which has only just followed the channel, reads the log once for a whole herd', async () => {
    const { publish, since, node } = await left();
    await publish('news', 3, 4);
    const other = node();
    const clients = Array.from({ length: 100 }, (_, index) => other.signIn(`user${index}`));
    for (const client of clients) client.send({ type: 'subscribe', channel: 'news', since });
    await settled();
    for (const client of clients) {
      expect(client.answer(1)).toMatchObject({ recovered: true });
      expect(data(client.answer(1))).toEqual([3, 4]);
    }
    const late = await other.signIn('late').subscribe('news', { since });
    expect(data(late)).toEqual([3, 4]);
    expect(other.broker.calls.read).toBe(1);
  });

  it('a position of the beginning recovers everything', async () => {
    const { signIn, since } = await left();
    const answer = await signIn().subscribe('news', { since: { ...since, offset: 0, tag: '' } });
    expect([answer.recovered, data(answer)]).toEqual([true, [1, 2]]);
  });

  it('more than the history has is not recovered, and no read is made for it', async () => {
    const { signIn, since, publish, broker } = await left({ namespaces: { news: { historySize: 2 } } });
    await publish('news', 3, 4, 5);
    const answer = await signIn().subscribe('news', { since });
    expect(answer).toMatchObject({ recovered: false, publications: [], position: { offset: 5 } });
    expect(broker.calls.read).toBe(0);
  });

  it('E39: more bytes than one recovery may have are not recovered', async () => {
    const { signIn, since, publish } = await left({ limits: { recoveryBytes: 100 } });
    await publish('news', 'x'.repeat(60), 'y'.repeat(60));
    expect(await signIn().subscribe('news', { since })).toMatchObject({ recovered: false });
  });

  it('what is older than the history may be is not recovered', async () => {
    const { signIn, since, publish, clock } = await left({ namespaces: { news: { historyMs: 1_000 } } });
    await publish('news', 3);
    clock.advance(1_000);
    await settled();
    expect(await signIn().subscribe('news', { since })).toMatchObject({ recovered: false });
  });

  it('a tag of another history is not recovered, also where its offset fits', async () => {
    const { signIn, since, publish } = await left();
    await publish('news', 3);
    for (const offset of [1, 2, 3]) {
      const answer = await signIn().subscribe('news', { since: { ...since, offset, tag: 'ffffffff' } });
      expect(answer).toMatchObject({ recovered: false, publications: [] });
    }
  });

  it('a position of another epoch, or beyond the top, is not recovered, and costs a bounded number of reads', async () => {
    const { signIn, since, broker } = await left();
    const ada = signIn();
    expect(await ada.subscribe('news', { since: { ...since, epoch: 'old' } })).toMatchObject({
      recovered: false,
    });
    const bob = signIn('bob');
    expect(await bob.subscribe('news', { since: { ...since, offset: 99 } })).toMatchObject({
      recovered: false,
    });
    expect(broker.calls.read).toBeLessThanOrEqual(4);
  });

  it('a position that another node knows already is not lost: the channel catches up first', async () => {
    const { signIn, since, publish, node, broker } = await left();
    const ada = signIn();
    await ada.subscribe('news');
    broker.isHolding = true;
    const other = node();
    const bob = other.signIn('bob');
    await bob.subscribe('news');
    await other.publish('news', 3, 4);
    const { offset, tag } = bob.received().at(-1);
    const answer = await signIn('bob').subscribe('news', { since: { ...since, offset, tag } });
    expect(answer).toMatchObject({ recovered: true, publications: [], position: { offset: 4 } });
    broker.release();
    await publish('news', 5);
    expect(ada.events()).toEqual(['3:3', '4:4', '5:5']);
  });

  it('a client of a forked history makes the node notice that it stands in the wrong one', async () => {
    const { signIn, since, logs, node } = await left();
    const ada = signIn();
    await ada.subscribe('news');
    logs.forgetAll();
    const other = node();
    const bob = other.signIn('bob');
    await bob.subscribe('news');
    await other.publish('news', 'a', 'b', 'c');
    const position = { epoch: positionIn(bob.received()[0]).epoch, ...bob.received().at(-1) };
    const back = { epoch: position.epoch, offset: position.offset, tag: position.tag };
    expect(back.epoch).not.toBe(since.epoch);
    await signIn('eve').subscribe('news', { since: back });
    expect(ada.events()).toContain('lost');
  });

  it('a node that followed a history which was given up notices it by a client of the right one', async () => {
    const { signIn, since, publish, node, broker } = await left();
    const ada = signIn();
    await ada.subscribe('news');
    // A publication that a broker has sent, and then lost in a failover, with the right offset and the right predecessor.
    broker.inject('news', since.epoch, { offset: 3, tag: 'ffffffff', prev: since.tag, json: '"given up"' });
    broker.lose = 2;
    const other = node();
    const bob = other.signIn('bob');
    await bob.subscribe('news');
    await other.publish('news', 3, 4);
    const [right, last] = bob.received().slice(-2);
    const back = { epoch: since.epoch, offset: right.offset, tag: right.tag };
    const answer = await signIn('eve').subscribe('news', { since: back });
    expect([answer.recovered, data(answer)]).toEqual([true, [4]]);
    expect(ada.events()).toEqual(['3:"given up"', 'lost']);
    expect(ada.received().at(-1).position).toMatchObject({ offset: last.offset, tag: last.tag });
    await publish('news', 5);
    expect(ada.events().at(-1)).toBe('5:5');
  });

  it('a read that fails is answered `unavailable`, never as a loss', async () => {
    const { publish, since, node } = await left();
    await publish('news', 3);
    const other = node();
    other.broker.unavailable.add('read');
    expect((await other.signIn().subscribe('news', { since })).error.code).toBe('unavailable');
    other.broker.unavailable.clear();
    expect(await other.signIn().subscribe('news', { since })).toMatchObject({ recovered: true });
  });

  it('a channel that keeps no history recovers only a client that missed nothing', async () => {
    const { signIn, since, publish } = await left({ namespaces: { news: { historySize: 0 } } });
    expect(await signIn().subscribe('news', { since })).toMatchObject({ recovered: true });
    await publish('news', 3);
    expect(await signIn().subscribe('news', { since })).toMatchObject({ recovered: false });
  });
});

describe('history on a first subscription', () => {
  it('a client gets the last publications that it asks for, and no more than there are', async () => {
    const { signIn } = await left();
    expect(data(await signIn().subscribe('news', { history: 1 }))).toEqual([2]);
    const answer = await signIn().subscribe('news', { history: 50 });
    expect([data(answer), answer.recovered]).toEqual([[1, 2], false]);
    expect(data(await signIn().subscribe('news', { history: 0 }))).toEqual([]);
  });

  it('a node that has only just followed the channel reads it once', async () => {
    const { node } = await left();
    const other = node();
    const clients = ['a', 'b', 'c'].map((user) => other.signIn(user));
    for (const client of clients) client.send({ type: 'subscribe', channel: 'news', history: 2 });
    await settled();
    for (const client of clients) expect(data(client.answer(1))).toEqual([1, 2]);
    expect(other.broker.calls.read).toBe(1);
  });

  it('E39: history is as large as one recovery may be, the newest first', async () => {
    const { signIn, publish } = await left({ limits: { recoveryPublications: 3 } });
    await publish('news', 3, 4, 5);
    expect(data(await signIn().subscribe('news', { history: 1_000_000 }))).toEqual([3, 4, 5]);
  });
});

describe('the memory of a node', () => {
  it('E39: one budget of recent publications holds for all channels: the one that was not used for longest forgets first', async () => {
    const all = harness({ limits: { recentBytes: 2_000 } });
    const ada = all.signIn();
    await ada.subscribe('a');
    await ada.subscribe('b');
    await all.publish('a', 'x'.repeat(800));
    await all.publish('b', 'y'.repeat(800));
    await all.publish('b', 'z'.repeat(800));
    await all.signIn('bob').subscribe('b', { history: 1 });
    expect(all.broker.calls.read).toBe(0);
    await all.signIn('eve').subscribe('a', { history: 1 });
    expect(all.broker.calls.read).toBe(1);
  });
});
