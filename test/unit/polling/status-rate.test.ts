import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { drawSeen, runLengths } from '../../../bench/polling/runs.js';
import { meanOutcome, ours } from '../../../bench/polling/schedules.js';
import { createRateLimiter, type Priority } from '../../../polling/rate-limiter.js';
import { rateLimitedClient } from '../../../polling/rate-limited-client.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import { createRandom } from '../../../simulator/seeded-random.js';
import { mostWithin } from '../../support/most-within.js';
import { FakeCallError, FakeService } from './fake-service.js';
import { ManualClock, settle } from './manual-clock.js';
import { settings } from './usual-settings.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LENGTHS = runLengths('2 h ± 10 %', 2 * HOUR, 0.1);
/** Of the lengths above: 95 in 100 take two hours, the others end earlier. */
const MEAN_HOURS = 1.93;

describe('one execution of two hours, give or take a tenth', () => {
  it('is seen to end within 5 s on average for 150 calls an hour where earlier ones are known', () => {
    const random = createRandom(7);
    const outcomes = Array.from({ length: 8 }, () =>
      ours(LENGTHS, drawSeen(LENGTHS, 24, random))(),
    );
    const { meanDelayMs, calls } = meanOutcome(outcomes);
    expect(meanDelayMs).toBeLessThan(5 * SECOND);
    expect(calls / MEAN_HOURS).toBeLessThan(150);
  });

  it('is seen to end within 10 s for 400 calls an hour where none is known', () => {
    const { meanDelayMs, calls } = ours(LENGTHS, undefined)();
    expect(meanDelayMs).toBeLessThan(10 * SECOND);
    expect(calls / MEAN_HOURS).toBeLessThan(400);
  });
});

interface CrowdOptions {
  readonly waits: number;
  readonly jobs: number;
  readonly statusCallsPerMinute?: number;
  /** How old they are at the most when the hub begins. */
  readonly agesMs?: number;
  readonly known?: boolean;
}

/** Executions that are waited for; each that ends is followed by another one of its job. */
function aCrowd({
  waits,
  jobs,
  statusCallsPerMinute = 120,
  agesMs = 2 * HOUR,
  known,
}: CrowdOptions) {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const rateLimiter = createRateLimiter({ statusCallsPerMinute, clock });
  const client = rateLimitedClient(service.client, rateLimiter, 'acquired');
  const hub = createStatusHub({ client, settings, clock, rateLimiter });
  const random = createRandom(waits);
  const seen = known === true ? { seen: drawSeen(LENGTHS, 24, random) } : {};
  const lateMs: number[] = [];
  let count = 0;
  const begin = (job: number, createdMs: number): void => {
    let ms: number;
    do ({ ms } = LENGTHS.draw(random(), [random(), random()]));
    while (createdMs + ms <= clock.nowMs());
    const endMs = createdMs + ms;
    const target = { jobId: `job${job}`, executionId: `e${(count += 1)}`, createdMs };
    service.executions.push({ ...target, endMs, end: 'COMPLETED' });
    hub.wait({ ...target, ...seen }).then(
      ({ execution: { status } }) => {
        lateMs.push(status === 'COMPLETED' ? clock.nowMs() - endMs : -Infinity);
        begin(job, clock.nowMs());
      },
      () => undefined,
    );
  };
  for (let n = 0; n < waits; n += 1) begin(n % jobs, Math.round(clock.nowMs() - random() * agesMs));
  const mostPerMinute = (): number =>
    mostWithin(
      MINUTE,
      service.calls.map(({ atMs }) => atMs),
    );
  const meanMs = (): number => lateMs.reduce((sum, ms) => sum + ms, 0) / lateMs.length;
  return { clock, service, rateLimiter, hub, lateMs, mostPerMinute, meanMs };
}

