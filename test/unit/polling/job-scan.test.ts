import { describe, expect, it } from 'vitest';
import { Answers } from '../../../polling/answers.js';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import { NO_HISTORY } from '../../../polling/duration-model.js';
import { Registry } from '../../../polling/registry.js';
import { judgeScans, ScanAnswers } from '../../../polling/job-scan-answers.js';
import { afterFailedScan, afterStaleScan, NO_SCANS, planScan } from '../../../polling/job-scan.js';
import {
  afterHint,
  afterTrustedRow,
  watch,
  type WatchedJob,
} from '../../../polling/watched-execution.js';
import { FakeCallError, FakeService } from './fake-service.js';
import { ManualClock } from './manual-clock.js';
import { settings } from './usual-settings.js';

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
  return { clock, service, hub, waits };
};

describe('many jobs with one execution each', () => {
  it('are scanned by getJobs instead of being looked at one by one, and each end is confirmed by id', async () => {
    const { clock, service, hub, waits } = aHub(200);
    await clock.advance(HOUR);
    expect(await waits[0]).toBeLessThan(20_000);
    const { getJobs, getJobExecutions, getJobExecutionById } = hub.snapshot().calls;
    expect(getJobs).toBeGreaterThan(60);
    // Once before the first scan; then every five minutes, and ten once an end has proved scans right.
    expect(getJobExecutionById).toBeLessThan(200 * 9);
    // One look at each is by its job's list: a row of getJobs stands for it only where no other execution goes on.
    expect(getJobExecutions).toBe(200);
    expect(getJobExecutionById + getJobExecutions + getJobs).toBe(service.calls.length);
    expect(hub.snapshot().callsSaved).toBeGreaterThan(100 * getJobs);
    await hub.close();
  });

  it('are looked at one by one where they are few', async () => {
    const { clock, hub } = aHub(3);
    await clock.advance(HOUR);
    expect(hub.snapshot().calls.getJobs).toBe(0);
    await hub.close();
  });

  it.each([
    ['tells nothing of executions', () => ({})],
    ['shows another execution', () => ({ lastExecutionDate: '2020-01-01T00:00:00Z' })],
    ['shows a status that is not known', () => ({ lastExecutionStatus: 'PAUSED' })],
  ])('are looked at as often as without scans where getJobs %s', async (_what, instead) => {
    const { clock, service, hub, waits } = aHub(50);
    service.jobsShow = ({ jobId, name, type, status, ...shown }) => ({
      ...{ jobId, name, type, status },
      ...(Object.keys(instead()).length > 0 && { ...shown, ...instead() }),
    });
    await clock.advance(HOUR);
    expect(await waits[0]).toBeLessThanOrEqual(MINUTE);
    const looks = service.calls.filter(({ jobId }) => jobId === 'job7');
    expect(looks.length).toBeGreaterThanOrEqual(59);
    await hub.close();
  });

  it('lose nothing by rows that stay behind: they keep a look away for five minutes, then scans end for an hour', async () => {
    const { clock, service, hub, waits } = aHub(50);
    service.jobsShow = (row) => ({ ...row, lastExecutionStatus: 'RUNNING' });
    await clock.advance(HOUR);
    expect(await waits[0]).toBeLessThanOrEqual(5 * MINUTE);
    const scans = service.calls.filter(({ name }) => name === 'getJobs');
    expect(scans.length).toBeGreaterThan(10);
    expect(scans.at(-1)?.atMs).toBeLessThan(clock.nowMs() - 40 * MINUTE);
    await hub.close();
  });

  it.each([
    ['as their lists show', () => ({})],
    [
      'which no list tells',
      ({ name }: { name: string }) =>
        name === 'getJobExecutions' ? { error: new FakeCallError('DataFlowForbidden') } : {},
    ],
  ])(
    'are looked at as often as without scans where another execution may be what getJobs shows, %s',
    async (_how, fate) => {
      const { clock, service, hub, waits } = aHub(50);
      service.fate = fate;
      for (const one of [...service.executions]) {
        const { executionId, createdMs } = one;
        service.executions.push({
          ...{ ...one, executionId: `${executionId}-beside`, createdMs: createdMs + 1_000 },
          endMs: clock.nowMs() + 100 * HOUR,
        });
      }
      await clock.advance(HOUR);
      expect(await waits[0]).toBeLessThanOrEqual(MINUTE);
      await hub.close();
    },
  );

  it('are looked at as often again, when a row changes, until it is seen anew that no other execution goes on', async () => {
    const { clock, service, hub, waits } = aHub(50);
    const startMs = clock.nowMs();
    const [first] = service.executions;
    service.executions.push({
      ...{ ...first!, executionId: 'beside', createdMs: first!.createdMs + 1_000 },
      ...{ visibleFromMs: startMs + 8 * MINUTE, endMs: startMs + 100 * HOUR },
    });
    service.jobsShow = (row) => ({
      ...row,
      lastExecutionStatus: clock.nowMs() < startMs + 9 * MINUTE ? 'READY' : 'RUNNING',
    });
    await clock.advance(8 * MINUTE);
    expect(hub.snapshot().callsSaved).toBeGreaterThan(50);
    await clock.advance(HOUR);
    expect(await waits[0]).toBeLessThanOrEqual(MINUTE);
    await hub.close();
  });

  it('are believed by nobody that end where only getJobs says so', async () => {
    const { clock, service, hub } = aHub(50);
    service.jobsShow = (row) => ({ ...row, lastExecutionStatus: 'FAILED' });
    await clock.advance(5 * MINUTE);
    expect(hub.snapshot().waiters).toBe(50);
    await hub.close();
  });

  it('are looked at one by one while getJobs fails, and scanned again when it is back', async () => {
    const { clock, service, hub, waits } = aHub(50);
    service.fate = ({ name }) =>
      name === 'getJobs' ? { error: new FakeCallError('DataFlowForbidden') } : {};
    await clock.advance(30 * MINUTE);
    expect(await waits[0]).toBeLessThanOrEqual(MINUTE);
    expect(hub.snapshot().calls.getJobs).toBeLessThan(10);
    const looks = service.calls.filter(({ jobId }) => jobId === 'job7');
    expect(looks.length).toBeGreaterThanOrEqual(29);
    service.fate = () => ({});
    await clock.advance(30 * MINUTE);
    expect(hub.snapshot().calls.getJobs).toBeGreaterThan(20);
    await hub.close();
  });

  it('are scanned again some time after rows that did not fit: they may fit by then', async () => {
    const { clock, service, hub } = aHub(100);
    const startMs = clock.nowMs();
    service.jobsShow = (row) =>
      clock.nowMs() < startMs + 3 * MINUTE ? { ...row, lastExecutionStatus: 'PAUSED' } : row;
    await clock.advance(30 * MINUTE);
    expect(hub.snapshot().calls.getJobs).toBeGreaterThan(20);
    await hub.close();
  });

  it('are looked at closely after a cancel, though getJobs shows them as going on', async () => {
    const { clock, service, hub } = aHub(50);
    await clock.advance(20 * MINUTE);
    hub.nudge('job7', 'e7');
    const fromMs = clock.nowMs();
    await clock.advance(20_000);
    const looks = service.calls.filter(({ jobId, atMs }) => jobId === 'job7' && atMs > fromMs);
    expect(looks.length).toBeGreaterThan(5);
    await hub.close();
  });

  it('each have their look where calls are short and rows of getJobs change all the time', async () => {
    const { clock, service, hub } = aHub(100, 1);
    let flips = 0;
    service.jobsShow = (row) => {
      const changes = Number(row.jobId.slice(3)) < 50;
      const lastExecutionDate = new Date(clock.nowMs() + (flips += 1)).toISOString();
      return changes ? { ...row, lastExecutionStatus: 'FAILED', lastExecutionDate } : row;
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

/** So many jobs with one execution each, that began now. */
const aRegistry = (jobs: number) => {
  const registry = new Registry();
  const refs = Array.from({ length: jobs }, (_, n) => ({ jobId: `job${n}`, executionId: 'e' }));
  const nothing = (): undefined => undefined;
  const told = { told: nothing, end: nothing, fail: nothing };
  for (const ref of refs)
    registry.add({ ref, registeredMs: NOW_MS, calls: 0, ...told }, ref, settings);
  return { registry, refs };
};

describe('judgeScans', () => {
  it('takes back what a row kept away, of all jobs, when one row is found to be wrong', () => {
    const { registry, refs } = aRegistry(2);
    const [lied, other] = refs;
    for (const ref of refs)
      registry.change(ref, (watched) => afterTrustedRow(watched, NOW_MS, NOW_MS + HOUR));
    const endDate = new Date(NOW_MS - HOUR).toISOString();
    const ended = { ...lied!, jobExecutionId: 'e', status: 'COMPLETED', endDate };
    judgeScans(registry, lied!, ended, NOW_MS, settings);
    expect(registry.watched(other!)?.keptUntilMs).toBe(-Infinity);
  });
});

describe('a scan', () => {
  /** Each job's row shows its execution as going on. */
  const rowsOf = (refs: readonly { readonly jobId: string }[]) => {
    const lastExecutionDate = new Date(NOW_MS).toISOString();
    const shown = { lastExecutionStatus: 'RUNNING', lastExecutionDate };
    const row = (jobId: string) => ({
      jobId,
      name: jobId,
      type: 'SCRIPT',
      status: 'READY',
      ...shown,
    });
    const rows = new Map(refs.map(({ jobId }) => [jobId, row(jobId)]));
    return { rows, pages: 1, dateMs: NOW_MS };
  };

  it('says nothing of a job that came while its pages were read', () => {
    const { registry } = aRegistry(2);
    const came = registry.jobs.get('job1')!;
    registry.jobs.delete('job1');
    const scans = new ScanAnswers(registry, settings);
    scans.wanted();
    registry.jobs.set('job1', came);
    scans.read(rowsOf([]), NOW_MS);
    const covered = [...registry.jobs.values()].map((job) => job.coveredByScans);
    expect(covered).toEqual([false, undefined]);
  });

  it.each([
    ['keeps looks away', NO_SCANS, (keptMs: number) => keptMs > NOW_MS],
    [
      'keeps none away after a lie',
      afterStaleScan(NO_SCANS, NOW_MS),
      (ms: number) => ms === -Infinity,
    ],
  ])('%s', (_what, before, isRight) => {
    const { registry, refs } = aRegistry(50);
    for (const ref of refs) {
      const known = { createdMs: NOW_MS, siblings: 'none' } as const;
      registry.change(ref, (watched) => ({ ...watched, ...known }));
    }
    registry.scans = before;
    const scans = new ScanAnswers(registry, settings);
    scans.wanted();
    scans.read(rowsOf(refs), NOW_MS + 100);
    expect(refs.every((ref) => isRight(registry.watched(ref)!.keptUntilMs))).toBe(true);
  });
});

describe('what getJobs showed while a look was under way', () => {
  it.each(['get', 'list'] as const)(
    'is looked after at once (%s): the look may have seen less',
    (kind) => {
      const { registry, refs } = aRegistry(1);
      const { jobId, executionId } = refs[0]!;
      const answers = new Answers(registry, settings, undefined);
      const list = {
        kind: 'list',
        jobId,
        executionIds: [executionId],
        oldestMs: undefined,
      } as const;
      registry.begin(kind === 'get' ? { kind, jobId, executionId } : list, NOW_MS);
      registry.change(refs[0]!, (watched) => afterHint(watched, NOW_MS + 500));
      const row = { jobId, jobExecutionId: executionId, status: 'RUNNING' };
      const reading = { rows: [row], complete: false, dateMs: undefined, calls: 1 };
      if (kind === 'get') answers.got(refs[0]!, row, NOW_MS + 1_000);
      else answers.listed(list, reading, NOW_MS + 1_000);
      expect(registry.watched(refs[0]!)?.dueMs).toBe(NOW_MS + 1_000);
    },
  );
});

describe('afterFailedScan', () => {
  it('keeps the longer rest that a lie has brought meanwhile', () => {
    const { dueMs, notBeforeMs } = afterFailedScan(afterStaleScan(NO_SCANS, 0), 20_000, 0);
    expect([dueMs, notBeforeMs]).toEqual([HOUR, HOUR]);
  });
});

describe('planScan', () => {
  it('goes on with scans when one begins among hundreds that are old: a look at it comes no sooner for that', () => {
    const nowMs = 1_000_000_000;
    const aJob = (jobId: string, createdMs: number): readonly [string, WatchedJob] => [
      jobId,
      {
        ...{ jobId, lifetime: NO_HISTORY, listNotBeforeMs: 0, listCalls: 1, version: 0 },
        ...{ coveredByScans: true },
        executions: new Map([
          ['e', watch({ executionId: 'e', createdMs }, NO_HISTORY, nowMs, settings)],
        ]),
      },
    ];
    const old = Array.from({ length: 100 }, (_, n) => aJob(`old${n}`, nowMs - 10 * HOUR));
    const { dueMs } = planScan(
      NO_SCANS,
      new Map([...old, aJob('young', nowMs - 300)]),
      nowMs,
      settings,
    );
    expect(dueMs).toBeLessThan(nowMs + MINUTE);
  });
});
