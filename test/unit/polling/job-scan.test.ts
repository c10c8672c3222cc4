import { describe, expect, it } from 'vitest';
import { Answers } from '../../../polling/answers.js';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import { NO_HISTORY } from '../../../polling/duration-model.js';
import { Registry } from '../../../polling/registry.js';
import { type LastExecution, mayBeAbout, showsEnd } from '../../../polling/job-scan.js';
import { afterHint, watch } from '../../../polling/watched-execution.js';
import { FakeCallError, FakeService } from './fake-service.js';
import { ManualClock } from './manual-clock.js';
import { price, settings } from './usual-settings.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** So many jobs with one execution each, all begun two hours ago; the first one ends in twelve and a half minutes. */
const aHub = (jobs: number, callsPerSecond = 100) => {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const rateLimiter = createRateLimiter({ callsPerSecond, clock });
  const hub = createStatusHub({ client: service.client, settings, clock, rateLimiter });
  const startMs = clock.nowMs();
  const waits = Array.from({ length: jobs }, (_, n) => {
    const createdMs = startMs - 2 * HOUR - 1_000 * n;
    const target = { jobId: `job${n}`, executionId: `e${n}`, createdMs };
    const endMs = n === 0 ? startMs + 12.5 * MINUTE : startMs + 100 * HOUR;
    service.executions.push({ ...target, endMs, end: 'COMPLETED' });
    return hub.wait(target).then(() => clock.nowMs() - endMs);
  });
  for (const wait of waits) wait.catch(() => undefined);
  const pollsOf = (wanted: string): number =>
    service.calls.filter(({ jobId }) => jobId === wanted).length;
  return { clock, service, hub, waits, startMs, pollsOf };
};

