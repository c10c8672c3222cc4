import { ACTIVITY_OPERATIONS, type ActivityOperation } from '../contract/operation-activities.js';
import { DURATION_RULE, type Duration, durationMs } from '../contract/durations.js';
import type { OperationInput, OperationOutput } from '../contract/operations.js';
import { callOperation } from './activities.js';
import { invalidInput } from './runtime/failures.js';

/** One method per operation of the service, except executeJob: to start a job use `runJob`. */
export type DataFlowApi = {
  readonly [Name in ActivityOperation]: (
    input: OperationInput<Name>,
  ) => Promise<OperationOutput<Name>>;
};

export interface DataFlowApiOptions {
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
  /**
   * Limit for one call with all its repetitions. A write that reaches the limit may have taken effect.
   * @default no limit: the call is repeated until it is answered or the workflow is cancelled
   */
  readonly within?: Duration;
}

/**
 * The operations of the service, for workflow code; each call is an activity (`dataflowGetJobs`, …). Reads and
 * idempotent writes are repeated through an outage. A call that creates something (createJob, createWorkflow,
 * createTrigger, executeWorkflow) is repeated only if it is certain that the service did nothing. Otherwise it fails as
 * `DataFlowOutcomeUnknown`, which says what to check. If the workflow is cancelled during a write, the write is
 * awaited, so that its outcome is known.
 * @throws ApplicationFailure `DataFlowInvalidInput` for invalid options; each method throws
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
