import type { StepSummary } from '../../contract/pipeline-run.js';
import { toTable } from './table.js';

/** Steps of a pipeline, a row each. */
export const stepTable = (steps: Readonly<Record<string, StepSummary>>): string =>
  toTable(Object.entries(steps), [
    { heading: 'step', cell: ([id]) => id },
    { heading: 'status', cell: ([, { status }]) => status },
    {
      heading: 'items',
      cell: ([, { items }]) => items && `${items.succeeded ?? 0}/${items.total} succeeded`,
    },
    { heading: 'execution', cell: ([, { executionId }]) => executionId },
    { heading: 'reason', cell: ([, { reason }]) => reason },
  ]);
