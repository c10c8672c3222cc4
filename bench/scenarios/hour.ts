import type { JobScript, SimulatedExecution } from '../../simulator/index.js';
import type { Form } from '../forms/forms.js';
import { actionsIn } from '../history-cost.js';
import { type Bench, type ChainHandle, inStand, type Stand } from '../stand.js';
import { arrivalOf, readsOf } from './calls.js';
import { type Hour, HOURS, inScaledTime } from './settings.js';

/** What a job of an hour costs, in the service's own hours. */
export interface HourFigures {
  readonly eventsPerJob: number;
  readonly actionsPerHour: number;
  /** Reads of the service for a job that has one run. */
  readonly callsPerHour: number;
  /** The same, per run, for a job with {@link RUNS_AT_ONCE}. */
  readonly sharedCallsPerHour: number;
  /** Seconds of the service's time from an execution's end to the first call that shows it, one each. */
  readonly endToSeenS: readonly number[];
}

const SHARED_JOB = 'shared';
const SINGLE_JOBS = ['single-1', 'single-2', 'single-3'];
export const RUNS_AT_ONCE = 3;
const REQUESTED = [...SINGLE_JOBS, ...Array<string>(RUNS_AT_ONCE).fill(SHARED_JOB)];
const HOUR_MS = 3_600_000;

/** Jobs of an hour, or a share of it, and up to a minute more: the ends fall anywhere between two looks. */
function jobsOf({ share }: Hour): readonly JobScript[] {
  const execution = (nth: number) => ({ waitingMs: 0, runningMs: HOUR_MS * share + nth * 11_700 });
  return [
    ...SINGLE_JOBS.map((jobId, nth) => ({
      jobId,
      type: 'SCRIPT' as const,
      executions: [execution(nth)],
    })),
    {
      jobId: SHARED_JOB,
      type: 'SCRIPT',
      maxConcurrentRuns: RUNS_AT_ONCE,
      executions: Array.from({ length: RUNS_AT_ONCE }, (_, nth) =>
        execution(nth + SINGLE_JOBS.length),
      ),
    },
  ];
}

/** Runs jobs of an hour in scaled time, on one worker. */
export async function measureHour(bench: Bench, form: Form): Promise<HourFigures> {
  const hour = HOURS[form];
  const simulator = { jobs: jobsOf(hour), timeScale: hour.scale };
  const options = { simulator, ...inScaledTime(hour.scale) };
  return await inStand(bench, form, options, async (stand) => {
    const worker = await stand.startWorker();
    const handles = await Promise.all(
      REQUESTED.map((jobId, nth) => stand.start([{ jobId, run: `hour-${nth}` }])),
    );
    await Promise.all(handles.map((handle) => handle.result()));
    const beats = await worker.requestsSent('RecordActivityTaskHeartbeat');
    return figuresOf(stand, hour, await historiesOf(handles), beats);
  });
}

interface HistoryTotals {
  readonly events: number;
  readonly actions: number;
}

async function historiesOf(handles: readonly ChainHandle[]): Promise<HistoryTotals> {
  const histories = await Promise.all(handles.map((handle) => handle.fetchHistory()));
  const events = histories.flatMap((history) => history.events ?? []);
  return { events: events.length, actions: actionsIn(events) };
}

function figuresOf(
  { simulator }: Stand,
  { scale, share }: Hour,
  totals: HistoryTotals,
  beats: number,
): HourFigures {
  const log = simulator.log();
  const executions = simulator.executions();
  const hours = (ofShared: boolean): number =>
    hoursOf(
      executions.filter(({ jobId }) => (jobId === SHARED_JOB) === ofShared),
      scale,
    );
  const singleReads = SINGLE_JOBS.reduce((sum, jobId) => sum + readsOf(log, jobId), 0);
  return {
    eventsPerJob: totals.events / REQUESTED.length / share,
    actionsPerHour: (totals.actions + beats) / (hours(false) + hours(true)),
    callsPerHour: singleReads / hours(false),
    sharedCallsPerHour: readsOf(log, SHARED_JOB) / hours(true),
    endToSeenS: executions.map(({ executionId, endAt }) => {
      const seenAt = arrivalOf(log, { operation: 'getJobExecutionById', executionId }, endAt);
      return ((seenAt - endAt) * scale) / 1_000;
    }),
  };
}

/** Hours of the service's time that executions took. */
function hoursOf(executions: readonly SimulatedExecution[], scale: number): number {
  const scaledMs = executions.reduce((sum, { createdAt, endAt }) => sum + endAt - createdAt, 0);
  return (scaledMs * scale) / HOUR_MS;
}
