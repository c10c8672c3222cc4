import { isDeepStrictEqual } from 'node:util';
import type {
  PipelinePlan,
  PipelineState,
  RunIf,
  StepState,
} from '../../../../contract/pipeline.js';
import { advance } from '../../../../pipeline/planner/advance.js';
import type { PlanEvent } from '../../../../pipeline/planner/events.js';
import { inFlight } from '../../../../pipeline/planner/in-flight.js';
import { byText } from './a-run.js';
import type { Turn } from './played-run.js';

/** Each law of a run, as a question about one event: what broke it, in words. Written without the planner's own code. */
type Law = (turn: Turn) => readonly string[];

const ENDED = ['succeeded', 'failed', 'canceled', 'skipped'];
const hasEnded = (step: StepState | undefined): boolean => ENDED.includes(step?.status ?? '');
const problems = (list: readonly (string | false | undefined)[]): readonly string[] =>
  list.filter((it) => typeof it === 'string');
const startsOf = ({ commands }: Turn) => commands.filter((command) => command.kind === 'start');
const stepsOf = (state: PipelineState): [string, StepState][] => Object.entries(state.steps);

/** A failure is why the step was skipped. */
function fellWith(plan: Turn['plan'], state: PipelineState, id: string): boolean {
  const { status, why } = state.steps[id]!;
  if (status !== 'skipped') return status === 'failed' || status === 'canceled';
  if (why !== 'needs') return why === 'stop';
  return plan.steps[id]!.needs.some((need) => fellWith(plan, state, need));
}

function allows(rule: RunIf, needs: readonly string[], isFailureAbove: boolean): boolean {
  const count = (...wanted: string[]): number => needs.filter((it) => wanted.includes(it)).length;
  const table: Record<RunIf, boolean> = {
    allSucceeded: count('succeeded') === needs.length,
    anyFailed: isFailureAbove,
    allDone: true,
    noneSkipped: count('skipped') === 0,
    anySucceeded: count('succeeded') > 0,
    always: true,
  };
  return table[rule] && count(...ENDED) === needs.length;
}

const noneStartsBeforeItsRuleAllows: Law = ({ plan, before, after }) =>
  stepsOf(after).flatMap(([id, { status }]) => {
    if (status !== 'running' || before.steps[id]?.status === 'running') return [];
    const { needs, runIf } = plan.steps[id]!;
    const statuses = needs.map((need) => after.steps[need]!.status);
    const isFailureAbove = needs.some((need) => fellWith(plan, after, need));
    return problems([
      !allows(runIf, statuses, isFailureAbove) && `${id} began after ${statuses.join()}`,
    ]);
  });

const noStepIsDecidedBeforeItsNeedsEnded: Law = ({ plan, before, after }) =>
  stepsOf(after).flatMap(([id, step]) => {
    if (before.steps[id]?.status !== 'pending' || step.status === 'pending') return [];
    const open = plan.steps[id]!.needs.filter((need) => !hasEnded(after.steps[need]));
    return problems([open.length > 0 && `${id} became ${step.status} before ${open.join()}`]);
  });

const limitsAreKept: Law = ({ plan, running }) => {
  const busy = running.filter(({ step }) => plan.steps[step]?.kind !== 'approval').length;
  const over = Object.entries(plan.steps).filter(
    ([id, { maxParallel }]) =>
      running.filter((it) => it.step === id).length > Number(maxParallel ?? 99),
  );
  return problems([
    busy > plan.concurrency && `${busy} items run, at most ${plan.concurrency}`,
    ...over.map(([id]) => `more than maxParallel items of ${id} run`),
  ]);
};

const nothingStartsWhereItMustNot: Law = (turn) => {
  const { after, before, event, plan } = turn;
  const mustNot =
    after.paused || after.draining || after.stopping === 'cancel' || after.stopping === 'deadline';
  return startsOf(turn).flatMap(({ step, index }) => {
    const was = before.steps[step]?.items[index];
    const isHeldUp =
      after.stopping === 'failure' &&
      before.stopping === 'failure' &&
      event.kind !== 'retryStep' &&
      plan.steps[step]?.runIf === 'allSucceeded' &&
      !before.steps[step]?.again;
    return problems([
      mustNot && `${step} started in spite of pause, drain or the end of the run`,
      was?.status === 'running' &&
        !(event.kind === 'itemEnded' && event.step === step && event.index === index) &&
        !turn.commands.some((it) => it.kind === 'discard' && it.step === step) &&
        `${step} ${index} started while it ran`,
      was?.status === 'succeeded' &&
        !isReset(turn, step) &&
        `${step} ${index} started after it had succeeded`,
      before.steps[step]?.why === 'message' &&
        before.steps[step].status === 'skipped' &&
        `${step} started although a message had skipped it`,
      isHeldUp && event.kind !== 'skipStep' && `${step} started in spite of a failure`,
    ]);
  });
};

const theStateKnowsWhatRuns: Law = ({ plan, after, running }) => {
  const keys = (items: readonly { step: string; index: number; attempt: number }[]): string[] =>
    items.map(({ step, index, attempt }) => `${step} ${index} ${attempt}`).sort();
  const [known, real] = [keys(inFlight(plan, after)), keys(running)];
  return problems([
    !isDeepStrictEqual(known, real) && `runs: ${real.join()}, known: ${known.join()}`,
  ]);
};

const countsAreTrue: Law = ({ after }) =>
  stepsOf(after).flatMap(([id, { items, counts, next }]) =>
    problems([
      ...Object.entries(counts).map(
        ([status, count]) =>
          items.filter((item) => item.status === status).length !== count &&
          `${id} does not have ${count} items ${status}`,
      ),
      items.slice(0, next).some(({ status }) => status === 'pending') &&
        `${id} passed over an item`,
    ]),
  );

