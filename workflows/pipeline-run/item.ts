import type { ScheduledRun } from '../../contract/schedule.js';
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { isCancellation } from '@temporalio/workflow';
import type { FailureDetails } from '../../contract/failures.js';
import type { CarriedItem } from '../../contract/pipeline-run.js';
import type { PlannedStep } from '../../contract/pipeline.js';
import type { RunProgress } from '../../contract/run.js';
import { ExpressionError } from '../../pipeline/expressions/expression-error.js';
import type { ExpressionValues } from '../../pipeline/expressions/scope.js';
import type { StepMeter } from '../../pipeline/expressions/step-budget.js';
import { bytesOf } from '../../pipeline/packed.js';
import type { ItemRef } from '../../pipeline/planner/events.js';
import { invalidInput } from '../runtime/failures.js';
import { expressionProblemText } from '../../pipeline/evaluation.js';

/** Key of a running item. */
export const itemKey = ({ step, index }: Pick<ItemRef, 'step' | 'index'>): string =>
  `${step}/${index}`;

export interface ItemEnd {
  readonly outcome: 'succeeded' | 'failed' | 'canceled';
  readonly output?: unknown;
  readonly executionId?: string;
  readonly reason?: string;
  /** Submissions of a job beyond the first. */
  readonly retries?: number;
}

/** What starts or resumes an item. */
export interface ItemStart<Step extends PlannedStep> {
  readonly step: Step;
  readonly ref: ItemRef;
  readonly values: ExpressionValues;
  readonly carried?: CarriedItem;
  /** Workflow id of a nested pipeline. */
  readonly childId: string;
  /** The pipeline run that it belongs to. */
  readonly owner: object;
  /** Profile of the run. */
  readonly profile?: string;
  /** Scheduled time of the run. */
  readonly scheduled?: ScheduledRun;
  /**
   * Counts the input of the item.
   * @throws ApplicationFailure where that is too large
   */
  readonly sent: (input: unknown) => void;
  readonly onStarted: (executionId: string) => void;
  /** Called once, when the item ends; not if it was discarded. */
  readonly onEnded: (end: ItemEnd) => void;
}

export interface RunningItem {
  /** Cancels it; it then reports how it ended. */
  cancel(): void;
  /** Ends an approval that was decided, without a report. */
  discard?(): void;
  /** Continue-as-new must wait for its end: another run could not resume it. */
  readonly blocksContinueAsNew?: true;
  /** The workflow is about to continue as new. */
  drain?(): void;
  /** Whether continue-as-new must wait now. `isPatient`: also for work that could be repeated. */
  isBusy(isPatient: boolean): boolean;
  /** State from which it is resumed; queries read it too. */
  snapshot(): Omit<CarriedItem, keyof ItemRef>;
  /** Another run continues it from now on. */
  handedOver?(): void;
  /** Note on what it does or waits for. */
  note?(): string | undefined;
  /** Key of its run in the progress query. */
  submission?(): string;
}

/** Maximum input of one item in bytes of JSON: the server accepts 2 MB, including headers and what a codec adds. */
const MAX_INPUT_BYTES = 1_000_000;

/** Counts the input of an item for the pace of the run. */
export const inputCounter =
  (meter: StepMeter): ItemStart<PlannedStep>['sent'] =>
  (input) => {
    const bytes = bytesOf(input);
    meter.countSent(bytes);
    if (bytes > MAX_INPUT_BYTES)
      throw invalidInput([
        `its input must take at most ${MAX_INPUT_BYTES} bytes, and takes ${bytes}`,
      ]);
  };

/** Result of an item that threw. */
export function endOf(error: unknown): ItemEnd {
  const isWrapped = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  const cause = isWrapped ? (error.cause ?? error) : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (isCancellation(error)) return { outcome: 'canceled', reason: message };
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  const details = cause instanceof ApplicationFailure ? cause.details?.[0] : undefined;
  const { executionId } = (details ?? {}) as Partial<FailureDetails>;
  return {
    outcome: 'failed',
    reason: typeof type === 'string' && type !== 'Error' ? `${type}: ${message}` : message,
    ...(typeof executionId === 'string' && { executionId }),
  };
}

/**
 * Result of an item that could not be started.
 * @throws any other error, which is a bug of this package and fails the workflow task
 */
export function endOfRefusedStart(error: unknown): ItemEnd {
  if (error instanceof ExpressionError)
    return { outcome: 'failed', reason: expressionProblemText(error) };
  if (error instanceof ApplicationFailure) return endOf(error);
  throw error;
}

/** Note on what a run does or waits for. */
export function noteOf({
  phase,
  note = phase,
  lastError,
}: Pick<RunProgress, 'phase' | 'note' | 'lastError'>): string {
  return lastError === undefined ? note : `${note}; last error: ${lastError}`;
}

/** Reports the result of an activity, whether it completes or fails. */
export function reportItem(
  { onEnded }: Pick<ItemStart<PlannedStep>, 'onEnded'>,
  act: Promise<ItemEnd>,
): void {
  void act.then(onEnded, (error: unknown) => {
    onEnded(endOf(error));
  });
}
