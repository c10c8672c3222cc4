import type {
  ItemCounts,
  ItemState,
  PipelinePlan,
  PipelineState,
  StepState,
  StepStatus,
} from '../../contract/pipeline.js';

export const NO_ITEMS: ItemCounts = {
  running: 0,
  succeeded: 0,
  failed: 0,
  canceled: 0,
  skipped: 0,
};

/** Characters of the reason of an item of `forEach` in the state, which may hold 2,000 of them. */
const MAX_REASON = 200;
/** Characters of the reason of a step without `forEach`: enough for a failure with its remedy. */
const MAX_STEP_REASON = 700;

/** Limit of the reasons of a step and of its items in the state, in characters. */
export const maxReason = ({ values }: Pick<StepState, 'values'>): number =>
  values === undefined ? MAX_STEP_REASON : MAX_REASON;

/** The reason in at most `max` characters: its first sentences; if the first is too long, its first words and `…`. */
export function shortened(reason: string, max = MAX_REASON): string {
  if (reason.length <= max) return reason;
  const sentences = /^.*[.!?](?=\s)/s.exec(reason.slice(0, max + 1))?.[0] ?? '';
  if (sentences.length > max / 3) return sentences;
  const words = /^.*\S(?=\s)/s.exec(reason.slice(0, max))?.[0] ?? '';
  return `${words.length > max / 3 ? words : reason.slice(0, max - 1)}…`;
}

export const freshStep = (): StepState => ({
  status: 'pending',
  items: [],
  counts: NO_ITEMS,
  next: 0,
});

/** The new state of a step with its times, from the state `before`. */
export function withTimes(
  before: StepState,
  step: StepState,
  nowMs: number | undefined,
): StepState {
  const { startedMs, endedMs } = timesOf(before, step.status, nowMs);
  if (step.startedMs === startedMs && step.endedMs === endedMs) return step;
  const timed: { -readonly [Member in keyof StepState]: StepState[Member] } = { ...step };
  delete timed.startedMs;
  delete timed.endedMs;
  if (startedMs !== undefined) timed.startedMs = startedMs;
  if (endedMs !== undefined) timed.endedMs = endedMs;
  return timed;
}

type Times = { readonly [Member in 'startedMs' | 'endedMs']?: number | undefined };

function timesOf(before: StepState, status: StepStatus, nowMs: number | undefined): Times {
  if (status === 'pending') return {};
  const { startedMs, endedMs } = before;
  const wasOpen = before.status === 'pending' || before.status === 'running';
  if (status === 'running') return { startedMs: before.status === 'running' ? startedMs : nowMs };
  return { startedMs, endedMs: wasOpen ? nowMs : endedMs };
}

/** Items that are still to be started. */
export const pendingOf = ({ items, counts }: StepState): number =>
  items.length -
  (counts.running + counts.succeeded + counts.failed + counts.canceled + counts.skipped);

/** What was evaluated for a step, and its attempts: they outlast its end, until it runs as a whole. */
export const lasting = ({
  values,
  maxParallel,
  attempts,
}: StepState): Pick<StepState, 'values' | 'maxParallel' | 'attempts'> => ({
  ...(values !== undefined && { values }),
  ...(maxParallel !== undefined && { maxParallel }),
  ...(attempts !== undefined && { attempts }),
});

/** The step, to run again: items that succeeded are kept, the others start again. */
export function resetForRetry(step: StepState): StepState {
  const { items } = step;
  const again = items.map((item) => (item.status === 'succeeded' ? item : waiting(item)));
  const succeeded = again.filter(({ status }) => status === 'succeeded').length;
  const first = again.findIndex(({ status }) => status === 'pending');
  return {
    status: 'pending',
    ...lasting(step),
    items: again,
    counts: { ...NO_ITEMS, succeeded },
    next: first === -1 ? again.length : first,
  };
}

/**
 * The step of a run that the server closed. Items that are taken up keep running, even if they were being canceled or
 * counted as failed. Items that succeeded are kept, the others start again. Undefined if no item is taken up.
 */
export function takenUp(
  step: StepState,
  isTakenUp: (index: number) => boolean,
): StepState | undefined {
  const { startedMs, attempts } = step;
  const again = resetForRetry(step);
  let running = 0;
  const items = again.items.map((item, index): ItemState => {
    const before = step.items[index];
    if (before === undefined || before.status === 'succeeded' || !isTakenUp(index)) return item;
    running += 1;
    const { attempt, executionId } = before;
    return { status: 'running', attempt, ...(executionId !== undefined && { executionId }) };
  });
  if (running === 0) return undefined;
  const first = items.findIndex(({ status }) => status === 'pending');
  return {
    ...again,
    ...{ status: 'running', items, counts: { ...again.counts, running } },
    next: first === -1 ? items.length : first,
    ...(startedMs !== undefined && { startedMs }),
    ...(attempts !== undefined && { attempts }),
  };
}

/** The step, to run as a whole, because its input may have changed. The count of attempts continues. */
export function renewed({ items, attempts = 0, skip, reason }: StepState): StepState {
  const made = items.reduce((most, { attempt }) => Math.max(most, attempt), attempts);
  const isToBeSkipped = skip === true && { skip, ...(reason !== undefined && { reason }) };
  return { ...freshStep(), ...(made > 0 && { attempts: made }), ...isToBeSkipped };
}

const waiting = ({ attempt }: ItemState): ItemState => ({ status: 'pending', attempt });

/** Largest number of starts of one item, with the retries of a job. */
export const attemptsOf = ({ items }: StepState): number =>
  items.reduce((most, { attempt, retries = 0 }) => Math.max(most, attempt + retries), 0);

/** A run in which nothing has begun. */
export function initialState(plan: PipelinePlan): PipelineState {
  const steps = Object.keys(plan.steps).map((id) => [id, freshStep()] as const);
  return { steps: Object.fromEntries(steps), paused: false, holds: 0, failures: 0 };
}
