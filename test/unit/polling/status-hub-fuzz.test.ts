import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import { mostWithin } from '../../support/most-within.js';
import { FakeCallError, FakeService, type SeenCall } from './fake-service.js';
import { ManualClock } from './manual-clock.js';

const settings = {
  minPollMs: 1_000,
  maxPollMs: 10_000,
  maxListingDelayMs: 30_000,
};
const RATE = 3;

const aRun = fc.record({
  job: fc.nat({ max: 3 }),
  startsAfterMs: fc.nat({ max: 4_000 }),
  lastsMs: fc.nat({ max: 90_000 }),
  end: fc.constantFrom('COMPLETED', 'FAILED', 'CANCELED'),
  /** Well below maxListingDelayMs: the reason to give up must not occur. */
  visibleAfterMs: fc.nat({ max: 25_000 }),
  unknownStatus: fc.boolean(),
  waiters: fc.integer({ min: 1, max: 3 }),
  /** The first waiter gives up after so long. */
  givesUpAfterMs: fc.option(fc.nat({ max: 60_000 })),
});

const aFate = fc.record({
  takesMs: fc.oneof(
    { weight: 8, arbitrary: fc.nat({ max: 300 }) },
    { weight: 1, arbitrary: fc.nat({ max: 60_000 }) },
  ),
  failure: fc.option(
    fc.constantFrom('DataFlowUnavailable', 'DataFlowThrottled', 'DataFlowForbidden'),
    { freq: 5 },
  ),
  retryAfterMs: fc.option(fc.nat({ max: 20_000 })),
});

type Fated = typeof aFate extends fc.Arbitrary<infer T> ? T : never;

/** Trouble ends: after this no call fails or is slow, so that everything can be waited for. */
const TROUBLE_MS = 150_000;

function troubledService(clock: ManualClock, fates: readonly Fated[]): FakeService {
  const service = new FakeService(clock);
  const endOfTroubleMs = clock.nowMs() + TROUBLE_MS;
  service.fate = ({ atMs }: SeenCall) => {
    const fate = fates[service.calls.length % fates.length];
    if (fate === undefined || atMs > endOfTroubleMs) return {};
    const { takesMs, failure, retryAfterMs } = fate;
    const error = failure && new FakeCallError(failure, retryAfterMs ?? undefined);
    return { takesMs, ...(error && { error }) };
  };
  return service;
}

describe('createStatusHub', () => {
  test.prop(
    [
      fc.array(aRun, { minLength: 1, maxLength: 25 }),
      fc.array(aFate, { minLength: 1, maxLength: 20 }),
      fc.constantFrom('newest-first', 'oldest-first'),
      fc.constantFrom(60, 90, 120),
    ],
    { numRuns: 150 },
  )(
    'misses no end, reports none that did not happen, keeps its budget and its rate and leaves nothing behind',
    async (runs, fates, listOrder, statusCallsPerMinute) => {
      const clock = new ManualClock();
      const service = troubledService(clock, fates);
      service.listOrder = listOrder;
      const rateLimiter = createRateLimiter({ callsPerSecond: RATE, statusCallsPerMinute, clock });
      const hub = createStatusHub({ client: service.client, settings, clock, rateLimiter });
      const outcomes: Promise<string>[] = [];
      const wanted: string[] = [];
      for (const [n, run] of runs.entries()) {
        await clock.advance(run.startsAfterMs);
        const createdMs = clock.nowMs();
        const endMs = createdMs + run.lastsMs;
        const target = { jobId: `job${run.job}`, executionId: `e${n}`, createdMs };
        service.executions.push({
          ...target,
          endMs,
          end: run.end,
          visibleFromMs: createdMs + Math.min(run.visibleAfterMs, run.lastsMs),
          ...(run.unknownStatus && { runningStatus: 'PAUSED' }),
        });
        for (let waiter = 0; waiter < run.waiters; waiter += 1) {
          const giveUp = new AbortController();
          const leaves = waiter === 0 && run.givesUpAfterMs !== null;
          if (leaves)
            clock.setTimer(() => {
              giveUp.abort('left');
            }, run.givesUpAfterMs ?? 0);
          wanted.push(run.end);
          outcomes.push(
            hub.wait(target, { signal: giveUp.signal }).then(
              ({ execution, calls }) => {
                const truthful = clock.nowMs() >= endMs && execution.jobExecutionId === `e${n}`;
                return truthful && calls > 0 ? execution.status : 'too early';
              },
              (reason: unknown) => (leaves && reason === 'left' ? run.end : String(reason)),
            ),
          );
        }
      }
      await clock.advance(400_000);
      expect(hub.snapshot()).toMatchObject({ waiters: 0, executions: 0, callsUnderWay: 0 });
      expect(await Promise.all(outcomes)).toEqual(wanted);
      expect(clock.timers).toBe(0);
      const { calls } = hub.snapshot();
      expect(calls.getJobExecutionById + calls.getJobExecutions).toBe(service.calls.length);
      const sentMs = service.calls.map(({ atMs }) => atMs);
      expect(mostWithin(1_000, sentMs)).toBeLessThanOrEqual(RATE);
      expect(mostWithin(60_000, sentMs)).toBeLessThanOrEqual(statusCallsPerMinute);
    },
  );
});
