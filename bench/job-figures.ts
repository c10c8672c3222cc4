import { type Measure, percentilesOf } from './measure.js';
import type { CancelFigures } from './scenarios/cancels.js';
import type { HourFigures } from './scenarios/hour.js';
import type { KillFigures } from './scenarios/kills.js';
import type { StepFigures } from './scenarios/steps.js';
import { mean } from './statistics.js';

/** All that was measured of jobs in one form. */
export interface JobFigures {
  readonly hour: HourFigures;
  readonly steps: StepFigures;
  readonly cancels: CancelFigures;
  readonly kills: KillFigures;
}

const A_QUARTER = 0.25;

export const JOB_MEASURES: readonly Measure<JobFigures>[] = [
  {
    measure: 'history events per job (of an hour)',
    unit: 'events',
    of: ({ hour }) => hour.eventsPerJob,
    ratioAtMost: A_QUARTER,
  },
  {
    measure: 'history: Temporal actions per job-hour, heartbeats included',
    unit: 'actions',
    of: ({ hour }) => hour.actionsPerHour,
    ratioAtMost: A_QUARTER,
  },
  {
    measure: 'status calls per job-hour, a job with one run',
    unit: 'calls',
    of: ({ hour }) => hour.callsPerHour,
  },
  {
    measure: 'status calls per job-hour, a job with several runs at once',
    unit: 'calls',
    of: ({ hour }) => hour.sharedCallsPerHour,
  },
  {
    measure: 'remote end → end seen, after an hour, mean',
    unit: 's',
    of: ({ hour }) => mean(hour.endToSeenS),
  },
  ...percentilesOf(
    'terminal status seen → next submit',
    ({ steps }: JobFigures) => steps.seenToSubmitMs,
    40,
  ),
  ...percentilesOf(
    'remote end → next submit, jobs of 3–13 s',
    ({ steps }: JobFigures) => steps.endToSubmitMs,
  ),
  ...percentilesOf('cancel → remote cancel', ({ cancels }: JobFigures) => cancels.arrivedMs),
  {
    measure: 'executions left running after 36 cancels',
    unit: 'executions',
    of: ({ cancels }) => cancels.leftRunning,
    atMost: 0,
  },
  {
    measure: 'duplicates over 50 worker kills and lost answers, of 250 runs',
    unit: 'executions',
    of: ({ kills }) => kills.duplicates,
    atMost: 0,
  },
  {
    measure: 'lost runs over 50 worker kills and lost answers, of 250 runs',
    unit: 'runs',
    of: ({ kills }) => kills.lost,
    atMost: 0,
  },
];
