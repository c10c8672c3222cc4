import { close, skip } from './close.js';
import { type Draft, setItem, setStep, stepOf, takesPlace } from './draft.js';
import { noteEnd } from './ending.js';
import { beginStep } from './begin-step.js';
import { planned } from './order.js';
import { endingOf, hasEnded, isBad, objectionOf } from './rules.js';
import { pendingOf, renewed } from './step-states.js';
import { stopReason } from './stop.js';

/** Does everything that is possible now: skips, begins and ends steps, starts items, ends the run. */
export function settle(draft: Draft): void {
  const { run } = draft;
  let failuresBefore;
  do {
    failuresBefore = run.failures;
    settleOnce(draft);
  } while (run.failures > failuresBefore); // a step that could not begin may stop earlier ones
  noteEnd(draft);
}

/** One pass over the steps. */
function settleOnce(draft: Draft): void {
  const { list, order } = draft;
  for (const [place, id] of order.ids.entries()) {
    if (list[place]?.status === 'pending') decide(draft, id, place);
    if (list[place]?.status === 'running') continueStep(draft, id, place);
  }
}

/** Next state of a step that has not begun. It stays pending until all its needs have ended. */
function decide(draft: Draft, id: string, place: number): void {
  const { list, order } = draft;
  if (order.needs[place]?.some((need) => !hasEnded(list[need]?.status ?? 'skipped'))) return;
  const step = stepOf(draft, id);
  const { needs, runIf } = planned(draft.plan, id);
  const ended = needs.map((need) => ({
    ...{ id: need, status: stepOf(draft, need).status },
    isSkippedByFailure: runIf === 'anyFailed' && isSkippedByFailure(draft, need),
  }));
  const objection = objectionOf(runIf, ended);
  if (step.skip) {
    skip(draft, id, 'message', step.reason);
  } else if (objection !== undefined) {
    skip(draft, id, 'needs', objection);
  } else {
    const stop = stopReason(draft, id, step);
    if (stop !== undefined) skip(draft, id, stop);
    else if (mayStart(draft, id)) beginStep(draft, id);
  }
}

/**
 * Whether a failure is why a step was skipped: it stopped the run, or a step upstream failed. Each step is visited
 * once.
 */
function isSkippedByFailure(draft: Draft, id: string): boolean {
  const pending = [id];
  const seen = new Set(pending);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { status, why } = stepOf(draft, next);
    if (isBad(status) || (status === 'skipped' && why === 'stop')) return true;
    if (status !== 'skipped' || why !== 'needs') continue;
    for (const need of planned(draft.plan, next).needs) {
      if (!seen.has(need)) pending.push(need);
      seen.add(need);
    }
  }
  return false;
}

function continueStep(draft: Draft, id: string, place: number): void {
  const stop = stopReason(draft, id, stepOf(draft, id));
  const isEnding = endingOf(draft.run) !== undefined;
  const isRepeated = stepOf(draft, id).repeat === true && !isEnding;
  if (stop === undefined && !isRepeated) startItems(draft, id);
  const step = stepOf(draft, id);
  if (step.counts.running > 0) return;
  if (isRepeated) repeat(draft, id, place);
  else if (stop !== undefined || pendingOf(step) === 0) close(draft, id, stop);
}

/** Runs a step again whose need was retried while it ran. Its first end does not count. */
function repeat(draft: Draft, id: string, place: number): void {
  const step = stepOf(draft, id);
  setStep(draft, id, { ...renewed(step), ...(step.again !== undefined && { again: step.again }) });
  decide(draft, id, place);
  if (draft.list[place]?.status === 'running') continueStep(draft, id, place);
}

function startItems(draft: Draft, id: string): void {
  const { maxParallel } = planned(draft.plan, id);
  const given = typeof maxParallel === 'string' ? stepOf(draft, id).maxParallel : maxParallel;
  const most = given ?? Infinity;
  let { next } = stepOf(draft, id);
  for (; next < stepOf(draft, id).items.length; next += 1) {
    const { items, counts, values } = stepOf(draft, id);
    const item = items[next];
    if (item?.status !== 'pending') continue;
    if (counts.running >= most || !mayStart(draft, id)) break;
    const attempt = item.attempt + 1;
    setItem(draft, id, next, { status: 'running', attempt });
    const value = values?.[next] ?? null;
    draft.commands.push({ kind: 'start', step: id, index: next, attempt, value });
  }
  const step = stepOf(draft, id);
  if (step.next !== next) setStep(draft, id, { ...step, next });
}

/** Whether the state of the whole run allows an item of the step to start now. */
const mayStart = ({ run, plan, busy }: Draft, id: string): boolean =>
  !run.paused &&
  run.draining === undefined &&
  (busy < plan.concurrency || !takesPlace(planned(plan, id)));
