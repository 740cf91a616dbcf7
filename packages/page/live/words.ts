/** Numbers, times and durations as the view shows them. Proven by: test/live-words.test.ts. */

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A number with its thousands apart: `20,000`. */
export function grouped(count: number): string {
  return numbers.format(count);
}

/** A rate: with one digit after the point below 10. */
export function rate(perSecond: number): string {
  return perSecond > 0 && perSecond < 9.95 ? perSecond.toFixed(1) : grouped(perSecond);
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of bytes: `1.5 MiB`. */
export function bytes(count: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(1, count)) / 10), units.length - 1);
  return `${rate(count / 1_024 ** power)} ${units[power]}`;
}

/** A time of day with milliseconds: `14:05:09.123`. */
export function timeOfDay(ms: number): string {
  const date = new Date(ms);
  const two = (number: number) => String(number).padStart(2, '0');
  const seconds = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** A duration in its two largest units: `2 h 5 min`, `45 s`, `120 ms`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.floor(ms))} ms`;
  const seconds = Math.floor(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
