import type { Packed, PipelineParameters } from './pipeline-run.js';

/** Runs of a pipeline for scheduled times that have passed. Plain JSON. */

/** Most scheduled times of one backfill. */
export const MAX_BACKFILL_TIMES = 10_000;
/** Most runs of a backfill at once. */
export const MAX_BACKFILL_ACTIVE = 100;
export const DEFAULT_BACKFILL_ACTIVE = 3;

/** Which times are run: those without a run; also those whose run failed or was canceled; all but those that run. */
export type Reprocess = 'missing' | 'failed' | 'all';

/** Scheduled times in the order in which they run, seconds since 1970. */
export type Times = readonly number[] | Packed;

export interface BackfillRequest {
  /** As it is written. */
  readonly pipeline: object | string;
  /** Its name: of the workflow ids of its runs. */
  readonly name: string;
  readonly times: Times;
  /** @default 'missing' */
  readonly reprocess?: Reprocess;
  /** @default 3 */
  readonly maxActive?: number;
  /** Take precedence over those of the schedule. */
  readonly parameters?: PipelineParameters;
  /** Profile of the steps that name none. @default 'default' */
  readonly profile?: string;
  /** Memo of its runs. */
  readonly memo?: Readonly<Record<string, unknown>>;
  /** Events after which it continues as new. @default when the server suggests it */
  readonly continueAfterEvents?: number;
  /** How many times there were in all, and how they ended; set by the workflow itself. */
  readonly resumeFrom?: BackfillCounts & { readonly paused: boolean };
}

/** How the runs of a backfill ended. */
export interface BackfillCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  /** A run for this time was there, or was started by somebody else: it was left alone. */
  readonly present: number;
  /** The first ones that failed or were canceled. */
  readonly failures: readonly BackfillFailure[];
}

export interface BackfillFailure {
  readonly runId: string;
  readonly outcome: 'failed' | 'canceled';
  readonly reason: string;
}

/** Answer of the query `dataflowBackfillProgress`, also after the end. */
export interface BackfillProgress extends BackfillCounts {
  readonly pipeline: string;
  readonly phase: 'running' | 'paused' | 'draining' | 'stopping' | 'ended' | 'canceled';
  readonly maxActive: number;
  /** Times whose runs have not started. */
  readonly waiting: number;
  /** Workflow ids of the runs that go on. */
  readonly running: readonly string[];
}

/** What a backfill gives that was not canceled. */
export interface BackfillResult extends BackfillCounts {
  readonly pipeline: string;
}
