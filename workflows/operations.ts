import { ACTIVITY_OPERATIONS, type ActivityOperation } from '../contract/operation-activities.js';
import { DURATION_RULE, type Duration, durationMs } from '../contract/durations.js';
import type { OperationInput, OperationOutput } from '../contract/operations.js';
import { callOperation } from './activities.js';
import { invalidInput } from './runtime/failures.js';

/** One method per operation of the service but executeJob: what starts a job is `runJob`. */
export type DataFlowApi = {
  readonly [Name in ActivityOperation]: (
    input: OperationInput<Name>,
  ) => Promise<OperationOutput<Name>>;
};

export interface DataFlowApiOptions {
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
  /**
   * How long one call may take, its repetitions included. A write that this cuts off may have been carried out.
   * @default no limit: it is repeated until it is answered or the workflow is cancelled
   */
  readonly within?: Duration;
}

/**
 * The operations of the service, for workflow code; each call is an activity (`dataflowGetJobs`, …). Reads and
 * idempotent writes are repeated through an outage. A call that makes something (createJob, createWorkflow,
 * createTrigger, executeWorkflow) is repeated only where nothing was done for certain; else it fails as
 * `DataFlowOutcomeUnknown`, which says what to check. A call that changes something and is under way when the
 * workflow is cancelled ends first, so that its outcome is known.
 * @throws ApplicationFailure `DataFlowInvalidInput` for options that cannot be right; each method throws
 *   ActivityFailure with a cause of a type in the failure table.
 */
export function dataflowApi({ profile, within }: DataFlowApiOptions = {}): DataFlowApi {
  const withinMs = durationMs(within);
  if (within !== undefined && withinMs === undefined) {
    throw invalidInput([`within: ${DURATION_RULE}; got ${JSON.stringify(within)}`]);
  }
  const methods = ACTIVITY_OPERATIONS.map((name) => [
    name,
    (input: OperationInput<typeof name>) =>
      callOperation(name, {
        withinMs,
        input: { ...input, ...(profile !== undefined && { profile }) },
      }),
  ]);
  return Object.fromEntries(methods) as DataFlowApi;
}
