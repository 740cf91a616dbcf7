/** Publishing: in the order of the client, with a key for what is sent twice, and with an honest answer. */
import { allow, deny } from '@sallyport/channels';
import { describe, expect, it } from 'vitest';
import { harness, settled } from '../harness.ts';

const publish = (data: unknown, more: object = {}) => ({ type: 'publish', channel: 'news', data, ...more });

describe('publications of one session', () => {
  it('they keep their order, whatever the authorizer takes for each', async () => {
    const waiting: (() => void)[] = [];
    const { signIn } = harness({
      authorize: (_session, _channel, action) =>
        action === 'publish' ? new Promise((resolve) => waiting.push(() => resolve(allow()))) : allow(),
    });
    const ada = signIn();
    await ada.subscribe('news');
    for (const data of ['a', 'b', 'c']) ada.send(publish(data));
    await settled();
    expect(waiting).toHaveLength(1);
    for (let index = 0; index < 3; index += 1) {
      waiting[index]?.();
      await settled();
    }
    expect(ada.events()).toEqual(['1:"a"', '2:"b"', '3:"c"']);
  });

  it('E42: the same key takes effect once', async () => {
    const { signIn } = harness();
    const ada = signIn();
    await ada.subscribe('news');
    const first = await ada.ask(publish(1, { key: 'k' }));
    const second = await ada.ask(publish(1, { key: 'k' }));
    expect(ada.answer(second).position).toEqual(ada.answer(first).position);
    expect(ada.events()).toEqual(['1:1']);
  });

  it('E42: a key of one user is another key for another user, and in another channel', async () => {
    const { signIn } = harness();
    const [ada, eve] = [signIn('ada'), signIn('eve')];
    await ada.subscribe('news');
    for (const client of [ada, eve, ada, eve])
      await client.ask(publish(client.session.identity?.user, { key: 'k' }));
    await eve.ask({ ...publish('x', { key: 'k' }), channel: 'other' });
    expect(ada.events()).toEqual(['1:"ada"', '2:"eve"']);
  });

  it('S18, S20, E70: a publication that the broker tells nothing about is `unknown`, so are those behind it, and a retry with its key tells its position', async () => {
    const { signIn, broker } = harness();
    const ada = signIn();
    broker.gate('append');
    const ids = [
      ada.send(publish(1, { key: 'a' })),
      ada.send(publish(2)),
      ada.send({ ...publish(3), channel: 'other' }),
    ];
    await settled();
    broker.appendAnswer = { type: 'unknown' };
    broker.open('append');
    await Promise.resolve();
    await settled();
    expect(ids.slice(0, 2).map((id) => ada.answer(id).error.code)).toEqual(['unknown', 'unknown']);
    expect(broker.calls.append).toBe(2);
    broker.appendAnswer = undefined;
    const again = await ada.ask(publish(1, { key: 'a' }));
    expect(ada.answer(again)).toMatchObject({ type: 'published', position: { offset: 1 } });
  });

  it('S18: a broker that is unavailable is told as such, and certainly nothing was published', async () => {
    const { signIn, broker, channels } = harness();
    const ada = signIn();
    broker.unavailable.add('append');
    const id = await ada.ask(publish(1));
    expect(ada.answer(id).error.code).toBe('unavailable');
    expect(channels.counters).toMatchObject({ publishUnavailable: 1, published: 0 });
  });

  it('a broker that breaks its word and rejects makes the outcome unknown', async () => {
    const { signIn, broker, faults } = harness();
    broker.append = () => Promise.reject(new Error('broken'));
    const ada = signIn();
    const id = await ada.ask(publish(1));
    expect(ada.answer(id).error.code).toBe('unknown');
    expect(faults.map(({ source }) => source)).toEqual(['broker']);
  });

  it('a publication that is too big is refused before the authorizer is asked', async () => {
    let asked = 0;
    const { signIn } = harness({
      limits: { publicationBytes: 10 },
      authorize: () => {
        asked += 1;
        return allow();
      },
    });
    const ada = signIn();
    const id = await ada.ask(publish('ääääää'));
    expect([ada.answer(id).error.code, asked]).toEqual(['publicationTooBig', 0]);
  });

  it('E35: clients may not publish where the namespace says so, but the server may', async () => {
    const { signIn, publish: fromServer } = harness({ namespaces: { news: { publish: false } } });
    const ada = signIn();
    await ada.subscribe('news');
    const id = await ada.ask(publish(1));
    expect(ada.answer(id).error.code).toBe('forbidden');
    await fromServer('news', 2);
    expect(ada.events()).toEqual(['1:2']);
  });

  it('what waits when the session ends is not appended', async () => {
    const { signIn, broker } = harness();
    const ada = signIn();
    broker.gate('append');
    ada.send(publish(1));
    ada.send(publish(2));
    await settled();
    ada.leave();
    broker.open('append');
    await settled();
    expect(broker.calls.append).toBe(1);
  });

  it('a publication that was cancelled before the authorizer had allowed it is not appended', async () => {
    const waiting: (() => void)[] = [];
    const { signIn, broker } = harness({
      authorize: () => new Promise((resolve) => waiting.push(() => resolve(allow()))),
    });
    const ada = signIn();
    const id = await ada.ask(publish(1));
    await ada.ask({ type: 'cancel', id });
    waiting[0]?.();
    await settled();
    expect(broker.calls.append).toBe(0);
  });

  it('a denied publication does not stop those behind it', async () => {
    const { signIn } = harness({
      authorize: (_session, channel) => (channel === 'other' ? deny() : allow()),
    });
    const ada = signIn();
    const ids = [ada.send({ ...publish(1), channel: 'other' }), ada.send(publish(2))];
    await settled();
    expect(ada.answer(ids[0] as number).error.code).toBe('forbidden');
    expect(ada.answer(ids[1] as number).type).toBe('published');
  });
});
