// Time zones by Intl, whose rules come with Node.js: two versions may differ. So no workflow asks here; what is found
// out goes into its history as data.

/** A reading of a clock, as the milliseconds at which a clock in UTC shows it. */
export type WallMs = number;

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a name that is no zone */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  formats.set(zone, made);
  return made;
}

export function isZone(zone: string): boolean {
  try {
    return formatOf(zone) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

/** What clocks in the zone show at a point of time, to the second. */
export function wallAt(zone: string, atMs: number): WallMs {
  const parts = formatOf(zone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(
    ...([part('year'), part('month') - 1, part('day')] as const),
    ...([part('hour'), part('minute'), part('second')] as const),
  );
}

const offsetAt = (zone: string, atMs: number): number => wallAt(zone, atMs) - atMs;

/**
 * The point of time at which clocks in the zone show this, as Go's `time.Date` finds it, and with it the Temporal server. Of
 * a time that comes twice it is one of the two; of a time that no clock shows, one with the offset of before or after.
 */
export function instantAt(zone: string, wall: WallMs): number {
  const offset = offsetAt(zone, wall);
  const at = wall - offset;
  const there = offset === 0 ? 0 : offsetAt(zone, at);
  return there === offset ? at : wall - there;
}

/** `2026-11-22` */
export const dateText = (wall: WallMs): string => new Date(wall).toISOString().slice(0, 10);

/** `2026-11-22 03:00` */
export const wallText = (wall: WallMs): string =>
  new Date(wall).toISOString().slice(0, 16).replace('T', ' ');
