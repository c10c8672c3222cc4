import { FAILURES, type FailureDetails, type FailureType } from '../../contract/failures.js';
import type { JobExecution } from '../../contract/job.js';
import type { SubmissionOutcome } from '../../contract/run.js';
import type { Failure } from './port.js';

/** How a run ended other than with a COMPLETED execution. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  /** Undefined if the run was canceled; the caller converts that into the workflow's own cancellation. */
  readonly failure: Failure | undefined;
  /** Facts that stay unknown, for the failure's details. */
  readonly unknown: string | undefined;

  constructor(message: string, failure?: Failure, unknown?: string) {
    super(message);
    this.failure = failure;
    this.unknown = unknown;
  }
}

type Details = Omit<FailureDetails, 'remedy'>;

/** The job that a failure is about. */
interface OfJob {
  readonly plan: { readonly jobId: string };
}

/** Failure of this type, which ends the run. `details.unknown`: facts that stay unknown. */
export function runFailure(
  run: OfJob,
  type: FailureType,
  message: string,
  details: Details = {},
): RunFailure {
  const remedy = FAILURES[type].remedy;
  const all = { jobId: run.plan.jobId, ...details, remedy };
  return new RunFailure(
    message,
    { type, message: `${message}. ${remedy}`, details: all },
    details.unknown,
  );
}

/** The failure that an activity reported, with the execution id if it is known. */
export function fromActivityFailure(
  run: OfJob,
  failure: Failure,
  details: Details = {},
): RunFailure {
  const all = { jobId: run.plan.jobId, ...failure.details, ...details };
  return new RunFailure(failure.message, { ...failure, details: all }, all.unknown);
}

export const canceled = (message: string, unknown?: string): RunFailure =>
  new RunFailure(message, undefined, unknown);

export const deadlineExceeded = (run: OfJob, rest: string, details: Details = {}): RunFailure =>
  runFailure(
    run,
    'DataFlowDeadlineExceeded',
    `job ${run.plan.jobId} did not end within its time limit; ${rest}`,
    details,
  );

/** The outcome of a POST stayed unknown after reconciling, or the matches were not exact. */
export function ambiguous(run: OfJob, candidates: readonly string[], why: string): RunFailure {
  const named = candidates.length > 0 ? ` (candidates: ${candidates.join(', ')})` : '';
  const message = `a start of job ${run.plan.jobId} may have been accepted, and ${why}${named}`;
  return runFailure(run, 'DataFlowSubmissionAmbiguous', message, { candidates });
}

/** What the user must check if the run had to end before the outcome of a submission was known. */
export function unknownStart(run: OfJob, candidates: readonly string[], why: string): string {
  const check =
    candidates.length > 0 ? `check ${candidates.join(', ')}` : 'check the newest executions';
  return `a start of job ${run.plan.jobId} may have been accepted, ${why}: ${check} of the job in the service`;
}

/** Longest log path in failure details, in characters. */
const MAX_LOG_PATH = 300;

/** The execution that a failure is about, and where its log is. */
export function endedExecution({ jobExecutionId, jobCondition }: JobExecution): Details {
  const logPath = jobCondition?.logPath?.slice(0, MAX_LOG_PATH);
  return { executionId: jobExecutionId, ...(logPath !== undefined && { logPath }) };
}

/** Failure of the run for an execution that ended other than COMPLETED. */
export function executionFailure(
  run: OfJob & { readonly submission: Parameters<typeof duplicatesOf>[0] },
  tracked: { readonly how: SubmissionOutcome },
  execution: JobExecution,
): RunFailure {
  const { jobExecutionId: executionId, status } = execution;
  const details = { ...endedExecution(execution), ...duplicatesOf(run.submission) };
  const how = tracked.how === 'submitted' ? '' : ` (${tracked.how})`;
  return status === 'CANCELED'
    ? runFailure(
        run,
        'DataFlowExecutionCanceled',
        `execution ${executionId}${how} of job ${run.plan.jobId} was CANCELED by somebody else`,
        details,
      )
    : runFailure(
        run,
        'DataFlowExecutionFailed',
        `execution ${executionId}${how} of job ${run.plan.jobId} ended ${status}`,
        details,
      );
}

export function duplicatesOf({
  state,
}: {
  readonly state: { readonly record: { readonly duplicates: readonly string[] } };
}): Details {
  const { duplicates } = state.record;
  return duplicates.length > 0 ? { duplicates } : {};
}
