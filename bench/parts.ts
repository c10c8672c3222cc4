import { JOBS_PART } from './jobs-part.js';
import { MANY_PART } from './many-part.js';
import type { Part } from './part.js';
import { PIPELINES_PART } from './pipelines-part.js';
import { POLLING_PART } from './polling-part.js';
import { STRETCHES_PART } from './stretches-part.js';
import { WAITS_PART } from './waits-part.js';

/** What `npm run bench` measures, in this order; `npm run bench -- jobs` one part alone. */
export const PARTS = {
  jobs: JOBS_PART,
  pipelines: PIPELINES_PART,
  polling: POLLING_PART,
  waits: WAITS_PART,
  many: MANY_PART,
  stretches: STRETCHES_PART,
} as const satisfies Readonly<Record<string, Part>>;

export type PartName = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as PartName[];
export const isPart = (name: string): name is PartName => Object.hasOwn(PARTS, name);
