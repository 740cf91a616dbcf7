/** Numbers, times and durations of the live view. */
import { expect, it } from 'vitest';
import { bytes, duration, grouped, rate, timeOfDay } from '../live/words.ts';

it('numbers have their thousands apart, and small rates one digit after the point', () => {
  expect([0, 999, 20_000].map(grouped)).toEqual(['0', '999', '20,000']);
  expect([0, 0.04, 1.25, 9.94, 9.96, 1_234.5].map(rate)).toEqual(['0', '0.0', '1.3', '9.9', '10', '1,235']);
});

it('bytes have the largest unit that fits', () => {
  expect([0, 1_023, 1_024, 1_572_864, 2 ** 60].map(bytes)).toEqual([
    '0 B',
    '1,023 B',
    '1.0 KiB',
    '1.5 MiB',
    '1,048,576 TiB',
  ]);
});

it('a time of day has milliseconds', () => {
  expect(timeOfDay(new Date(2026, 0, 2, 4, 5, 6, 7).getTime())).toBe('04:05:06.007');
});

it('a duration has its two largest units', () => {
  expect([-5, 0, 999, 1_000, 61_000, 3_600_000, 7_500_000, 90_061_000].map(duration)).toEqual([
    '0 ms',
    '0 ms',
    '999 ms',
    '1 s',
    '1 min 1 s',
    '1 h',
    '2 h 5 min',
    '1 d 1 h',
  ]);
});
