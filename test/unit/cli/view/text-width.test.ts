import { describe, expect, it } from 'vitest';
import { fitted, padded, widthOf, wrapped } from '../../../../cli/view/text-width.js';

describe('fitted, padded', () => {
  it('count the columns of a terminal: Hangul takes two', () => {
    expect(fitted('서울-강남', 5)).toBe('서울…');
    expect(fitted('abc', 3)).toBe('abc');
    expect(widthOf(padded('서울', 6))).toBe(6);
  });
});

describe('wrapped', () => {
  it('breaks between words, and a word that is longer than a line within it', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapped('a dataflow/nightly b', 8)).toEqual(['a', 'dataflow', '/nightly', 'b']);
  });
});
