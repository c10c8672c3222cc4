import { workflowInfo } from '@temporalio/workflow';
import type { PlannedStep } from '../../contract/pipeline.js';
import type { ItemRef } from '../../pipeline/plan/events.js';
import { startActivityItem, startRemoteItem } from './activity-item.js';
import { startApprovalItem } from './approval-item.js';
import { startChildItem } from './child-item.js';
import type { ItemStart, RunningItem } from './item.js';
import { startJobItem } from './job-item.js';
import type { Limited } from './job-limit.js';
import type { Surroundings } from './values.js';

/**
 * Workflow id of a pipeline within this one: the same after continue-as-new, and never that of another run of the same
 * pipeline in the same workflow.
 */
export function childId(
  { run, plan }: Pick<Surroundings, 'run' | 'plan'>,
  { step, index }: Pick<ItemRef, 'step' | 'index'>,
  isOfMany: boolean,
): string {
  // The first run of the workflow has the plain id; a key ends with what tells one run id from another, and an ordinal.
  const isFirst = run.key === workflowInfo().firstExecutionRunId;
  const which = isFirst ? plan.pipeline : `${plan.pipeline}-${run.key.slice(24)}`;
  return `${run.id}/${which}/${step}${isOfMany ? `/${index}` : ''}`;
}

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
