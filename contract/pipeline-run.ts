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

/** Values of the parameters of a pipeline. */
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
  /** Continues where a closed run of this pipeline failed, or where it was closed abruptly. */
  readonly rerun?: RerunFrom;
}

/** Where a closed run stood: from its query `dataflowPipelineState`. */
export interface RerunFrom {
  readonly state: PipelineState | Packed;
  /**
   * Its items in flight, which are taken up. Without that of each one the run is refused, because a second one would be
   * started beside it; `anew` says of an item that nothing of it runs any more. Approvals need none.
   */
  readonly carried?: readonly CarriedItem[] | Packed;
}

/** Input of the workflow `dataflowRunPipeline`. */
export interface RunPipelineRequest extends RunPipelineOptions {
  /**
   * A pipeline as it is written (an object, or the text of a YAML file), or a plan that was made of one. Beside `resumeFrom` the
   * plan, or only its name where the state has it.
   */
  readonly pipeline: object | string;
  /** What the run is for: `run.key` of expressions. `startPipeline` also makes the workflow id of it. @default a new one */
  readonly key?: string;
  /** Events after which the workflow continues as new. @default when the server suggests it */
  readonly continueAfterEvents?: number;
  /** Of a pipeline within another one: what is left of the limits around it. They end it; it passes them on to its jobs. */
  readonly outerTimeLeftMs?: number;
  /** Scheduled time, resolved: of a plan. Set by a rerun, and by the pipeline around this one. */
  readonly scheduled?: ScheduledRun;
  /** State of the run before continue-as-new; set by the workflow itself. */
  readonly resumeFrom?: HandedOverRun | ChildRunState;
}

/** A large value as base64 of compressed JSON. */
export interface Packed {
  readonly packed: string;
}

/** A run that is gone on with elsewhere; compressed where it is large. */
export type HandedOverRun = PipelineRunState | Packed;

/** Of a pipeline within another one, which has the plan. */
export type ChildRunState = Omit<PipelineRunState, 'plan'>;

/** A run of a pipeline, to be gone on with after continue-as-new. Plain JSON. */
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
  /** What is left of runTimeout. */
  readonly timeLeftMs?: number;
  /** What is left of the limits of pipelines around this one. */
  readonly outerTimeLeftMs?: number;
  /** Remaining time for which a failed run is held open. */
  readonly holdLeftMs?: number;
  /** Steps that the expressions of the run have taken so far. */
  readonly expressionSteps?: number;
}

/** What an item in flight needs to be taken up again. */
export interface CarriedItem {
  readonly step: string;
  readonly index: number;
  readonly attempt: number;
  /** For a job: the state of its run, and its run settings. */
  readonly run?: RunState;
  readonly jobCondition?: JobCondition;
  /** Of an approval: time left to decide. */
  readonly leftMs?: number;
  /** Of a pipeline within this one. */
  readonly child?: ChildRunState;
  /** For a rerun: nothing of it runs any more, and it is started again. */
  readonly anew?: true;
}

/** Summary of a step of a run. */
export interface StepSummary {
  readonly status: StepStatus;
  /** Of a step with forEach: items, and how many of them are in which state. */
  readonly items?: { readonly total: number } & Readonly<Partial<Record<StepStatus, number>>>;
  readonly executionId?: string;
  readonly reason?: string;
  /** When it last began, and when it ended since; ISO 8601, by the workflow's clock. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Most starts of one item, retries of a job included; absent where each was started once. */
  readonly attempts?: number;
  /** Of an approval without forEach that was decided. */
  readonly decision?: StepDecision;
}

/** What a person answered to an approval. */
export interface StepDecision {
  readonly approved: boolean;
  readonly by?: string;
  readonly comment?: string;
}

/** What a pipeline that succeeded gives. */
export interface PipelineResult {
  readonly pipeline: string;
  /** `run.key` of expressions. */
  readonly key: string;
  readonly outcome: 'succeeded';
  readonly steps: Readonly<Record<string, StepSummary>>;
}

/** What the workflow itself gives: the result, or to a parent that continues as new the run to be gone on with. */
export type PipelineWorkflowResult =
  PipelineResult | { readonly suspended: ChildRunState | Packed };

/** Progress of a run of a pipeline. */
export interface PipelineProgress {
  readonly pipeline: string;
  /** `run.key` of expressions. */
  readonly key: string;
  readonly phase:
    | 'running'
    | 'paused'
    /** About to continue as new: nothing starts until it has. */
    | 'draining'
    /** A step failed and nothing is left to run; it waits for a message. */
    | 'held'
    /** A step failed, or the whole run ends: what runs is let end, or stopped. */
    | 'stopping'
    | 'succeeded'
    | 'failed'
    | 'canceled'
    | 'timed-out';
  readonly steps: Readonly<Record<string, StepProgress>>;
}

export interface StepProgress extends StepSummary {
  readonly kind: PlannedStep['kind'];
  /** Items that run or failed, the first of them. */
  readonly running?: readonly ItemProgress[];
  readonly failed?: readonly ItemProgress[];
  /** Of a pipeline within this one: workflows that run its items or ran them, the first of them. */
  readonly childWorkflowIds?: readonly string[];
}

export interface ItemProgress {
  readonly index: number;
  readonly value?: ParameterValue;
  readonly attempt: number;
  readonly executionId?: string;
  readonly reason?: string;
  /** Note on what it does or waits for. */
  readonly note?: string;
  /** Of a job or a remote workflow: the key of its run in the progress query. */
  readonly submission?: string;
}

/** A step as the failure of its pipeline names it. */
export interface FailedStep {
  readonly step: string;
  readonly status: StepStatus;
  readonly reason?: string;
  /** Executions of its items that failed, the first of them. */
  readonly executionIds?: readonly string[];
}

export interface PreparePipelineInput {
  readonly pipeline: object | string;
  readonly parameters?: PipelineParameters;
  readonly profile?: string;
  /** What problems are reported of, in place of the pipeline. */
  readonly subject?: string;
  /** A run for a scheduled time: the parameters of the schedule are evaluated, and its zone is looked up. */
  readonly scheduled?: { readonly at: string; readonly id: string; readonly key: string };
}

export interface PreparedPipeline {
  readonly plan: PipelinePlan;
  /** What was given, and defaults. */
  readonly parameters: PipelineParameters;
  readonly scheduled?: ScheduledRun;
}
