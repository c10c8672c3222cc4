import type {
  ItemState,
  PipelinePlan,
  PipelineState,
  PlannedStep,
  StepState,
  StepStatus,
} from '../../contract/pipeline.js';
import type { Command } from './events.js';
import { type Order, stepOrder, planned } from './order.js';
import { isFailure } from './rules.js';
import { freshStep, withTimes } from './step-states.js';
import type { StepView } from './view.js';

/**
 * Result of `Evaluate` when the step budget of this task is used: the step is evaluated again at the event `evaluate`.
 */
export const LATER = Symbol('later');

/**
 * Value of an expression of a step; `{ failed: reason }` if it has no value, which fails the step; or LATER. `viewOf`:
 * the present states of the steps.
 */
export type Evaluate = (
  step: string,
  what: 'when' | 'forEach' | 'maxParallel',
  viewOf: (step: string) => StepView | undefined,
) => unknown;

/**
 * The next state while an event is applied. Only what changes is copied, once; the rest is shared with the state
 * before.
 */
export interface Draft {
  readonly plan: PipelinePlan;
  readonly order: Order;
  readonly evaluate: Evaluate;
  /** Time of the event. */
  readonly nowMs: number | undefined;
  readonly before: PipelineState;
  readonly run: { -readonly [Member in keyof Omit<PipelineState, 'steps'>]: PipelineState[Member] };
  /** Present states of the steps, in the order of `order`. */
  readonly list: StepState[];
  hasChanged: boolean;
  /** Lists of items, by step, that were copied for this event and may be changed. */
  readonly ownItems: Map<string, ItemState[]>;
  readonly commands: Command[];
  /** Number of running items that count towards `concurrency`. */
  busy: number;
  /** Steps whose failures stop the run; undefined until it is computed again. */
  failures?: readonly { readonly id: string; readonly failure: number }[] | undefined;
}

type Steps = PipelineState['steps'];

/**
 * Steps of states that were made here, as lists: to read a thousand steps by name would take longer than all the rest.
 */
const lists = new WeakMap<Steps, { readonly plan: PipelinePlan; readonly list: StepState[] }>();

function listOf(plan: PipelinePlan, steps: Steps): StepState[] {
  const known = lists.get(steps);
  return known?.plan === plan
    ? [...known.list]
    : stepOrder(plan).ids.map((id) => steps[id] ?? freshStep());
}

export function draftOf(
  plan: PipelinePlan,
  before: PipelineState,
  evaluate: Evaluate,
  nowMs: number | undefined,
): Draft {
  const { steps, ...run } = before;
  const [order, list] = [stepOrder(plan), listOf(plan, steps)];
  let busy = 0;
  for (const [place, { counts }] of list.entries()) {
    if (takesPlace(order.steps[place])) busy += counts.running;
  }
  const ownItems = new Map<string, ItemState[]>();
  const fixed = { plan, order, evaluate, nowMs, before, run, list, ownItems };
  return { ...fixed, commands: [], hasChanged: false, busy };
}

/** The next state; the state before if nothing changed. */
export function finished({ plan, order, before, run, list, hasChanged }: Draft): PipelineState {
  const { steps: old, ...runBefore } = before;
  const members = new Set([...Object.keys(runBefore), ...Object.keys(run)]) as Set<
    keyof typeof run
  >;
  if (!hasChanged) {
    const isSame = [...members].every((member) => runBefore[member] === run[member]);
    return isSame ? before : { ...run, steps: old };
  }
  // An object without a prototype with a thousand properties is built four times as fast as by a spread.
  const steps = Object.create(null) as Record<string, StepState>;
  for (const [place, id] of order.ids.entries()) steps[id] = list[place] ?? freshStep();
  lists.set(steps, { plan, list });
  return { ...run, steps };
}

/** Whether items of a step count towards `concurrency`. What only waits for a person or a time must not block jobs. */
export const takesPlace = (step: PlannedStep | undefined): boolean =>
  step?.kind !== 'approval' && step?.kind !== 'wait';

export function stepOf({ list, order }: Draft, id: string): StepState {
  const step = list[order.places.get(id) ?? -1];
  if (step === undefined) throw new Error(`the plan has no step ${id}`);
  return step;
}

export function setStep(draft: Draft, id: string, step: StepState): void {
  const before = stepOf(draft, id);
  draft.list[draft.order.places.get(id) ?? -1] = withTimes(before, step, draft.nowMs);
  draft.hasChanged = true;
  if (isFailure(before) || isFailure(step)) draft.failures = undefined;
}

/** Replaces the item at `index`, and updates the counts. */
export function setItem(draft: Draft, id: string, index: number, item: ItemState): void {
  const step = stepOf(draft, id);
  const from = step.items[index]?.status ?? 'pending';
  const counts = { ...step.counts };
  if (from !== 'pending') counts[from] -= 1;
  if (item.status !== 'pending') counts[item.status] += 1;
  if (takesPlace(planned(draft.plan, id))) draft.busy += running(item.status) - running(from);
  const own = draft.ownItems.get(id);
  const items = own !== undefined && own === step.items ? own : [...step.items];
  draft.ownItems.set(id, items);
  items[index] = item;
  setStep(draft, id, { ...step, items, counts });
}

const running = (status: StepStatus): number => (status === 'running' ? 1 : 0);
