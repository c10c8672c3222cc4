import { describe, expect, it } from 'vitest';
import { httpDateMs, retryAfterMs } from '../../../client/http/answer-facts.js';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);

describe('httpDateMs', () => {
  it('reads the date form of HTTP', () => {
    expect(httpDateMs('Sat, 21 Nov 2026 12:00:00 GMT')).toBe(NOW);
  });

  it.each([undefined, '', '1.5', '2026-11-21T12:00:00Z', '5 GMT', 'Sat, 99 Nov 2026 12:00:00 GMT'])(
    'says nothing about %j',
    (value) => {
      expect(httpDateMs(value)).toBeUndefined();
    },
  );
});

describe('retryAfterMs', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['60', 60_000],
    // (C1) a proxy may name any time
    ['7200', 60_000],
    ['Sat, 21 Nov 2026 14:00:00 GMT', 60_000],
    ['99999999999999999999', 60_000],
  ])('reads %j as %i ms', (value, ms) => {
    expect(retryAfterMs(value, NOW)).toBe(ms);
  });

  it.each([undefined, '', '-1', '1.5', 'soon', '1e3', 'NaN'])('says nothing about %j', (value) => {
    expect(retryAfterMs(value, NOW)).toBeUndefined();
  });
});
