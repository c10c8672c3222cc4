import type { PipelineMessage, ParameterValue, PipelineEnd } from '../../contract/pipeline.js';

/** One start of one item. An event of an attempt that does not run is late, and changes nothing. */
export interface ItemRef {
  readonly step: string;
  readonly index: number;
  readonly attempt: number;
}

/** Events of the planner. Every event is possible in every state. */
export type PlanEvent =
  /** The run begins, or continues after continue-as-new. */
  | { readonly kind: 'begin' }
  | (ItemRef & { readonly kind: 'itemStarted'; readonly executionId: string })
  | (ItemRef & {
      readonly kind: 'itemEnded';
      readonly outcome: 'succeeded' | 'failed' | 'canceled';
      readonly output?: unknown;
      readonly executionId?: string;
      readonly reason?: string;
      /** Submissions of a job beyond the first. */
      readonly retries?: number;
    })
  /** The whole run must end: cancelled, or its time is over. */
  | { readonly kind: 'cancel' }
  | { readonly kind: 'deadline' }
  /** The state that the run has to hand over is too large. */
  | { readonly kind: 'size' }
  /** `hold`: the number that the command gave. */
  | { readonly kind: 'holdExpired'; readonly hold: number }
  /** The workflow is about to continue as new. */
  | { readonly kind: 'drain' }
  /** Postponed expressions may be evaluated now. */
  | { readonly kind: 'evaluate' }
  | PipelineMessage;

export type Command =
  | (ItemRef & { readonly kind: 'start'; readonly value: ParameterValue | null })
  /** Stop it and report how it ended. */
  | (ItemRef & { readonly kind: 'cancel' })
  /** End an approval that was decided. No report is expected. */
  | (ItemRef & { readonly kind: 'discard' })
  /** Report `holdExpired` with this number after `forMs`. */
  | { readonly kind: 'hold'; readonly hold: number; readonly forMs: number }
  /** Report `evaluate` in another workflow task: expressions were postponed. */
  | { readonly kind: 'pause' }
  | ({ readonly kind: 'end' } & PipelineEnd);
