import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { callKey, planCalls, type PlannedCall, type PollState } from '../../../polling/plan.js';
import { NO_HISTORY } from '../../../polling/duration-model.js';
import { type JobScan, NO_SCAN } from '../../../polling/job-scan.js';
import { watch, type Watched, type WatchedJob } from '../../../polling/watched-execution.js';
import { NO_PLAN, type RatePlan } from '../../../polling/poll-rate.js';
import { price, settings } from './usual-settings.js';

const NOW_MS = 1_000_000_000;

const aWatch = (executionId: string, more: Partial<Watched> = {}): Watched => ({
  ...watch({ executionId }, NO_HISTORY, NOW_MS, price),
  ...more,
});

const aJob = (
  jobId: string,
  executions: readonly Watched[],
  listNotBeforeMs = 0,
): readonly [string, WatchedJob] => [
  jobId,
  {
    jobId,
    executions: new Map(executions.map((one) => [one.executionId, one])),
    lifetime: NO_HISTORY,
    listNotBeforeMs,
    listCalls: 1,
    isScanned: undefined,
    version: 0,
  },
];

type Jobs = readonly (readonly [string, WatchedJob])[];

/** All calls that are due, in the order in which they are made, and when there is more. */
const plan = (
  jobs: Jobs,
  underWay: PollState['underWay'] = new Map(),
  scan: JobScan = NO_SCAN,
  rate: RatePlan = NO_PLAN,
) => {
  const made = new Map(underWay);
  const calls: PlannedCall[] = [];
  let urgentInRow = 0;
  for (;;) {
    const state = { jobs: new Map(jobs), underWay: made, scan, rate, urgentInRow };
    const { call, more, isUrgent, wakeAtMs } = planCalls(state, NOW_MS, settings);
    if (call === undefined) return { calls, wakeAtMs };
    calls.push(call);
    urgentInRow = isUrgent ? urgentInRow + 1 : 0;
    made.set(callKey(call), NOW_MS);
    const left = planCalls({ ...state, underWay: made }, NOW_MS, settings);
    expect(left.call !== undefined).toBe(more);
  }
};

const get = (jobId: string, executionId: string) => ({ kind: 'get', jobId, executionId });
const later = { dueMs: NOW_MS + 5_000 };

