import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantsAt, isZone, wallAt, wallText } from '../../../../pipeline/schedule/zone.js';
import { inSoak } from '../../../support/in-soak.js';

const ZONES = [
  ...['Asia/Seoul', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Africa/Cairo'],
  ...['Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Havana', 'UTC'],
];
const HOUR = 3_600_000;
const FROM = Date.UTC(2021, 0);
const HOURS = 10 * 365 * 24;

/** What Intl itself writes: `2026-11-22 03:00:00`. */
const references = new Map(
  ZONES.map((zone) => [
    zone,
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }),
  ]),
);
const reference = (zone: string, at: number): string => references.get(zone)!.format(at);

const wallOf = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);
const texts = (zone: string, wall: string): readonly string[] =>
  instantsAt(zone, wallOf(wall)).map((at) => new Date(at).toISOString());

describe('zones (S2)', () => {
  test.prop([fc.constantFrom(...ZONES), fc.nat(HOURS)], { numRuns: inSoak(500, 200_000) })(
    'show what Intl shows at any hour of ten years, and lead back to it',
    (zone, hour) => {
      const at = FROM + hour * HOUR;
      const wall = wallAt(zone, at);
      expect(new Date(wall).toISOString().slice(0, 19).replace('T', ' ')).toBe(reference(zone, at));
      const back = instantsAt(zone, wall);
      expect(back).toContain(at);
      for (const other of back) expect(reference(zone, other)).toBe(reference(zone, at));
      expect(back.length).toBeLessThanOrEqual(2);
    },
  );

  it.each([
    ['Europe/Berlin', '2026-03-29 02:30', []],
    ['Europe/Berlin', '2026-03-29 03:00', ['2026-03-29T01:00:00.000Z']],
    ['Europe/Berlin', '2026-10-25 02:30', ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']],
    ['America/New_York', '2027-03-14 02:00', []],
    [
      'America/New_York',
      '2026-11-01 01:59',
      ['2026-11-01T05:59:00.000Z', '2026-11-01T06:59:00.000Z'],
    ],
    ['Africa/Cairo', '2026-04-24 00:30', []], // midnight itself does not come
    ['Australia/Lord_Howe', '2026-10-04 02:15', []],
    ['Asia/Seoul', '2026-11-22 03:00', ['2026-11-21T18:00:00.000Z']],
  ])('%s: %s is %j', (zone, wall, instants) => {
    expect(texts(zone, wall)).toEqual(instants);
  });

  it('has no time of a day that a zone skipped', () => {
    expect(texts('Pacific/Apia', '2011-12-30 12:00')).toEqual([]);
    expect(wallText(wallAt('Pacific/Apia', Date.UTC(2011, 11, 30, 10)))).toBe('2011-12-31 00:00');
  });

  it('knows which names are zones', () => {
    expect(['Asia/Seoul', 'UTC', 'Asia/Soul', ''].map(isZone)).toEqual([true, true, false, false]);
  });
});
