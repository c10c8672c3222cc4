import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { isCancellation } from '@temporalio/workflow';
import type { FailureDetails } from '../../contract/failures.js';
import type { CarriedItem } from '../../contract/pipeline-run.js';
import type { PlannedStep } from '../../contract/pipeline.js';
import { ExpressionError } from '../../pipeline/expressions/expression-error.js';
import type { ExpressionValues } from '../../pipeline/expressions/scope.js';
import type { ItemRef } from '../../pipeline/plan/events.js';
import { problemOf } from './values.js';

/** How an item ended. */
export interface ItemEnd {
  readonly outcome: 'succeeded' | 'failed' | 'canceled';
  readonly output?: unknown;
  readonly executionId?: string;
  readonly reason?: string;
}

/** An item that is to be started, or taken up again. */
export interface ItemStart<Step extends PlannedStep> {
  readonly step: Step;
  readonly ref: ItemRef;
  readonly values: ExpressionValues;
  readonly carried?: CarriedItem;
  /** Workflow id of a pipeline within this one. */
  readonly childId: string;
  /** Profile of the run. */
  readonly profile?: string;
  readonly onStarted: (executionId: string) => void;
  /** Called once; not by an item that was dismissed. */
  readonly onEnded: (end: ItemEnd) => void;
}

/** An item that runs. */
export interface RunningItem {
  /** Tells it to stop; it reports how it ended. */
  cancel(): void;
  /** It was decided: it waits no longer, and reports nothing. */
  dismiss?(): void;
  /** Continue-as-new has to wait for its end: nobody could take it up again. */
  readonly mustEnd?: true;
  /** The workflow is about to continue as new. */
  drain?(): void;
  /** Whether continue-as-new has to wait just now. `isPatient`: for what may also be begun anew. */
  isBusy(isPatient: boolean): boolean;
  /** What is needed to take it up again. */
  carry(): Omit<CarriedItem, keyof ItemRef>;
  /** What it does or waits for, in words. */
  note?(): string | undefined;
}

/** How an item ended that threw. */
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

/** How an item ends that could not be started. @throws what is a mistake of ours, which fails the workflow task */
export function endOfRefusedStart(error: unknown): ItemEnd {
  if (error instanceof ExpressionError) return { outcome: 'failed', reason: problemOf(error) };
  if (error instanceof ApplicationFailure) return endOf(error);
  throw error;
}

/** Reports the end of an act, however it ends. */
export function report(
  { onEnded }: Pick<ItemStart<PlannedStep>, 'onEnded'>,
  act: Promise<ItemEnd>,
): void {
  void act.catch(endOf).then(onEnded);
}
