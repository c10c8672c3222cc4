import { FAILURES, type FailureDetails, type FailureType } from '../../contract/failures.js';
import type { JobExecution } from '../../contract/job.js';
import type { Failure } from './port.js';
import type { Gained, Run, Submission } from './run.js';

/** How a run ended other than with a COMPLETED execution. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded';
  /** Undefined: canceled, which the rim turns into the workflow's own cancellation. */
  readonly failure: Failure | undefined;
  /** What could not be found out. */
  readonly unknown: string | undefined;

  constructor(message: string, failure?: Failure, unknown?: string) {
    super(message);
    this.failure = failure;
    this.unknown = unknown;
  }
}

type Details = Omit<FailureDetails, 'remedy'>;

/** Ends the run with a failure of this type. `unknown`: what could not be found out. */
export function failed(
  run: Run,
  type: FailureType,
  message: string,
  details: Details = {},
): RunEnded {
  const remedy = FAILURES[type].remedy;
  const all = { jobId: run.plan.jobId, ...details, remedy };
  return new RunEnded(
    message,
    { type, message: `${message}. ${remedy}`, details: all },
    details.unknown,
  );
}

/** Passes on a failure that an activity reported, with the execution id where one is known. */
export function failedAs(run: Run, failure: Failure, details: Details = {}): RunEnded {
  const all = { jobId: run.plan.jobId, ...failure.details, ...details };
  return new RunEnded(failure.message, { ...failure, details: all }, all.unknown);
}

export const canceled = (message: string, unknown?: string): RunEnded =>
  new RunEnded(message, undefined, unknown);

export const deadlineExceeded = (run: Run, rest: string, details: Details = {}): RunEnded =>
  failed(
    run,
    'DataFlowDeadlineExceeded',
    `job ${run.plan.jobId} did not end within its time limit; ${rest}`,
    details,
  );

/** A doubt that looking did not settle, or that must not be settled by a guess. */
export function ambiguous(run: Run, submission: Submission, why: string): RunEnded {
  const candidates = submission.candidates;
  const named = candidates.length > 0 ? ` (candidates: ${candidates.join(', ')})` : '';
  const message = `a start of job ${run.plan.jobId} may have been accepted, and ${why}${named}`;
  return failed(run, 'DataFlowSubmissionAmbiguous', message, { candidates });
}

/** What to check, when a doubtful start could not be settled before the run had to end. */
export function unknownStart(run: Run, submission: Submission, why: string): string {
  const { candidates } = submission;
  const check =
    candidates.length > 0 ? `check ${candidates.join(', ')}` : 'check the newest executions';
  return `a start of job ${run.plan.jobId} may have been accepted, ${why}: ${check} of the job in the service`;
}

/** Failure details stay small, whatever the service shows. */
const MAX_LOG_PATH = 300;

/** The execution that a failure is about, and where its log is. */
export function endedExecution({ jobExecutionId, jobCondition }: JobExecution): Details {
  const logPath = jobCondition?.logPath?.slice(0, MAX_LOG_PATH);
  return { executionId: jobExecutionId, ...(logPath !== undefined && { logPath }) };
}

/** The end that an execution's terminal status means for the run, where it is not COMPLETED. */
export function badEnd(run: Run, gained: Gained, execution: JobExecution): RunEnded {
  const { jobExecutionId: executionId, status } = execution;
  const details = { ...endedExecution(execution), ...twinsOf(run.submission) };
  const how = gained.how === 'posted' ? '' : ` (${gained.how})`;
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

export const twinsOf = ({ twins }: Submission): Details => (twins.length > 0 ? { twins } : {});
