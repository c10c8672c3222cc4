import type { Switches } from './switches.js';

/** Korean wall clock is this far ahead of UTC, all year. */
export const KST_OFFSET_MS = 9 * 3_600_000;

/** A time in the service's form: Korean wall clock unless `utc`, rounded down to a second. */
export function toWireDate(ms: number, style: Switches['dateStyle']): string {
  const wall = new Date(ms + (style === 'utc' ? 0 : KST_OFFSET_MS)).toISOString();
  if (style === 'none') return wall.slice(0, -1);
  if (style === 'utc') return wall.slice(0, 19);
  return style === 'minutes' ? `${wall.slice(0, 16)}:00+09:00` : `${wall.slice(0, 19)}+09:00`;
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * Epoch ms, rounded down to a second, of a text such as 2026-11-01T00:00:00. Without an offset it is Korean wall
 * clock (NOTES §3). Undefined: another form, or no valid date.
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
