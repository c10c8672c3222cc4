import type { Duration } from './durations.js';
import { pipelineIdPrefix } from './pipeline-ids.js';
import type { Options } from './validate.js';

/** Temporal's overlap policies but `terminateOther`: a terminated run stops nothing. */
export type Overlap = 'bufferAll' | 'bufferOne' | 'skip' | 'cancelOther' | 'allowAll';

/** When a pipeline runs by itself; one of `cron` and `every`. Beside it stand the `parameters` of each run. */
export interface ScheduleTimes {
  readonly cron?: string;
  readonly every?: Duration;
  readonly timezone?: string;
  readonly overlap?: Overlap;
  readonly catchupWindow?: Duration;
  readonly jitter?: Duration;
}

/** Shortest time that Temporal catches up. */
export const MIN_CATCHUP_MS = 10_000;
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

export const SCHEDULE_OPTIONS = {
  cron: {
    kind: 'string',
    must: "must be a cron expression of five fields, e.g. '0 3 * * *'",
    unset: 'none; then every',
    about:
      'Minute, hour, day of month, month, day of week: numbers, names, ranges, lists, steps; or @hourly, @daily, @weekly, @monthly, @yearly.',
  },
  every: {
    kind: 'duration',
    unset: 'none; then cron',
    about: 'Runs at all multiples of this time since 1970 in UTC; whole seconds.',
  },
  timezone: {
    kind: 'string',
    pattern: ZONE,
    must: 'must be the name of a time zone, e.g. Asia/Seoul',
    default: 'UTC',
    about: 'Zone of cron and of run.date.',
  },
  overlap: {
    kind: 'choice',
    choices: {
      bufferAll: 'waits its turn, no time is left out',
      bufferOne: 'waits its turn, and what comes meanwhile is left out',
      skip: 'is left out',
      cancelOther: 'the run that goes on is canceled, and starts when that has stopped',
      allowAll: 'runs beside it',
    },
    default: 'bufferAll',
    about: 'What becomes of a time that comes while a run of the schedule goes on.',
  },
  catchupWindow: {
    kind: 'duration',
    default: '365d',
    about:
      'After an outage of Temporal, times that are no older than this are made up for; at least 10s.',
  },
  jitter: {
    kind: 'duration',
    unset: 'none',
    about:
      'Each start is late by a part of this time, so that not all schedules start at once. run.scheduledAt stays the time without it.',
  },
} as const satisfies Options<ScheduleTimes>;

/** Scheduled time of a run, as its expressions see it. Plain JSON. */
export interface ScheduledRun {
  /** UTC, to the second: `2026-11-21T18:00:00Z`. */
  readonly at: string;
  /** Its date in the zone of the schedule: `2026-11-22`. */
  readonly date: string;
  /** The time of the schedule before it. Absent where the pipeline has no schedule, or none was before. */
  readonly previous?: string;
}

/** A point of time in UTC, to the second: `2026-11-21T18:00:00Z`. */
export const instantText = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
export const INSTANT_RULE =
  'must be a point of time with its offset from UTC, e.g. 2026-11-21T18:00:00Z';

/** Milliseconds since 1970 of an ISO 8601 point of time with an offset; undefined for anything else. */
export function instantMs(value: unknown): number | undefined {
  const ms = typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : NaN;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

/** Id of the Temporal schedule of a pipeline. */
export const scheduleIdOf = (pipeline: string): string => `dataflow/${pipeline}`;

/** What a scheduled run is for: its time. To this word Temporal's schedules append `-2026-11-21T18:00:00Z`. */
const KEY_WORD = 'at';

/** Workflow id that the schedule of a pipeline is given: that of each run has its time behind it. */
export const scheduledWorkflowId = (pipeline: string): string =>
  `${pipelineIdPrefix(pipeline)}${KEY_WORD}`;

/** Key of the run for a scheduled time. The same whoever starts it, so that there is one run. */
export const scheduledKey = (atMs: number): string => `${KEY_WORD}-${instantText(atMs)}`;

const SCHEDULED_ID = /^dataflow\/[^/]+\/(at-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/;

/** The key within the workflow id of a scheduled run; undefined for another id. */
export const scheduledKeyIn = (workflowId: string): string | undefined =>
  SCHEDULED_ID.exec(workflowId)?.[1];
