/** The option `validatePublication`: it sees what clients publish before the authorizer and the broker do. */
import { allow } from '@sallyport/channels';
import { RequestError } from '@sallyport/core';
import { expect, it } from 'vitest';
import { harness } from '../harness.ts';

const publish = (data: unknown) => ({ type: 'publish', channel: 'news', data });

it('what the validator returns is published, and it gets channel, data and session', async () => {
  const asked: unknown[] = [];
  const { signIn } = harness({
    validatePublication: (channel, data, session) => {
      asked.push([channel, data, session.identity?.user]);
      return { text: String(data) };
    },
  });
  const ada = signIn();
  await ada.subscribe('news');
  await ada.ask(publish(7));
  expect(asked).toEqual([['news', 7, 'ada']]);
  expect(ada.events()).toEqual(['1:{"text":"7"}']);
});

it('a publication that the validator refuses is answered with its error, and reaches neither authorizer nor broker', async () => {
  let asked = 0;
  const { signIn, broker, faults } = harness({
    authorize: () => {
      asked += 1;
      return allow();
    },
    validatePublication: () => {
      throw new RequestError('invalidParams', 'no text', { issues: [] });
    },
  });
  const ada = signIn();
  const id = await ada.ask(publish(7));
  expect(ada.answer(id).error).toEqual({ code: 'invalidParams', message: 'no text', data: { issues: [] } });
  expect([asked, broker.calls.append ?? 0, faults]).toEqual([0, 0, []]);
});

it.each([
  ['throws', () => JSON.parse('{')],
  ['returns a promise', () => Promise.reject(new Error('later'))],
  ['returns what is not JSON', () => 1n],
])('a validator that %s is a fault, and nothing is published', async (_, validatePublication) => {
  const { signIn, broker, faults } = harness({ validatePublication });
  const ada = signIn();
  const id = await ada.ask(publish(7));
  expect(ada.answer(id).error.code).toBe('internal');
  expect(faults).toEqual([expect.objectContaining({ source: 'validator', channel: 'news' })]);
  expect(broker.calls.append ?? 0).toBe(0);
});

it('data that is too big is refused before the validator reads it, and after it has grown', async () => {
  let asked = 0;
  const { signIn } = harness({
    limits: { publicationBytes: 20 },
    validatePublication: (_, data) => {
      asked += 1;
      return [data, data];
    },
  });
  const ada = signIn();
  const ids = [await ada.ask(publish('a'.repeat(30))), await ada.ask(publish('a'.repeat(15)))];
  expect(ids.map((id) => ada.answer(id).error.code)).toEqual(['publicationTooBig', 'publicationTooBig']);
  expect(asked).toBe(1);
});

it('what the server itself publishes is not validated', async () => {
  const { channels } = harness({ validatePublication: () => 'other' });
  expect(await channels.publish('news', 7)).toMatchObject({ type: 'published' });
});
