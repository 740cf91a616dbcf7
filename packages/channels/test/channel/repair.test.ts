/** Repairs: whatever does not fit is read from the log, and subscribers do not notice, or hear `lost`. */
import type { StoredPublication } from '@sallyport/channels';
import { describe, expect, it } from 'vitest';
import { type Harness, harness, settled } from '../harness.ts';

/** A subscriber of `news`, after one publication. */
async function subscribed(options: Parameters<typeof harness>[0] = {}) {
  const all = harness(options);
  const ada = all.signIn();
  await ada.subscribe('news');
  await all.publish('news', 1);
  return { ...all, ada };
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}:${from + index}`);

const publishUpTo = async ({ publish }: Pick<Harness, 'publish'>, from: number, to: number) => {
  for (let value = from; value <= to; value += 1) await publish('news', value);
};

describe('a gap is repaired unseen', () => {
  it('a publication that was lost on its way is read when the next one comes', async () => {
    const all = await subscribed();
    all.broker.lose = 2;
    await publishUpTo(all, 2, 4);
    expect(all.ada.events()).toEqual(numbers(1, 4));
    expect([all.broker.calls.read, all.channels.counters.repairs]).toEqual([1, 1]);
  });

  it('publications that arrive out of order are delivered in order', async () => {
    const all = await subscribed();
    all.broker.isHolding = true;
    await publishUpTo(all, 2, 5);
    all.broker.release((held) => held.reverse());
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 5));
  });

  it('S19: publications that arrive twice or late are delivered once, without a read', async () => {
    const all = await subscribed();
    all.broker.isHolding = true;
    await publishUpTo(all, 2, 3);
    const held = [...all.broker.held];
    all.broker.release();
    for (const one of [...held, ...held]) all.broker.inject(...one);
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 3));
    expect(all.broker.calls.read).toBe(0);
  });

  it('what arrives while the channel reads waits in order', async () => {
    const all = await subscribed();
    all.broker.lose = 1;
    all.broker.gate('read');
    await publishUpTo(all, 2, 6);
    expect(all.ada.events()).toEqual(numbers(1, 1));
    all.broker.open('read');
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 6));
    expect(all.broker.calls.read).toBe(1);
  });

  it('what the read has brought already is not taken for another history, also if the node remembers nothing', async () => {
    const all = await subscribed({ limits: { recentBytes: 1 } });
    all.broker.lose = 1;
    all.broker.gate('read');
    await publishUpTo(all, 2, 6);
    all.broker.open('read');
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 6));
    expect(all.broker.calls.read).toBe(1);
  });

  it.each([{ waitingPublications: 3 }, { waitingBytes: 3 }])(
    'a read starts again if too much arrives meanwhile: %j',
    async (limits) => {
      const all = await subscribed({ limits });
      all.broker.lose = 1;
      all.broker.gate('read');
      await publishUpTo(all, 2, 12);
      all.broker.open('read');
      await settled();
      expect(all.ada.events()).toEqual(numbers(1, 12));
      expect(all.broker.calls.read).toBeGreaterThan(1);
    },
  );

  it('publications that have left the queue make place for further ones, and one that is too big alone is kept', async () => {
    const all = await subscribed({ limits: { waitingBytes: 4 } });
    for (let round = 0; round < 3; round += 1) {
      const first = 2 + round * 3;
      all.broker.lose = 1;
      all.broker.gate('read');
      await publishUpTo(all, first, first + 1);
      await all.publish('news', first + 2);
      all.broker.open('read');
      await settled();
    }
    expect(all.ada.events()).toEqual(numbers(1, 10));
    expect(all.broker.calls.read).toBe(3);
    all.broker.lose = 1;
    all.broker.gate('read');
    await all.publish('news', 11, 'too big alone');
    all.broker.open('read');
    await settled();
    expect(all.ada.events().at(-1)).toBe('12:"too big alone"');
    expect(all.broker.calls.read).toBe(4);
  });

  it('a gap with more publications than one read gives is read page by page', async () => {
    const all = await subscribed({ limits: { recoveryPublications: 4 } });
    all.broker.lose = 10;
    await publishUpTo(all, 2, 12);
    expect(all.ada.events()).toEqual(numbers(1, 12));
    expect(all.broker.calls.read).toBe(3);
  });

  it('a tail that was lost silently is found when the append is confirmed, one second later', async () => {
    const all = await subscribed();
    all.broker.lose = 1;
    await all.publish('news', 2);
    all.clock.advance(999);
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 1));
    all.clock.advance(1);
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 2));
  });

  it('a tail of another node that was lost silently is found by the comparison of tops within 31 seconds', async () => {
    const all = await subscribed();
    const other = all.node();
    all.broker.lose = 1;
    await other.publish('news', 2);
    all.clock.advance(30_000);
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 1));
    all.clock.advance(1_000);
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 2));
  });

  it('after an interruption the channel reads what it missed, and no subscriber is told', async () => {
    const all = await subscribed();
    const other = all.node();
    all.broker.interrupt();
    await publishUpTo(other, 2, 5);
    expect(all.ada.events()).toEqual(numbers(1, 1));
    all.broker.resume();
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 5));
    expect(all.moves.slice(-3)).toEqual([
      'news: live → interrupted',
      'news: interrupted → repairing',
      'news: repairing → live',
    ]);
  });

  it('S18: a read that fails is tried again later, also if the broker says nothing', async () => {
    const all = await subscribed();
    all.broker.lose = 1;
    all.broker.unavailable.add('read');
    await publishUpTo(all, 2, 3);
    expect(all.moves.at(-1)).toBe('news: repairing → retrying');
    all.broker.unavailable.clear();
    all.clock.advance(2_000);
    await settled();
    expect(all.ada.events()).toEqual(numbers(1, 3));
  });

  it('the late answer to a read that was given up changes nothing', async () => {
    const all = await subscribed();
    all.broker.lose = 1;
    all.broker.gate('read');
    await publishUpTo(all, 2, 3);
    all.broker.interrupt();
    all.broker.resume();
    await settled();
    all.broker.open('read');
    await settled();
    await all.publish('news', 4);
    expect(all.ada.events()).toEqual(numbers(1, 4));
  });
});

describe('what the log cannot fill is told as `lost`', () => {
  it('S19: a gap that is longer than the history is told once, with the position from which it goes on', async () => {
    const all = await subscribed({ namespaces: { news: { historySize: 2 } } });
    all.broker.lose = 5;
    await publishUpTo(all, 2, 8);
    expect(all.ada.events()).toEqual(['1:1', 'lost', '8:8']);
    expect(all.ada.received().at(-2)).toMatchObject({
      type: 'lost',
      channel: 'news',
      position: { offset: 7 },
    });
  });

  it('E72: a history that becomes shorter while the channel reads it gives what it still had, then `lost`, then what follows', async () => {
    const all = await subscribed({
      namespaces: { news: { historySize: 4 } },
      limits: { recoveryPublications: 2 },
    });
    all.broker.lose = 3;
    all.broker.gate('read');
    await publishUpTo(all, 2, 5);
    // The first page, with 2 and 3, is on its way. When the channel asks for the second one, the history begins with 9.
    all.broker.lose = 6;
    await publishUpTo(all, 6, 11);
    await publishUpTo(all, 12, 12);
    all.broker.open('read');
    await settled();
    expect(all.ada.events()).toEqual(['1:1', '2:2', '3:3', 'lost']);
    await publishUpTo(all, 13, 13);
    expect(all.ada.events().slice(-1)).toEqual(['13:13']);
    expect(all.ada.received().find(({ type }) => type === 'lost').position.offset).toBe(12);
    expect(all.channels.counters.lost).toBe(1);
  });

  it('a log that lost its memory begins a new epoch, which is told, and the channel goes on there', async () => {
    const all = await subscribed();
    all.logs.forgetAll();
    await publishUpTo(all, 2, 4);
    const events = all.ada.events();
    expect(events[0]).toBe('1:1');
    expect(events[1]).toBe('lost');
    const [, , ...rest] = events;
    expect(rest.length).toBeGreaterThan(0);
    const offsets = rest.map((one) => Number.parseInt(one, 10));
    const lost = all.ada.received().find(({ type }) => type === 'lost');
    expect(offsets).toEqual(offsets.map((_, index) => lost.position.offset + 1 + index));
    expect(all.channels.counters.lost).toBe(1);
  });

  it('a publication of another history is not delivered, although its offset fits', async () => {
    const all = await subscribed();
    const forked: StoredPublication = { offset: 2, tag: 'ffffffff', prev: 'eeeeeeee', json: '"fork"' };
    const { epoch } = (await all.signIn('bob').subscribe('news')).position;
    all.broker.inject('news', epoch, forked);
    await settled();
    // The log itself does not have it, so the channel stays where it is.
    expect(all.ada.events()).toEqual(['1:1']);
    expect(all.broker.calls.read).toBe(1);
    await all.publish('news', 2);
    expect(all.ada.events()).toEqual(['1:1', '2:2']);
  });

  it('an old publication with another tag is not taken for a duplicate', async () => {
    const all = await subscribed();
    await publishUpTo(all, 2, 4);
    const { epoch } = (await all.signIn('bob').subscribe('news')).position;
    all.broker.inject('news', epoch, { offset: 2, tag: 'ffffffff', prev: 'eeeeeeee', json: '"fork"' });
    await settled();
    expect(all.broker.calls.read).toBe(1);
    expect(all.ada.events()).toEqual(numbers(1, 4));
  });
});

describe('while the broker is unavailable', () => {
  it('sessions stay, and subscribe and publish are answered `unavailable`', async () => {
    const all = await subscribed();
    all.broker.interrupt();
    const bob = all.signIn('bob');
    expect((await bob.subscribe('news')).error.code).toBe('unavailable');
    expect((await bob.subscribe('other')).error.code).toBe('unavailable');
    const id = await all.ada.ask({ type: 'publish', channel: 'news', data: 2 });
    expect(all.ada.answer(id).error.code).toBe('unavailable');
    expect(all.ada.session.state).toBe('established.steady');
    all.broker.resume();
    await settled();
    expect((await bob.subscribe('news')).type).toBe('subscribed');
    expect((await bob.subscribe('other')).type).toBe('subscribed');
  });

  it('a joiner that waits for a read is refused when the broker is interrupted', async () => {
    const all = await subscribed();
    all.broker.lose = 1;
    all.broker.gate('read');
    await publishUpTo(all, 2, 3);
    const bob = all.signIn('bob');
    const id = await bob.ask({ type: 'subscribe', channel: 'news' });
    expect(bob.answer(id)).toBeUndefined();
    all.broker.interrupt();
    expect(bob.answer(id).error.code).toBe('unavailable');
  });
});
