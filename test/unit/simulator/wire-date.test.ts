import { describe, expect, it } from 'vitest';
import { toWireDate } from '../../../simulator/wire-date.js';

describe('toWireDate', () => {
  it.each([
    { style: '+09:00', text: '2026-11-22T00:00:00+09:00' },
    { style: 'none', text: '2026-11-22T00:00:00.999' },
  ] as const)('prints Korean wall clock, $style', ({ style, text }) => {
    expect(toWireDate(Date.UTC(2026, 10, 21, 15, 0, 0, 999), style)).toBe(text);
  });
});
