import { describe, expect, it } from 'vitest';
import {
  type AuditState,
  type ListedExecution,
  MAX_AUDIT_EXECUTIONS,
} from '../../../contract/audit.js';
import { bytesOf, pack } from '../../../pipeline/packed.js';
import {
  afterJobs,
  afterWorkflows,
  beginAudit,
  closedAfterMs,
  reportOf,
} from '../../../workflows/audit/audit-state.js';

const execution = (executionId: string): ListedExecution => ({
  ...{ jobId: 'job', executionId, status: 'RUNNING', createdDate: '2026-11-29T10:00:00Z' },
});
const NEXT = { page: 1, longest: 100, firstJobId: 'job' };
const PAGE = { executions: [execution('one')], unreadJobs: [], calls: 3 };
const open = (awaited: readonly string[]) => ({
  ...{ workflowId: 'w', runId: 'r', type: 't', awaited, candidates: [], startingJobs: [] },
});
const WORKFLOWS = { open: [], closed: [], read: 100, calls: 101 };

const listed = (): AuditState => afterJobs(beginAudit(0), PAGE);

describe('the state of an audit', () => {
  it('reads all pages of jobs, then the open workflows; an execution on two pages counts once', () => {
    const first = afterJobs(beginAudit(0), { ...PAGE, next: NEXT });
    expect(first).toMatchObject({ phase: 'listing', cursor: NEXT });
    const second = afterJobs(first, { ...PAGE, unreadJobs: ['endless'] });
    expect(second).toMatchObject({ phase: 'reading-open', calls: { service: 6, temporal: 0 } });
    expect(second.executions).toHaveLength(1);
    expect(second).not.toHaveProperty('cursor');
    expect(second.gaps).toEqual({ unreadJobs: ['endless'] });
  });

  it('reads no closed workflow where open ones own everything, and no workflow where nothing is active', () => {
    expect(afterJobs(beginAudit(0), { ...PAGE, executions: [] }).phase).toBe('done');
    const owned = { ...WORKFLOWS, open: [open(['one'])], nextPageToken: 'more' };
    const more = afterWorkflows(listed(), owned, 2_000);
    expect(more).toMatchObject({ phase: 'reading-open', pageToken: 'more' });
    expect(afterWorkflows(more, WORKFLOWS, 2_000).phase).toBe('done');
    expect(afterWorkflows(listed(), WORKFLOWS, 2_000).phase).toBe('reading-closed');
  });

  it('stops to read closed workflows once each execution is explained', () => {
    const state = afterWorkflows(listed(), WORKFLOWS, 2_000);
    const starter = {
      ...{ workflowId: 'w', runId: 'r', type: 't', status: 'TERMINATED', closedMs: 1 },
      ...{ started: ['one'], openPosts: [] },
    };
    const page = { ...WORKFLOWS, nextPageToken: 'more' };
    expect(afterWorkflows(state, page, 2_000).phase).toBe('reading-closed');
    expect(afterWorkflows(state, { ...page, closed: [starter] }, 2_000).phase).toBe('done');
  });

  it('says what was not read beyond its bounds', () => {
    const more = { ...WORKFLOWS, nextPageToken: 'more' };
    const cut = afterWorkflows(listed(), more, 100);
    expect(cut).toMatchObject({ phase: 'reading-closed', gaps: { openWorkflows: true } });
    expect(afterWorkflows(cut, more, 100)).toMatchObject({
      ...{ phase: 'done', gaps: { openWorkflows: true, closedWorkflows: true } },
    });
    const many = Array.from({ length: MAX_AUDIT_EXECUTIONS + 1 }, (_, at) => execution(`${at}`));
    const full = afterJobs(beginAudit(0), { ...PAGE, executions: many, next: NEXT });
    expect(full).toMatchObject({ phase: 'reading-open', gaps: { executions: true } });
    const { gaps } = reportOf(full, [], { profile: 'p', nowMs: 1, maxWorkflows: 5 });
    expect(gaps).toEqual(['more than 10000 executions are active: the others were not read']);
  });

  it('with 10,000 executions and 2,000 workflows fits into what continue-as-new hands over', () => {
    const id = (at: number): string => (at * 2_654_435_761).toString(36).padStart(12, 'x');
    const executions = Array.from({ length: MAX_AUDIT_EXECUTIONS }, (_, at) => ({
      ...{ jobId: id(at % 3_000), jobName: `job-${at % 3_000}`, executionId: id(at + 7) },
      ...{ status: 'RUNNING', createdDate: new Date(1e12 + at * 7_919).toISOString() },
      ...{ startDate: new Date(1e12 + at * 7_919 + 60_000).toISOString(), numWorker: 2 },
    }));
    const workflows = Array.from({ length: 2_000 }, (_, at) => ({
      ...open(executions.slice(at * 5, at * 5 + 5).map(({ executionId }) => executionId)),
      ...{ workflowId: `dataflow/pipeline-${at}/${id(at)}`, runId: `${id(at)}-${id(at + 1)}` },
    }));
    const state: AuditState = { ...beginAudit(0), executions, open: workflows };
    expect(bytesOf(pack(state))).toBeLessThan(1_000_000);
  });

  it('asks for workflows that closed an hour before the oldest execution began, or for all without a date', () => {
    expect(closedAfterMs([execution('one')])).toBe(Date.UTC(2026, 10, 29, 9));
    const undated = { jobId: 'job', executionId: 'two', status: 'READY' };
    expect(closedAfterMs([execution('one'), undated])).toBeUndefined();
  });
});
