/** How a publication stands to the position of a reader. */
import { describe, expect, it } from 'vitest';
import { placeOf } from '../src/position.ts';

const last = { offset: 4, tag: 'aaaaaaaa' };

describe('the place of a publication', () => {
  it('is the next if it names the last one as its predecessor', () => {
    expect(placeOf({ offset: 5, tag: 'bbbbbbbb', prev: 'aaaaaaaa' }, last)).toBe('next');
    expect(placeOf({ offset: 1, tag: 'bbbbbbbb', prev: '' }, { offset: 0, tag: '' })).toBe('next');
  });

  it('is a fork if the number fits and the predecessor is another', () => {
    expect(placeOf({ offset: 5, tag: 'bbbbbbbb', prev: 'cccccccc' }, last)).toBe('fork');
  });

  it('is a fork if another publication has the number of the last one', () => {
    expect(placeOf({ offset: 4, tag: 'cccccccc', prev: '99999999' }, last)).toBe('fork');
  });

  it('is a duplicate if the reader has it', () => {
    expect(placeOf({ offset: 4, tag: 'aaaaaaaa', prev: '99999999' }, last)).toBe('duplicate');
    expect(placeOf({ offset: 2, tag: '77777777', prev: '66666666' }, last)).toBe('duplicate');
  });

  it('is a gap if a number is missing before it', () => {
    expect(placeOf({ offset: 6, tag: 'cccccccc', prev: 'bbbbbbbb' }, last)).toBe('gap');
  });
});
