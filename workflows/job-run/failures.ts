import { FAILURES, type FailureDetails, type FailureType } from '../../contract/failures.js';
import type { JobExecution } from '../../contract/job.js';
import type { Failure } from './port.js';
import type { TrackedExecution, Run, Submission } from './run.js';

/** How a run ended other than with a COMPLETED execution. */
export class RunFailure extends Error {
  override readonly name = 'RunEnded';
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

/** Failure of this type, which ends the run. `details.unknown`: facts that stay unknown. */
export function failed(
  run: Run,
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
export function fromActivityFailure(run: Run, failure: Failure, details: Details = {}): RunFailure {
  const all = { jobId: run.plan.jobId, ...failure.details, ...details };
  return new RunFailure(failure.message, { ...failure, details: all }, all.unknown);
}

export const canceled = (message: string, unknown?: string): RunFailure =>
  new RunFailure(message, undefined, unknown);

export const deadlineExceeded = (run: Run, rest: string, details: Details = {}): RunFailure =>
  failed(
    run,
    'DataFlowDeadlineExceeded',
    `job ${run.plan.jobId} did not end within its time limit; ${rest}`,
    details,
  );

/** The outcome of a POST stayed unknown after reconciling, or the matches were not exact. */
export function ambiguous(run: Run, submission: Submission, why: string): RunFailure {
  const candidates = submission.candidates;
  const named = candidates.length > 0 ? ` (candidates: ${candidates.join(', ')})` : '';
  const message = `a start of job ${run.plan.jobId} may have been accepted, and ${why}${named}`;
  return failed(run, 'DataFlowSubmissionAmbiguous', message, { candidates });
}

/** What the user must check if the run had to end before the outcome of a submission was known. */
export function unknownStart(run: Run, submission: Submission, why: string): string {
  const { candidates } = submission;
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
  run: Run,
  tracked: TrackedExecution,
  execution: JobExecution,
): RunFailure {
  const { jobExecutionId: executionId, status } = execution;
  const details = { ...endedExecution(execution), ...duplicatesOf(run.submission) };
  const how = tracked.how === 'submitted' ? '' : ` (${tracked.how})`;
  return status === 'CANCELED'
    ? failed(
        run,
        'DataFlowExecutionCanceled',
        `execution ${executionId}${how} of job ${run.plan.jobId} was CANCELED by somebody else`,
        details,
      )
    : failed(
        run,
        'DataFlowExecutionFailed',
        `execution ${executionId}${how} of job ${run.plan.jobId} ended ${status}`,
        details,
      );
}

export const duplicatesOf = ({ duplicates }: Submission): Details =>
  duplicates.length > 0 ? { duplicates } : {};
