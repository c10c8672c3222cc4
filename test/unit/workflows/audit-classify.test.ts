import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClosedWorkflow, ListedExecution, OpenWorkflow } from '../../../contract/audit.js';
import { runKeyOf } from '../../../contract/run-key.js';
import { type AuditEvidence, classify } from '../../../workflows/audit/classify.js';

const NOW_MS = Date.UTC(2026, 10, 29, 12);
const HOUR_MS = 3_600_000;
const at = (hoursAgo: number): string => new Date(NOW_MS - hoursAgo * HOUR_MS).toISOString();
const KEY = runKeyOf('a submission');

const EXECUTION: ListedExecution = {
  ...{ jobId: 'job', executionId: 'one', status: 'RUNNING' },
  ...{ createdDate: at(3), startDate: at(2), numWorker: 4 },
};
const OPEN: OpenWorkflow = {
  ...{ workflowId: 'open', runId: 'r1', type: 'dataflowRunJob' },
  ...{ awaited: [], candidates: [], startingJobs: [] },
};
const CLOSED: ClosedWorkflow = {
  ...{ workflowId: 'closed', runId: 'r2', type: 'dataflowRunJob', status: 'TERMINATED' },
  ...{ closedMs: NOW_MS - HOUR_MS, started: [], openPosts: [] },
};
const STARTER = { ...CLOSED, started: ['one'] };
const POST = { jobId: 'job', runKeys: [KEY], sinceMs: NOW_MS - 3 * HOUR_MS };

const only = (execution: Partial<ListedExecution>, evidence: Partial<AuditEvidence> = {}) =>
  classify([{ ...EXECUTION, ...execution }], {
    ...{ open: [], closed: [], gaps: {}, otherNamespaces: false, nowMs: NOW_MS },
    ...evidence,
  })[0]!;

describe('classify', () => {
  it('an execution for which an open workflow waits is owned, whoever started it', () => {
    const open = [{ ...OPEN, awaited: ['one'] }];
    for (const closed of [[], [STARTER]])
      expect(only({ isTriggered: true }, { open, closed })).toMatchObject({
        ...{ class: 'owned', workflow: { workflowId: 'open' } },
      });
  });

  it('one that a closed workflow started is orphaned: the report names how it closed, and what it costs', () => {
    expect(only({}, { closed: [STARTER] })).toMatchObject({
      class: 'orphaned',
      workflow: { workflowId: 'closed', status: 'TERMINATED', closedAt: at(1) },
      workerHours: 8,
    });
  });

  it('one that an open workflow may take up is unknown', () => {
    for (const open of [
      { ...OPEN, candidates: ['one'] },
      { ...OPEN, startingJobs: ['job'] },
    ])
      expect(only({}, { open: [open], closed: [STARTER] }).class).toBe('unknown');
  });

  it('nothing is orphaned while open workflows were not read', () => {
    const gaps = { openWorkflows: true } as const;
    expect(only({}, { closed: [STARTER], gaps }).class).toBe('unknown');
  });

  it('an execution with the run key that a closed workflow sent is orphaned, unless it was created at another time', () => {
    const closed = [{ ...CLOSED, openPosts: [{ ...POST, untilMs: POST.sinceMs + 10_000 }] }];
    expect(only({ runKeys: [KEY] }, { closed }).class).toBe('orphaned');
    const copied = only({ runKeys: [KEY], createdDate: at(2) }, { closed });
    expect(copied.class).toBe('unknown');
    expect(only({ runKeys: [KEY], createdDate: undefined as never }, { closed }).class).toBe(
      'unknown',
    );
  });

  it('one that a closed workflow may have started, by a POST whose outcome its history does not show, is unknown', () => {
    const closed = [{ ...CLOSED, openPosts: [{ ...POST, runKeys: [] }] }];
    expect(only({}, { closed })).toMatchObject({
      ...{ class: 'unknown', workflow: { workflowId: 'closed' } },
    });
    expect(only({ createdDate: at(5) }, { closed }).class).toBe('external');
  });

  it('one that a trigger started is external; one without a workflow too, once all were read', () => {
    expect(only({ isTriggered: true }, { gaps: { closedWorkflows: true } }).class).toBe('external');
    expect(only({}).class).toBe('external');
    expect(only({}, { gaps: { closedWorkflows: true } }).class).toBe('unknown');
  });

  it('one with a run key and without a workflow is unknown, and external where other namespaces are', () => {
    expect(only({ runKeys: [KEY] }).class).toBe('unknown');
    expect(only({ runKeys: [KEY] }, { otherNamespaces: true }).class).toBe('external');
  });

  const ids = fc.constantFrom<string>('one', 'two', 'three');
  const jobs = fc.constantFrom<string>('job', 'other');
  const some = <Value>(of: fc.Arbitrary<Value>) => fc.uniqueArray(of, { maxLength: 2 });
  const evidence = fc.record({
    open: fc.array(
      fc.record({
        ...{ awaited: some(ids), candidates: some(ids), startingJobs: some(jobs) },
        ...{ workflowId: fc.constant('open'), runId: fc.constant('r'), type: fc.constant('t') },
      }),
      { maxLength: 3 },
    ),
    closed: fc.array(
      some(ids).map((started) => ({ ...CLOSED, started })),
      { maxLength: 3 },
    ),
    gaps: fc.constantFrom({}, { openWorkflows: true as const }, { closedWorkflows: true as const }),
    otherNamespaces: fc.boolean(),
    nowMs: fc.constant(NOW_MS),
  });
  const executions = fc.uniqueArray(
    fc.record({ executionId: ids, jobId: jobs, isTriggered: fc.boolean() }),
    { selector: ({ executionId }) => executionId },
  );

  test.prop([executions, evidence])(
    'gives each execution one class: orphaned only with a proof, and nothing that contradicts it',
    (given, known) => {
      const listed = given.map(({ isTriggered, ...ids_ }): ListedExecution => ({
        ...EXECUTION,
        ...ids_,
        ...(isTriggered && { isTriggered }),
      }));
      const audited = classify(listed, known);
      expect(audited.map(({ executionId }) => executionId)).toEqual(
        listed.map(({ executionId }) => executionId),
      );
      for (const { executionId, jobId, class: group } of audited) {
        const isAwaited = known.open.some(({ awaited }) => awaited.includes(executionId));
        expect(group === 'owned').toBe(isAwaited);
        if (group !== 'orphaned') continue;
        expect(known.closed.some(({ started }) => started.includes(executionId))).toBe(true);
        expect(known.gaps).not.toHaveProperty('openWorkflows');
        for (const { candidates, startingJobs } of known.open) {
          expect(candidates).not.toContain(executionId);
          expect(startingJobs).not.toContain(jobId);
        }
      }
    },
  );
});
