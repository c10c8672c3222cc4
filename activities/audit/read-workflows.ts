import { Context } from '@temporalio/activity';
import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type {
  AuditActivities,
  ClosedWorkflow,
  OpenWorkflow,
  Unexplained,
} from '../../contract/audit.js';
import {
  AUDIT_WORKFLOW,
  BACKFILL_WORKFLOW,
  GROUP_WORKFLOW,
  PROGRESS_QUERY,
  REMOTE_LOCK_WORKFLOW,
  RUN_JOB_WORKFLOW,
  RUN_PIPELINE_WORKFLOW,
  RUN_REMOTE_WORKFLOW_WORKFLOW,
} from '../../contract/names.js';
import type { AllProgress } from '../../contract/progress.js';
import { unpack } from '../../pipeline/packed.js';
import { BEAT_MS, runActivity } from '../activity-context.js';
import { type Awaited as AwaitedRuns, awaitedRuns } from './awaited-runs.js';
import type { HistoryEvent, Payloads } from '../history-events.js';
import { readStarts } from './history-starts.js';
import { createPace, type Pace } from './pace.js';

/** Workflows on one page. */
const PAGE_SIZE = 100;
const EVENTS_PER_PAGE = 1_000;
/** A history has at most 51,200 events. */
const MAX_HISTORY_PAGES = 60;
/** Time limit of one read. */
const CALL_MS = 10_000;
/** A worker that has the workflow in its cache answers within milliseconds; one that replays it takes longer. */
const QUERY_MS = 5_000;

/** Workflows that start no execution themselves. */
const WITHOUT_RUNS: readonly string[] = [
  ...[AUDIT_WORKFLOW, BACKFILL_WORKFLOW, GROUP_WORKFLOW, REMOTE_LOCK_WORKFLOW],
];
const WITH_RUNS: readonly string[] = [RUN_PIPELINE_WORKFLOW, RUN_REMOTE_WORKFLOW_WORKFLOW];
/** Activities of runs. While one is pending, its workflow starts an execution or waits for one. */
const RUN_ACTIVITIES: readonly string[] = [
  ...['dataflowPrepareSubmission', 'dataflowExecuteJob', 'dataflowReconcileSubmission'],
  ...['dataflowAwaitExecution', 'dataflowAwaitCapacity', 'dataflowStopExecution'],
  ...['dataflowPrepareRemoteWorkflow', 'dataflowStartRemoteWorkflow'],
  'dataflowFollowRemoteWorkflow',
];

/** Reads one page of open workflows: what each waits for, by its pending activities, its progress, or its history. */
export const readOpenWorkflows =
  (): AuditActivities['dataflowReadOpenWorkflows'] =>
  ({ callsPerMinute, pageToken, also = [] }) =>
    runActivity({}, BEAT_MS, async ({ signal }) => {
      const temporal = new TemporalReader(createPace(callsPerMinute, signal));
      const page = await temporal.list("ExecutionStatus = 'Running'", pageToken);
      const paused =
        pageToken === undefined ? await temporal.listAll("ExecutionStatus = 'Paused'") : [];
      const open: OpenWorkflow[] = [];
      for (const one of [...page.rows, ...paused]) open.push(...(await temporal.readOpen(one)));
      for (const workflowId of also) open.push(...(await temporal.readOpen({ workflowId }, true)));
      return temporal.result(page, { open });
    });

/** Reads the histories of one page of closed workflows, the last closed first. */
export const readClosedWorkflows =
  (): AuditActivities['dataflowReadClosedWorkflows'] =>
  ({ callsPerMinute, pageToken, closedAfterMs, unexplained }) =>
    runActivity({}, BEAT_MS, async ({ signal }) => {
      const temporal = new TemporalReader(createPace(callsPerMinute, signal));
      const after = new Date(closedAfterMs ?? 0).toISOString();
      const page = await temporal.list(`CloseTime >= '${after}'`, pageToken);
      const { executionIds, jobIds } = unpack(unexplained);
      const wanted = { executionIds: new Set(executionIds), jobIds: new Set(jobIds) };
      const closed: ClosedWorkflow[] = [];
      const open: OpenWorkflow[] = [];
      for (const one of page.rows) {
        const read = await temporal.readClosed(one, wanted);
        if (read === undefined) continue;
        const latest = await temporal.latestOf(read.workflowId);
        if (latest === 'open')
          open.push(...(await temporal.readOpen({ workflowId: read.workflowId }, true)));
        const hasContinued = read.status === 'CONTINUED_AS_NEW' && typeof latest === 'object';
        closed.push(hasContinued ? { ...read, ...latest } : read);
      }
      return temporal.result(page, { open, closed });
    });

interface Row {
  readonly workflowId: string;
  /** @default the latest run */
  readonly runId?: string;
  readonly type?: string;
  readonly status?: string;
  readonly closedMs?: number;
}

