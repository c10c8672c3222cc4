import type { Timings } from '../contract/timings.js';

/** Bounds of the pause between two looks at one execution. */
export type PollSettings = Pick<Timings, 'minPollMs' | 'maxPollMs'>;

/** Looks per age: an end is seen late by at most a tenth of the running time, within the bounds. */
const LOOKS_PER_AGE = 10;

/** Pause until the next look at an execution of this age: proportional to it, because old ones end less often. */
export const spacingMs = (ageMs: number, { minPollMs, maxPollMs }: PollSettings): number =>
  Math.min(maxPollMs, Math.max(minPollMs, ageMs / LOOKS_PER_AGE));

/** Pause after so many failed looks in a row (1 or more): doubling from the shortest pause to the longest. */
export const backoffMs = (failures: number, { minPollMs, maxPollMs }: PollSettings): number =>
  Math.min(maxPollMs, minPollMs * 2 ** (failures - 1));
