/** A42 without hashes: which attempts run, which wait, and which are refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConcurrency, Semaphore } from '../src/semaphore.ts';

const patient = { signal: new AbortController().signal };

describe('A42: a semaphore', () => {
  it('gives its slots, queues up to its bound, and refuses the rest at once', async () => {
    const slots = new Semaphore(2, 2);
    expect([slots.enter(patient), slots.enter(patient)]).toEqual(['in', 'in']);
    const [third, fourth] = [slots.enter(patient), slots.enter(patient)];
    expect(slots.enter(patient)).toBe('full');
    expect([slots.taken, slots.waiting]).toEqual([2, 2]);
    slots.leave();
    expect(await third).toBe('in');
    expect([slots.taken, slots.waiting]).toEqual([2, 1]);
    slots.leave();
    expect(await fourth).toBe('in');
    slots.leave();
    slots.leave();
    expect([slots.taken, slots.waiting]).toEqual([0, 0]);
  });

  it('takes an attempt whose signal aborts out of the queue at once', async () => {
    const slots = new Semaphore(1, 1);
    void slots.enter(patient);
    const leaving = new AbortController();
    const waiting = slots.enter(leaving);
    leaving.abort();
    expect(await waiting).toBe('abandoned');
    expect(slots.waiting).toBe(0);
    const next = slots.enter(patient);
    slots.leave();
    expect(await next).toBe('in');
    leaving.abort();
    expect(await slots.enter(leaving)).toBe('abandoned');
  });

  it('does not read the signal of an attempt that does not wait', () => {
    const slots = new Semaphore(1, 0);
    const untouchable = {
      get signal(): AbortSignal {
        throw new Error('the signal was read');
      },
    };
    expect(slots.enter(untouchable)).toBe('in');
    expect(slots.enter(untouchable)).toBe('full');
  });

  it('never has more slots taken than it has, in any order of arrivals and departures', async () => {
    const steps = fc.array(fc.constantFrom('enter', 'leave', 'abort', 'enterIfFree'), { maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), fc.nat(4), async (names, most, queue) => {
        const slots = new Semaphore(most, queue);
        const controllers: AbortController[] = [];
        let [inside, entered] = [0, 0];
        const count = (entry: string) => {
          if (entry === 'in') [inside, entered] = [inside + 1, entered + 1];
        };
        for (const name of names) {
          if (name === 'enter') {
            const controller = new AbortController();
            controllers.push(controller);
            const entry = slots.enter(controller);
            if (typeof entry === 'string') count(entry);
            else void entry.then(count);
          } else if (name === 'enterIfFree') count(slots.enterIfFree() ? 'in' : 'full');
          else if (name === 'abort') controllers.shift()?.abort();
          else if (inside > 0) {
            inside -= 1;
            slots.leave();
          }
          await Promise.resolve();
          await Promise.resolve();
          expect(inside).toBe(slots.taken);
          expect(slots.taken).toBeLessThanOrEqual(most);
          expect(slots.waiting).toBeLessThanOrEqual(queue);
          if (slots.taken < most) expect(slots.waiting).toBe(0);
        }
      }),
    );
  });

  it('has at most as many slots by default as there are cores', () => {
    expect(defaultConcurrency()).toBeGreaterThanOrEqual(1);
  });
});
