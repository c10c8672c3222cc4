// Rows "calls": what the hub alone asks the service for thousands of waits, on a virtual clock, with default settings.
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import { createRateLimiter } from '../../polling/rate-limiter.js';
import { createStatusHub, type StatusHub } from '../../polling/status-hub.js';
import { createRandom } from '../../simulator/seeded-random.js';
import { FakeService } from '../../test/unit/polling/fake-service.js';
import { ManualClock } from '../../test/unit/polling/manual-clock.js';
import { type Row, rowOf } from '../rows.js';
import { mean } from '../statistics.js';
import { drawSeen, type RunLengths, runLengths } from './runs.js';

const MINUTE = 60_000;
/** Calls that fill the hub with what it has to know at first are not counted. */
const WARM_UP_MS = 10 * MINUTE;
const MEASURED_MS = 20 * MINUTE;
/** Few waits are measured for longer: until some hundred of them have ended. */
const MIN_ENDS = 100;
/** The default of a profile. */
const CALLS_PER_SECOND = 5;
const LENGTHS = runLengths('2 h ± 10 %', 120 * MINUTE, 0.1);
const HISTORY = 24;

const WAITERS = [1, 10, 100, 1_000, 10_000];
const JOBS = [1, 10, 100];
/** What is aimed at, for the load that it is aimed for. */
const AIM = { waiters: 1_000, jobs: 10, ratio: 1 / 20 };

/** Two rows for each load: all calls, and those that do not confirm an end, which nobody can share. */
export async function callRows(seed: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const waiters of WAITERS) {
    for (const jobs of JOBS.filter((number) => number <= waiters)) {
      rows.push(...rowsOfLoad(waiters, jobs, await measure(waiters, jobs, seed)));
    }
  }
  return rows;
}

interface Measured {
  readonly callsPerMinute: number;
  readonly endsPerMinute: number;
  readonly meanDelayMs: number;
}

function rowsOfLoad(waiters: number, jobs: number, measured: Measured): readonly Row[] {
  const { callsPerMinute, endsPerMinute, meanDelayMs } = measured;
  const seconds = meanDelayMs / 1_000;
  const load = `calls, ${waiters} waiters of ${jobs} jobs`;
  // Looking every 2 d sees an end d late on average.
  const peer = (waiters * MINUTE) / (2 * meanDelayMs);
  const peerName = `one poller per waiter, every ${(2 * seconds).toPrecision(2)} s: the same mean delay`;
  const aimed = waiters === AIM.waiters && jobs === AIM.jobs ? { atMost: AIM.ratio * peer } : {};
  return [
    rowOf(
      { measure: `${load}, status calls`, unit: 'per min', ...aimed },
      callsPerMinute,
      peer,
      peerName,
    ),
    rowOf(
      { measure: `${load}, without one for each end`, unit: 'per min' },
      callsPerMinute - endsPerMinute,
      peer,
      peerName,
    ),
  ];
}

/** Keeps so many waits going: where one ends the next begins, each of a job whose earlier durations are known. */
async function measure(waiters: number, jobs: number, seed: number): Promise<Measured> {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const rateLimiter = createRateLimiter({ callsPerSecond: CALLS_PER_SECOND, clock });
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
    hub.wait({ ...target, seen: histories[job]! }).then(
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

/** A length of those that live at this age. */
function lengthAfter({ draw }: RunLengths, ageMs: number, random: () => number): number {
  for (;;) {
    const { ms } = draw(random(), [random(), random()]);
    if (ms > ageMs) return ms;
  }
}
