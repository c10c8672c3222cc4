import type { StepBudget } from './step-budget.js';
import type { ParameterType, ParameterValue, StepOutcome } from '../../contract/pipeline.js';

/** What an expression may name, known before anything runs. */
export interface ExpressionScope {
  readonly parameters: Readonly<Record<string, ParameterType>>;
  /** Steps that have ended before this one starts: those in its needs, in theirs, and so on. */
  readonly upstream: readonly string[];
  /** All steps of the pipeline; one that is not upstream is refused in other words than an unknown one. */
  readonly steps: readonly string[];
  /** Whether `item` and `index` are there. */
  readonly inForEach: boolean;
}

/** What an expression sees of a step that ended. A skipped step has every member too, so that none can be missing. */
export interface StepValue {
  readonly status: StepOutcome;
  /** Items, 1 without forEach; 0 of a skipped step. */
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  readonly skipped: number;
  /** Execution of the service; empty where there is none, or several. */
  readonly executionId: string;
  /** Of its only item; null without one. Plain JSON. */
  readonly output: unknown;
  /** Of all items, in their order. */
  readonly outputs: readonly unknown[];
}

/** The values that an expression is evaluated with. Plain JSON but for the budget. */
export interface ExpressionValues {
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly steps: Readonly<Record<string, StepValue>>;
  readonly run: RunValue;
  /** The item of forEach, and its place from 0. */
  readonly item?: unknown;
  readonly index?: number;
  /** What all expressions that are evaluated with these values may take together. @default MAX_STEPS each */
  readonly budget?: StepBudget;
}

export interface RunValue {
  /** Workflow id of the run. */
  readonly id: string;
  /** The same over continue-as-new, different for every run. */
  readonly key: string;
}

/** Members of a step, with their CEL types. */
export const STEP_MEMBERS = {
  status: 'string',
  total: 'int',
  succeeded: 'int',
  failed: 'int',
  canceled: 'int',
  skipped: 'int',
  executionId: 'string',
  output: 'dyn',
  outputs: 'list<dyn>',
} as const satisfies Record<keyof StepValue, string>;

/** Members of `run`, with their CEL types. */
export const RUN_MEMBERS = { id: 'string', key: 'string' } as const satisfies Record<
  keyof RunValue,
  string
>;

/** A step that was skipped, as an expression sees it. */
export const SKIPPED: StepValue = {
  status: 'skipped',
  total: 0,
  succeeded: 0,
  failed: 0,
  canceled: 0,
  skipped: 0,
  executionId: '',
  output: null,
  outputs: [],
};
