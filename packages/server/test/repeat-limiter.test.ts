import { SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { createRepeatLimiter } from '../src/repeat-limiter.ts';

function limited() {
  const clock = new SimulatedClock();
  const limiter = createRepeatLimiter(clock);
  const lines: string[] = [];
  const emit = (kind: string, times = 1) => {
    for (let i = 0; i < times; i += 1)
      limiter.log(
        kind,
        () => lines.push(kind),
        (count) => lines.push(`${count} more ${kind}`),
      );
  };
  return { clock, emit, lines, limiter };
}

it('E29: logs the first event of a kind in full, then one line a second with the count of the others', () => {
  const { clock, emit, lines } = limited();
  emit('refused', 1_000);
  expect(lines).toEqual(['refused']);
  clock.advance(1_000);
  emit('refused', 500);
  clock.advance(1_000);
  expect(lines).toEqual(['refused', '999 more refused', '500 more refused']);
});

it('logs an event in full again after a second without events', () => {
  const { clock, emit, lines } = limited();
  emit('refused');
  clock.advance(1_000);
  emit('refused');
  expect(lines).toEqual(['refused', 'refused']);
});

it('counts each kind for itself', () => {
  const { emit, lines, limiter } = limited();
  emit('refused', 3);
  emit('postponed', 2);
  limiter.flush();
  limiter.flush();
  expect(lines).toEqual(['refused', 'postponed', '2 more refused', '1 more postponed']);
});

it('logs as many events of a kind in full as the caller allows, and counts the others', () => {
  const clock = new SimulatedClock();
  const limiter = createRepeatLimiter(clock);
  const lines: string[] = [];
  const emit = () =>
    limiter.log(
      'refused',
      () => lines.push('refused'),
      (count) => lines.push(`${count} more`),
      3,
    );
  for (let count = 0; count < 5; count += 1) emit();
  clock.advance(1_000);
  emit();
  clock.advance(2_000);
  emit();
  expect(lines).toEqual(['refused', 'refused', 'refused', '2 more', '1 more', 'refused']);
});
