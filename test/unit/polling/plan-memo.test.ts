import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { planCalls, type PlanMemo } from '../../../polling/plan.js';
import { Registry, type Waiter } from '../../../polling/registry.js';
import {
  afterFailure,
  afterHint,
  afterListedEnd,
  afterStatus,
  afterUnlisted,
} from '../../../polling/watched-execution.js';
import { NO_PLAN } from '../../../polling/poll-rate.js';
import { settings } from './usual-settings.js';

const nothing = (): undefined => undefined;
const aWaiter = (jobId: string, executionId: string, registeredMs: number): Waiter => ({
  ...{ ref: { jobId, executionId }, registeredMs, calls: 0 },
  ...{ told: nothing, end: nothing, fail: nothing },
});

const aStep = fc.record({
  act: fc.constantFrom(
    ...(['add', 'remove', 'shown', 'failed', 'unlisted', 'ended', 'start', 'finish'] as const),
    ...(['hinted', 'rests', 'scan'] as const),
  ),
  job: fc.nat({ max: 3 }),
  execution: fc.nat({ max: 3 }),
  afterMs: fc.nat({ max: 20_000 }),
});

test('planCalls that remembers returns to the list of a job when the rest of the list is over', () => {
  const registry = new Registry(settings);
  const memo: PlanMemo = new WeakMap();
  for (const executionId of ['e0', 'e1'])
    registry.add(aWaiter('j', executionId, 0), { jobId: 'j', executionId });
  const job = registry.jobs.get('j');
  if (job !== undefined) job.listNotBeforeMs = 2_000;

  const resting = planCalls(registry, 0, settings, memo);
  expect(resting.call?.kind).toBe('get');
  expect(resting.wakeAtMs).toBe(2_000);
  expect(planCalls(registry, 2_000, settings, memo).call?.kind).toBe('list');
});

test.prop([fc.array(aStep, { maxLength: 60 })], { numRuns: 3_000 })(
  'planCalls gives the same with what it remembers as without, whatever happened in between',
  (steps) => {
    const registry = new Registry(settings);
    const memo: PlanMemo = new WeakMap();
    const waiters: Waiter[] = [];
    const failed = { notFound: false, retryAfterMs: undefined };
    let nowMs = 1_000_000;
    for (const { act, job, execution, afterMs } of steps) {
      nowMs += afterMs;
      const ref = { jobId: `j${job}`, executionId: `e${execution}` };
      const { call } = planCalls(registry, nowMs, settings, memo);
      if (act === 'add') {
        const waiter = aWaiter(ref.jobId, ref.executionId, nowMs);
        waiters.push(waiter);
        registry.add(waiter, { ...ref, createdMs: nowMs - afterMs * 4 });
      } else if (act === 'remove') {
        const waiter = waiters.pop();
        if (waiter !== undefined) registry.remove(waiter);
      } else if (act === 'rests') {
        const entry = registry.jobs.get(ref.jobId);
        if (entry !== undefined) {
          entry.listNotBeforeMs = nowMs + afterMs;
          entry.version += 1;
        }
      } else if (act === 'scan') {
        const scanPauseMs = afterMs > 10_000 ? undefined : afterMs;
        const besideScansMs = scanPauseMs && 60_000 + 1_000 * (afterMs % 3);
        registry.rate = { ...NO_PLAN, scanPauseMs, besideScansMs };
        registry.scan = { ...registry.scan, scannedMs: nowMs };
        const entry = registry.jobs.get(ref.jobId);
        if (entry !== undefined && execution > 1) {
          entry.isScanned = execution > 2;
          entry.version += 1;
        }
      } else if (act === 'start') {
        if (call !== undefined) registry.begin(call, nowMs);
      } else if (act === 'finish') {
        registry.finish({ kind: 'get', ...ref });
        registry.finish({ kind: 'list', jobId: ref.jobId, executionIds: [], oldestMs: undefined });
      } else {
        registry.change(ref, (watched) => {
          if (act === 'shown') return afterStatus(watched, { status: 'RUNNING' }, nowMs, 9_000);
          if (act === 'hinted') return afterHint(watched, nowMs);
          if (act === 'failed') return afterFailure(watched, failed, nowMs, settings);
          return act === 'unlisted' ? afterUnlisted(watched) : afterListedEnd(watched, nowMs);
        });
      }
      const remembering = planCalls(registry, nowMs, settings, memo);
      expect(remembering).toEqual(planCalls(registry, nowMs, settings));
    }
  },
);
