import type { RetryPolicy } from '@temporalio/common';
import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow';
import type {
  DataFlowActivities,
  Permit,
  StopInput,
  StopResult,
  SubmitInput,
} from '../contract/activities.js';
import type { AuditActivities } from '../contract/audit.js';
import { durationMs } from '../contract/durations.js';
import type { ActivityStep } from '../contract/pipeline.js';
import {
  type ActivityOperation,
  operationActivityName,
  type OperationActivityInput,
} from '../contract/operation-activities.js';
import { OPERATIONS, type OperationOutput } from '../contract/operations.js';
import type { RemoteStartInput } from '../contract/remote-activities.js';
import { type RunPort, type SubmitLimits, type VerbResult } from './job-run/port.js';
import { rawOutput, readOutput } from './runtime/activity-output.js';
import { cancellable, rethrow } from './runtime/cancellation.js';
import { readEnd } from './runtime/failures.js';
import { currentActivation, ifCurrent } from './runtime/activation.js';
import { LOCAL_PREPARE, tryLocally } from './runtime/local-activity.js';
import { reported } from './runtime/reported.js';

/** Timeouts and retry policies of the workflow side; those of groups are in group/group-activities.ts. */

/** Reads are repeated without limit of attempts; schedule-to-close ends them. */
const FOR_EVER: RetryPolicy = {
  initialInterval: 1_000,
  backoffCoefficient: 2,
  maximumInterval: 30_000,
};
/** Wait for an end. Attempts fail when workers stop, so the pause before the next one must stay short. */
const WAITING: RetryPolicy = { ...FOR_EVER, maximumInterval: 5_000 };
/** Stop. The execution runs during the pauses, so they are short. */
const STOPPING: RetryPolicy = { ...FOR_EVER, maximumInterval: 10_000 };
/** Heartbeat timeout of short activities: how soon another worker takes over from a killed one. */
const HEARTBEAT_MS = 10_000;
/** Room for an attempt to report after its own limits have passed. */
const REPORT_MS = 10_000;
/** A call may wait for the rate limiter; its heartbeats show that the attempt is alive. */
export const CALL_MS = 300_000;
/** Temporal needs a limit; this one is longer than any run. */
const UNBOUNDED_MS = 366 * 24 * 3_600_000;

export interface Within {
  readonly withinMs: number | undefined;
  readonly summary: string;
}

export const acts = (options: ActivityOptions): DataFlowActivities =>
  proxyActivities<DataFlowActivities>({
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    ...options,
  });

export const reading = ({ withinMs, summary }: Within): ActivityOptions => ({
  scheduleToCloseTimeout: withinMs ?? UNBOUNDED_MS,
  heartbeatTimeout: HEARTBEAT_MS,
  retry: FOR_EVER,
  summary,
});

const prepareWithin = (within: Within): DataFlowActivities['dataflowPrepareSubmission'] =>
  acts({ ...reading(within), startToCloseTimeout: CALL_MS }).dataflowPrepareSubmission;

/** Longest that prepare runs as a local activity: its workflow task lasts as long, and a cancel waits for that. */
export const LOCAL_MS = 3_000;

/** One attempt: the regular activity is what repeats. */
const prepareLocally = ({
  withinMs = LOCAL_MS,
  summary,
}: Within): DataFlowActivities['dataflowPrepareSubmission'] =>
  proxyLocalActivities<Pick<DataFlowActivities, typeof LOCAL_PREPARE>>({
    scheduleToCloseTimeout: Math.min(LOCAL_MS, withinMs),
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary,
  })[LOCAL_PREPARE];

export const prepareRegularly: RunPort['prepare'] = (input, limits) =>
  reported(limits, (report, left) => prepareWithin(left)({ ...input, report }));

export const pauseWithin: RunPort['sleep'] = async (ms, cancellation) =>
  (await cancellable(cancellation, () => sleep(ms), rethrow)).kind === 'done';

/**
 * Prepares by a local activity, so that the workflow task in which it ends also schedules the submit. If it fails or is
 * impossible, the regular activity prepares (docs/decisions/0053).
 */
