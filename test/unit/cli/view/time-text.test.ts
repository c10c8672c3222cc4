import { afterEach, describe, expect, it } from 'vitest';
import { timeText } from '../../../../cli/view/time-text.js';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('timeText', () => {
  it.each([
    ['UTC', '2026-11-21T14:49:10Z'],
    ['Asia/Seoul', '2026-11-21T23:49:10+09:00'],
    ['America/St_Johns', '2026-11-21T11:19:10-03:30'],
  ])('shows a point of time in the zone of the process: %s (L1)', (name, text) => {
    process.env['TZ'] = name;
    expect(timeText('2026-11-21T14:49:10.123Z')).toBe(text);
    expect(timeText('2026-11-21T23:49:10+09:00')).toBe(text);
  });

  it('leaves what is no date as it is', () => {
    expect(timeText('soon')).toBe('soon');
  });
});
