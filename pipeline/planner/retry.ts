import type { PipelinePlan, PipelineState, StepState } from '../../contract/pipeline.js';
import { type Draft, setStep, stepOf } from './draft.js';
import { initialState, renewed, resetForRetry, takenUp } from './step-states.js';
import { stepOrder, planned } from './order.js';

/**
 * Runs what failed of a step again, and everything downstream of it as a whole, whatever its rule and however it ended:
 * it rests on what runs again. So it is with what its failure had skipped or cut short.
 */
export function retry(draft: Draft, id: string): void {
  const stopped = stoppedBy(draft, id);
  requeueSkipped(draft, id);
  for (const other of stopped) requeueSkipped(draft, other);
  resetBelow(draft, [id, ...stopped]);
  delete draft.run.held; // where it fails again at once, it is held for the whole time again
}

/**
 * The failure of a step no longer counts: it is skipped. What its failure had skipped or cut short goes on, and what is
 * downstream of that is reset; a step that was skipped because of it in another way is decided anew.
 */
export function skipFailed(draft: Draft, id: string, reason: string): void {
  const stopped = stoppedBy(draft, id);
  const { items, counts, next, values, attempts } = stepOf(draft, id);
  setStep(draft, id, {
    ...{ status: 'skipped', items, counts, next, why: 'message', reason },
    ...(values !== undefined && { values }),
    ...(attempts !== undefined && { attempts }),
  });
  const skipped = new Set([id]);
  for (const other of draft.order.ids) {
    const step = stepOf(draft, other);
    if (step.status !== 'skipped' || isSkippedByPerson(step)) continue;
    if (!needsAny(draft.plan, other, skipped)) continue;
    skipped.add(other);
    requeueSkipped(draft, other);
  }
  for (const other of stopped) requeueSkipped(draft, other);
  resetBelow(draft, stopped);
  delete draft.run.held;
}

/** What the failure of a step skipped or cut short. */
const stoppedBy = ({ order, list }: Draft, id: string): readonly string[] =>
  order.ids.filter((_, place) => list[place]?.why === 'stop' && list[place].by === id);

/** What did not succeed of a step is run; failures until now do not hold it up. */
function requeueSkipped(draft: Draft, id: string): void {
  setStep(draft, id, { ...resetForRetry(stepOf(draft, id)), again: draft.run.failures });
}

function resetBelow(draft: Draft, ids: readonly string[]): void {
  const taken = new Set(ids);
  for (const other of draft.order.ids) {
    if (!needsAny(draft.plan, other, taken) || isSkippedByPerson(stepOf(draft, other))) continue;
    taken.add(other);
    reset(draft, other);
  }
}

/** The step is run as a whole; one that runs once it has ended. A person who is asked is asked anew when its turn comes. */
function reset(draft: Draft, id: string): void {
  const step = stepOf(draft, id);
  const again = draft.run.failures;
  if (step.status === 'running' && planned(draft.plan, id).kind !== 'approval') {
    setStep(draft, id, { ...step, repeat: true, again });
    return;
  }
  for (const [index, { status, attempt }] of step.items.entries()) {
    if (status === 'running') draft.commands.push({ kind: 'discard', step: id, index, attempt });
  }
  setStep(draft, id, { ...renewed(step), again });
}

/** What a person skipped stays skipped. */
const isSkippedByPerson = ({ status, why }: StepState): boolean =>
  status === 'skipped' && why === 'message';

const needsAny = (plan: PipelinePlan, id: string, steps: ReadonlySet<string>): boolean =>
  planned(plan, id).needs.some((need) => steps.has(need));

/**
 * State of a new run that goes on where a closed one failed: what succeeded stays done, as do steps that were skipped
 * for a reason of their own. All the rest runs, and everything downstream of what runs, whatever its rule and however it
 * had ended. Items that `isTakenUp` names still run: they are awaited, and never started beside themselves.
 */
export function seedFrom(
  plan: PipelinePlan,
  ended: PipelineState,
  isTakenUp: (step: string, index: number) => boolean = () => false,
): PipelineState {
  const fresh = initialState(plan);
  const steps: Record<string, StepState> = { ...fresh.steps };
  const taken = new Set<string>();
  for (const id of stepOrder(plan).ids) {
    const step = Object.hasOwn(ended.steps, id) ? ended.steps[id] : undefined;
    const isBelow = needsAny(plan, id, taken);
    if (step !== undefined && (isSkippedByPerson(step) || (staysDone(step) && !isBelow))) {
      steps[id] = step;
      continue;
    }
    taken.add(id);
    if (step === undefined) continue;
    const isWhole = isBelow || step.repeat === true;
    // An approval that waits is withdrawn where its step runs as a whole, as a retry does.
    const isWithdrawn = isWhole && planned(plan, id).kind === 'approval';
    const resumed = isWithdrawn ? undefined : takenUp(step, (index) => isTakenUp(id, index));
    if (resumed !== undefined) steps[id] = isWhole ? { ...resumed, repeat: true } : resumed;
    else steps[id] = isWhole ? renewed(step) : resetForRetry(step);
  }
  return { ...fresh, steps };
}

const staysDone = ({ status, why }: StepState): boolean =>
  status === 'succeeded' || (status === 'skipped' && (why === 'when' || why === 'needs'));
