import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { rateLimitedClient } from '../../../polling/rate-limited-client.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import { createRandom } from '../../../simulator/seeded-random.js';
import { inSoak } from '../../support/in-soak.js';
import { mostWithin } from '../../support/most-within.js';
import { dayOfJobs } from './day-of-jobs.js';
import { FakeCallError, FakeService } from './fake-service.js';
import { ManualClock } from './manual-clock.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const JOBS = inSoak(60, 300);
const RATE = 2;
const settings = {
  minPollMs: 5_000,
  maxPollMs: 2 * MINUTE,
  maxListingDelayMs: 30_000,
};

/** Slow answers, errors, bursts of 429 and half an hour of outage; rows of getJobs that are right, late, absent or wrong. */
function troubledService(clock: ManualClock, seed: number): FakeService {
  const service = new FakeService(clock);
  const random = createRandom(seed);
  const startMs = clock.nowMs();
  service.fate = ({ atMs }) => {
    const hour = (atMs - startMs) / HOUR;
    const takesMs = random() < 0.01 ? random() * MINUTE : random() * 400;
    if (hour > 10 && hour < 10.5)
      return { takesMs, error: new FakeCallError('DataFlowUnavailable') };
    if (random() < 0.03) return { takesMs, error: new FakeCallError('DataFlowUnavailable') };
    const burst = Math.floor(hour * 12) % 40 === 7;
    return burst && random() < 0.5
      ? { takesMs, error: new FakeCallError('DataFlowThrottled', 1_000) }
      : { takesMs };
  };
  service.jobsShow = (row) => {
    const which = random();
    if (which < 0.02) return { ...row, lastExecutionStatus: 'FAILED' };
    if (which < 0.04) return { ...row, lastExecutionStatus: 'RUNNING' };
    const { jobId, name, type, status } = row;
    return which < 0.06 ? { jobId, name, type, status } : row;
  };
  return service;
}

describe(`a day of ${JOBS} jobs`, () => {
  test.prop(
    [
      fc.nat({ max: 1e6 }),
      fc.constantFrom('newest-first', 'oldest-first', 'shuffled'),
      fc.constantFrom(0, 5_000, 20 * MINUTE),
    ],
    { numRuns: inSoak(1, 3) },
  )(
    'ends with every end told once, none that did not happen, and no more calls than the budget in any minute',
    async (seed, listOrder, jobsLagMs) => {
      const clock = new ManualClock();
      const service = troubledService(clock, seed);
      Object.assign(service, { listOrder, jobsLagMs });
      const rateLimiter = createRateLimiter({ callsPerSecond: RATE, clock });
      const client = rateLimitedClient(service.client, rateLimiter, 'acquired');
      const hub = createStatusHub({ client, settings, clock, rateLimiter });
      const { told } = dayOfJobs({ jobs: JOBS, lastsMs: 24 * HOUR, seed, hub, service, clock });
      await clock.advance(24 * HOUR);
      await clock.advance(10 * HOUR);
      expect(new Set(told.map(({ executionId }) => executionId)).size).toBe(
        service.executions.length,
      );
      expect(told.filter(({ wanted, got, lateMs }) => got !== wanted || lateMs < 0)).toEqual([]);
      expect(Math.max(...told.map(({ lateMs }) => lateMs))).toBeLessThan(2 * HOUR);
      expect(hub.snapshot()).toMatchObject({ waiters: 0, executions: 0, callsUnderWay: 0 });
      expect(clock.timers).toBe(0);
      expect(
        mostWithin(
          MINUTE,
          service.calls.map(({ atMs }) => atMs),
        ),
      ).toBeLessThanOrEqual(60 * RATE);
    },
    inSoak(600_000, 3_600_000),
  );
});
