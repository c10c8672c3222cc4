import {
  type AuditedExecution,
  type AuditCalls,
  type AuditClass,
  type AuditReport,
  type AuditState,
  type ListActiveResult,
  type ListedExecution,
  MAX_AUDIT_EXECUTIONS,
  type ReadWorkflowsResult,
} from '../../contract/audit.js';
import { creationMs } from '../../contract/job.js';
import { unexplainedBy } from './classify.js';

/**
 * A workflow that started an execution closed after the service created it. Their clocks may be this far apart; further
 * apart, the execution is external or unknown.
 */
const CLOSED_BEFORE_MS = 3_600_000;
/** Jobs that are named whose executions could not be read. */
const MAX_UNREAD_JOBS = 100;

export const beginAudit = (nowMs: number): AuditState => ({
  phase: 'listing',
  beganMs: nowMs,
  ...{ executions: [], open: [], closed: [], readInPhase: 0, workflowsRead: 0 },
  calls: { service: 0, temporal: 0 },
  ...{ gaps: {}, stops: {} },
});

/** The state after a page of jobs. An execution that two pages show counts once, as it was shown last. */
export function afterJobs(state: AuditState, page: ListActiveResult): AuditState {
  const found = new Map(
    [...state.executions, ...page.executions].map((one) => [one.executionId, one]),
  );
  const executions = [...found.values()].slice(0, MAX_AUDIT_EXECUTIONS);
  const isCut = found.size > MAX_AUDIT_EXECUTIONS;
  const unreadJobs = [...(state.gaps.unreadJobs ?? []), ...page.unreadJobs];
  const isLast = isCut || page.next === undefined;
  return {
    ...withoutPlace(state),
    executions,
    calls: withCalls(state.calls, { service: page.calls }),
    gaps: {
      ...state.gaps,
      ...(isCut && { executions: true }),
      ...(unreadJobs.length > 0 && { unreadJobs: unreadJobs.slice(0, MAX_UNREAD_JOBS) }),
    },
    phase: !isLast ? 'listing' : executions.length === 0 ? 'done' : 'reading-open',
    ...(!isLast && { cursor: page.next }),
  };
}

/** The state after a page of workflows in one of the phases that read them. */
export function afterWorkflows(
  state: AuditState,
  page: ReadWorkflowsResult,
  maxWorkflows: number,
): AuditState {
  const readInPhase = state.readInPhase + page.read;
  const isOpenPhase = state.phase === 'reading-open';
  const isCut = page.nextPageToken !== undefined && readInPhase >= maxWorkflows;
  const next: AuditState = {
    ...withoutPlace(state),
    readInPhase,
    open: [...state.open, ...page.open],
    closed: [...state.closed, ...page.closed],
    workflowsRead: state.workflowsRead + page.read,
    calls: withCalls(state.calls, { temporal: page.calls }),
    gaps: {
      ...state.gaps,
      ...(isCut && (isOpenPhase ? { openWorkflows: true } : { closedWorkflows: true })),
    },
  };
  const hasMore = page.nextPageToken !== undefined && !isCut;
  const isExplained = unexplainedBy(next.executions, next).length === 0;
  if (hasMore && (isOpenPhase || !isExplained)) return { ...next, pageToken: page.nextPageToken };
  const isOver = !isOpenPhase || isExplained;
  return { ...next, readInPhase: 0, phase: isOver ? 'done' : 'reading-closed' };
}

/** The page that this says was next has been read. */
const withoutPlace = (state: AuditState): AuditState =>
  Object.fromEntries(
    Object.entries(state).filter(([name]) => name !== 'cursor' && name !== 'pageToken'),
  ) as unknown as AuditState;

export const withCalls = (
  { service, temporal }: AuditCalls,
  more: Partial<AuditCalls>,
): AuditCalls => ({
  service: service + (more.service ?? 0),
  temporal: temporal + (more.temporal ?? 0),
});

/** Workflows that closed before this time started none of these executions; undefined: some show no date. */
export function closedAfterMs(executions: readonly ListedExecution[]): number | undefined {
  const created = executions.map(creationMs);
  const known = created.filter((ms) => ms !== undefined);
  return known.length < created.length
    ? undefined
    : known.reduce((least, ms) => Math.min(least, ms), Infinity) - CLOSED_BEFORE_MS;
}

const ORDER: readonly AuditClass[] = ['orphaned', 'unknown', 'external', 'owned'];

/** The report, without what became of large lists. */
export function reportOf(
  state: AuditState,
  audited: readonly AuditedExecution[],
  { profile, nowMs, maxWorkflows }: { profile: string; nowMs: number; maxWorkflows: number },
): Omit<AuditReport, 'executions'> & { readonly executions: readonly AuditedExecution[] } {
  const executions = audited
    .map((one): AuditedExecution => {
      const stopped = state.stops[one.executionId];
      if (stopped === undefined || one.class !== 'orphaned') return one;
      const { stop, error } = stopped;
      return { ...one, stop, ...(error !== undefined && { stopError: error }) };
    })
    .toSorted((one, other) => ORDER.indexOf(one.class) - ORDER.indexOf(other.class));
  const count = (group: AuditClass): number =>
    executions.filter((one) => one.class === group).length;
  const orphans = executions.filter((one) => one.class === 'orphaned');
  const hours = orphans.reduce((sum, { workerHours = 0 }) => sum + workerHours, 0);
  return {
    profile,
    at: new Date(nowMs).toISOString(),
    counts: {
      ...{ owned: count('owned'), orphaned: count('orphaned') },
      ...{ external: count('external'), unknown: count('unknown') },
    },
    orphanedWorkerHours: Math.round(hours * 1_000) / 1_000,
    gaps: gapTexts(state.gaps, maxWorkflows),
    workflowsRead: state.workflowsRead,
    calls: state.calls,
    seconds: (nowMs - state.beganMs) / 1_000,
    executions,
  };
}

function gapTexts(
  { executions, openWorkflows, closedWorkflows, unreadJobs = [] }: AuditState['gaps'],
  maxWorkflows: number,
): readonly string[] {
  return [
    ...(executions === true
      ? [`more than ${MAX_AUDIT_EXECUTIONS} executions are active: the others were not read`]
      : []),
    ...(openWorkflows === true
      ? [`more than ${maxWorkflows} workflows are open: the others were not read (maxWorkflows)`]
      : []),
    ...(closedWorkflows === true
      ? [
          `more than ${maxWorkflows} workflows closed since the oldest execution began: the others were not read (maxWorkflows)`,
        ]
      : []),
    ...(unreadJobs.length > 0
      ? [`the lists of executions of these jobs are too long to read: ${unreadJobs.join(', ')}`]
      : []),
  ];
}
