/** A broker that answers what is no outcome: it is a fault, every client is answered, and the channel goes on. */
import type { Broker } from '@sallyport/channels';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryLogs } from '../../src/broker/memory/memory-logs.ts';
import { harness, seeded, settled } from '../harness.ts';

const junk: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a string', 'read'],
  ['an unknown type', { type: 'ok' }],
  ['an outcome without its position', { type: 'appended' }],
  ['a top without its position', { type: 'top', top: { epoch: 'a' } }],
  ['a read without its publications', { type: 'read', top: { epoch: 'a', offset: 0, tag: '' } }],
];

/** A memory broker with one method that the test can break. */
function broken() {
  const clock = new SimulatedClock();
  const broker = createMemoryLogs({ clock, random: seeded(1) }).createBroker();
  const breakMethod = (method: keyof Broker, answer: unknown): (() => void) => {
    const whole = broker[method];
    Object.assign(broker, { [method]: () => Promise.resolve(answer) });
    return () => Object.assign(broker, { [method]: whole });
  };
  return { ...harness({ clock, broker }), clock, breakMethod };
}

describe.each(junk)('a broker that answers %s', (_, answer) => {
  it('to `append`: the publication may have been made, and the next one goes on', async () => {
    const { signIn, faults, breakMethod } = broken();
    const ada = signIn();
    const mend = breakMethod('append', answer);
    const first = await ada.ask({ type: 'publish', channel: 'news', data: 1 });
    mend();
    const second = await ada.ask({ type: 'publish', channel: 'news', data: 2 });
    expect(ada.answer(first).error?.code).toBe('unknown');
    expect(ada.answer(second).type).toBe('published');
    expect(faults.map(({ source }) => source)).toEqual(['broker']);
  });

  it('to `follow`: the channel tries again', async () => {
    const { signIn, faults, breakMethod, clock } = broken();
    const ada = signIn();
    const mend = breakMethod('follow', answer);
    const id = await ada.ask({ type: 'subscribe', channel: 'news' });
    mend();
    clock.advance(60_000);
    await settled();
    expect(ada.answer(id).error?.code ?? ada.answer(id).type).toMatch(/unavailable|subscribed/);
    expect((await signIn('bob').subscribe('news')).type).toBe('subscribed');
    expect(faults.map(({ source }) => source)).toEqual(['broker']);
  });

  it('to `read`: the client is answered', async () => {
    const { signIn, faults, breakMethod, publish } = broken();
    await publish('news', 1);
    const mend = breakMethod('read', answer);
    const ada = signIn();
    expect((await ada.subscribe('news', { history: 5 })).error?.code).toBe('unavailable');
    mend();
    expect((await ada.subscribe('news', { history: 5 })).publications).toHaveLength(1);
    expect(faults.map(({ source }) => source)).toEqual(['broker']);
  });

  it.each([
    ['to `tops`', (one: unknown) => one],
    ['to `tops` for one channel', (one: unknown) => [one]],
  ])('%s: the channel goes on', async (_where, form) => {
    const { signIn, faults, breakMethod, publish, clock } = broken();
    const ada = signIn();
    await ada.subscribe('news');
    breakMethod('tops', form(answer));
    clock.advance(30_000);
    await settled();
    await publish('news', 1);
    // The control compares its logs too.
    const ofChannels = faults.filter(({ channel }) => !channel?.startsWith(' '));
    expect([ada.events(), new Set(ofChannels.map(({ source }) => source))]).toEqual([
      ['1:1'],
      new Set(['broker']),
    ]);
  });
});
