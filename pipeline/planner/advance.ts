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
  /** Must be executed in this order. */
  readonly commands: readonly Command[];
}

/**
 * Next state of a run after an event, and the commands that follow. An event that is late, repeated or impossible
 * changes nothing: the state is returned unchanged. Takes one pass over the steps, and copies only what changes.
 *
 * The plan must have been checked: needs are names of steps, without a cycle. `nowMs`: time of the event; without it
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

/** A message that an Update would refuse changes nothing. */
function takeMessage(draft: Draft, message: PipelineMessage): void {
  if (messageRefusal(draft.plan, draft.before, message) === undefined) applyMessage(draft, message);
}
