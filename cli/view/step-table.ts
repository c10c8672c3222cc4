import { durationText } from '../../contract/durations.js';
import type { StepDecision, StepSummary } from '../../contract/pipeline-run.js';
import { toTable } from './table.js';

/** A step of a pipeline as a row. */
export interface StepRow extends StepSummary {
  readonly id: string;
  readonly kind?: string;
  /** Lines below the row. */
  readonly notes: readonly string[];
}

/** The table of the steps of a pipeline. `width`: columns of the terminal. */
export const stepTable = (rows: readonly StepRow[], width?: number): string =>
  toTable(
    rows,
    [
      { heading: 'step', cell: ({ id }) => id },
      { heading: 'kind', cell: ({ kind }) => kind, rank: 2 },
      { heading: 'status', cell: ({ status }) => status },
      { heading: 'started', cell: ({ startedAt }) => startedAt, rank: 1 },
      { heading: 'took', cell: tookOf },
      { heading: 'attempts', cell: ({ attempts }) => attempts },
      { heading: 'items', cell: itemsOf },
      { heading: 'execution', cell: ({ executionId }) => executionId, rank: 3 },
    ],
    { width, below: ({ notes }) => notes },
  );

const itemsOf = ({ items }: StepSummary): string | undefined =>
  items && `${items.succeeded ?? 0}/${items.total} succeeded`;

function tookOf({ startedAt, endedAt }: StepSummary): string | undefined {
  return startedAt === undefined || endedAt === undefined
    ? undefined
    : durationText(Date.parse(endedAt) - Date.parse(startedAt));
}

export const decisionText = ({ approved, by, comment }: StepDecision): string =>
  `${approved ? 'approved' : 'rejected'}${by === undefined ? '' : ` by ${by}`}${comment === undefined ? '' : `: ${comment}`}`;
