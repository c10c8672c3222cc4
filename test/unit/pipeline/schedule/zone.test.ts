import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantAt, isZone, wallAt, wallText } from '../../../../pipeline/schedule/zone.js';
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
const instant = (zone: string, wall: string): string =>
  new Date(instantAt(zone, wallOf(wall))).toISOString().replace(':00.000Z', 'Z');

describe('zones (S2)', () => {
  test.prop([fc.constantFrom(...ZONES), fc.nat(HOURS)], { numRuns: inSoak(500, 200_000) })(
    'show what Intl shows at any hour of ten years, and lead back to it',
    (zone, hour) => {
      const at = FROM + hour * HOUR;
      const wall = wallAt(zone, at);
      expect(new Date(wall).toISOString().slice(0, 19).replace('T', ' ')).toBe(reference(zone, at));
      const back = instantAt(zone, wall);
      expect(reference(zone, back)).toBe(reference(zone, at));
      expect(Math.abs(back - at)).toBeLessThanOrEqual(HOUR); // of a time that comes twice the other one
    },
  );

  it.each([
    ['Asia/Seoul', '2026-11-22 03:00', '2026-11-21T18:00Z'],
    ['Europe/Berlin', '2026-03-29 02:30', '2026-03-29T01:30Z'], // no clock shows it: 03:30
    ['Europe/Berlin', '2026-03-29 03:00', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-10-25 02:30', '2026-10-25T01:30Z'], // twice: the second
    ['America/New_York', '2027-03-14 02:30', '2027-03-14T06:30Z'], // no clock shows it: 01:30
    ['America/New_York', '2026-11-01 01:30', '2026-11-01T05:30Z'], // twice: the first
    ['Africa/Cairo', '2026-04-24 00:30', '2026-04-23T22:30Z'], // no clock shows it: 01:30
    ['Australia/Lord_Howe', '2026-04-05 01:45', '2026-04-04T15:15Z'], // half an hour
    ['Pacific/Apia', '2011-12-31 00:00', '2011-12-30T10:00Z'], // the day before did not come
  ])('in %s a clock shows %s at %s', (zone, wall, at) => {
    expect(instant(zone, wall)).toBe(at);
  });

  it('has no time of a day that a zone skipped', () => {
    expect(wallText(wallAt('Pacific/Apia', Date.UTC(2011, 11, 30, 9, 59)))).toBe(
      '2011-12-29 23:59',
    );
    expect(wallText(wallAt('Pacific/Apia', Date.UTC(2011, 11, 30, 10)))).toBe('2011-12-31 00:00');
  });

  it('knows which names are zones', () => {
    expect(['Asia/Seoul', 'UTC', 'Asia/Soul', ''].map(isZone)).toEqual([true, true, false, false]);
  });
});
