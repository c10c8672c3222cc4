import type { Switches } from './switches.js';

const KST_OFFSET_MS = 9 * 3_600_000;

/** A point in time as the service prints it: Korean wall clock, whole seconds cut off (not rounded). */
export function toWireDate(ms: number, style: Switches['dateStyle']): string {
  const wall = new Date(ms + KST_OFFSET_MS).toISOString();
  return style === 'none' ? wall.slice(0, -1) : `${wall.slice(0, 19)}+09:00`;
}
