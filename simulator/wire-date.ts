import type { Switches } from './switches.js';

/** Korean wall clock is this far ahead of UTC, all year. */
export const KST_OFFSET_MS = 9 * 3_600_000;

/** A point in time as the service prints it: Korean wall clock unless 'utc', whole seconds cut off (not rounded). */
export function toWireDate(ms: number, style: Switches['dateStyle']): string {
  const wall = new Date(ms + (style === 'utc' ? 0 : KST_OFFSET_MS)).toISOString();
  if (style === 'none') return wall.slice(0, -1);
  if (style === 'utc') return wall.slice(0, 19);
  return style === 'minutes' ? `${wall.slice(0, 16)}:00+09:00` : `${wall.slice(0, 19)}+09:00`;
}

/** Parts of a second are cut off; an offset is read where `offset` allows one. */
const LOCAL = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * The point in time of a text like 2026-11-01T00:00:00; without an offset it is Korean wall clock (NOTES §3).
 * Undefined for another form, and for a day or hour that no calendar has.
 */
export function readWireDate(text: string, offset: 'allowed' | 'refused'): number | undefined {
  const [, day = '', time = '', zone] = LOCAL.exec(text) ?? [];
  if (day === '' || (zone !== undefined && offset === 'refused')) return undefined;
  const asUtc = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(`${day}T${time}`)) {
    return undefined;
  }
  return zone === undefined ? asUtc - KST_OFFSET_MS : Date.parse(`${day}T${time}${zone}`);
}
