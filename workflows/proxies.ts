import type { RetryPolicy } from '@temporalio/common';
import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
} from '@temporalio/workflow';
import type { DataFlowActivities, SubmitInput } from '../contract/activities.js';
import { durationMs } from '../contract/durations.js';
import type { ActivityStep } from '../contract/pipeline.js';
import {
  type ActivityOperation,
  operationActivityName,
  type OperationActivityInput,
} from '../contract/operation-activities.js';
import { OPERATIONS, type OperationOutput } from '../contract/operations.js';
import type { RemoteStartInput } from '../contract/remote-activities.js';
import type { SubmitLimits } from './job-run/port.js';
import { rawOutput, readOutput } from './activity-output.js';

/** All timeouts and retry policies of the workflow side, so that a reviewer sees them at once. */

/** Reads repeat for ever: what bounds them is scheduleToClose. */
const FOR_EVER: RetryPolicy = {
  initialInterval: 1_000,
  backoffCoefficient: 2,
  maximumInterval: 30_000,
};
/** The wait for an end: what kills its attempts are workers, and it must not be left alone for longer at each. */
const WAITING: RetryPolicy = { ...FOR_EVER, maximumInterval: 5_000 };
/** A stop: what it is about goes on running until it is done. */
const STOPPING: RetryPolicy = { ...FOR_EVER, maximumInterval: 10_000 };
/** Longest silence of an attempt that works: how soon a killed worker's act is taken over. */
const HEARTBEAT_MS = 10_000;
/** Room for an attempt to report after its own limits have passed. */
const REPORT_MS = 10_000;
/** A call may wait for its turn in the budget of calls; its heartbeats tell that it lives. */
const CALL_MS = 300_000;
/** Temporal needs a limit; this one is longer than any run. */
const UNBOUNDED_MS = 366 * 24 * 3_600_000;

interface Within {
  readonly withinMs: number | undefined;
  readonly summary: string;
}

const acts = (options: ActivityOptions): DataFlowActivities =>
  proxyActivities<DataFlowActivities>({
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    ...options,
  });

const reading = ({ withinMs, summary }: Within): ActivityOptions => ({
  scheduleToCloseTimeout: withinMs ?? UNBOUNDED_MS,
  heartbeatTimeout: HEARTBEAT_MS,
  retry: FOR_EVER,
  summary,
});

export const prepareWithin = (within: Within): DataFlowActivities['dataflowPrepareSubmission'] =>
  acts({ ...reading(within), startToCloseTimeout: CALL_MS }).dataflowPrepareSubmission;

export const preparePipeline: DataFlowActivities['dataflowPreparePipeline'] = (input) =>
  acts({
    ...reading({ withinMs: undefined, summary: 'check the pipeline' }),
    startToCloseTimeout: CALL_MS,
  }).dataflowPreparePipeline(input);

/** Limit of all attempts where a user gives none: an activity that no worker knows would be retried for ever. */
const USERS_ACTIVITY_MS = 24 * 3_600_000;

/** An activity of the user's own. A cancel waits until it has ended: it is told by its heartbeats. */
export function usersActivity(
  { activity, options }: Pick<ActivityStep, 'activity' | 'options'>,
  summary: string,
): (...input: readonly unknown[]) => Promise<unknown> {
  const { taskQueue, retry } = options;
  const startToCloseMs = durationMs(options.startToCloseTimeout) ?? CALL_MS;
  const heartbeatMs = durationMs(options.heartbeatTimeout);
  const run = proxyActivities<Record<string, (...input: readonly unknown[]) => Promise<unknown>>>({
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    startToCloseTimeout: startToCloseMs,
    scheduleToCloseTimeout:
      durationMs(options.scheduleToCloseTimeout) ?? Math.max(USERS_ACTIVITY_MS, startToCloseMs),
    ...(heartbeatMs !== undefined && { heartbeatTimeout: heartbeatMs }),
    ...(taskQueue !== undefined && { taskQueue }),
    ...(retry !== undefined && { retry: policyOf(retry) }),
    summary,
    activityTypeInfo: { [activity]: rawOutput },
  })[activity];
  if (run === undefined) throw new Error(`there is no proxy for activity ${activity}`);
  return async (...input) => readOutput(activity, await run(...input));
}

function policyOf(retry: NonNullable<ActivityStep['options']['retry']>): RetryPolicy {
  const { maximumAttempts, backoffCoefficient } = retry;
  const initialMs = durationMs(retry.initialInterval);
  const maximumMs = durationMs(retry.maximumInterval);
  return {
    ...(maximumAttempts !== undefined && { maximumAttempts }),
    ...(backoffCoefficient !== undefined && { backoffCoefficient }),
    ...(initialMs !== undefined && { initialInterval: initialMs }),
    ...(maximumMs !== undefined && { maximumInterval: maximumMs }),
  };
}

