import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { cleanText, clip } from '../../../client/clean-text.js';

const SECRET = 'ab/cd+ef"gh=';

describe('cleanText', () => {
  it('makes one line of it, without control characters and marks of direction', () => {
    expect(cleanText(' a\r\n\tb\u0000c\u202ed  ', [], 50)).toBe('a b c d');
  });

  it.each([
    ['plain', SECRET],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['with escaped slashes', SECRET.replaceAll('/', '\\/')],
    ['as a JSON text', JSON.stringify(SECRET).slice(1, -1)],
  ])('takes a secret out that comes back %s', (_, form) => {
    expect(cleanText(`key ${form} is bad`, [SECRET], 90)).toBe('key [redacted] is bad');
  });

  it('leaves texts alone that are too short to be a secret', () => {
    expect(cleanText('a job', ['a'], 90)).toBe('a job');
  });

  test.prop([fc.string(), fc.string(), fc.integer({ min: 1, max: 100 })])(
    'never shows the secret, wherever it stands and whatever is cut',
    (before, after, max) => {
      const secret = 'S3cretS3cretS3cret';
      const cleaned = cleanText(before + secret + after, [secret], max);
      expect(cleaned).not.toContain('S3cret');
      expect(Array.from(cleaned).length).toBeLessThanOrEqual(max);
    },
  );
});

describe('clip', () => {
  it('cuts between characters, never inside one', () => {
    expect(clip('😀😀😀', 2)).toBe('😀…');
  });
});