describe('planCalls', () => {
  it('plans nothing for nobody', () => {
    expect(plan([])).toEqual({ calls: [], wakeAtMs: undefined });
  });

  it('asks by id for the only execution of a job', () => {
    expect(plan([aJob('j', [aWatch('a')])]).calls).toEqual([get('j', 'a')]);
  });

  it('asks one list for a job with several, as soon as one of them is due', () => {
    const { calls } = plan([aJob('j', [aWatch('a'), aWatch('b', later)])]);
    expect(calls).toMatchObject([{ kind: 'list', jobId: 'j', executionIds: ['a', 'b'] }]);
  });

  it('wakes when the first becomes due', () => {
    const jobs = [
      aJob('j', [aWatch('a', { dueMs: NOW_MS + 9_000 })]),
      aJob('k', [aWatch('b', later)]),
    ];
    expect(plan(jobs)).toEqual({ calls: [], wakeAtMs: NOW_MS + 5_000 });
  });

  it('asks by id for what the list does not show, and asks no list for the one that is left', () => {
    const { calls } = plan([aJob('j', [aWatch('a', { unlisted: true }), aWatch('b')])]);
    expect(calls).toEqual([get('j', 'a'), get('j', 'b')]);
  });

  it('confirms ends before everything else, unless that fails; then comes what has waited longest', () => {
    const { calls } = plan([
      aJob('j', [aWatch('a', { dueMs: NOW_MS - 10 })]),
      aJob('k', [aWatch('b', { dueMs: NOW_MS - 20 })]),
      aJob('l', [aWatch('c', { endSeen: true })]),
      aJob('m', [aWatch('d', { endSeen: true, failures: 1, dueMs: NOW_MS - 5 })]),
    ]);
    expect(calls).toEqual([get('l', 'c'), get('k', 'b'), get('j', 'a'), get('m', 'd')]);
  });

  const scanning: RatePlan = { ...NO_PLAN, scanPauseMs: 8_000, besideScansMs: 300_000 };

  it('scans, and polls what a scan shows to have ended and what was cancelled, before what has been due for longer', () => {
    const due = (minutes: number) => ({ dueMs: NOW_MS - 60_000 * minutes });
    const jobs = [
      aJob('j', [aWatch('a', due(900))]),
      aJob('l', [aWatch('c', { ...due(0), hintedMs: NOW_MS })]),
      aJob('m', [aWatch('d', { ...due(0.01), nudged: true })]),
    ];
    const scan = { ...NO_SCAN, scannedMs: NOW_MS - 8_001 };
    const { calls } = plan(jobs, undefined, scan, scanning);
    expect(calls).toEqual([get('m', 'd'), { kind: 'scan' }, get('l', 'c'), get('j', 'a')]);
  });

  it('of eight calls makes one in turn, however many are more urgent', () => {
    const ended = Array.from({ length: 20 }, (_, n) =>
      aJob(`l${n}`, [aWatch('c', { endSeen: true })]),
    );
    const waiting = ['j', 'k'].map((jobId) => aJob(jobId, [aWatch('a')]));
    const { calls } = plan([...ended, ...waiting]);
    const inTurn = calls.flatMap((call, n) =>
      call.kind === 'get' && call.executionId === 'a' ? n : [],
    );
    expect(inTurn).toEqual([7, 15]);
  });

  it('wakes for a scan, and makes no second one beside it', () => {
    const scan = { ...NO_SCAN, scannedMs: NOW_MS - 5_000 };
    expect(plan([], undefined, scan, scanning)).toEqual({ calls: [], wakeAtMs: NOW_MS + 3_000 });
    const underWay = new Map([['scan', NOW_MS - 1]]);
    expect(plan([], underWay, { ...scan, scannedMs: 0 }, scanning).calls).toEqual([]);
    expect(plan([], undefined, { ...scan, scannedMs: 0 }).calls).toEqual([]);
  });

  describe('beside scans', () => {
    const readMs = NOW_MS - 10_000;
    it.each<readonly [string, Partial<Watched>, Partial<WatchedJob>, isDue: boolean]>([
      ['that was read and runs', {}, {}, false],
      ['whose row showed nothing else yet', {}, { isScanned: undefined }, false],
      ['whose row was no help', {}, { isScanned: false }, true],
      ['that was never read', { readMs: undefined }, {}, true],
      ['that a row shows to have ended', { hintedMs: NOW_MS }, {}, true],
      ['that was cancelled', { nudged: true }, {}, true],
      ['whose polls fail', { failures: 1 }, {}, true],
      ['that was read long ago', { readMs: NOW_MS - 300_000 }, {}, true],
    ])('one %s waits for its turn or not', (_what, more, ofJob, isDue) => {
      const [jobId, job] = aJob('j', [aWatch('a', { readMs, ...more })]);
      const scan = { ...NO_SCAN, scannedMs: NOW_MS };
      const jobs = [[jobId, { ...job, isScanned: true, ...ofJob }]] as const;
      expect(plan(jobs, undefined, scan, scanning).calls).toHaveLength(isDue ? 1 : 0);
      expect(plan(jobs, undefined, scan).calls).toHaveLength(1);
    });

    it('several of one job are read in its list as without them', () => {
      const scan = { ...NO_SCAN, scannedMs: NOW_MS };
      const jobs = [aJob('j', [aWatch('a', { readMs }), aWatch('b', { readMs })])];
      expect(plan(jobs, undefined, scan, scanning).calls).toMatchObject([{ kind: 'list' }]);
    });
  });

  it('asks by id while the list of the job rests after a failure', () => {
    const { calls } = plan([aJob('j', [aWatch('a'), aWatch('b')], NOW_MS + 1)]);
    expect(calls).toEqual([get('j', 'a'), get('j', 'b')]);
  });

  it('waits for a list under way, but not for one that answers slowly', () => {
    const job = aJob('j', [aWatch('a'), aWatch('b')]);
    const listSince = (sinceMs: number) => new Map([['list j', sinceMs]]);
    expect(plan([job], listSince(NOW_MS - 3_000))).toEqual({ calls: [], wakeAtMs: NOW_MS + 1_000 });
    expect(plan([job], listSince(NOW_MS - 4_000)).calls).toEqual([get('j', 'a'), get('j', 'b')]);
  });

  const watches = fc.array(
    fc.record({
      dueMs: fc.integer({ min: NOW_MS - 50, max: NOW_MS + 50 }),
      unlisted: fc.boolean(),
      endSeen: fc.boolean(),
    }),
    { maxLength: 6 },
  );
  test.prop([fc.array(watches, { maxLength: 4 }), fc.array(fc.nat({ max: 40 }), { maxLength: 5 })])(
    'serves each execution that is due, by one call and not two, and none that is not alone',
    (jobs, busy) => {
      const made = jobs.map((list, j) =>
        aJob(
          `j${j}`,
          list.map((one, n) => aWatch(`e${n}`, one)),
        ),
      );
      const underWay = new Map(
        busy.map((n) => [
          n % 7 === 6 ? `list j${n % 4}` : `get j${n % 4} e${n % 7}`,
          NOW_MS - 100 * n,
        ]),
      );
      const { calls, wakeAtMs } = plan(made, underWay);
      expect(new Set(calls.map(callKey)).size).toBe(calls.length);
      expect(calls.filter((call) => underWay.has(callKey(call)))).toEqual([]);
      for (const [jobId, { executions }] of made) {
        for (const { executionId, dueMs } of executions.values()) {
          const mine = calls.filter((call) => call.kind !== 'scan' && call.jobId === jobId);
          const own = mine.filter(
            (call) => call.kind === 'get' && call.executionId === executionId,
          );
          const shared = mine.filter(
            (call) => call.kind === 'list' && call.executionIds.includes(executionId),
          );
          expect(own.length + shared.length).toBeLessThanOrEqual(1);
          const isBusy = underWay.has(`get ${jobId} ${executionId}`);
          if (dueMs <= NOW_MS && !isBusy && !underWay.has(`list ${jobId}`)) {
            expect(own.length + shared.length).toBe(1);
          }
          if (dueMs > NOW_MS) {
            expect(own).toEqual([]);
            if (!isBusy) expect(wakeAtMs).toBeLessThanOrEqual(dueMs);
          }
        }
      }
    },
  );
});
