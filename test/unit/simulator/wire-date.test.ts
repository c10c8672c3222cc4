import { describe, expect, it } from 'vitest';
import { readWireDate, toWireDate } from '../../../simulator/wire-date.js';

describe('toWireDate', () => {
  it.each([
    { style: '+09:00', text: '2026-11-22T00:00:07+09:00' },
    { style: 'none', text: '2026-11-22T00:00:07.999' },
    { style: 'minutes', text: '2026-11-22T00:00:00+09:00' },
    { style: 'utc', text: '2026-11-21T15:00:07' },
  ] as const)('prints Korean wall clock unless it is utc, $style', ({ style, text }) => {
    expect(toWireDate(Date.UTC(2026, 10, 21, 15, 0, 7, 999), style)).toBe(text);
  });
});

describe('readWireDate', () => {
  it.each([
    { text: '2026-11-22T00:00:00', utc: '2026-11-21T15:00:00Z' },
    { text: '2026-11-22T00:00:00.999', utc: '2026-11-21T15:00:00Z' },
    { text: '2026-11-22T00:00:00Z', utc: '2026-11-22T00:00:00Z' },
    { text: '2026-11-22T00:00:00+02:00', utc: '2026-11-21T22:00:00Z' },
  ])('reads $text, in Korea unless it says otherwise', ({ text, utc }) => {
    expect(readWireDate(text, 'allowed')).toBe(Date.parse(utc));
  });

  it.each(['', '2026-11-22', '2026-11-22T00:00', '2026-02-30T00:00:00', '2026-11-22T24:00:00'])(
    'cannot read %j',
    (text) => {
      expect(readWireDate(text, 'allowed')).toBeUndefined();
    },
  );

  it('refuses an offset where none belongs', () => {
    expect(readWireDate('2026-11-22T00:00:00+09:00', 'refused')).toBeUndefined();
  });
});
