import type { PipelinePlan, PipelineState, StepState } from '../../contract/pipeline.js';
import { type Draft, setStep, stepOf } from './draft.js';
import { initialState, lasting, renewed, resetForRetry, takenUp } from './step-states.js';
import { stepOrder, planned } from './order.js';

/**
 * Runs the failed items of a step again. All steps downstream run again as a whole, whatever their rules and their
 * ends, because they depend on what runs again. Steps that the failure had stopped are handled alike.
 */
export function retry(draft: Draft, id: string): void {
  const stopped = stoppedBy(draft, id);
  requeueSkipped(draft, id);
  for (const other of stopped) requeueSkipped(draft, other);
  resetBelow(draft, [id, ...stopped]);
  delete draft.run.held; // after another failure the hold begins again with its whole time
}

/**
 * Turns a failed step into a skipped one, so that its failure no longer counts. Steps that its failure had stopped go
 * on, and steps downstream of those are reset. A step that was skipped because of this failure by its rule is decided
 * again.
 */
export function skipFailed(draft: Draft, id: string, reason: string): void {
  const stopped = stoppedBy(draft, id);
  const step = stepOf(draft, id);
  const { items, counts, next } = step;
  setStep(draft, id, {
    ...{ status: 'skipped', items, counts, next, why: 'message', reason },
    ...lasting(step),
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

/** Steps that the failure of a step stopped. */
const stoppedBy = ({ order, list }: Draft, id: string): readonly string[] =>
  order.ids.filter((_, place) => list[place]?.why === 'stop' && list[place].by === id);

/** Runs the items of a step that did not succeed. Failures so far do not stop it. */
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

/**
 * Runs a step as a whole; a running step runs again after its end. A waiting approval is withdrawn, and asked again
 * when the step starts.
 */
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

const isSkippedByPerson = ({ status, why }: StepState): boolean =>
  status === 'skipped' && why === 'message';

const needsAny = (plan: PipelinePlan, id: string, steps: ReadonlySet<string>): boolean =>
  planned(plan, id).needs.some((need) => steps.has(need));

/**
 * State of a new run that continues where a closed one failed. Steps that succeeded are kept, and so are those that
 * were skipped by `when` or by their rule. All others run, and with them all steps downstream, whatever their rules and
 * their ends. Items for which `isTakenUp` is true still run: they are awaited and not started again. Steps of `again`
 * run as a whole, because their input has changed.
 */
export function seedFrom(
  plan: PipelinePlan,
  ended: PipelineState,
  isTakenUp: (step: string, index: number) => boolean = () => false,
  again: readonly string[] = [],
): PipelineState {
  const fresh = initialState(plan);
  const steps: Record<string, StepState> = { ...fresh.steps };
  const taken = new Set<string>();
  for (const id of stepOrder(plan).ids) {
    const step = Object.hasOwn(ended.steps, id) ? ended.steps[id] : undefined;
    const isBelow = needsAny(plan, id, taken);
    if (
      step !== undefined &&
      (isSkippedByPerson(step) || (staysDone(step) && !isBelow && !again.includes(id)))
    ) {
      steps[id] = step;
      continue;
    }
    taken.add(id);
    if (step === undefined) continue;
    const isWhole = isBelow || step.repeat === true || again.includes(id);
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