interface ListedPage {
  readonly rows: readonly Row[];
  readonly nextPageToken?: string;
}

/** The latest run of a workflow. */
type Latest = 'open' | 'deleted' | Pick<ClosedWorkflow, 'status' | 'closedMs'>;

/** Reads workflows by the client of the worker, at a pace. */
class TemporalReader {
  readonly #client: Client = Context.current().client;
  readonly #pace: Pace;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  result(
    { rows, nextPageToken }: ListedPage,
    found: { readonly open?: readonly OpenWorkflow[]; readonly closed?: readonly ClosedWorkflow[] },
  ) {
    const { open = [], closed = [] } = found;
    const token = nextPageToken === undefined ? {} : { nextPageToken };
    return { open, closed, read: rows.length, ...token, calls: this.#pace.calls };
  }

  async list(query: string, pageToken: string | undefined): Promise<ListedPage> {
    const { namespace } = this.#client.options;
    const { executions, nextPageToken } = await this.#call(() =>
      this.#client.workflowService.listWorkflowExecutions({
        ...{ namespace, query, pageSize: PAGE_SIZE },
        ...(pageToken !== undefined && { nextPageToken: Buffer.from(pageToken, 'base64') }),
      }),
    );
    const next = Buffer.from(nextPageToken).toString('base64');
    const rows = executions.map(({ execution, type, status, closeTime }): Row => ({
      workflowId: execution?.workflowId ?? '',
      runId: execution?.runId ?? '',
      type: type?.name ?? '',
      status: STATUS_NAMES[status as unknown as number] ?? 'UNKNOWN',
      closedMs: Number(closeTime?.seconds ?? 0) * 1_000,
    }));
    return { rows, ...(next !== '' && { nextPageToken: next }) };
  }

  /** All pages. Empty if the server does not know the status. */
  async listAll(query: string): Promise<readonly Row[]> {
    const rows: Row[] = [];
    let pageToken: string | undefined;
    do {
      const page = await this.list(query, pageToken).catch((error: unknown) => {
        if (isRefusedQuery(error)) return { rows: [] };
        throw error;
      });
      rows.push(...page.rows);
      pageToken = 'nextPageToken' in page ? page.nextPageToken : undefined;
    } while (pageToken !== undefined);
    return rows;
  }

  async latestOf(workflowId: string): Promise<Latest> {
    try {
      const { status, closeTime } = await this.#call(() =>
        this.#client.workflow.getHandle(workflowId).describe(),
      );
      if (isOpen(status.name)) return 'open';
      return { status: status.name, closedMs: closeTime?.getTime() ?? 0 };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'deleted';
      throw error;
    }
  }

  /**
   * What an open workflow waits for; empty if it starts no executions or has closed since. Its progress is asked for
   * where its pending activities may not name all. A workflow that does not answer, because it is paused or has no
   * worker, is read by its history.
   */
  async readOpen(
    { workflowId, runId, type: listedType }: Row,
    always = false,
  ): Promise<readonly OpenWorkflow[]> {
    if (listedType !== undefined && WITHOUT_RUNS.includes(listedType)) return [];
    const handle = this.#client.workflow.getHandle(workflowId, runId);
    let described: Awaited<ReturnType<WorkflowHandle['describe']>>;
    try {
      described = await this.#call(() => handle.describe());
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return [];
      throw error;
    }
    const { raw, status, type } = described;
    if (!isOpen(status.name)) return [];
    const pending = (raw.pendingActivities ?? []).filter(({ activityType }) =>
      RUN_ACTIVITIES.includes(activityType?.name ?? ''),
    );
    const named = await Promise.all(
      pending.map(async ({ heartbeatDetails }) => {
        const details = await this.#decode(heartbeatDetails?.payloads).catch(() => undefined);
        return (details as { readonly executionId?: string } | undefined)?.executionId;
      }),
    );
    const ids = named.filter((id) => id !== undefined);
    const isOneRun = type === RUN_JOB_WORKFLOW && ids.length > 0;
    const isUnclear =
      ids.length < pending.length ||
      WITH_RUNS.includes(type) ||
      (type === RUN_JOB_WORKFLOW && !isOneRun);
    const about = { workflowId, runId: described.runId, type };
    if (!always && !isUnclear)
      return ids.length === 0 ? [] : [{ ...about, awaited: ids, candidates: [], startingJobs: [] }];
    const runs =
      (status.name === 'PAUSED' ? undefined : await this.#askProgress(handle)) ??
      (await this.#openByHistory(workflowId, described.runId));
    return [{ ...about, ...runs, awaited: [...new Set([...ids, ...runs.awaited])] }];
  }

  /** Undefined if no worker answers. */
  async #askProgress(handle: WorkflowHandle): Promise<AwaitedRuns | undefined> {
    try {
      return awaitedRuns(
        await this.#call(() => handle.query<AllProgress>(PROGRESS_QUERY), QUERY_MS),
      );
    } catch (error) {
      if (error instanceof QueryNotRegisteredError)
        return { awaited: [], candidates: [], startingJobs: [] };
      if (isGrpcServiceError(error) || isGrpcServiceError((error as Error).cause)) return undefined;
      throw error;
    }
  }

  async #openByHistory(workflowId: string, runId: string): Promise<AwaitedRuns> {
    const events = await this.#history(workflowId, runId);
    const { started, openPosts, awaited } = await readStarts(events, (one) => this.#decode(one));
    const input = events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
    const carried = executionIdsIn(await this.#decode(input));
    return {
      awaited,
      candidates: [...started, ...carried].filter((id) => !awaited.includes(id)),
      startingJobs: openPosts.map(({ jobId }) => jobId),
    };
  }

  /** Undefined if it started none of these. */
  async readClosed(
    { workflowId, runId = '', type = '', status = '', closedMs = 0 }: Row,
    { executionIds, jobIds }: Readonly<Record<keyof Unexplained, ReadonlySet<string>>>,
  ): Promise<ClosedWorkflow | undefined> {
    if (WITHOUT_RUNS.includes(type)) return undefined;
    const events = await this.#history(workflowId, runId);
    const starts = await readStarts(events, (one) => this.#decode(one));
    const started = starts.started.filter((id) => executionIds.has(id));
    const openPosts = starts.openPosts.filter(
      ({ jobId, untilMs }) =>
        jobIds.has(jobId) && (untilMs !== undefined || status !== 'COMPLETED'),
    );
    if (started.length === 0 && openPosts.length === 0) return undefined;
    return { workflowId, runId, type, status, closedMs, started, openPosts };
  }

  /** Empty if it was deleted since. */
  async #history(workflowId: string, runId: string): Promise<readonly HistoryEvent[]> {
    const { namespace } = this.#client.options;
    const events: HistoryEvent[] = [];
    let nextPageToken: Uint8Array = new Uint8Array();
    for (let page = 0; page < MAX_HISTORY_PAGES; page += 1) {
      try {
        const answer = await this.#call(() =>
          this.#client.workflowService.getWorkflowExecutionHistory({
            ...{ namespace, execution: { workflowId, runId }, maximumPageSize: EVENTS_PER_PAGE },
            ...(nextPageToken.length > 0 && { nextPageToken }),
          }),
        );
        events.push(...(answer.history?.events ?? []));
        nextPageToken = answer.nextPageToken;
      } catch (error) {
        if (isNotFound(error)) return [];
        throw error;
      }
      if (nextPageToken.length === 0) break;
    }
    return events;
  }

  async #call<Answer>(call: () => Promise<Answer>, limitMs = CALL_MS): Promise<Answer> {
    await this.#pace.next();
    return await this.#client.connection.withDeadline(Date.now() + limitMs, call);
  }

  async #decode(payloads: Payloads): Promise<unknown> {
    if (!payloads?.[0]) return undefined;
    const { payloadCodecs, payloadConverter } = this.#client.options.loadedDataConverter;
    let decoded = [payloads[0]];
    for (const codec of payloadCodecs.toReversed()) decoded = await codec.decode(decoded);
    return decoded[0] && payloadConverter.fromPayload(decoded[0]);
  }
}

