import type {
  FailedStep,
  ItemProgress,
  PipelineProgress,
  PipelineResult,
  StepProgress,
  StepSummary,
} from '../../contract/pipeline-run.js';
import type {
  ItemState,
  ParameterValue,
  PipelineOutcome,
  PipelinePlan,
  StepState,
} from '../../contract/pipeline.js';
import { bytesOf } from '../../pipeline/packed.js';
import { stepOrder, planned } from '../../pipeline/planner/order.js';
import { isBad } from '../../pipeline/planner/rules.js';
import { shortened } from '../../pipeline/planner/step-states.js';
import { phaseOf, summaryOf } from '../../pipeline/planner/summary.js';
import { childId } from './start-item.js';
import type { RunningItem } from './item.js';
import type { PipelineRun } from './pipeline-run.js';

/** Most items of one step and status that are shown; the state has all. */
const MAX_ITEMS = 20;
/** Most entries of each kind in all steps together: the answer to a query has a size limit. */
const MAX_TOTAL = { running: 400, failed: 400, children: 500, wholeTexts: 40 } as const;
/** Longer values and comments are cut. */
const MAX_CHARACTERS = 200;
/** Longer notes and reasons of a step without `forEach` are cut. They may hold a whole error with its remedy. */
const MAX_WHOLE_TEXT = 700;

/** Answer of the progress query, also after the workflow has closed. */
export function progressOf(run: PipelineRun): PipelineProgress {
  const own = progressOfSteps(run);
  const { finally: within } = run.surroundings.plan;
  if (within === undefined) return own;
  const last = run.last === undefined ? pendingSteps(within) : progressOfSteps(run.last).steps;
  return { ...own, phase: phaseOfRun(run), steps: { ...own.steps, ...last } };
}

const pendingSteps = ({ steps }: PipelinePlan): PipelineProgress['steps'] =>
  Object.fromEntries(
    Object.entries(steps).map(([id, { kind }]) => [id, { kind, status: 'pending' }] as const),
  );

function progressOfSteps(pipelineRun: PipelineRun): PipelineProgress {
  const { surroundings, state, items } = pipelineRun;
  const { plan, run } = surroundings;
  const left: Record<keyof typeof MAX_TOTAL, number> = { ...MAX_TOTAL };
  const steps = Object.keys(plan.steps).map((id): readonly [string, StepProgress] => {
    const step = state.steps[id];
    const { kind } = planned(plan, id);
    if (step === undefined) return [id, { kind, status: 'pending' }];
    const mayBeWhole = step.values === undefined && step.counts.running + step.counts.failed > 0;
    const isWhole = mayBeWhole && left.wholeTexts > 0;
    if (isWhole) left.wholeTexts -= 1;
    const maxText = isWhole ? MAX_WHOLE_TEXT : MAX_CHARACTERS;
    const shown = (status: 'running' | 'failed'): readonly ItemProgress[] => {
      const most = Math.min(MAX_ITEMS, left[status]);
      const some = itemsOf(step, status, most, {
        runningItem: (index) => items.get(`${id}/${index}`),
        maxText,
      });
      left[status] -= some.length;
      return some;
    };
    const running = step.counts.running > 0 && { running: shown('running') };
    const failed = step.counts.failed > 0 && { failed: shown('failed') };
    const children = kind === 'pipeline' && {
      childWorkflowIds: childrenOf(pipelineRun, id, step).slice(0, left.children),
    };
    if (children) left.children -= children.childWorkflowIds.length;
    const summary = briefly(summaryOf(step, kind), maxText);
    return [id, { kind, ...summary, ...running, ...failed, ...children }];
  });
  return {
    pipeline: plan.pipeline,
    key: run.key,
    phase: phaseOf(state),
    steps: Object.fromEntries(steps),
  };
}

/** The summary with a comment and a reason of limited length. */
function briefly({ reason, decision, ...step }: StepSummary, maxReason: number): StepSummary {
  const comment = decision?.comment;
  const shown = comment === undefined ? {} : { comment: shortened(comment, MAX_CHARACTERS) };
  return {
    ...step,
    ...(reason !== undefined && { reason: shortened(reason, maxReason) }),
    ...(decision && { decision: { ...decision, ...shown } }),
  };
}

/** The server ends a workflow whose result is larger than 2 MB, and a codec may add a third. */
const MAX_RESULT_BYTES = 1_200_000;

