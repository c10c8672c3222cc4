import type {
  ParameterValue,
  PipelinePlan,
  PipelineState,
  PlannedStep,
  StepStatus,
} from './pipeline.js';
import type { JobCondition } from './job.js';
import type { RunState } from './run.js';
import type { ScheduledRun } from './schedule.js';

export type PipelineParameters = Readonly<Record<string, ParameterValue>>;

/** What `runPipeline` and the workflow `dataflowRunPipeline` take beside the pipeline. Plain JSON. */
export interface RunPipelineOptions {
  readonly parameters?: PipelineParameters;
  /** Profile of the steps that name none. @default 'default' */
  readonly profile?: string;
  /**
   * Scheduled time that the run stands for, ISO 8601 with an offset: `run.scheduledAt` of expressions, and what `run.date` and
   * the parameters of `schedule` come from. Not for a plan, which has no schedule. @default that of the Temporal schedule
   * that started the workflow; else none
   */
  readonly scheduledAt?: string;
  /** Continues a closed run of this pipeline that failed, or that Temporal terminated or timed out. */
  readonly rerun?: RerunFrom;
}

/** State of a closed run, from its query `dataflowPipelineState`. */
export interface RerunFrom {
  readonly state: PipelineState | Packed;
  /**
   * States of the items that were in flight: the rerun continues them. A rerun that lacks the state of an item is
   * refused, because it would start that item a second time. `anew` states that nothing of an item runs any more.
   * Approvals need no state.
   */
  readonly carried?: readonly CarriedItem[] | Packed;
  /**
   * Steps that run again as a whole although they succeeded, with everything downstream of them: another plan or other
   * parameters give them another input. Nothing of them may be in flight. @default none
   */
  readonly again?: readonly string[];
}

/** Input of the workflow `dataflowRunPipeline`. */
export interface RunPipelineRequest extends RunPipelineOptions {
  /**
   * A pipeline definition (an object, or the text of a YAML file), or a plan that was made from one. With
   * `resumeFrom` the plan, or only the name if the state holds the plan.
   */
  readonly pipeline: object | string;
  /**
   * Identifies the run; `run.key` of expressions. `startPipeline` makes the workflow id from it.
   * @default a new key
   */
  readonly key?: string;
  /** Events after which the workflow continues as new. @default when the server suggests it */
  readonly continueAfterEvents?: number;
  /** For a child pipeline: remaining time of the pipelines around it. It limits the child and its jobs. */
  readonly outerTimeLeftMs?: number;
  /** Scheduled time, resolved: of a plan. Set by a rerun, and by the pipeline around this one. */
  readonly scheduled?: ScheduledRun;
  /** State of the run before continue-as-new. Set by the workflow itself. */
  readonly resumeFrom?: HandedOverRun | ChildRunState;
}

/** A large value: base64 of compressed JSON. */
export interface Packed {
  readonly packed: string;
}

/** State from which a run continues; compressed if it is large. */
export type HandedOverRun = PipelineRunState | Packed;

/** State of a child pipeline. Its parent has the plan. */
export type ChildRunState = Omit<PipelineRunState, 'plan'>;

/** State from which a run continues after continue-as-new. Plain JSON. */
export interface PipelineRunState {
  readonly version: 1;
  readonly plan: PipelinePlan;
  readonly parameters: PipelineParameters;
  readonly profile?: string;
  /** `run.key` of expressions. */
  readonly key: string;
  readonly scheduled?: ScheduledRun;
  readonly state: PipelineState;
  readonly carried: readonly CarriedItem[];
  /** Remaining time of runTimeout. */
  readonly timeLeftMs?: number;
  /** Remaining time of the pipelines around this one. */
  readonly outerTimeLeftMs?: number;
  /** Remaining time for which a failed run is held open. */
  readonly holdLeftMs?: number;
  /** Evaluation steps that the expressions of the run have used so far. */
  readonly expressionSteps?: number;
  /** Its `finally` steps, once they have begun. */
  readonly finally?: Pick<PipelineRunState, 'state' | 'carried' | 'timeLeftMs' | 'expressionSteps'>;
}

