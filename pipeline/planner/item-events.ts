import type { ItemState, RunEnding } from '../../contract/pipeline.js';
import { type Draft, setItem, stepOf } from './draft.js';
import type { ItemRef, PlanEvent } from './events.js';
import { endingOf } from './rules.js';
import { maxReason, shortened } from './step-states.js';
import { noteFailure } from './stop.js';

type Told<Kind extends PlanEvent['kind']> = Extract<PlanEvent, { readonly kind: Kind }>;

/** The item, if this attempt of it runs. Undefined: the event is late. */
function runningItem(draft: Draft, { step, index, attempt }: ItemRef): ItemState | undefined {
  if (!Object.hasOwn(draft.plan.steps, step)) return undefined;
  const item = stepOf(draft, step).items[index];
  return item?.status === 'running' && item.attempt === attempt ? item : undefined;
}

export function itemStarted(draft: Draft, event: Told<'itemStarted'>): void {
  const item = runningItem(draft, event);
  const { step, index, executionId } = event;
  if (item === undefined || item.executionId === executionId) return;
  setItem(draft, step, index, { ...item, executionId });
}

export function itemEnded(draft: Draft, event: Told<'itemEnded'>): void {
  const item = runningItem(draft, event);
  if (item === undefined) return;
  const { step, index, outcome, output, reason, retries, executionId = item.executionId } = event;
  setItem(draft, step, index, {
    status: outcome,
    attempt: item.attempt,
    ...(output !== undefined && { output }),
    ...(executionId !== undefined && { executionId }),
    ...(retries !== undefined && { retries }),
    ...(reason !== undefined && { reason: shortened(reason, maxReason(stepOf(draft, step))) }),
  });
  if (outcome !== 'succeeded') noteFailure(draft, step);
}

/** Cancels every running item of a step, once. */
export function stopItems(draft: Draft, step: string): void {
  for (const [index, item] of stepOf(draft, step).items.entries()) {
    if (item.status !== 'running' || item.canceling) continue;
    setItem(draft, step, index, { ...item, canceling: true });
    draft.commands.push({ kind: 'cancel', step, index, attempt: item.attempt });
  }
}

/** Ends the whole run: running items are stopped. The first reason for that stays. */
export function stopAll(draft: Draft, why: RunEnding): void {
  const { run, order } = draft;
  if (endingOf(run) !== undefined) return;
  run.stopping = why;
  for (const id of order.ids) if (stepOf(draft, id).status === 'running') stopItems(draft, id);
}
