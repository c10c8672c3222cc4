import type { WorkflowHandle } from '@temporalio/client';
import type { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';

export type HistoryEvent = NonNullable<
  Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']
>[number];

/** Encoded values of an event, if it has any. */
export type Payloads = Parameters<typeof decodeFromPayloadsAtIndex>[2];
