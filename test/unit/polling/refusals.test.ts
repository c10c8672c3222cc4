import { describe, expect, it } from 'vitest';
import type { DataFlowClient } from '../../../client/client.js';
import type { OperationName } from '../../../contract/operations.js';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import { createRandom } from '../../../simulator/seeded-random.js';
import { rateLimitedClient } from '../../../polling/rate-limited-client.js';
import { mostWithin } from '../../support/most-within.js';
import { FakeCallError, FakeService } from './fake-service.js';
import { ManualClock } from './manual-clock.js';
import { settings } from './usual-settings.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const WAITS = 600;
const CALLS_PER_SECOND = 5;

/** The calls of each attempt of a start, and of a cancel, whose further attempts do not read first. */
const START = (): readonly OperationName[] => ['getJobById', 'getJobExecutions', 'executeJob'];
const CANCEL = (attempt: number): readonly OperationName[] =>
  attempt === 1 ? ['getJobExecutionById', 'cancelJobExecution'] : ['cancelJobExecution'];

/** Executions of as many jobs that all are waited for, under one budget; half of the calls are refused for ten minutes. */
function refusedService() {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const random = createRandom(7);
  const fromMs = clock.nowMs() + 5 * MINUTE;
  service.fate = ({ atMs }) =>
    atMs >= fromMs && atMs < fromMs + 10 * MINUTE && random() < 0.5
      ? { error: new FakeCallError('DataFlowThrottled') }
      : {};
  const rateLimiter = createRateLimiter({ callsPerSecond: CALLS_PER_SECOND, clock });
  const plain = rateLimitedClient(service.client, rateLimiter, 'acquired');
  const hub = createStatusHub({ client: plain, settings, clock, rateLimiter });
  for (let n = 0; n < WAITS; n += 1) {
    const target = { jobId: `job${n}`, executionId: `e${n}`, createdMs: clock.nowMs() - HOUR };
    service.executions.push({ ...target, endMs: clock.nowMs() + HOUR, end: 'COMPLETED' });
    void hub.wait(target).catch(() => undefined);
  }
  return {
    clock,
    service,
    hub,
    rateLimiter,
    client: rateLimitedClient(service.client, rateLimiter),
  };
}

/** Makes the calls; begins anew after one that fails, as Temporal does, with pauses of ten seconds at most. Gives how long it took. */
async function carryOut(
  client: DataFlowClient,
  clock: ManualClock,
  callsOf: (attempt: number) => readonly OperationName[],
): Promise<number> {
  const beganMs = clock.nowMs();
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const name of callsOf(attempt))
        await client.call(name, { jobId: 'job0', executionId: 'e0' });
      return clock.nowMs() - beganMs;
    } catch {
      await clock.sleep(Math.min(SECOND * 2 ** (attempt - 1), 10 * SECOND));
    }
  }
}

describe('ten minutes of 429 to half of the calls, while 600 wait (C18)', () => {
  it('hold up neither starts nor cancels, and the budget is kept', async () => {
    const { clock, service, hub, rateLimiter, client } = refusedService();
    await clock.advance(7 * MINUTE);
    const starts: Promise<number>[] = [];
    const cancels: Promise<number>[] = [];
    for (let n = 0; n < 40; n += 1) {
      starts.push(carryOut(client, clock, START));
      cancels.push(carryOut(client, clock, CANCEL));
      await clock.advance(10 * SECOND);
    }
    expect(rateLimiter.callsPerSecond).toBe(CALLS_PER_SECOND / 2);
    await clock.advance(10 * MINUTE);
    const sorted = async (tookMs: readonly Promise<number>[]): Promise<readonly number[]> =>
      (await Promise.all(tookMs)).toSorted((a, b) => a - b);
    const [started, cancelled] = [await sorted(starts), await sorted(cancels)];
    // What remains are the pauses between attempts: three calls in a row are answered once in eight times.
    expect(started[20]).toBeLessThan(MINUTE);
    expect(cancelled[20]).toBeLessThan(5 * SECOND);
    expect(cancelled.at(-1)).toBeLessThan(MINUTE);
    const sentMs = service.calls.map(({ atMs }) => atMs);
    expect(mostWithin(SECOND, sentMs)).toBeLessThanOrEqual(CALLS_PER_SECOND);
    expect(mostWithin(MINUTE, sentMs)).toBeLessThanOrEqual(60 * CALLS_PER_SECOND);
    await hub.close();
  });

  it('never make one of the calls of a start or cancel wait for its turn for longer than two seconds', async () => {
    const { clock, rateLimiter } = refusedService();
    await clock.advance(7 * MINUTE);
    const waitedMs: number[] = [];
    for (let n = 0; n < 200; n += 1) {
      const askedMs = clock.nowMs();
      const priority = n % 3 === 0 ? 'high' : 'normal';
      void rateLimiter
        .acquire(undefined, priority)
        .then(() => waitedMs.push(clock.nowMs() - askedMs));
      await clock.advance(SECOND);
    }
    expect(waitedMs).toHaveLength(200);
    expect(Math.max(...waitedMs)).toBeLessThanOrEqual(2 * SECOND);
  });
});
