import type { StepBudget } from './step-budget.js';
import type { ScheduledRun } from '../../contract/schedule.js';
import type {
  ParameterType,
  ParameterValue,
  PipelineOutcome,
  StepOutcome,
} from '../../contract/pipeline.js';

/** Names that an expression may use, known before evaluation. */
export interface ExpressionScope {
  readonly parameters: Readonly<Record<string, ParameterType>>;
  /** Steps that this step needs, directly or not. */
  readonly upstream: readonly string[];
  /** All steps of the pipeline. The message for one that is not upstream differs from that for an unknown one. */
  readonly steps: readonly string[];
  /** Whether `item` and `index` exist. */
  readonly inForEach: boolean;
}

/** A step that has ended, in expressions. A skipped step has all properties too. */
export interface StepValue {
  readonly status: StepOutcome;
  /** Number of items: 1 without forEach, 0 for a skipped step. */
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  readonly skipped: number;
  /** Execution of the service; empty if there is none, or more than one. */
  readonly executionId: string;
  /** Output of the only item as plain JSON; null with forEach, or without an output. */
  readonly output: unknown;
  /** Outputs of all items, in the order of forEach. */
  readonly outputs: readonly unknown[];
}

/** The values of the names in an expression, plain JSON, and the budget of its evaluation. */
export interface ExpressionValues {
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly steps: Readonly<Record<string, StepValue>>;
  readonly run: RunValue;
  /** Item of forEach; its position from 0 is `index`. */
  readonly item?: unknown;
  readonly index?: number;
  /** Shared by all expressions that are evaluated with these values. @default MAX_STEPS for each expression */
  readonly budget?: StepBudget;
}

export interface RunValue {
  /** Workflow id of the run. */
  readonly id: string;
  /** Key of the run. Continue-as-new does not change it; each run has another one. */
  readonly key: string;
  /** Of a run with a scheduled time: that time, its date in the zone of the schedule, and the time before it. */
  readonly scheduledAt?: string;
  readonly date?: string;
  readonly previousScheduledAt?: string;
  /** In `finally`: how the steps before ended, and which of them failed. */
  readonly outcome?: PipelineOutcome;
  readonly failedSteps?: readonly string[];
}

/** What `run` has of a scheduled time. */
export const scheduledValues = (
  scheduled: ScheduledRun | undefined,
): Omit<RunValue, 'id' | 'key'> =>
  scheduled === undefined
    ? {}
    : {
        ...{ scheduledAt: scheduled.at, date: scheduled.date },
        ...(scheduled.previous !== undefined && { previousScheduledAt: scheduled.previous }),
      };

/** Properties of a step, with their CEL types. */
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

/** Properties of `run`, with their CEL types. */
export const RUN_MEMBERS = {
  id: 'string',
  key: 'string',
  scheduledAt: 'Timestamp',
  date: 'string',
  previousScheduledAt: 'Timestamp',
  outcome: 'string',
  failedSteps: 'list<string>',
} as const satisfies Record<keyof RunValue, string>;

/** A skipped step, in expressions. */
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