describe('many jobs with one execution each', () => {
  it('are scanned by getJobs: an end is confirmed by id and told at once, for few calls more', async () => {
    const { clock, service, hub, waits } = aHub(200);
    await clock.advance(HOUR);
    expect(await waits[0]).toBeLessThan(10_000);
    const { getJobs, getJobExecutions, getJobExecutionById } = hub.snapshot().calls;
    expect(getJobExecutionById + getJobExecutions + getJobs).toBe(service.calls.length);
    expect(getJobs).toBeGreaterThan(60);
    expect(getJobs).toBeLessThan(getJobExecutionById / 4);
    // Once in five minutes, the first of each besides.
    expect(getJobExecutionById).toBeLessThanOrEqual(200 * (12 + 1));
    await hub.close();
  });

  it('are not scanned where they are few', async () => {
    const { clock, hub } = aHub(3);
    await clock.advance(HOUR);
    expect(hub.snapshot().calls.getJobs).toBe(0);
    await hub.close();
  });

  it.each<readonly [string, Partial<LastExecution> | undefined, scans: number, polls: number]>([
    ['fails', undefined, 14, 100],
    ['tells nothing of executions', {}, 14, 100],
    ['shows another execution', { lastExecutionDate: '2020-01-01T00:00:00Z' }, 14, 100],
    ['shows an end', { lastExecutionStatus: 'FAILED' }, 14, 100],
    ['shows a status that is not known', { lastExecutionStatus: 'PAUSED' }, 600, 12],
    ['stays behind', { lastExecutionStatus: 'RUNNING' }, 600, 12],
  ])(
    'are polled once per maxPollMs at least, as often as without scans where rows are no help, and end when the service says so by id, where getJobs %s',
    async (_what, instead, scans, polls) => {
      const { clock, service, hub, waits, pollsOf } = aHub(50);
      service.fate = ({ name }) =>
        name === 'getJobs' && instead === undefined
          ? { error: new FakeCallError('DataFlowForbidden') }
          : {};
      service.jobsShow = ({ jobId, name, type, status, ...shown }) => ({
        ...{ jobId, name, type, status },
        ...(Object.keys(instead ?? {}).length > 0 && { ...shown, ...instead }),
      });
      await clock.advance(HOUR);
      expect(await waits[0]).toBeGreaterThanOrEqual(0);
      expect(await waits[0]).toBeLessThanOrEqual((60 / polls) * MINUTE);
      expect(hub.snapshot().waiters).toBe(49);
      expect(pollsOf('job7')).toBeGreaterThanOrEqual(polls);
      // Rows that are no help: once in five minutes.
      expect(hub.snapshot().calls.getJobs).toBeLessThanOrEqual(scans);
      await hub.close();
    },
  );

  it('cost no poll for each end of other executions of their jobs', async () => {
    const { clock, service, hub, pollsOf } = aHub(50);
    const { clock: plain, service: failing, hub: unscanned, pollsOf: plainPollsOf } = aHub(50);
    failing.fate = ({ name }) =>
      name === 'getJobs' ? { error: new FakeCallError('DataFlowForbidden') } : {};
    await plain.advance(HOUR);
    await unscanned.close();
    service.jobsShow = (row) => {
      const beganMs = clock.nowMs() - (clock.nowMs() % MINUTE);
      const lastExecutionStatus = clock.nowMs() < beganMs + MINUTE / 2 ? 'RUNNING' : 'COMPLETED';
      const lastExecutionDate = new Date(beganMs).toISOString();
      return { ...row, lastExecutionStatus, lastExecutionDate };
    };
    await clock.advance(HOUR);
    expect(pollsOf('job7')).toBeLessThan(1.1 * plainPollsOf('job7'));
    await hub.close();
  });

  it('are scanned rarely while getJobs fails, and as before when it is back', async () => {
    const { clock, service, hub } = aHub(50);
    service.fate = ({ name }) =>
      name === 'getJobs' ? { error: new FakeCallError('DataFlowForbidden') } : {};
    await clock.advance(30 * MINUTE);
    expect(hub.snapshot().calls.getJobs).toBeLessThan(10);
    service.fate = () => ({});
    await clock.advance(30 * MINUTE);
    expect(hub.snapshot().calls.getJobs).toBeGreaterThan(20);
    await hub.close();
  });

  it('are scanned again some time after rows that were no help: they may be by then', async () => {
    const { clock, service, hub, startMs } = aHub(100);
    service.jobsShow = ({ jobId, name, type, status, ...shown }) => ({
      ...{ jobId, name, type, status },
      ...(clock.nowMs() > startMs + 3 * MINUTE && shown),
    });
    await clock.advance(30 * MINUTE);
    expect(hub.snapshot().calls.getJobs).toBeGreaterThan(20);
    await hub.close();
  });

  it('each have their poll where calls are short and rows of getJobs change all the time', async () => {
    const { clock, service, hub } = aHub(100, 1);
    service.jobsShow = (row) => {
      const changes = Number(row.jobId.slice(3)) < 50 && Math.floor(clock.nowMs() / 1_000) % 2 > 0;
      return changes ? { ...row, lastExecutionStatus: 'FAILED' } : row;
    };
    await clock.advance(HOUR);
    const last = new Map(service.calls.map(({ jobId, atMs }) => [jobId ?? 'all', atMs]));
    last.delete('job0'); // it has ended
    const longestMs = Math.max(...[...last.values()].map((atMs) => clock.nowMs() - atMs));
    expect(last.size).toBe(100);
    expect(longestMs).toBeLessThan(20 * MINUTE);
    await hub.close();
  });
});

const NOW_MS = Date.parse('2026-11-01T00:00:00Z');
const row = (lastExecutionStatus: string, ms = NOW_MS): LastExecution => ({
  lastExecutionStatus,
  lastExecutionDate: new Date(ms).toISOString(),
});

describe('showsEnd', () => {
  it.each([
    ['shows it first', row('COMPLETED'), undefined, true],
    ['showed it running before', row('COMPLETED'), row('RUNNING'), true],
    ['shows that of another execution', row('COMPLETED'), row('COMPLETED', NOW_MS - 1), true],
    ['showed it before', row('COMPLETED'), row('COMPLETED'), false],
    ['shows it running', row('RUNNING'), undefined, false],
    ['shows a status that is not known', row('PAUSED'), undefined, false],
    ['shows no status', {}, undefined, false],
  ])('of a row that %s', (_what, now, before, isEnd) => {
    expect(showsEnd(now, before)).toBe(isEnd);
  });
});

