import { describe, expect, it } from 'vitest';
import { toIsoDate } from '../../../client/operations/decode-date.js';

describe('toIsoDate', () => {
  it.each([
    ['2026-11-21T12:00:00+09:00', '2026-11-21T12:00:00+09:00'],
    ['2023-10-05T12:00:00.123', '2023-10-05T12:00:00.123+09:00'],
    ['2023-10-05T12:00:00', '2023-10-05T12:00:00+09:00'],
    ['2026-11-21 12:00:00', '2026-11-21T12:00:00+09:00'],
    ['2026-11-21T03:00:00Z', '2026-11-21T03:00:00Z'],
    ['2026-11-21T03:00:00.5+0000', '2026-11-21T03:00:00.5+00:00'],
    [' 2026-11-21T03:00:00-0130 ', '2026-11-21T03:00:00-01:30'],
  ])('writes %s as %s', (value, iso) => {
    expect(toIsoDate(value)).toBe(iso);
  });

  it.each(['', 'yesterday', '2026-11-21', '2026-13-21T12:00:00', 1_795_000_000_000, null, {}])(
    'drops %j',
    (value) => {
      expect(toIsoDate(value)).toBeUndefined();
    },
  );
});