export const identifyWithin = (within: Within): DataFlowActivities['dataflowIdentifyService'] =>
  acts({ ...reading(within), startToCloseTimeout: CALL_MS }).dataflowIdentifyService;

export const prepareRemoteWithin = (
  within: Within,
): DataFlowActivities['dataflowPrepareRemoteWorkflow'] =>
  acts({ ...reading(within), startToCloseTimeout: CALL_MS }).dataflowPrepareRemoteWorkflow;

export const findWithin = (within: Within): DataFlowActivities['dataflowReconcileSubmission'] =>
  acts(reading(within)).dataflowReconcileSubmission;

export const stopWithin = (within: Within): DataFlowActivities['dataflowStopExecution'] =>
  acts({ ...reading(within), retry: STOPPING }).dataflowStopExecution;

/**
 * One attempt. Not taken up while the permit is good: a schedule-to-start time-out, which proves that no worker was
 * given it. One delivered just before the end still has the time of a whole POST. One that posts nothing can wait.
 */
const oneAttempt = (
  { permit, postNothing }: Pick<SubmitInput, 'permit' | 'postNothing'>,
  { summary, askWithinMs }: SubmitLimits,
): DataFlowActivities => {
  const { permitTtlMs, submitTimeoutMs } = permit.timings;
  return acts({
    ...(postNothing === true
      ? { scheduleToCloseTimeout: askWithinMs }
      : { scheduleToStartTimeout: permitTtlMs }),
    startToCloseTimeout: permitTtlMs + submitTimeoutMs + REPORT_MS,
    heartbeatTimeout: HEARTBEAT_MS,
    retry: { maximumAttempts: 1 },
    summary,
  });
};

export const submitUnder = (
  input: SubmitInput,
  limits: SubmitLimits,
): DataFlowActivities['dataflowExecuteJob'] => oneAttempt(input, limits).dataflowExecuteJob;

export const startRemoteUnder = (
  input: RemoteStartInput,
  limits: SubmitLimits,
): DataFlowActivities['dataflowStartRemoteWorkflow'] =>
  oneAttempt(input, limits).dataflowStartRemoteWorkflow;

interface Residence extends Within {
  /** How soon a killed worker's wait is taken over. */
  readonly waitHeartbeatTimeoutMs: number;
  /** Whose workers wait; undefined: those of the workflow's own task queue. */
  readonly taskQueue?: string | undefined;
}

/** A resident wait. */
const resident = (
  { waitHeartbeatTimeoutMs, taskQueue, ...within }: Residence,
  retry = FOR_EVER,
): DataFlowActivities =>
  acts({
    ...reading(within),
    retry,
    heartbeatTimeout: waitHeartbeatTimeoutMs,
    ...(taskQueue !== undefined && { taskQueue }),
  });

export const awaitWithin = (within: Residence): DataFlowActivities['dataflowAwaitExecution'] =>
  resident(within, WAITING).dataflowAwaitExecution;

export const awaitFreeWithin = (within: Residence): DataFlowActivities['dataflowAwaitCapacity'] =>
  resident(within).dataflowAwaitCapacity;

export const followWithin = (
  within: Residence,
): DataFlowActivities['dataflowFollowRemoteWorkflow'] =>
  resident(within).dataflowFollowRemoteWorkflow;

interface CallOf<Name extends ActivityOperation> {
  readonly withinMs: number | undefined;
  readonly input: OperationActivityInput<Name>;
  /** @default what the operation does */
  readonly summary?: string;
}

/**
 * One operation. Repeated for ever, also those that are not idempotent: their activity itself refuses to act again
 * unless it is proven that nothing was done. A write under way is waited for when the workflow is cancelled.
 */
export function callOperation<Name extends ActivityOperation>(
  name: Name,
  { withinMs, input, summary = OPERATIONS[name].about }: CallOf<Name>,
): Promise<OperationOutput<Name>> {
  const { kind } = OPERATIONS[name];
  const proxy = acts({
    ...reading({ withinMs, summary }),
    startToCloseTimeout: CALL_MS,
    ...(kind === 'write' && {
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    }),
  });
  const call = proxy[operationActivityName(name)] as unknown as (
    input: OperationActivityInput<Name>,
  ) => Promise<OperationOutput<Name>>;
  return call(input);
}
