import { checkedMs, durationMs } from '../../contract/durations.js';
import type { JobCondition } from '../../contract/job.js';
import { RETRY_OPTIONS, RUN_JOB_OPTIONS } from '../../contract/run-options.js';
import type { RunJobRequest, RunState } from '../../contract/run.js';

/** A request with every default filled in and every duration in milliseconds. */
export interface RunPlan {
  readonly jobId: string;
  readonly profile?: string;
  readonly jobCondition: JobCondition;
  readonly runTimeoutMs: number | undefined;
  readonly maximumAttempts: number;
  readonly initialIntervalMs: number;
  readonly backoffCoefficient: number;
  readonly maximumIntervalMs: number;
  readonly outcomes: readonly string[];
  readonly onBusy: 'fail' | 'wait' | 'join';
  readonly onCancel: 'cancel' | 'abandon';
  readonly onAmbiguous: 'fail' | 'hold';
  readonly cleanupTimeoutMs: number;
  readonly runKeyParameter: string | undefined;
  readonly exclusive: boolean;
  /** Its weight and priority count only with it. */
  readonly group: string | undefined;
  readonly weight: number;
  readonly priority: number;
  readonly state: RunState | undefined;
}

/** Requires a request without problems. */
export function planRun(request: RunJobRequest): RunPlan {
  const { retry, state } = request;
  const { onBusy, onCancel, onAmbiguous, cleanupTimeout, exclusive } = RUN_JOB_OPTIONS;
  const { weight, priority } = RUN_JOB_OPTIONS;
  const { initialInterval, backoffCoefficient, maximumInterval, outcomes } = RETRY_OPTIONS;
  return {
    jobId: request.jobId,
    ...(request.profile !== undefined && { profile: request.profile }),
    jobCondition: request.jobCondition ?? {},
    runTimeoutMs: state?.timeLeftMs ?? durationMs(request.runTimeout),
    maximumAttempts: retry?.maximumAttempts ?? 1,
    initialIntervalMs: checkedMs(retry?.initialInterval ?? initialInterval.default),
    backoffCoefficient: retry?.backoffCoefficient ?? backoffCoefficient.default,
    maximumIntervalMs: checkedMs(retry?.maximumInterval ?? maximumInterval.default),
    outcomes: retry?.outcomes ?? outcomes.default,
    onBusy: request.onBusy ?? onBusy.default,
    onCancel: request.onCancel ?? onCancel.default,
    onAmbiguous: request.onAmbiguous ?? onAmbiguous.default,
    cleanupTimeoutMs: checkedMs(request.cleanupTimeout ?? cleanupTimeout.default),
    runKeyParameter: request.runKeyParameter,
    exclusive: request.exclusive ?? exclusive.default,
    group: request.group,
    weight: request.weight ?? weight.default,
    priority: request.priority ?? priority.default,
    state,
  };
}