/** Steps in the result of a run. If they are too large together, comments and reasons are cut. */
export function resultStepsOf(run: PipelineRun): PipelineResult['steps'] {
  const steps = summariesOf(run);
  if (bytesOf(steps) <= MAX_RESULT_BYTES) return steps;
  return Object.fromEntries(
    Object.entries(steps).map(([id, step]) => [id, briefly(step, MAX_CHARACTERS)] as const),
  );
}

/** Ids of the child workflows of a step. */
const childrenOf = (
  { surroundings }: PipelineRun,
  step: string,
  { items, values }: StepState,
): readonly string[] =>
  items
    .flatMap(({ attempt }, index) =>
      attempt > 0 ? [childId(surroundings, { step, index }, values !== undefined)] : [],
    )
    .slice(0, MAX_ITEMS);

function itemsOf(
  { items, values }: StepState,
  wanted: ItemState['status'],
  most: number,
  {
    runningItem,
    maxText,
  }: {
    readonly runningItem: (index: number) => RunningItem | undefined;
    readonly maxText: number;
  },
): readonly ItemProgress[] {
  const found: ItemProgress[] = [];
  for (const [index, { status, attempt, executionId, reason }] of items.entries()) {
    if (status !== wanted) continue;
    if (found.length >= most) break;
    const item = runningItem(index);
    const said = item?.note?.();
    const note = said === undefined ? undefined : shortened(said, maxText);
    const [value, submission] = [shownValue(values?.[index]), item?.submission?.()];
    found.push({
      ...{ index, attempt },
      ...(value !== undefined && { value }),
      ...(executionId !== undefined && { executionId }),
      ...(reason !== undefined && { reason: shortened(reason, maxText) }),
      ...(note !== undefined && { note }),
      ...(submission !== undefined && { submission }),
    });
  }
  return found;
}

/** A value of `forEach`; of a large one only the beginning. */
function shownValue(value: ParameterValue | undefined): ParameterValue | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MAX_CHARACTERS ? value : `${text.slice(0, MAX_CHARACTERS - 1)}…`;
}

type Standing = Pick<PipelineRun, 'state'> & Partial<Pick<PipelineRun, 'last'>>;

/** Phase of a run together with its `finally` steps. */
export function phaseOfRun(
  run: Standing & Pick<PipelineRun, 'surroundings'>,
): PipelineProgress['phase'] {
  const { state, last, surroundings } = run;
  const outcome = outcomeOf(run);
  const isFinished = surroundings.plan.finally === undefined || last?.state.ended !== undefined;
  if (outcome === undefined) return phaseOf(state);
  return isFinished ? outcome : 'finishing';
}

/** A run that succeeded has failed if a step of `finally` did not succeed; any other end stays. */
export function outcomeOf({ state, last }: Standing): PipelineOutcome | undefined {
  const { outcome } = state.ended ?? {};
  const hasFailed = last?.state.ended !== undefined && last.state.ended.outcome !== 'succeeded';
  return outcome === 'succeeded' && hasFailed ? 'failed' : outcome;
}

export const summariesOf = ({
  surroundings,
  state,
  last,
}: PipelineRun): Readonly<Record<string, StepSummary>> => ({
  ...Object.fromEntries(
    Object.keys(surroundings.plan.steps).flatMap((id) => {
      const step = state.steps[id];
      const { kind } = planned(surroundings.plan, id);
      return step === undefined ? [] : [[id, summaryOf(step, kind)] as const];
    }),
  ),
  ...(last === undefined ? {} : summariesOf(last)),
});

const MAX_FAILED = 5;
const MAX_IDS = 3;
const LONGEST = 160;

/** The first steps that failed, for the details of the failure, which must stay small. */
export function failedStepsOf(run: PipelineRun): readonly FailedStep[] {
  const { surroundings, state, last } = run;
  const ofLast = last === undefined ? [] : failedStepsOf(last);
  const named = state.ended?.failed ?? stepOrder(surroundings.plan).ids;
  const own = named.slice(0, MAX_FAILED).flatMap((step): readonly FailedStep[] => {
    const found = state.steps[step];
    if (found === undefined) return [];
    const bad = found.items.filter(({ status }) => isBad(status));
    const ids = bad.flatMap(({ executionId }) => executionId ?? []).slice(0, MAX_IDS);
    const { status, reason } = found;
    return [
      {
        ...{ step, status },
        ...(reason !== undefined && { reason: shortened(reason, LONGEST) }),
        ...(ids.length > 0 && { executionIds: ids }),
      },
    ];
  });
  return [...own, ...ofLast].slice(0, MAX_FAILED);
}
