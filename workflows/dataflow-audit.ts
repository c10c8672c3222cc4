import { ActivityFailure, CancelledFailure } from '@temporalio/common';
import { continueAsNew, setCurrentDetails } from '@temporalio/workflow';
import {
  type AuditedExecution,
  type AuditReport,
  type AuditRequest,
  type AuditState,
  DEFAULT_AUDIT_CALLS_PER_MINUTE,
  DEFAULT_AUDIT_WORKFLOWS,
  type ListedExecution,
  MAX_AUDIT_CALLS_PER_MINUTE,
  MAX_AUDIT_WORKFLOWS,
  MIN_AUDIT_CALLS_PER_MINUTE,
  type OpenWorkflow,
  type OrphanStop,
} from '../contract/audit.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import { problemsOf, problemTexts, type Rule } from '../contract/validate.js';
import { pack, unpack } from '../pipeline/packed.js';
import { auditActivities, stopOrphan } from './activities.js';
import {
  afterJobs,
  afterWorkflows,
  beginAudit,
  closedAfterMs,
  reportOf,
  withCalls,
} from './audit/audit-state.js';
import { classify, unexplainedBy } from './audit/classify.js';
import { readable } from './pipeline-run/begin.js';
import { invalidInput } from './runtime/failures.js';
import { isHistoryLong } from './runtime/history-length.js';
import { setAudited } from './runtime/run-metrics.js';

/** Orphans that are stopped after one reading of the open workflows. */
const BATCH = 50;
const MAX_ERROR_CHARACTERS = 200;

/**
 * Workflow `dataflowAudit`: finds for each active execution of the service whether a workflow waits for it. With `cancel`
 * it stops orphans, each after the open workflows were read anew. It writes to the service only then.
 */
export async function dataflowAudit(request: AuditRequest = {}): Promise<AuditReport> {
  refuseUnfit(request);
  const { resumeFrom, cancel = false, ...options } = request;
  const { profile = DEFAULT_PROFILE, maxWorkflows = DEFAULT_AUDIT_WORKFLOWS } = request;
  const audit = new Audit(
    request,
    resumeFrom === undefined
      ? beginAudit(Date.now())
      : readable('resumeFrom', () => unpack<AuditState>(resumeFrom)),
  );
  for (;;) {
    setCurrentDetails(`${audit.state.phase}: ${audit.state.executions.length} executions`);
    if (audit.state.phase === 'done' && !(cancel && audit.orphans().length > 0)) break;
    if (isHistoryLong(request.continueAfterEvents))
      return await continueAsNew<typeof dataflowAudit>({
        ...options,
        cancel,
        resumeFrom: readable('resumeFrom', () => pack(audit.state)),
      });
    if (audit.state.phase === 'done') await audit.stopBatch();
    else await audit.readPage();
  }
  const report = reportOf(audit.state, audit.classified(), {
    ...{ profile, maxWorkflows, nowMs: Date.now() },
  });
  setAudited(profile, remaining(report.executions));
  return { ...report, executions: readable('executions', () => pack(report.executions)) };
}

class Audit {
  state: AuditState;
  readonly #request: AuditRequest;
  readonly #callsPerMinute: number;
  readonly #maxWorkflows: number;

  constructor(request: AuditRequest, state: AuditState) {
    this.state = state;
    this.#request = request;
    this.#callsPerMinute = request.callsPerMinute ?? DEFAULT_AUDIT_CALLS_PER_MINUTE;
    this.#maxWorkflows = request.maxWorkflows ?? DEFAULT_AUDIT_WORKFLOWS;
  }

