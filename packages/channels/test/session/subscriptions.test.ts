/** The subscriptions of one session: one, a few or many, the same in all cases. */
import { describe, expect, it } from 'vitest';
import { harness, settled } from '../harness.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `room:${index}`);

describe('the subscriptions of a session', () => {
  it.for([1, 2, 3, 8, 9, 20])(
    '%i of them each get their publications, and each can end by itself',
    async (count) => {
      const { signIn, publish, channels } = harness();
      const ada = signIn();
      for (const name of names(count)) expect((await ada.subscribe(name)).type).toBe('subscribed');
      for (const name of names(count))
        expect((await ada.subscribe(name)).error.code).toBe('alreadySubscribed');
      for (const name of names(count)) await publish(name, name);
      expect(ada.events()).toEqual(names(count).map((name) => `1:"${name}"`));
      // The odd ones first, so that subscriptions go from the middle and from both ends.
      const leaving = [
        ...names(count).filter((_, index) => index % 2 === 1),
        ...names(count).filter((_, index) => index % 2 === 0),
      ];
      for (const [index, channel] of leaving.entries()) {
        const id = await ada.ask({ type: 'unsubscribe', channel });
        expect(ada.answer(id)?.type).toBe('unsubscribed');
        for (const [other, name] of leaving.entries())
          expect(channels.subscribers(name)).toHaveLength(other <= index ? 0 : 1);
      }
      const before = ada.events().length;
      for (const name of names(count)) await publish(name, 'afterwards');
      expect(ada.events()).toHaveLength(before);
      expect((await ada.subscribe('room:0')).type).toBe('subscribed');
    },
  );

  it.for([1, 2, 8, 9])('%i of them end with the session', async (count) => {
    const { signIn, channels } = harness();
    const ada = signIn();
    for (const name of names(count)) await ada.subscribe(name);
    ada.leave();
    await settled();
    for (const name of names(count)) expect(channels.subscribers(name)).toEqual([]);
  });
});