describe('status calls', () => {
  it('see the ends of a hundred jobs within 15 s on average, for 30 calls a minute', async () => {
    const { clock, service, hub, lateMs, meanMs } = aCrowd({ waits: 100, jobs: 100, known: true });
    await clock.advance(5 * MINUTE);
    const from = service.calls.length;
    await clock.advance(HOUR);
    expect((service.calls.length - from) / 60).toBeLessThan(30.5);
    expect(lateMs.length).toBeGreaterThan(30);
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
    expect(meanMs()).toBeLessThan(15 * SECOND);
    await hub.close();
  });

  it.each([
    ['thousands of jobs', 3_000, 3_000],
    ['thousands of waits of three jobs', 3_000, 3],
  ])('never exceed their rate in any minute, and see each end: %s', async (_what, waits, jobs) => {
    const { clock, hub, lateMs, mostPerMinute, meanMs } = aCrowd({ waits, jobs });
    await clock.advance(20 * MINUTE);
    expect(mostPerMinute()).toBeLessThanOrEqual(120);
    expect(lateMs.length).toBeGreaterThan(300);
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
    expect(meanMs()).toBeLessThan(MINUTE);
    await hub.close();
  });

  it('read each execution by itself in turn where their rate does not bear it once per maxPollMs', async () => {
    // 200 jobs at 6 calls a minute: each once in 200 / (6 / 8) minutes at the least.
    const { clock, service, hub, mostPerMinute } = aCrowd({
      ...{ waits: 200, jobs: 200, statusCallsPerMinute: 6, agesMs: MINUTE },
    });
    service.fate = ({ name }) =>
      name === 'getJobs' ? { error: new FakeCallError('DataFlowForbidden') } : {};
    await clock.advance(HOUR);
    const read = new Set(service.calls.map(({ executionId }) => executionId));
    expect(read.size).toBeGreaterThan(150);
    expect(mostPerMinute()).toBeLessThanOrEqual(6);
    await hub.close();
  });

  it('come close together again when the crowd has gone', async () => {
    const { clock, service, hub } = aCrowd({ waits: 1, jobs: 1, agesMs: 0 });
    const leaving = new AbortController();
    const leave = (error: unknown): unknown => error;
    for (let n = 0; n < 3_000; n += 1) {
      const target = { jobId: `other${n}`, executionId: 'o', createdMs: clock.nowMs() - 100 };
      service.executions.push({ ...target, endMs: clock.nowMs() + 100 * HOUR, end: 'FAILED' });
      void hub.wait(target, { signal: leaving.signal }).catch(leave);
    }
    await clock.advance(30 * MINUTE);
    leaving.abort(new Error('gone'));
    await settle();
    const from = service.calls.length;
    await clock.advance(MINUTE);
    expect(service.calls.length - from).toBeGreaterThan(4);
    await hub.close();
  });

  it('are not planned beside scans that lie far behind, but as without them', async () => {
    const { clock, service, hub, lateMs, meanMs } = aCrowd({ waits: 100, jobs: 100, known: true });
    service.jobsLagMs = 30 * MINUTE;
    await clock.advance(30 * MINUTE);
    lateMs.length = 0;
    await clock.advance(HOUR);
    expect(lateMs.length).toBeGreaterThan(20);
    expect(meanMs()).toBeLessThan(40 * SECOND);
    await hub.close();
  });
});

const aStep = fc.record({
  afterMs: fc.oneof(fc.nat({ max: 400 }), fc.nat({ max: 20_000 })),
  priority: fc.constantFrom<Priority>('high', 'normal', 'poll', 'watch'),
  count: fc.integer({ min: 1, max: 40 }),
  answer: fc.constantFrom('none', 'good', '429'),
});

test.prop(
  [
    fc.constantFrom(1, 7, 30, 100, 120, 250.5),
    fc.constantFrom(0.7, 1, 2, 5, 20),
    fc.array(aStep, { maxLength: 25 }),
  ],
  { numRuns: 60 },
)(
  'status calls keep their rate over any minute and leave a fifth of each window',
  async (rate, callsPerSecond, steps) => {
    const clock = new ManualClock(0);
    const limits = { callsPerSecond, statusCallsPerMinute: rate };
    const rateLimiter = createRateLimiter({ ...limits, clock });
    const polls: number[] = [];
    for (const { afterMs, priority, count, answer } of steps) {
      await clock.advance(afterMs);
      if (answer === 'good') rateLimiter.answered();
      if (answer === '429') rateLimiter.throttled(undefined);
      for (let n = 0; n < count; n += 1)
        void rateLimiter.acquire(undefined, priority).then(() => {
          if (priority === 'poll' || priority === 'watch') polls.push(clock.nowMs());
        });
      expect(rateLimiter.pollsPerMinute).toBeLessThanOrEqual(rate);
      expect(rateLimiter.pollsPerMinute).toBeGreaterThan(0);
    }
    await clock.advance(10 * MINUTE);
    expect(mostWithin(MINUTE, polls)).toBeLessThanOrEqual(Math.max(1, rate));
    const most = Math.ceil(callsPerSecond);
    if (most > 1) expect(mostWithin(SECOND, polls)).toBeLessThanOrEqual((4 * most) / 5);
  },
);

describe('createRateLimiter', () => {
  it('lets a submit start at once, however many polls are due', async () => {
    const clock = new ManualClock();
    const rateLimiter = createRateLimiter({ callsPerSecond: 5, statusCallsPerMinute: 300, clock });
    for (let n = 0; n < 100; n += 1) void rateLimiter.acquire(undefined, 'poll');
    for (let second = 0; second < 10; second += 1) {
      await clock.advance(SECOND);
      let granted = false;
      void rateLimiter.acquire(undefined, 'high').then(() => (granted = true));
      await settle();
      expect(granted).toBe(true);
    }
  });

  it('takes from the rate of the hub what other repeated reads use of it', async () => {
    const clock = new ManualClock();
    const rateLimiter = createRateLimiter({ clock });
    expect(rateLimiter.pollsPerMinute).toBe(120);
    for (let n = 0; n < 30; n += 1) void rateLimiter.acquire(undefined, 'watch');
    await clock.advance(30 * SECOND);
    expect(rateLimiter.pollsPerMinute).toBe(90);
    await clock.advance(2 * MINUTE);
    expect(rateLimiter.pollsPerMinute).toBe(120);
  });

  it.each([0, -1, NaN, Infinity, 0.5])('refuses a rate of %d status calls a minute', (rate) => {
    expect(() => createRateLimiter({ statusCallsPerMinute: rate })).toThrow(
      `statusCallsPerMinute must be a number of at least 1; got ${rate}`,
    );
  });
});
