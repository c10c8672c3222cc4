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
import { problemOf } from './values.js';

/** Of an item among those that run. */
export const keyOf = ({ step, index }: Pick<ItemRef, 'step' | 'index'>): string =>
  `${step}/${index}`;

/** How an item ended. */
export interface ItemEnd {
  readonly outcome: 'succeeded' | 'failed' | 'canceled';
  readonly output?: unknown;
  readonly executionId?: string;
  readonly reason?: string;
  /** Submissions of a job beyond the first. */
  readonly retries?: number;
}

/** An item that is to be started, or taken up again. */
export interface ItemStart<Step extends PlannedStep> {
  readonly step: Step;
  readonly ref: ItemRef;
  readonly values: ExpressionValues;
  readonly carried?: CarriedItem;
  /** Workflow id of a pipeline within this one. */
  readonly childId: string;
  /** The pipeline run that it belongs to. */
  readonly owner: object;
  /** Profile of the run. */
  readonly profile?: string;
  /** Counts what the item is started with. @throws ApplicationFailure where that is too large */
  readonly sent: (input: unknown) => void;
  readonly onStarted: (executionId: string) => void;
  /** Called once; not by an item that was discarded. */
  readonly onEnded: (end: ItemEnd) => void;
}

/** An item that runs. */
export interface RunningItem {
  /** Tells it to stop; it reports how it ended. */
  cancel(): void;
  /** It was decided: it waits no longer, and reports nothing. */
  discard?(): void;
  /** Continue-as-new has to wait for its end: nobody could take it up again. */
  readonly mustEnd?: true;
  /** The workflow is about to continue as new. */
  drain?(): void;
  /** Whether continue-as-new has to wait just now. `isPatient`: for what may also be begun anew. */
  isBusy(isPatient: boolean): boolean;
  /** What is needed to take it up again; asked by queries, too. */
  snapshot(): Omit<CarriedItem, keyof ItemRef>;
  /** Another run goes on with it from now on. */
  handedOver?(): void;
  /** What it does or waits for, in words. */
  note?(): string | undefined;
  /** Key of its run in the progress query. */
  submission?(): string;
}

/** Most bytes of JSON that one item is started with: the server takes 2 MB, beside headers and what a codec adds. */
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

/** What a run does or waits for, in words. */
export function noteOf({
  phase,
  note = phase,
  lastError,
}: Pick<RunProgress, 'phase' | 'note' | 'lastError'>): string {
  return lastError === undefined ? note : `${note}; last error: ${lastError}`;
}

/** Reports the end of an act, however it ends. */
export function report(
  { onEnded }: Pick<ItemStart<PlannedStep>, 'onEnded'>,
  act: Promise<ItemEnd>,
): void {
  void act.catch(endOf).then(onEnded);
}
