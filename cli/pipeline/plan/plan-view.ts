import { stepOrder } from '../../../pipeline/planner/order.js';
import { durationText } from '../../../contract/durations.js';
import type { PipelinePlan, PlannedStep } from '../../../contract/pipeline.js';
import { effectiveOptions, type OptionTexts } from './effective-options.js';
import {
  type ExpectedTime,
  expectedTime,
  type FindHistory,
  type StepTime,
} from './expected-time.js';
import { defaultsOf, itemCount, type KnownValues } from './items-of.js';

export interface PlannedStepView {
  readonly level: number;
  readonly runs: string;
  readonly needs: readonly string[];
  readonly forEach?: unknown;
  /** Number of items; absent where it is known only when the step runs. */
  readonly items?: number;
  readonly options: OptionTexts;
  readonly expected: StepTime;
  /** The plan of the pipeline that the step runs. */
  readonly pipeline?: PlanView;
}

/** What is known about a run before it begins. Plain JSON: `--json` prints it. */
export interface PlanView {
  readonly pipeline: string;
  readonly parameters: KnownValues;
  /** Parameters that have no value yet. */
  readonly missing: readonly string[];
  readonly runTimeout: string;
  readonly concurrency: number;
  readonly onFailure: string;
  readonly levels: readonly (readonly string[])[];
  readonly steps: Readonly<Record<string, PlannedStepView>>;
  readonly expected: Omit<ExpectedTime, 'steps'>;
  /** Steps that run after every end. */
  readonly finally?: PlanView;
}

export function planView(plan: PipelinePlan, values: KnownValues, history: FindHistory): PlanView {
  const levels = levelsOf(plan);
  const { steps: times, ...expected } = expectedTime(plan, values, history);
  const steps = levels.flatMap((ids, level) =>
    ids.map((id) => {
      const step = plan.steps[id] as PlannedStep;
      const expectedOf = times[id] ?? { note: '' };
      return [
        id,
        stepView(step, { level: level + 1, expected: expectedOf, values, history }),
      ] as const;
    }),
  );
  return {
    pipeline: plan.pipeline,
    parameters: values,
    missing: Object.keys(plan.parameters).filter((name) => !Object.hasOwn(values, name)),
    runTimeout: plan.runTimeoutMs === undefined ? 'none' : durationText(plan.runTimeoutMs),
    concurrency: plan.concurrency,
    onFailure: FAILURE_TEXTS[plan.onFailure](plan),
    levels,
    steps: Object.fromEntries(steps),
    expected,
    ...(plan.finally !== undefined && { finally: planView(plan.finally, values, history) }),
  };
}

const FAILURE_TEXTS: Readonly<Record<PipelinePlan['onFailure'], (plan: PipelinePlan) => string>> = {
  stop: () => 'stop: running steps go on, no further step starts',
  continue: () => 'continue: steps that do not need the failed one run',
  hold: ({ holdForMs }) =>
    `hold: running steps go on, no further step starts; the run stays open for ${durationText(holdForMs)} to be repaired`,
};

interface Facts extends Pick<PlannedStepView, 'level' | 'expected'> {
  readonly values: KnownValues;
  readonly history: FindHistory;
}

function stepView(step: PlannedStep, { level, expected, values, history }: Facts): PlannedStepView {
  const items = itemCount(step, values);
  return {
    level,
    runs: whatRuns(step),
    needs: step.needs,
    ...(step.forEach !== undefined && { forEach: step.forEach }),
    ...(step.forEach !== undefined && items !== undefined && { items }),
    options: effectiveOptions(step),
    expected,
    ...(step.kind === 'pipeline' && {
      pipeline: planView(step.plan, defaultsOf(step.plan), history),
    }),
  };
}

function whatRuns(step: PlannedStep): string {
  const named = (id: string, name = id): string => (name === id ? id : `${name} (${id})`);
  switch (step.kind) {
    case 'job':
      return `job ${named(step.jobId, step.jobName)}`;
    case 'remoteWorkflow':
      return `workflow ${named(step.workflowId, step.workflowName)} of the service`;
    case 'activity':
      return `activity ${step.activity}`;
    case 'pipeline':
      return `pipeline ${step.plan.pipeline}`;
    case 'approval':
      return 'approval';
    case 'wait':
      return 'wait';
  }
}

/**
 * Ids of steps by level. A step is one level below the deepest step that it needs; steps of one level may run at once.
 */
export function levelsOf(plan: PipelinePlan): readonly (readonly string[])[] {
  const { ids, needs } = stepOrder(plan);
  const depths: number[] = [];
  const levels: string[][] = [];
  for (const [place, id] of ids.entries()) {
    const depth = (needs[place] ?? []).reduce((most, need) => {
      return Math.max(most, (depths[need] ?? 0) + 1);
    }, 0);
    depths.push(depth);
    (levels[depth] ??= []).push(id);
  }
  return levels;
}
