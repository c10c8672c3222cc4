import { sleep } from '@temporalio/workflow';
import { durationText } from '../../contract/durations.js';
import type { ApprovalStep } from '../../contract/pipeline.js';
import { evaluateTemplate } from '../../pipeline/expressions/evaluate-template.js';
import { newScope } from '../runtime/own-scope.js';
import type { ItemStart, RunningItem } from './item.js';

/** Waits for the Update `dataflowApprove`, which the planner handles; fails if there is no decision in time. */
export function startApprovalItem(start: ItemStart<ApprovalStep>): RunningItem {
  const { step, values, carried, onEnded } = start;
  const message = step.message === undefined ? '' : asText(evaluateTemplate(step.message, values));
  const limitMs = carried?.leftMs ?? step.timeoutMs;
  const endMs = limitMs === undefined ? undefined : Date.now() + limitMs;
  const scope = newScope();
  if (limitMs !== undefined) {
    scope
      .run(() => sleep(limitMs, { summary: `approve ${start.ref.step}` }))
      .then(
        () => {
          const within = durationText(step.timeoutMs ?? limitMs);
          onEnded({ outcome: 'failed', reason: `nobody decided within ${within}` });
        },
        () => undefined,
      );
  }
  const leftMs = (): number | undefined =>
    endMs === undefined ? undefined : Math.max(1, endMs - Date.now());
  return {
    cancel: () => {
      scope.cancel();
      onEnded({ outcome: 'canceled', reason: 'canceled before it was decided' });
    },
    discard: () => {
      scope.cancel();
    },
    isBusy: () => false,
    snapshot: () => {
      const left = leftMs();
      return left === undefined ? {} : { leftMs: left };
    },
    note: () => `waits for an approval${message === '' ? '' : `: ${message}`}`,
  };
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