  async readPage(): Promise<void> {
    const { state } = this;
    const { profile } = this.#request;
    const callsPerMinute = this.#callsPerMinute;
    const { cursor, pageToken, phase } = state;
    const reading = { callsPerMinute, ...(pageToken !== undefined && { pageToken }) };
    if (phase === 'listing') {
      const page = await auditActivities().dataflowListActiveExecutions({
        callsPerMinute,
        ...(profile !== undefined && { profile }),
        ...(cursor !== undefined && { cursor }),
      });
      this.state = afterJobs(state, page);
    } else if (phase === 'reading-open') {
      const page = await auditActivities().dataflowReadOpenWorkflows(reading);
      this.state = afterWorkflows(state, page, this.#maxWorkflows);
    } else {
      const unexplained = unexplainedBy(state.executions, state);
      const sinceMs = closedAfterMs(unexplained);
      const page = await auditActivities().dataflowReadClosedWorkflows({
        ...reading,
        ...(sinceMs !== undefined && { closedAfterMs: sinceMs }),
        unexplained: pack({
          executionIds: unexplained.map(({ executionId }) => executionId),
          jobIds: [...new Set(unexplained.map(({ jobId }) => jobId))],
        }),
      });
      this.state = afterWorkflows(state, page, this.#maxWorkflows);
    }
  }

  classified(executions: readonly ListedExecution[] = this.state.executions) {
    const { open, closed, gaps } = this.state;
    const { otherNamespaces = false } = this.#request;
    return classify(executions, { open, closed, gaps, otherNamespaces, nowMs: Date.now() });
  }

  /** Orphans that have not been stopped. */
  orphans(): readonly AuditedExecution[] {
    return this.classified().filter(
      ({ class: group, executionId }) =>
        group === 'orphaned' && !Object.hasOwn(this.state.stops, executionId),
    );
  }

  /** Reads the open workflows anew, and stops those of a batch that are orphans still. */
  async stopBatch(): Promise<void> {
    const batch = this.orphans().slice(0, BATCH);
    await this.#readOpenAnew(batch);
    const still = this.classified(batch).filter(({ class: group }) => group === 'orphaned');
    const ends = await Promise.all(still.map((orphan) => this.#stop(orphan)));
    this.state = { ...this.state, stops: { ...this.state.stops, ...Object.fromEntries(ends) } };
  }

  async #readOpenAnew(batch: readonly AuditedExecution[]): Promise<void> {
    const open: OpenWorkflow[] = [];
    const also = [...new Set(batch.flatMap(({ workflow }) => workflow?.workflowId ?? []))];
    let pageToken: string | undefined;
    let read = 0;
    do {
      const page = await auditActivities().dataflowReadOpenWorkflows({
        callsPerMinute: this.#callsPerMinute,
        ...(pageToken === undefined ? { also } : { pageToken }),
      });
      open.push(...page.open);
      read += page.read;
      pageToken = page.nextPageToken;
      this.state = {
        ...this.state,
        calls: withCalls(this.state.calls, { temporal: page.calls }),
        workflowsRead: this.state.workflowsRead + page.read,
      };
    } while (pageToken !== undefined && read < this.#maxWorkflows);
    const gaps = {
      ...this.state.gaps,
      ...(pageToken !== undefined && { openWorkflows: true as const }),
    };
    this.state = { ...this.state, open, gaps };
  }

  async #stop({
    jobId,
    executionId,
  }: AuditedExecution): Promise<readonly [string, { stop: OrphanStop; error?: string }]> {
    const { profile } = this.#request;
    try {
      const { stop } = await stopOrphan({
        ...{ jobId, executionId },
        ...(profile !== undefined && { profile }),
      });
      return [executionId, { stop }];
    } catch (error) {
      const cause = error instanceof ActivityFailure ? error.cause : error;
      if (cause instanceof CancelledFailure) throw error;
      const message = cause instanceof Error ? cause.message : String(cause);
      return [executionId, { stop: 'failed', error: message.slice(0, MAX_ERROR_CHARACTERS) }];
    }
  }
}

/** Executions that are still active after the audit, as far as it knows. */
const remaining = (executions: readonly AuditedExecution[]): readonly AuditedExecution[] =>
  executions.filter(({ stop }) => stop !== 'canceled' && stop !== 'ended');

const REQUEST: Rule = {
  kind: 'object',
  isOpen: true,
  options: {
    profile: { kind: 'string', unset: DEFAULT_PROFILE },
    cancel: { kind: 'boolean', unset: 'false' },
    callsPerMinute: {
      kind: 'integer',
      min: MIN_AUDIT_CALLS_PER_MINUTE,
      max: MAX_AUDIT_CALLS_PER_MINUTE,
      unset: String(DEFAULT_AUDIT_CALLS_PER_MINUTE),
    },
    maxWorkflows: {
      kind: 'integer',
      min: 1,
      max: MAX_AUDIT_WORKFLOWS,
      unset: String(DEFAULT_AUDIT_WORKFLOWS),
    },
    otherNamespaces: { kind: 'boolean', unset: 'false' },
  },
};

/** @throws ApplicationFailure `DataFlowInvalidInput`: started by name, the input may be anything */
function refuseUnfit(request: unknown): void {
  const problems = problemTexts(problemsOf(REQUEST, request), 'the input');
  if (problems.length > 0) throw invalidInput(problems);
}
