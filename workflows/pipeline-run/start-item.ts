import { childWorkflowId } from '../../contract/pipeline-ids.js';
import type { PlannedStep } from '../../contract/pipeline.js';
import type { ItemRef } from '../../pipeline/planner/events.js';
import { startActivityItem, startRemoteItem } from './activity-item.js';
import { startApprovalItem } from './approval-item.js';
import { startChildItem } from './child-item.js';
import { startWaitItem } from './wait-item.js';
import type { ItemStart, RunningItem } from './item.js';
import { startJobItem } from './job-item.js';
import type { Limited } from './job-limit.js';
import type { Surroundings } from '../../pipeline/evaluation.js';

/** Workflow id of a pipeline within this one. Continue-as-new does not change it, and no other item has it. */
export const childId = (
  { childIdPrefix }: Pick<Surroundings, 'childIdPrefix'>,
  { step, index }: Pick<ItemRef, 'step' | 'index'>,
  isOfMany: boolean,
): string => childWorkflowId(childIdPrefix, step, isOfMany ? index : undefined);

/** Starts an item by the kind of its step. @throws ExpressionError; ApplicationFailure for an invalid request */
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
    case 'wait':
      return startWaitItem({ ...rest, step });
    case 'pipeline':
      return startChildItem({ ...rest, step }, isDraining);
  }
}
