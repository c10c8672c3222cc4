// Rows "calls": status calls of the hub for thousands of waits, on a virtual clock, with default settings.
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import { createRateLimiter } from '../../polling/rate-limiter.js';
import { createStatusHub, type StatusHub } from '../../polling/status-hub.js';
import { createRandom } from '../../simulator/seeded-random.js';
import { FakeService } from '../../test/unit/polling/fake-service.js';
import { ManualClock } from '../../test/unit/polling/manual-clock.js';
import { mean, type Row, rowAgainst, rowOf } from '../table.js';
import { drawSeen, type RunLengths, runLengths } from './runs.js';

const MINUTE = 60_000;
/** Time before the measurement, for the first calls of the hub. */
const WARM_UP_MS = 10 * MINUTE;
const MEASURED_MS = 20 * MINUTE;
/** Few waits are measured for longer, until about this many have ended. */
const MIN_ENDS = 100;
const LENGTHS = runLengths('2 h ± 10 %', 120 * MINUTE, 0.1);
const HISTORY = 24;

const WAITERS = [1, 10, 100, 1_000, 10_000];
const JOBS = [1, 10, 100];

interface Aim {
  readonly callsPerMinute?: number;
  readonly delayS?: number;
}

interface Load {
  readonly waiters: number;
  readonly jobs: number;
  /** Without earlier durations of the job. */
  readonly isNew?: boolean;
}

const PER_JOB_HOUR = 1 / 60;

function aimOf({ waiters, jobs, isNew = false }: Load): Aim {
  if (isNew) return { callsPerMinute: 400 * PER_JOB_HOUR * waiters, delayS: 10 };
  if (waiters <= 10) return { callsPerMinute: 150 * PER_JOB_HOUR * waiters, delayS: 5 };
  if (waiters === 100 && jobs === 100) return { callsPerMinute: 30, delayS: 15 };
  return waiters === 10_000 ? { callsPerMinute: 120 } : {};
}

/** Rows of each load with at most this many waiters. */
export async function callRows(seed: number, mostWaiters = Infinity): Promise<readonly Row[]> {
  const loads: Load[] = WAITERS.flatMap((waiters) =>
    JOBS.filter((jobs) => jobs <= waiters).map((jobs) => ({ waiters, jobs })),
  );
  loads.push({ waiters: 1, jobs: 1, isNew: true }, { waiters: 10, jobs: 10, isNew: true });
  const rows: Row[] = [];
  for (const load of loads.filter(({ waiters }) => waiters <= mostWaiters)) {
    rows.push(...rowsOfLoad(load, await measure(load, seed)));
  }
  return rows;
}

interface Measured {
  readonly callsPerMinute: number;
  readonly endsPerMinute: number;
  readonly meanDelayMs: number;
}

/** A poller with the pause 2 d sees an end d late on average. The call that confirms an end cannot be shared. */
function rowsOfLoad(load: Load, measured: Measured): readonly Row[] {
  const { callsPerMinute, endsPerMinute, meanDelayMs } = measured;
  const { waiters, jobs, isNew } = load;
  const aim = aimOf(load);
  const name = `calls, ${waiters} waiters of ${jobs} jobs${isNew === true ? ' without history' : ''}`;
  const peer = (waiters * MINUTE) / (2 * meanDelayMs);
  const peerName = `one poller per waiter, every ${(meanDelayMs / 500).toPrecision(2)} s: the same mean delay`;
  const calls = `${name}, status calls`;
  const delay = `${name}, mean delay`;
  const delayS = meanDelayMs / 1_000;
  // Many executions share a job.
  const shared = waiters === 1_000 && jobs === 10 ? { ratioAtMost: 1 / 20 } : {};
  const equally = (waiters * 60) / (2 * callsPerMinute);
  return [
    rowOf({ measure: calls, unit: 'per min', ...shared }, callsPerMinute, peer, peerName),
    rowOf(
      { measure: `${name}, without one for each end`, unit: 'per min' },
      ...([callsPerMinute - endsPerMinute, peer, peerName] as const),
    ),
    rowOf({ measure: delay, unit: 's' }, delayS, equally, 'one poller per waiter: as many calls'),
    ...(aim.callsPerMinute === undefined
      ? []
      : [rowAgainst(calls, 'per min', callsPerMinute, aim.callsPerMinute)]),
    ...(aim.delayS === undefined ? [] : [rowAgainst(delay, 's', delayS, aim.delayS)]),
  ];
}

/** Keeps the number of waits constant: when one ends the next begins. */
async function measure({ waiters, jobs, isNew }: Load, seed: number): Promise<Measured> {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const rateLimiter = createRateLimiter({ clock });
  const hub = createStatusHub({
    client: service.client,
    settings: DEFAULT_TIMINGS,
    clock,
    rateLimiter,
  });
  const random = createRandom(seed);
  const ends: { readonly atMs: number; readonly lateMs: number }[] = [];
  const histories = Array.from({ length: jobs }, () => drawSeen(LENGTHS, HISTORY, random));
  let count = 0;
  const begin = (job: number, createdMs: number): void => {
    const endMs = createdMs + lengthAfter(LENGTHS, clock.nowMs() - createdMs, random);
    const target = { jobId: `job${job}`, executionId: `e${(count += 1)}`, createdMs };
    service.executions.push({ ...target, endMs, end: 'COMPLETED' });
    hub.wait({ ...target, ...(isNew !== true && { seen: histories[job]! }) }).then(
      () => {
        ends.push({ atMs: clock.nowMs(), lateMs: clock.nowMs() - endMs });
        begin(job, clock.nowMs());
      },
      () => undefined,
    );
  };
  for (let n = 0; n < waiters; n += 1) {
    begin(n % jobs, Math.round(clock.nowMs() - random() * LENGTHS.usualMs));
  }
  await clock.advance(WARM_UP_MS);
  const [before, fromMs] = [callsOf(hub), clock.nowMs()];
  const measuredMs = Math.max(MEASURED_MS, (MIN_ENDS * LENGTHS.usualMs) / waiters);
  await clock.advance(measuredMs);
  const calls = callsOf(hub) - before;
  await hub.close();
  const late = ends.filter(({ atMs }) => atMs >= fromMs).map(({ lateMs }) => lateMs);
  return {
    callsPerMinute: (calls * MINUTE) / measuredMs,
    endsPerMinute: (late.length * MINUTE) / measuredMs,
    meanDelayMs: mean(late),
  };
}

const callsOf = (hub: StatusHub): number =>
  Object.values(hub.snapshot().calls).reduce((sum, calls) => sum + calls, 0);

/** A length of a run that has reached this age. */
function lengthAfter({ draw }: RunLengths, ageMs: number, random: () => number): number {
  for (;;) {
    const { ms } = draw(random(), [random(), random()]);
    if (ms > ageMs) return ms;
  }
}
