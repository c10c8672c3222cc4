import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub, type WaitTarget } from '../../../polling/status-hub.js';
import { FakeCallError, FakeService } from './fake-service.js';
import { ManualClock } from './manual-clock.js';
import { settings } from './usual-settings.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const aHub = (callsPerSecond = 100) => {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const rateLimiter = createRateLimiter({
    ...{ callsPerSecond, statusCallsPerMinute: 60 * callsPerSecond, clock },
  });
  const hub = createStatusHub({ client: service.client, settings, clock, rateLimiter });
  /** Executions of one job, created a second apart, the youngest `ageMs` ago. */
  const runs = (prefix: string, count: number, ageMs = 0, endsInMs = 100 * HOUR) =>
    Array.from({ length: count }, (_, n) => {
      const createdMs = clock.nowMs() - ageMs - 1_000 * n;
      const target = { jobId: 'job', executionId: `${prefix}${n}`, createdMs };
      service.executions.push({ ...target, endMs: clock.nowMs() + endsInMs, end: 'COMPLETED' });
      return target;
    });
  const wait = (target: WaitTarget): void => void hub.wait(target).catch(() => undefined);
  const countSince = (from: number, name: string): number =>
    service.calls.slice(from).filter((call) => call.name === name).length;
  return { clock, service, rateLimiter, hub, runs, wait, countSince };
};

describe('hundreds of waits of one job', () => {
  it('are shown by its list although the creation of one is not known', async () => {
    const { clock, hub, service, runs, wait } = aHub();
    const [first, ...rest] = runs('e', 300, HOUR);
    rest.forEach(wait);
    await clock.advance(MINUTE);
    const before = service.count('getJobExecutionById');
    wait({ jobId: first!.jobId, executionId: first!.executionId });
    await clock.advance(10 * MINUTE);
    expect(service.count('getJobExecutionById') - before).toBeLessThan(3);
    await hub.close();
  });

  it('are not read for through pages of others because of a single old one, which is asked by id', async () => {
    const { clock, hub, service, runs, wait, countSince } = aHub();
    runs('other', 5_000, HOUR);
    runs('e', 60).forEach(wait);
    runs('old', 1, 48 * HOUR).forEach(wait);
    await clock.advance(MINUTE);
    const from = service.calls.length;
    await clock.advance(10 * MINUTE);
    const [lists, byId] = [
      countSince(from, 'getJobExecutions'),
      countSince(from, 'getJobExecutionById'),
    ];
    const pages = service.calls
      .slice(from)
      .flatMap(({ page }) => (page === undefined ? [] : [page]));
    expect(Math.max(...pages)).toBe(0);
    expect(byId).toBeGreaterThan(0);
    expect(byId).toBeLessThanOrEqual(lists + 1);
    await hub.close();
  });

  it('are not asked by id for coming while the list is read', async () => {
    const { clock, hub, service, runs, wait } = aHub();
    const all = runs('e', 300, HOUR);
    service.fate = ({ name }) => ({ takesMs: name === 'getJobExecutions' ? 1_000 : 0 });
    all.slice(0, 2).forEach(wait);
    await clock.advance(500);
    all.slice(2).forEach(wait);
    await clock.advance(MINUTE);
    expect(service.count('getJobExecutionById')).toBe(0);
    await hub.close();
  });

  it('leave calls to others when all of them have ended and none can be confirmed', async () => {
    const { clock, hub, service, runs, wait } = aHub(5);
    runs('e', 400, 0, MINUTE).forEach(wait);
    service.fate = ({ name, jobId }) =>
      name === 'getJobExecutionById' && jobId === 'job'
        ? { error: new FakeCallError('DataFlowUnavailable') }
        : {};
    const other = { jobId: 'other', executionId: 'o', createdMs: clock.nowMs() };
    service.executions.push({ ...other, endMs: clock.nowMs() + 20 * MINUTE, end: 'COMPLETED' });
    const ended = hub.wait(other).then(() => clock.nowMs());
    await clock.advance(HOUR);
    expect((await ended) - other.createdMs).toBeLessThan(25 * MINUTE);
    await hub.close();
  });
});

describe('a wave of starts', () => {
  it('does not keep the hub from looking: the two take turns in the budget', async () => {
    const { clock, hub, rateLimiter, service, runs, wait } = aHub(5);
    runs('e', 2, HOUR).forEach(wait);
    await clock.advance(MINUTE);
    const from = service.calls.length;
    let prepared = 0;
    for (let n = 0; n < 600; n += 1) void rateLimiter.acquire().then(() => (prepared += 1));
    await clock.advance(2 * MINUTE);
    expect(service.calls.length - from).toBeGreaterThanOrEqual(2);
    expect(prepared).toBeGreaterThan(590);
    await hub.close();
  });
});
