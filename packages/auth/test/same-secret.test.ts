import { isSameSecret } from '@sallyport/auth';
import { expect, it } from 'vitest';

it('A33: secrets of any lengths are compared, and never throw', () => {
  for (let one = 0; one <= 64; one += 1)
    for (let other = 0; other <= 64; other += 1)
      expect(isSameSecret('x'.repeat(one), 'x'.repeat(other))).toBe(one === other);
  expect(isSameSecret('é', 'e\u0301')).toBe(false);
});