describe('mayBeAbout', () => {
  const createdMs = NOW_MS - HOUR;
  const startedMs = NOW_MS - HOUR / 2;
  it.each([
    ['creation', row('RUNNING', createdMs + 2_000), { createdMs, startedMs }, true],
    ['start', row('RUNNING', startedMs - 2_000), { createdMs, startedMs }, true],
    ['an older execution', row('FAILED', createdMs - 2_001), { createdMs, startedMs }, false],
    ['a younger execution', row('FAILED', startedMs + 2_001), { createdMs, startedMs }, false],
    ['perhaps its start, which is not known', row('FAILED', NOW_MS), { createdMs }, true],
    ['something, its creation not being known', row('FAILED', 0), {}, true],
    ['no date', { lastExecutionStatus: 'FAILED' }, { createdMs, startedMs }, true],
  ])('of a row with the date of %s', (_what, shown, known, isAbout) => {
    const watched = watch({ executionId: 'e' }, NO_HISTORY, NOW_MS, price);
    expect(mayBeAbout(shown, { ...watched, ...known })).toBe(isAbout);
  });
});

/** So many jobs with one execution each, that began now. */
const aRegistry = (jobs: number) => {
  const registry = new Registry(settings);
  const refs = Array.from({ length: jobs }, (_, n) => ({ jobId: `job${n}`, executionId: 'e' }));
  const nothing = (): undefined => undefined;
  const told = { told: nothing, end: nothing, fail: nothing };
  for (const ref of refs) registry.add({ ref, registeredMs: NOW_MS, calls: 0, ...told }, ref);
  return { registry, refs, answers: new Answers(registry, settings, undefined) };
};

describe('a scan', () => {
  it('says nothing of a job that came while its pages were read', () => {
    const { registry, answers } = aRegistry(2);
    answers.scanned(new Map(), new Set(['job0']), 1, NOW_MS);
    const known = [...registry.jobs.values()].map((job) => job.isScanned);
    expect(known).toEqual([false, undefined]);
  });

  it.each(['RUNNING', 'READY', 'PAUSED', 'COMPLETED', undefined])(
    'that shows %s makes no poll later, and no wait end',
    (lastExecutionStatus) => {
      const { registry, refs, answers } = aRegistry(50);
      const due = refs.map((ref) => registry.watched(ref)!.dueMs);
      const shown = refs.map(
        ({ jobId }) =>
          [
            jobId,
            {
              lastExecutionDate: row('').lastExecutionDate!,
              ...(lastExecutionStatus && row(lastExecutionStatus)),
            },
          ] as const,
      );
      answers.scanned(new Map(shown), new Set(registry.jobs.keys()), 1, NOW_MS + 100);
      refs.forEach((ref, n) => {
        expect(registry.watched(ref)!.dueMs).toBeLessThanOrEqual(due[n]!);
      });
      expect(registry.jobs.size).toBe(50);
    },
  );
});

describe('what getJobs showed while a poll was under way', () => {
  it.each(['get', 'list'] as const)(
    'is looked after at once (%s): the poll may have seen less',
    (kind) => {
      const { registry, refs, answers } = aRegistry(1);
      const { jobId, executionId } = refs[0]!;
      const list = {
        kind: 'list',
        jobId,
        executionIds: [executionId],
        oldestMs: undefined,
      } as const;
      registry.begin(kind === 'get' ? { kind, jobId, executionId } : list, NOW_MS);
      registry.change(refs[0]!, (watched) => afterHint(watched, NOW_MS + 500));
      const shown = { jobId, jobExecutionId: executionId, status: 'RUNNING' };
      if (kind === 'get') answers.got(refs[0]!, shown, NOW_MS + 1_000);
      else answers.listed(list, { rows: [shown], calls: 1 }, NOW_MS + 1_000);
      expect(registry.watched(refs[0]!)?.dueMs).toBe(NOW_MS + 1_000);
    },
  );
});
