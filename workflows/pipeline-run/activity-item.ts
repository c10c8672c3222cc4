import type { ActivityStep, RemoteWorkflowStep } from '../../contract/pipeline.js';
import { evaluatedStep } from '../../pipeline/evaluation.js';
import { evaluateTemplate } from '../../pipeline/expressions/evaluate-template.js';
import { usersActivity } from '../activities.js';
import { startRemoteWorkflow } from '../run-remote-workflow.js';
import { newScope } from '../runtime/own-scope.js';
import { type ItemStart, noteOf, reportItem, type RunningItem } from './item.js';

/** Another run cannot continue it: starting it again would run it twice. */
const UNRESUMABLE = {
  blocksContinueAsNew: true,
  isBusy: () => true,
  snapshot: () => ({}),
} as const;

/** An activity of the user. A cancelled item ends when the activity has ended. */
export function startActivityItem(start: ItemStart<ActivityStep>): RunningItem {
  const { step, values, ref } = start;
  const input = step.with === undefined ? [] : [evaluateTemplate(step.with, values)];
  start.sent(input[0]);
  const scope = newScope();
  const act = usersActivity(step, ref.step);
  reportItem(
    start,
    scope.run(() => act(...input)).then((output) => ({ outcome: 'succeeded', output })),
  );
  return {
    ...UNRESUMABLE,
    cancel: () => {
      scope.cancel();
    },
  };
}

/** A workflow of the service. */
export function startRemoteItem(start: ItemStart<RemoteWorkflowStep>): RunningItem {
  const { workflowId, options } = evaluatedStep(start.step, start.values);
  const profile = options.profile ?? start.profile;
  const handle = startRemoteWorkflow({
    ...{ workflowId, ...options },
    ...(profile !== undefined && { profile }),
  });
  reportItem(
    start,
    handle.result().then(({ nodes }) => ({
      outcome: 'succeeded',
      output: {
        executions: nodes.map(({ jobId, execution }) => ({
          jobId,
          executionId: execution.jobExecutionId,
        })),
      },
    })),
  );
  return {
    ...UNRESUMABLE,
    cancel: () => {
      handle.cancel();
    },
    note: () => {
      const progress = handle.progress();
      const { nodes } = progress;
      const done = nodes.filter(({ status }) => status === 'COMPLETED').length;
      const jobs = nodes.length === 0 ? '' : `${done} of ${nodes.length} jobs done, `;
      return jobs + noteOf(progress);
    },
    submission: () => handle.progress().submission,
  };
}
