import { createRandom } from '../../../simulator/seeded-random.js';
import type { StatusHub } from '../../../polling/status-hub.js';
import type { FakeService } from './fake-service.js';
import type { ManualClock } from './manual-clock.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const SEEN = 24;

/** What became of one wait. */
export interface Told {
  readonly executionId: string;
  readonly wanted: string;
  readonly got: string;
  /** From the end until it was told; below 0: told too early. */
  readonly lateMs: number;
}

export interface DayOptions {
  readonly jobs: number;
  readonly lastsMs: number;
  readonly seed: number;
  readonly hub: StatusHub;
  readonly service: FakeService;
  readonly clock: ManualClock;
}

/**
 * Jobs of very different lengths, one execution after the other, some side by side, some shown late, with unknown statuses,
 * early failures, several waiters, and waiters that leave. Starts none after the day; gives every outcome.
 */
export function dayOfJobs(options: DayOptions): {
  readonly told: Told[];
  readonly started: () => number;
} {
  const random = createRandom(options.seed);
  const told: Told[] = [];
  let started = 0;
  for (let n = 0; n < options.jobs; n += 1) {
    const usualMs = 4 * MINUTE * 90 ** random();
    void lifeOfJob({
      ...options,
      jobId: `job${n}`,
      usualMs,
      random,
      told,
      onStart: () => (started += 1),
    });
  }
  return { told, started: () => started };
}

interface Life extends DayOptions {
  readonly jobId: string;
  readonly usualMs: number;
  readonly random: () => number;
  readonly told: Told[];
  readonly onStart: () => number;
}

async function lifeOfJob(life: Life): Promise<void> {
  const { clock, random, usualMs, lastsMs } = life;
  const untilMs = clock.nowMs() + lastsMs;
  await clock.sleep(random() * Math.min(usualMs, HOUR));
  while (clock.nowMs() < untilMs) {
    const ranMs = start(life);
    // One in five leaves the next one running beside it.
    await clock.sleep(random() < 0.2 ? ranMs * random() : ranMs + random() * 20 * MINUTE);
  }
}

/** Starts one execution and the waits for it; gives how long it will run. */
function start({ clock, service, hub, jobId, usualMs, random, told, onStart }: Life): number {
  const fails = random() < 0.05;
  const ranMs = Math.round(fails ? usualMs * random() : usualMs * (0.7 + 0.6 * random()));
  const createdMs = clock.nowMs();
  const executionId = `e${onStart()}`;
  const end = fails ? 'FAILED' : random() < 0.03 ? 'CANCELED' : 'COMPLETED';
  service.executions.push({
    ...{ jobId, executionId, createdMs, end, endMs: createdMs + ranMs },
    ...(random() < 0.1 && { visibleFromMs: createdMs + Math.min(ranMs, random() * 25 * SECOND) }),
    ...(random() < 0.1 && { runningStatus: 'PAUSED' }),
  });
  const completedMs = Array.from({ length: SEEN }, () => usualMs * (0.7 + 0.6 * random()));
  const target = {
    ...{ jobId, executionId },
    ...(random() < 0.9 && { createdMs }),
    ...(random() < 0.7 && { seen: { completedMs, failedMs: [] } }),
  };
  for (let waiters = random() < 0.1 ? 3 : 1; waiters > 0; waiters -= 1) {
    void hub.wait(target).then(
      ({ execution }) => {
        const lateMs = clock.nowMs() - createdMs - ranMs;
        told.push({ executionId, wanted: end, got: execution.status, lateMs });
      },
      (error: unknown) => told.push({ executionId, wanted: end, got: String(error), lateMs: 0 }),
    );
  }
  return ranMs;
}