/** State from which an item in flight continues. */
export interface CarriedItem {
  readonly step: string;
  readonly index: number;
  readonly attempt: number;
  /** For a job, with its run settings. */
  readonly run?: RunState;
  readonly jobCondition?: JobCondition;
  /** For an approval: remaining time to decide. For a wait: what is left of it. */
  readonly leftMs?: number;
  /** For a child pipeline. */
  readonly child?: ChildRunState;
  /** For a rerun: nothing of the item runs any more. It is started again. */
  readonly anew?: true;
}

export interface StepSummary {
  readonly status: StepStatus;
  /** For a step with forEach: number of items, in all and by status. */
  readonly items?: { readonly total: number } & Readonly<Partial<Record<StepStatus, number>>>;
  readonly executionId?: string;
  readonly reason?: string;
  /** Last start, and the end since then; ISO 8601, by the workflow's clock. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Largest number of starts of one item, retries of a job included. Absent: each was started once. */
  readonly attempts?: number;
  /** For a decided approval without forEach. */
  readonly decision?: StepDecision;
}

/** Answer of a person to an approval. */
export interface StepDecision {
  readonly approved: boolean;
  readonly by?: string;
  readonly comment?: string;
}

/** Result of a pipeline that succeeded. */
export interface PipelineResult {
  readonly pipeline: string;
  /** `run.key` of expressions. */
  readonly key: string;
  readonly outcome: 'succeeded';
  readonly steps: Readonly<Record<string, StepSummary>>;
}

/**
 * Result of the workflow. `suspended`: for a parent that continues as new, the state from which the run continues.
 */
export type PipelineWorkflowResult =
  PipelineResult | { readonly suspended: ChildRunState | Packed };

export interface PipelineProgress {
  readonly pipeline: string;
  /** `run.key` of expressions. */
  readonly key: string;
  readonly phase:
    | 'running'
    | 'paused'
    /** About to continue as new. Nothing starts before that. */
    | 'draining'
    /** A step failed, and nothing is left to run. Waits for a message (`onFailure: hold`). */
    | 'held'
    /** A step failed, or the whole run ends. Running items finish or are stopped. */
    | 'stopping'
    /** The `finally` steps run. */
    | 'finishing'
    | 'succeeded'
    | 'failed'
    | 'canceled'
    | 'timed-out';
  readonly steps: Readonly<Record<string, StepProgress>>;
}

export interface StepProgress extends StepSummary {
  readonly kind: PlannedStep['kind'];
  /** The first items that run or failed. */
  readonly running?: readonly ItemProgress[];
  readonly failed?: readonly ItemProgress[];
  /** For a child pipeline: the first workflows that run its items, or ran them. */
  readonly childWorkflowIds?: readonly string[];
}

export interface ItemProgress {
  readonly index: number;
  readonly value?: ParameterValue;
  readonly attempt: number;
  readonly executionId?: string;
  readonly reason?: string;
  /** For people: what it does or waits for. */
  readonly note?: string;
  /** For a job or a remote workflow: key of its run in the progress query. */
  readonly submission?: string;
}

/** A step in the failure details of its pipeline. */
export interface FailedStep {
  readonly step: string;
  readonly status: StepStatus;
  readonly reason?: string;
  /** Executions of the first items that failed. */
  readonly executionIds?: readonly string[];
}

export interface PreparePipelineInput {
  readonly pipeline: object | string;
  readonly parameters?: PipelineParameters;
  readonly profile?: string;
  /** Subject of the error message. @default the pipeline */
  readonly subject?: string;
  /** A run for a scheduled time: the parameters of the schedule are evaluated, and its zone is looked up. */
  readonly scheduled?: { readonly at: string; readonly id: string; readonly key: string };
}

export interface PreparedPipeline {
  readonly plan: PipelinePlan;
  /** Given values and defaults. */
  readonly parameters: PipelineParameters;
  readonly scheduled?: ScheduledRun;
}