/** Names of the enum WorkflowExecutionStatus of Temporal's API, which our dependencies do not export. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  1: 'RUNNING',
  2: 'COMPLETED',
  3: 'FAILED',
  4: 'CANCELLED',
  5: 'TERMINATED',
  6: 'CONTINUED_AS_NEW',
  7: 'TIMED_OUT',
  8: 'PAUSED',
};

const isOpen = (status: string): boolean => status === 'RUNNING' || status === 'PAUSED';

const GRPC_INVALID_ARGUMENT = 3;
const GRPC_NOT_FOUND = 5;
const hasCode = (error: unknown, code: number): boolean =>
  isGrpcServiceError(error) && (error.code as number) === code;
const isRefusedQuery = (error: unknown): boolean => hasCode(error, GRPC_INVALID_ARGUMENT);
const isNotFound = (error: unknown): boolean => hasCode(error, GRPC_NOT_FOUND);

/** Executions that the input of a workflow carries over from an earlier run, packed states included. */
function executionIdsIn(input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return [];
  if ('packed' in input && typeof input.packed === 'string')
    return executionIdsIn(unpack({ packed: input.packed }));
  return Object.entries(input).flatMap(([name, value]) =>
    name === 'executionId' && typeof value === 'string' ? [value] : executionIdsIn(value),
  );
}
