/** Two observers of the same sessions. */
import type { Observer, Session } from '@sallyport/core';
import { expect, it } from 'vitest';
import { combineObservers } from '../src/combine-observers.ts';

const session = {} as Session;

it('an event goes to the handlers of both observers, in order', () => {
  const calls: string[] = [];
  const both = combineObservers(
    { opened: () => void calls.push('first opened'), closed: () => void calls.push('first closed') },
    { opened: () => void calls.push('second opened'), refreshed: () => void calls.push('second refreshed') },
  );
  both.opened?.(session);
  both.closed?.(session, { reason: 'idle', code: 4408, openMs: 1 });
  both.refreshed?.(session);
  expect(calls).toEqual(['first opened', 'second opened', 'first closed', 'second refreshed']);
});

it('an event without a handler has none in the combination, so it costs nothing', () => {
  expect(Object.keys(combineObservers({ opened() {} }, { closed() {} })).sort()).toEqual([
    'closed',
    'opened',
  ]);
});

it('the promise of the second observer is the result, so its rejection is a fault', async () => {
  const both = combineObservers({ opened() {} }, { opened: () => Promise.reject(new Error('no database')) });
  await expect(both.opened?.(session)).rejects.toThrow('no database');
});

it('an error of the first observer does not keep the second from being called', () => {
  let isCalled = false;
  const both = combineObservers(
    {
      opened: () => {
        throw new Error('first');
      },
    },
    {
      opened: () => {
        isCalled = true;
      },
    },
  );
  both.opened?.(session);
  expect(isCalled).toBe(true);
});

it('an observer may be an instance of a class whose handlers use its private fields', () => {
  class Count implements Observer {
    #count = 0;
    opened(): void {
      this.#count += 1;
    }
    get count(): number {
      return this.#count;
    }
  }
  const count = new Count();
  const both = combineObservers({ closed() {} }, count);
  both.opened?.(session);
  expect(count.count).toBe(1);
});
