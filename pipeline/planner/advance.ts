import type { PipelineMessage, PipelinePlan, PipelineState } from '../../contract/pipeline.js';
import { type Draft, draftOf, type Evaluate, finished } from './draft.js';
import { tellHold, end } from './ending.js';
import type { Command, PlanEvent } from './events.js';
import { itemEnded, itemStarted, stopAll } from './item-events.js';
import { applyMessage } from './messages.js';
import { messageRefusal } from './message-refusal.js';
import { settle } from './settle.js';
import { noteStop } from './stop.js';

export interface Advance {
  readonly state: PipelineState;
  /** What the workflow has to do now, in this order. */
  readonly commands: readonly Command[];
}

/**
 * What an event makes of a run. Total: an event that comes too late, twice, or that makes no sense changes nothing
 * (the same state is returned). Costs a pass over the steps, and a copy of what changes.
 *
 * The plan must have been checked: needs are names of steps, without a circle. `nowMs`: when the event came; without it
 * steps keep no times.
 */
export function advance(
  plan: PipelinePlan,
  state: PipelineState,
  event: PlanEvent,
  evaluate: Evaluate,
  nowMs?: number,
): Advance {
  if (state.ended !== undefined) return { state, commands: [] };
  const draft = draftOf(plan, state, evaluate, nowMs);
  take(draft, event);
  if (draft.run.ended === undefined) settle(draft);
  noteStop(draft);
  return { state: finished(draft), commands: draft.commands };
}

function take(draft: Draft, event: PlanEvent): void {
  const { run } = draft;
  switch (event.kind) {
    case 'begin':
      delete run.draining;
      if (run.held) tellHold(draft);
      return;
    case 'itemStarted':
      itemStarted(draft, event);
      return;
    case 'itemEnded':
      itemEnded(draft, event);
      return;
    case 'cancel':
    case 'deadline':
    case 'size':
      stopAll(draft, event.kind);
      return;
    case 'holdExpired':
      if (run.held && event.hold === run.holds) end(draft);
      return;
    case 'drain':
      run.draining = true;
      return;
    case 'evaluate':
      return;
    default:
      takeMessage(draft, event);
  }
}

/** What an Update would refuse is not obeyed either. */
function takeMessage(draft: Draft, message: PipelineMessage): void {
  if (messageRefusal(draft.plan, draft.before, message) === undefined) applyMessage(draft, message);
}
