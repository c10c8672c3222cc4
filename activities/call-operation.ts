import { activityInfo } from '@temporalio/activity';
import { DataFlowCallError, isRefusal } from '../client/errors.js';
import {
  ACTIVITY_OPERATIONS,
  type ActivityOperation,
  operationActivityName,
  type OperationActivities,
  type OperationActivityInput,
} from '../contract/operation-activities.js';
import { OPERATIONS, type OperationInput, type OperationOutput } from '../contract/operations.js';
import { type ActivityContext, runActivity, BEAT_MS } from './activity-context.js';
import { mayHaveActed, nothingDoneBy } from './delivery.js';
import { type About, callDetails, failure } from './failure.js';
import type { FindProfile, Profile } from './profile.js';

export const operationActivities = (profiles: FindProfile): OperationActivities =>
  Object.fromEntries(
    ACTIVITY_OPERATIONS.map((name) => [operationActivityName(name), callOperation(profiles, name)]),
  ) as unknown as OperationActivities; // the compiler does not relate the names of a list

const callOperation =
  <Name extends ActivityOperation>(profiles: FindProfile, name: Name) =>
  (given?: OperationActivityInput<Name>): Promise<OperationOutput<Name>> => {
    const { profile, ...rest } = given ?? {};
    const input = rest as unknown as OperationInput<Name>;
    return runActivity(aboutOf(rest), BEAT_MS, (current) =>
      OPERATIONS[name].kind === 'read'
        ? answerOf(profiles(profile), name, input, current.signal)
        : write(profiles(profile), name, input, current),
    );
  };

async function answerOf<Name extends ActivityOperation>(
  { client }: Profile,
  name: Name,
  input: OperationInput<Name>,
  signal: AbortSignal,
): Promise<OperationOutput<Name>> {
  const options = { signal } as Parameters<typeof client.call<Name>>[2];
  return (await client.call(name, input, options)).output;
}

/** A write that is not idempotent is not made if an earlier attempt may have made it. */
async function write<Name extends ActivityOperation>(
  profile: Profile,
  name: Name,
  input: OperationInput<Name>,
  { signal, heartbeatNow }: ActivityContext,
): Promise<OperationOutput<Name>> {
  const info = activityInfo();
  const { idempotent } = OPERATIONS[name];
  const about = aboutOf(input);
  const earlier = mayHaveActed(info);
  if (earlier !== undefined && !idempotent) throw outcomeUnknown(name, about, earlier);
  try {
    return await answerOf(profile, name, input, signal);
  } catch (error) {
    const proves = provesNothingDone(error, signal);
    if (earlier !== undefined && isDoneAlready(name, error)) return true;
    if (earlier === undefined && proves) heartbeatNow(nothingDoneBy(info.attempt));
    if (proves || idempotent || !(error instanceof DataFlowCallError)) throw error;
    throw outcomeUnknown(name, { ...callDetails(error), ...about }, error.message);
  }
}

/** Whether the error proves that the service did nothing: nothing was sent, or it refused. */
export function provesNothingDone(error: unknown, signal: AbortSignal): boolean {
  if (!(error instanceof DataFlowCallError)) return signal.aborted && error === signal.reason;
  return error.sent === 'no' || isRefusal(error);
}

/**
 * Whether the answer to a later delivery is the effect of an earlier one: the deleted object is not found, or the
 * cancelled execution ends.
 */
function isDoneAlready(name: ActivityOperation, error: unknown): boolean {
  if (!(error instanceof DataFlowCallError)) return false;
  const isGone = error.failure === 'DataFlowNotFound';
  if (name.startsWith('delete')) return isGone;
  return name.startsWith('cancel') && (isGone || error.failure === 'DataFlowBadState');
}

const WHERE_TO_LOOK: Partial<Record<ActivityOperation, string>> = {
  createJob: 'look in getJobs for a job of this name',
  createWorkflow: 'look in getWorkflows for a workflow of this name',
  createTrigger: 'look in getTriggers for a trigger of this name',
  executeWorkflow:
    'look at the newest executions of the jobs of the workflow. runRemoteWorkflow does that by itself',
};

function outcomeUnknown(
  name: ActivityOperation,
  details: Parameters<typeof failure>[2]['details'],
  why: string,
): Error {
  const check = WHERE_TO_LOOK[name] ?? 'look in the service';
  const unknown = `whether ${name} was carried out: ${check}`;
  return failure(
    'DataFlowOutcomeUnknown',
    `${name} may have been carried out, and is not repeated (${why.slice(0, 250)}): ${check}`,
    { details: { call: name, ...details, unknown } },
  );
}

/** Ids of an input, for the details of failures. */
function aboutOf(input: object): About {
  const { jobId, executionId, workflowId, triggerId } = input as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries({ jobId, executionId, workflowId, triggerId }).filter(
      ([, id]) => typeof id === 'string' && id.length <= 100,
    ),
  );
}
