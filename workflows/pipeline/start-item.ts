import type { PlannedStep } from '../../contract/pipeline.js';
import { startActivityItem, startRemoteItem } from './activity-item.js';
import { startApprovalItem } from './approval-item.js';
import { startChildItem } from './child-item.js';
import type { ItemStart, RunningItem } from './item.js';
import { startJobItem } from './job-item.js';
import type { Limited } from './job-limit.js';

/** Starts an item by the kind of its step. @throws ExpressionError; ApplicationFailure for a request that cannot be right */
export function startItem(
  start: ItemStart<PlannedStep> & Limited,
  isDraining: () => boolean,
): RunningItem {
  const { step, ...rest } = start;
  switch (step.kind) {
    case 'job':
      return startJobItem({ ...rest, step });
    case 'remoteWorkflow':
      return startRemoteItem({ ...rest, step });
    case 'activity':
      return startActivityItem({ ...rest, step });
    case 'approval':
      return startApprovalItem({ ...rest, step });
    case 'pipeline':
      return startChildItem({ ...rest, step }, isDraining);
  }
}
