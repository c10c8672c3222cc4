import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { callKey, planCalls, type PlannedCall, type PollState } from '../../../polling/plan.js';
import { NO_HISTORY } from '../../../polling/duration-model.js';
import { type JobScan, NO_SCAN } from '../../../polling/job-scan.js';
import { watch, type Watched, type WatchedJob } from '../../../polling/watched-execution.js';
import { settings } from './usual-settings.js';

const NOW_MS = 1_000_000_000;

const aWatch = (executionId: string, more: Partial<Watched> = {}): Watched => ({
  ...watch({ executionId }, NO_HISTORY, NOW_MS, settings),
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
    isScanned: undefined,
    version: 0,
  },
];

type Jobs = readonly (readonly [string, WatchedJob])[];

/** All calls that are due, in the order in which they are made, and when there is more. */
const plan = (jobs: Jobs, underWay: PollState['underWay'] = new Map(), scan: JobScan = NO_SCAN) => {
  const made = new Map(underWay);
  const calls: PlannedCall[] = [];
  for (;;) {
    const state = { jobs: new Map(jobs), underWay: made, scan };
    const { call, more, wakeAtMs } = planCalls(state, NOW_MS, settings);
    if (call === undefined) return { calls, wakeAtMs };
    calls.push(call);
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

  it('confirms ends before everything else; then comes what has waited longest', () => {
    const { calls } = plan([
      aJob('j', [aWatch('a', { dueMs: NOW_MS - 10 })]),
      aJob('k', [aWatch('b', { dueMs: NOW_MS - 20 })]),
      aJob('l', [aWatch('c', { endSeen: true })]),
    ]);
    expect(calls).toEqual([get('l', 'c'), get('k', 'b'), get('j', 'a')]);
  });

  it('scans, and looks where a scan shows a change, before what has been due for less than ten minutes', () => {
    const due = (minutes: number) => ({ dueMs: NOW_MS - 60_000 * minutes });
    const jobs = [
      aJob('j', [aWatch('a', due(9))]),
      aJob('k', [aWatch('b', due(11))]),
      aJob('l', [aWatch('c', { ...due(0), hintedMs: NOW_MS })]),
    ];
    const scan = { ...NO_SCAN, dueMs: NOW_MS - 1 };
    const { calls } = plan(jobs, undefined, scan);
    expect(calls).toEqual([get('k', 'b'), { kind: 'scan' }, get('l', 'c'), get('j', 'a')]);
  });

  it('wakes for a scan, and makes no second one beside it', () => {
    const scan = { ...NO_SCAN, dueMs: NOW_MS + 3_000 };
    expect(plan([], undefined, scan)).toEqual({ calls: [], wakeAtMs: NOW_MS + 3_000 });
    const underWay = new Map([['scan', NOW_MS - 1]]);
    expect(plan([], underWay, { ...scan, dueMs: NOW_MS }).calls).toEqual([]);
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