/** The run ends exactly when nothing can run any more, and is never stuck. */
const theEndIsThere: Law = ({ plan, before, after, running, commands, event }) => {
  const allEnded = stepsOf(after).every(([, step]) => hasEnded(step));
  const isOpen = after.ended === undefined;
  const mayWait = after.paused || after.draining || after.held;
  return problems([
    !isOpen && !allEnded && 'it ended before all steps had',
    !isOpen && running.length > 0 && 'it ended while items ran',
    isOpen && allEnded && !after.held && 'it did not end',
    isOpen && !allEnded && running.length === 0 && !mayWait && 'nothing runs, nothing waits: stuck',
    after.held && (plan.onFailure !== 'hold' || !allEnded) && 'it is held open without a reason',
    (before.ended === undefined) === isOpen &&
      commands.some(({ kind }) => kind === 'end') &&
      `it ended twice, at ${event.kind}`,
  ]);
};

/** These steps, and all that is downstream of them but what a person skipped. */
function downstreamOf(
  plan: PipelinePlan,
  before: PipelineState,
  ids: readonly string[],
): ReadonlySet<string> {
  const reset = new Set(ids);
  for (let size = 0; size !== reset.size;) {
    size = reset.size;
    for (const [other, { status, why }] of stepsOf(before)) {
      const isBelow = plan.steps[other]!.needs.some((need) => reset.has(need));
      const isSkippedByPerson = status === 'skipped' && why === 'message';
      if (isBelow && !isSkippedByPerson) reset.add(other);
    }
  }
  return reset;
}

/** Whether the step runs as a whole once more: below a retried one, or it was below one while it ran. */
const isReset = ({ plan, event, before }: Turn, id: string): boolean =>
  before.steps[id]?.repeat === true || resetBy(plan, before, event).has(id);

/** A retry resets what is below the step and below what its failure stopped; a skip only the latter. */
function resetBy(plan: PipelinePlan, before: PipelineState, event: PlanEvent): ReadonlySet<string> {
  if (event.kind !== 'retryStep' && event.kind !== 'skipStep') return new Set();
  const stopped = stepsOf(before).flatMap(([id, { by }]) => (by === event.step ? [id] : []));
  return downstreamOf(
    plan,
    before,
    event.kind === 'retryStep' ? [event.step, ...stopped] : stopped,
  );
}

/** A retry reruns the step and all that is below it; a skip what was skipped because of it; no other event reopens a step. */
const onlyWhatAMessageNamesIsReopened: Law = ({ plan, event, before, after }) => {
  const reopened = stepsOf(after)
    .filter(([id, step]) => hasEnded(before.steps[id]) && !hasEnded(step))
    .map(([id]) => id);
  if (event.kind !== 'retryStep' && event.kind !== 'skipStep') {
    return reopened.map((id) => `${id} was reopened by ${event.kind}`);
  }
  const allowed = new Set([event.step, ...resetBy(plan, before, event)]);
  for (let size = 0; size !== allowed.size;) {
    size = allowed.size;
    for (const [id, { status, why, by }] of stepsOf(before)) {
      const isBelow = plan.steps[id]!.needs.some((need) => allowed.has(need));
      const isSkipped = status === 'skipped' && why !== 'message';
      if (by === event.step || (isSkipped && isBelow)) allowed.add(id);
    }
  }
  const { status, reason = '' } = after.steps[event.step] ?? {};
  const failedAtOnce = /^(when|forEach): /.test(reason);
  const wasAccepted =
    event.kind === 'retryStep' && before.steps[event.step] !== after.steps[event.step];
  return problems([
    ...reopened.map(
      (id) => !allowed.has(id) && `${id} was reopened by ${event.kind} ${event.step}`,
    ),
    wasAccepted &&
      !failedAtOnce &&
      (status === 'failed' || status === 'canceled') &&
      `${event.step} was not retried`,
  ]);
};

const cancelsAreForWhatRuns: Law = ({ before, commands }) =>
  commands.flatMap((command) => {
    if (command.kind !== 'cancel') return [];
    const item = before.steps[command.step]?.items[command.index];
    const isNew = item?.status === 'running' && !item.canceling;
    return problems([
      !isNew && `${command.step} ${command.index} is canceled twice, or does not run`,
    ]);
  });

/** As after continue-as-new: a state that was written down and read again, which nobody may write to. */
const aStateIsPlainJson: Law = ({ plan, before, event, after, commands }) => {
  const read = JSON.parse(JSON.stringify(before), (_, value: unknown) =>
    Object.freeze(value),
  ) as PipelineState;
  const again = advance(plan, read, event, byText(plan));
  const isSame =
    JSON.stringify([again.state, again.commands]) === JSON.stringify([after, commands]);
  return problems([!isSame && `a state that was read again answers ${event.kind} otherwise`]);
};

const LAWS: readonly Law[] = [
  ...[noneStartsBeforeItsRuleAllows, noStepIsDecidedBeforeItsNeedsEnded, limitsAreKept],
  ...[nothingStartsWhereItMustNot, theStateKnowsWhatRuns, countsAreTrue, theEndIsThere],
  ...[onlyWhatAMessageNamesIsReopened, cancelsAreForWhatRuns, aStateIsPlainJson],
];

/** What an event broke, over all laws. */
export const brokenBy = (turn: Turn): readonly string[] => LAWS.flatMap((law) => law(turn));
