/** The options of `createChannels`: a wrong one is refused by name, with what belongs there. */
import { allow, type ChannelsOptions, createChannels } from '@sallyport/channels';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';

const right = { authorize: () => allow(), clock: new SimulatedClock(), random: () => 0 };
const create = (options: object) => () => createChannels({ ...right, ...options } as ChannelsOptions);

describe('the options of createChannels', () => {
  it.each<[object, string]>([
    [{ authorise: () => allow() }, 'did you mean authorize?'],
    [{ authorize: undefined }, 'authorize must be a function'],
    [{ clock: {} }, "clock must be a clock, such as an adapter's `systemClock`"],
    [{ random: 0.5 }, 'random must be a function, such as `Math.random`'],
    [{ broker: { append() {} } }, 'broker must be a broker, such as `createMemoryBroker(…)` makes'],
    [{ limits: [] }, 'limits must be an object of limits'],
    [{ limits: { idlems: 5 } }, 'did you mean limits.idleMs?'],
    [{ limits: { idleMs: 0 } }, 'limits.idleMs must be a whole number of at least 1'],
    [{ limits: { comparisonMs: 2 ** 31 } }, 'limits.comparisonMs must be at most 2147483647'],
    [{ observe: () => undefined }, 'observe must be an object of handlers'],
    [{ observe: { subscribed: 1 } }, 'observe.subscribed must be a function'],
    [{ observe: { subscribe() {} } }, 'did you mean observe.subscribed?'],
    [{ onFault: 1 }, 'onFault must be a function'],
    [{ validatePublication: {} }, 'validatePublication must be a function'],
    [{ namespaces: [] }, 'namespaces must be an object of namespaces by pattern'],
    [{ namespaces: { 'a*b': {} } }, 'at most one "*", at its end'],
    [{ namespaces: { '': {} } }, 'at most one "*", at its end'],
    [{ namespaces: { 'room:*': { history: 1 } } }, "did you mean namespaces['room:*'].historyMs?"],
    [
      { namespaces: { 'room:*': { historySize: -1 } } },
      "namespaces['room:*'].historySize must be a whole number",
    ],
    [
      { namespaces: { 'room:*': { historyMs: 1.5 } } },
      "namespaces['room:*'].historyMs must be a whole number",
    ],
    [{ namespaces: { 'room:*': { publish: 'no' } } }, "namespaces['room:*'].publish must be true or false"],
    [{ namespaces: { 'room:*': null } }, "namespaces['room:*'] must be an object"],
  ])('%j is refused', (options, text) => {
    expect(create(options)).toThrow(text);
  });

  it('anything but an object is refused', () => {
    expect(() => createChannels(undefined as never)).toThrow('options must be an object');
  });

  it('an observer may be an instance of a class with functions of its own', () => {
    class Metrics {
      readonly other = () => undefined;
      subscribed() {}
    }
    expect(create({ observe: new Metrics() })).not.toThrow();
  });

  it('a limit that is undefined has its default', () => {
    expect(create({ limits: { idleMs: undefined } })().limits.idleMs).toBe(10_000);
  });
});
