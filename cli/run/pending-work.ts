import type { WorkflowHandle } from '@temporalio/client';
import { grpcErrorIn, type Temporal } from './temporal-connection.js';
import { type Pollers, pollersOf } from './task-queue.js';

/** Tasks of a workflow that are pending on the server, and why their last attempts failed. */
export interface PendingWork {
  readonly workflowId: string;
  readonly isPaused: boolean;
  readonly workflowType: string;
  readonly taskQueue: string;
  /** The pending workflow task; `failure`: why the attempt before failed. */
  readonly workflowTask?: {
    readonly attempt: number;
    readonly isStarted: boolean;
    readonly failure?: string;
  };
  readonly activities: readonly PendingActivity[];
  /** Workers that poll, by task queue; only of task queues in which something waits. */
  readonly pollers: Readonly<Record<string, Pollers>>;
}

export interface PendingActivity {
  readonly type: string;
  readonly attempt: number;
  readonly isStarted: boolean;
  readonly isPaused: boolean;
  readonly taskQueue: string;
  /** Why the attempt before failed; no benign failure, by which a wait is handed to another worker. */
  readonly failure?: { readonly type?: string; readonly message: string };
}

type Described = Awaited<ReturnType<WorkflowHandle['describe']>>['raw'];

/**
 * Values of enums of Temporal's API that our dependencies do not export: PendingActivityState,
 * ApplicationErrorCategory.
 */
const STARTED = 2;
const BENIGN = 2;

/** Reads the pending tasks of a workflow; undefined if the server does not answer. */
export async function readPendingWork(
  temporal: Temporal,
  workflowId: string,
): Promise<PendingWork | undefined> {
  try {
    const { namespace, connection, codecFree } = temporal;
    const { raw, status } = await connection.withDeadline(Date.now() + LIMIT_MS, () =>
      codecFree.workflow.getHandle(workflowId).describe(),
    );
    const work = { ...pendingWork(raw), workflowId, isPaused: status.name === 'PAUSED' };
    const queues = new Set([
      ...(work.workflowTask?.isStarted === false ? [work.taskQueue] : []),
      ...work.activities.filter(({ isStarted }) => !isStarted).map(({ taskQueue }) => taskQueue),
    ]);
    const pollers = [...queues].slice(0, MAX_QUEUES).map(async (queue) => {
      const found = await pollersOf(connection, namespace, queue);
      return [queue, found] as const;
    });
    const failure =
      (work.workflowTask?.attempt ?? 1) > 1 ? await taskFailure(temporal, workflowId) : undefined;
    return {
      ...work,
      ...(work.workflowTask !== undefined && {
        workflowTask: { ...work.workflowTask, ...(failure !== undefined && { failure }) },
      }),
      pollers: Object.fromEntries(await Promise.all(pollers)),
    };
  } catch (error) {
    if (grpcErrorIn(error) !== undefined) return undefined;
    throw error;
  }
}

const LIMIT_MS = 5_000;
const MAX_QUEUES = 5;

function pendingWork(raw: Described): Omit<PendingWork, 'workflowId' | 'isPaused'> {
  const info = raw.workflowExecutionInfo;
  const taskQueue = info?.taskQueue ?? '';
  const task = raw.pendingWorkflowTask;
  return {
    workflowType: info?.type?.name ?? '',
    taskQueue,
    ...(task && { workflowTask: { attempt: task.attempt ?? 1, isStarted: isStarted(task) } }),
    activities: (raw.pendingActivities ?? []).map((activity): PendingActivity => ({
      type: activity.activityType?.name ?? '',
      attempt: activity.attempt ?? 1,
      isStarted: isStarted(activity),
      isPaused: activity.paused ?? false,
      taskQueue: activity.activityOptions?.taskQueue?.name ?? taskQueue,
      ...failureOf(activity.lastFailure),
    })),
    pollers: {},
  };
}

const isStarted = ({ state }: { readonly state?: unknown }): boolean => state === STARTED;

type Failure = NonNullable<Described['pendingActivities']>[number]['lastFailure'];

function failureOf(failure: Failure): Pick<PendingActivity, 'failure'> {
  if (!failure || (failure.applicationFailureInfo?.category as unknown) === BENIGN) return {};
  const type = failure.applicationFailureInfo?.type;
  return { failure: { message: failure.message ?? '', ...(type && { type }) } };
}

/** Why the last workflow task failed. The history has only the first of several failed attempts. */
async function taskFailure(
  { client, namespace }: Temporal,
  workflowId: string,
): Promise<string | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId },
    maximumPageSize: LAST_EVENTS,
  });
  const failed = history?.events?.find((event) => event.workflowTaskFailedEventAttributes);
  return failed?.workflowTaskFailedEventAttributes?.failure?.message ?? undefined;
}

const LAST_EVENTS = 10;
