import type {
  PipelineMessage,
  ParameterValue,
  PipelinePlan,
  PipelineState,
  PlannedStep,
  RunIf,
} from '../../../../contract/pipeline.js';
import { advance } from '../../../../pipeline/planner/advance.js';
import type { Evaluate } from '../../../../pipeline/planner/draft.js';
import type { Command, PlanEvent } from '../../../../pipeline/planner/events.js';
import { initialState } from '../../../../pipeline/planner/step-states.js';

export interface StepDraft {
  readonly needs?: readonly string[];
  readonly runIf?: RunIf;
  readonly when?: string;
  readonly forEach?: string | readonly ParameterValue[];
  readonly maxParallel?: number | string;
  readonly kind?: 'activity' | 'approval';
}

export function aStep({ kind = 'activity', ...given }: StepDraft = {}): PlannedStep {
  const rest = { needs: [], runIf: 'allSucceeded' as const, ...given };
  if (kind === 'approval') return { kind, ...rest };
  return { kind, activity: 'work', options: { startToCloseTimeout: '1m' }, ...rest };
}

export function aPlan(
  steps: Readonly<Record<string, StepDraft>>,
  given: Partial<Omit<PipelinePlan, 'steps'>> = {},
): PipelinePlan {
  return {
    ...{ version: 1, pipeline: 'nightly', parameters: {}, concurrency: 10 },
    ...{ onFailure: 'stop', holdForMs: 1_000, ...given },
    steps: Object.fromEntries(Object.entries(steps).map(([id, step]) => [id, aStep(step)])),
  };
}

/** Answers as texts of the plan say: `true`, `false`, `fail: why`, or JSON. */
export const byText =
  (plan: PipelinePlan): Evaluate =>
  (step, what) => {
    const text = plan.steps[step]?.[what];
    if (typeof text !== 'string') throw new Error(`${step} has no ${what} to ask`);
    return text.startsWith('fail: ') ? { failed: text.slice(6) } : (JSON.parse(text) as unknown);
  };

/** A run that a test tells things, as a workflow would. */
export class ARun {
  readonly plan: PipelinePlan;
  readonly #evaluate: Evaluate;
  state: PipelineState;
  /** What the last event brought. */
  commands: readonly Command[] = [];

  constructor(plan: PipelinePlan, evaluate: Evaluate = byText(plan)) {
    this.plan = plan;
    this.#evaluate = evaluate;
    this.state = initialState(plan);
    this.tell({ kind: 'begin' });
  }

  tell(event: PlanEvent): this {
    const { state, commands } = advance(this.plan, this.state, event, this.#evaluate);
    this.state = state;
    this.commands = commands;
    return this;
  }

  say(kind: Exclude<PipelineMessage['kind'], 'pause' | 'resume' | 'approve'>, step: string): this {
    return this.tell({ kind, step });
  }

  /** Ends an item of a step that runs: that of the index, else the first. */
  end(
    step: string,
    outcome: 'succeeded' | 'failed' | 'canceled',
    { index = this.#running(step), ...more }: { index?: number; output?: unknown } = {},
  ): this {
    const attempt = this.state.steps[step]?.items[index]?.attempt ?? 0;
    const reason = outcome === 'succeeded' ? {} : { reason: `${outcome} it did` };
    return this.tell({ kind: 'itemEnded', step, index, attempt, outcome, ...reason, ...more });
  }

  #running(step: string): number {
    const items = this.state.steps[step]?.items ?? [];
    const index = items.findIndex(({ status }) => status === 'running');
    if (index < 0) throw new Error(`no item of ${step} runs`);
    return index;
  }

  /** The steps and their states: `{ load: 'failed' }`. */
  get statuses(): Record<string, string> {
    const { steps } = this.state;
    return Object.fromEntries(Object.entries(steps).map(([id, { status }]) => [id, status]));
  }

  /** What the last event started: `load 0`, with the attempt where it is not the first. */
  get started(): readonly string[] {
    return this.commands.flatMap((command) =>
      command.kind === 'start'
        ? [`${command.step} ${command.index}${command.attempt > 1 ? ` again` : ''}`]
        : [],
    );
  }

  /** Items of a step and their states. */
  items(step: string): readonly string[] {
    return this.state.steps[step]?.items.map(({ status }) => status) ?? [];
  }

  get outcome(): string | undefined {
    return this.state.ended?.outcome;
  }
}