export async function prepareLocallyFirst(
  ...[input, limits]: Parameters<RunPort['prepare']>
): Promise<VerbResult<Permit>> {
  const { cancellation, withinMs } = limits;
  const beganMs = Date.now();
  const activation = currentActivation();
  const ended = await cancellable(
    cancellation,
    () => tryLocally(LOCAL_PREPARE, () => prepareLocally(limits)(input)),
    readEnd,
  );
  if (ended.kind === 'cancelled') return ended;
  if (ended.kind === 'done' && ended.value !== 'skipped')
    return { kind: 'done', value: ended.value.value };
  const retryAfterMs = ended.kind === 'failed' ? ended.failure.details.retryAfterMs : undefined;
  if (retryAfterMs !== undefined)
    await ifCurrent(activation, () =>
      pauseWithin(Math.min(retryAfterMs, withinMs ?? Infinity), cancellation),
    );
  const passedMs = Date.now() - beganMs;
  const leftMs = withinMs === undefined ? undefined : Math.max(1, withinMs - passedMs);
  return await ifCurrent(activation, () =>
    prepareRegularly(input, { ...limits, withinMs: leftMs }),
  );
}

export const preparePipeline: DataFlowActivities['dataflowPreparePipeline'] = (input) =>
  acts({
    ...reading({ withinMs: undefined, summary: 'check the pipeline' }),
    startToCloseTimeout: CALL_MS,
  }).dataflowPreparePipeline(input);

/** One page of an audit, at its own pace; its heartbeats show that it goes on. */
const AUDIT_PAGE_MS = 3_600_000;

export const auditActivities = (): AuditActivities =>
  acts({
    ...reading({ withinMs: undefined, summary: 'read a page for the audit' }),
    startToCloseTimeout: AUDIT_PAGE_MS,
  });

/** Time in which an orphan is stopped. After it somebody may wait for the execution. */
const STOP_ORPHAN_MS = 60_000;

export const stopOrphan = (input: StopInput): Promise<StopResult> =>
  stopWithin({ withinMs: STOP_ORPHAN_MS, summary: `stop orphan ${input.executionId}` })(input);

/** Default limit of all attempts: an activity that no worker has registered would otherwise be retried for ever. */
const USERS_ACTIVITY_MS = 24 * 3_600_000;

/** Activity of the user. It receives a cancel with its heartbeats, and the run waits until it has ended. */
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

export const reconcileWithin = (
  within: Within,
): DataFlowActivities['dataflowReconcileSubmission'] =>
  acts(reading(within)).dataflowReconcileSubmission;

export const stopWithin = (within: Within): DataFlowActivities['dataflowStopExecution'] =>
  acts({ ...reading(within), retry: STOPPING }).dataflowStopExecution;

/**
 * One attempt. If no worker takes it while the permit is valid it times out schedule-to-start, which proves that no
 * worker received it. An attempt delivered just before that still has the time of a whole POST. With `postNothing` it
 * may wait longer.
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

interface LongWait extends Within {
  /** Heartbeat timeout: how soon another worker takes over the wait of a killed one. */
  readonly waitHeartbeatTimeoutMs: number;
}

/** Limits of an activity that waits at the worker for long; it is completed by its task token and takes no slot. */
const longWait = (
  { waitHeartbeatTimeoutMs, ...within }: LongWait,
  retry = FOR_EVER,
): DataFlowActivities =>
  acts({ ...reading(within), retry, heartbeatTimeout: waitHeartbeatTimeoutMs });

export const awaitWithin = (within: LongWait): DataFlowActivities['dataflowAwaitExecution'] =>
  longWait(within, WAITING).dataflowAwaitExecution;

export const awaitCapacityWithin = (
  within: LongWait,
): DataFlowActivities['dataflowAwaitCapacity'] => longWait(within).dataflowAwaitCapacity;

export const followWithin = (
  within: LongWait,
): DataFlowActivities['dataflowFollowRemoteWorkflow'] =>
  longWait(within).dataflowFollowRemoteWorkflow;

interface CallOf<Name extends ActivityOperation> {
  readonly withinMs: number | undefined;
  readonly input: OperationActivityInput<Name>;
  /** @default the description of the operation */
  readonly summary?: string;
}

/**
 * Activity of one operation. Temporal retries it without limit, also if the operation is not idempotent: the activity
 * itself refuses to repeat a call unless it is proven that nothing was done. If the workflow is cancelled, a write
 * under way is awaited.
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
