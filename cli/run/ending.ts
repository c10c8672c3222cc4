import { WorkflowFailedError } from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { type FailureDetails, type FailureType, isFailureType } from '../../contract/failures.js';
import type { PipelineProgress } from '../../contract/pipeline-run.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { RunProgress } from '../../contract/run.js';
import type { LeftRunning } from '../../worker/left-running.js';
import { EXIT_OF_FAILURE, EXIT_OF_OUTCOME, type ExitName } from '../exit-codes.js';

/** How a workflow ended. Plain JSON: `--json` prints it. */
export interface Ending {
  readonly workflowId: string;
  readonly outcome: keyof typeof EXIT_OF_OUTCOME;
  /** ISO 8601, by the server's clock. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** What the workflow returned. */
  readonly result?: unknown;
  readonly failure?: {
    readonly type?: FailureType;
    readonly message: string;
    readonly details?: FailureDetails;
  };
  /** Progress of its runs at the end; absent for a completed workflow, which has a result. */
  readonly runs?: readonly (RunProgress | RemoteRunProgress)[];
  /** Progress of its pipelines at the end; absent for a completed workflow. */
  readonly pipelines?: readonly PipelineProgress[];
  /** What it had started and had not seen to end; absent where no worker answered. */
  readonly mayStillRun?: readonly LeftRunning[];
}

/** The first failure of the failure table in the chain of causes; a user's workflow may wrap it. */
function ownFailureIn(error: unknown): ApplicationFailure | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one instanceof ApplicationFailure && isFailureType(one.type)) return one;
  }
  return undefined;
}

const rootMessage = (error: Error): string =>
  error.cause instanceof Error ? rootMessage(error.cause) : error.message;

/** How a workflow ended. @throws errors that are no end of it, e.g. that the server cannot be reached */
export async function readEnding(workflowId: string, result: Promise<unknown>): Promise<Ending> {
  try {
    const value = await result;
    return { workflowId, outcome: 'completed', ...(value !== undefined && { result: value }) };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { workflowId, ...endingOfCause(error.cause ?? error) };
  }
}

function endingOfCause(cause: Error): Omit<Ending, 'workflowId'> {
  const own = ownFailureIn(cause);
  if (own !== undefined) {
    const details = own.details?.[0] as FailureDetails | undefined;
    const type = own.type as FailureType;
    const failure = { type, message: own.message, ...(details !== undefined && { details }) };
    return { outcome: 'failed', failure };
  }
  const message = rootMessage(cause);
  if (cause instanceof CancelledFailure) return { outcome: 'canceled', failure: { message } };
  if (cause instanceof TerminatedFailure) return { outcome: 'terminated', failure: { message } };
  if (cause instanceof TimeoutFailure) return { outcome: 'timed-out', failure: { message } };
  return { outcome: 'failed', failure: { message } };
}

/** The exit code of an ending. If something may still run or is unknown, that decides; else how the workflow ended. */
export function exitOfEnding({ outcome, failure, runs = [], mayStillRun = [] }: Ending): ExitName {
  const isLeft = mayStillRun.length > 0 || runs.some((run) => run.unknown !== undefined);
  if (outcome !== 'completed' && isLeft) return 'unknown';
  return failure?.type === undefined ? EXIT_OF_OUTCOME[outcome] : EXIT_OF_FAILURE[failure.type];
}
