import type { Duration } from './durations.js';
import type { JobCondition } from './job.js';
import type { ActivityRetry } from './run.js';
import type { JobStepOptions, RemoteStepOptions } from './run-options.js';

/** The plan of a pipeline (read, checked, names resolved) and the state of its run. Plain JSON. */

export type ParameterValue = string | number | boolean | readonly ParameterValue[];
export type ParameterType = 'string' | 'number' | 'boolean' | 'list';

/** What the value of a parameter must be. For a list, `enum` and `pattern` hold for each of its items. */
export interface ParameterRule {
  readonly type: ParameterType;
  /** The values that are accepted. */
  readonly enum?: readonly (string | number)[];
  /** Regular expression (RE2) that must be found in a string; `^` and `$` bind it to the whole. */
  readonly pattern?: string;
  /** Least and greatest value of a number. */
  readonly min?: number;
  readonly max?: number;
}

/** Plain JSON in which every string may contain expressions `${{ … }}`; evaluated when the step starts. */
export type Template =
  string | number | boolean | null | readonly Template[] | { readonly [member: string]: Template };

/**
 * When a step may start, by how its needs ended. `allSucceeded`: all succeeded; `anyFailed`: all ended and any failed, or
 * was skipped because of a failure further upstream; `allDone`: all ended, however; `noneSkipped`: all ended, none was
 * skipped; `anySucceeded`: all ended, one succeeded; `always`: as `allDone`.
 */
export type RunIf =
  'allSucceeded' | 'anyFailed' | 'allDone' | 'noneSkipped' | 'anySucceeded' | 'always';

interface AnyStep {
  /** Steps that must have ended before this one starts. */
  readonly needs: readonly string[];
  readonly runIf: RunIf;
  /** Expression without `${{ }}`; false skips the step. */
  readonly when?: string;
  /** A list, or an expression (without `${{ }}`) that gives one: the step runs once for each item. */
  readonly forEach?: string | readonly ParameterValue[];
  /** Most items of this step at once, or an expression (without `${{ }}`) that gives it. @default the pipeline's concurrency */
  readonly maxParallel?: number | string;
}

/** Runs a job of the service. */
export interface JobStep extends AnyStep {
  readonly kind: 'job';
  /** May be a template, as `profile` and `runTimeout` of the options. */
  readonly jobId: string;
  /** Name of the job, if the step used the name. */
  readonly jobName?: string;
  readonly options: JobStepOptions;
  /** Run settings but `parameters`; numbers may be templates. */
  readonly jobCondition: { readonly [Member in keyof JobCondition]?: Template };
  /** Parameters of a SCRIPT job; each value must be a string after evaluation. */
  readonly parameters: Readonly<Record<string, Template>>;
}

/** Runs a workflow of the service. */
export interface RemoteWorkflowStep extends AnyStep {
  readonly kind: 'remoteWorkflow';
  readonly workflowId: string;
  readonly workflowName?: string;
  readonly options: RemoteStepOptions;
}

/** Runs an activity of the user's own. */
export interface ActivityStep extends AnyStep {
  readonly kind: 'activity';
  readonly activity: string;
  /** Its one argument. */
  readonly with?: Template;
  readonly options: {
    readonly taskQueue?: string;
    readonly startToCloseTimeout: Duration;
    readonly scheduleToCloseTimeout?: Duration;
    readonly heartbeatTimeout?: Duration;
    readonly retry?: ActivityRetry;
  };
}

/** Runs another pipeline as a child workflow. */
export interface PipelineStep extends AnyStep {
  readonly kind: 'pipeline';
  /** Normalised and resolved like the outer one. Its parameters are the values of `parameters`, when it starts. */
  readonly plan: PipelinePlan;
  readonly parameters: Readonly<Record<string, Template>>;
}

export interface ApprovalStep extends AnyStep {
  readonly kind: 'approval';
  /** Milliseconds after which the step fails without a decision. */
  readonly timeoutMs?: number;
  /** Shown to the person who decides. */
  readonly message?: Template;
}

/** Waits for a time, then has succeeded. */
export interface WaitStep extends AnyStep {
  readonly kind: 'wait';
  /** Evaluated when the step starts: a duration, or `until` a point of time (ISO 8601 with an offset). */
  readonly until: { readonly for: Template } | { readonly until: Template };
}

export type PlannedStep =
  JobStep | RemoteWorkflowStep | ActivityStep | PipelineStep | ApprovalStep | WaitStep;

export interface PipelinePlan {
  readonly version: 1;
  readonly pipeline: string;
  /** Rules of the parameters, and values where they have a default. */
  readonly parameters: Readonly<
    Record<string, ParameterRule & { readonly default?: ParameterValue }>
  >;
  readonly runTimeoutMs?: number;
  /** Most items of all steps at once. */
  readonly concurrency: number;
  readonly onFailure: 'stop' | 'continue' | 'hold';
  /** How long a failed run stays open where onFailure is `hold`. */
  readonly holdForMs: number;
  /** In the order of the definition. */
  readonly steps: Readonly<Record<string, PlannedStep>>;
  /**
   * Steps that run once those have ended, however they ended: jobs and activities. Its `runTimeoutMs` limits them; its
   * parameters are those of the pipeline.
   */
  readonly finally?: PipelinePlan;
}

/** End of a step, or of one of its items. */
export type StepOutcome = 'succeeded' | 'failed' | 'canceled' | 'skipped';
export type StepStatus = 'pending' | 'running' | StepOutcome;

/**
 * Why a step was skipped or canceled. `needs`: its `runIf` is not fulfilled; `when`: its condition is false; `stop`:
 * the run stops after a failure; `message`: a message requested it; `cancel`, `deadline`, `size`: the whole run ends.
 */
export type StepCause = 'needs' | 'when' | 'stop' | 'message' | 'cancel' | 'deadline' | 'size';

/** One item of a step. A step without `forEach` has one. */
export interface ItemState {
  readonly status: StepStatus;
  /** Number of starts, retries included. */
  readonly attempt: number;
  /** `output` of expressions. Small, plain JSON. */
  readonly output?: unknown;
  /** Execution of the service, where there is one. */
  readonly executionId?: string;
  /** Further submissions of the job within this attempt (its option `retry`). */
  readonly retries?: number;
  /** Why it failed, was canceled or skipped. */
  readonly reason?: string;
  /** It was cancelled and has not ended yet. */
  readonly canceling?: true;
}

/** Items of a step by status. The others are pending. */
export type ItemCounts = Readonly<Record<'running' | StepOutcome, number>>;

export interface StepState {
  readonly status: StepStatus;
  /** Values of `forEach`, once evaluated; a step without has one item, whose value is null. */
  readonly values?: readonly ParameterValue[];
  /** Empty until the step begins. */
  readonly items: readonly ItemState[];
  readonly counts: ItemCounts;
  /** Value of `maxParallel` where that is an expression. */
  readonly maxParallel?: number;
  /** No item before this one is pending. */
  readonly next: number;
  /** Last start, and the end since then; epoch ms of the workflow's clock. */
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** Why the step was skipped, failed or was canceled. */
  readonly reason?: string;
  readonly why?: StepCause;
  /** Where `why` is `stop`: the step whose failure stopped the run. */
  readonly by?: string;
  /** A message requested to skip it. It is skipped once its needs have ended. */
  readonly skip?: true;
  /** A message requested to cancel it. No further item starts. */
  readonly canceling?: true;
  /** `failures` of the run when a message retried the step. Failures before that do not stop it. */
  readonly again?: number;
  /** Number (`failures` of the run) of its latest failure. Absent: neither it nor an item of it has failed. */
  readonly failure?: number;
  /**
   * A step that it needs was retried while it ran. Its present result does not count, and it runs once more as a
   * whole. In a run that has ended: it did not run once more.
   */
  readonly repeat?: true;
  /** Attempts of its items before it was reset. Later attempts have greater numbers. */
  readonly attempts?: number;
}

/** Why a whole run ends: it was cancelled, its runTimeout passed, or its state is too large for continue-as-new. */
export type RunEnding = 'cancel' | 'deadline' | 'size';

export type PipelineOutcome = 'succeeded' | 'failed' | 'canceled' | 'timed-out';

export interface PipelineEnd {
  readonly outcome: PipelineOutcome;
  /** Steps that failed, or were canceled for another reason than the end of the run; in the order of the plan. */
  readonly failed: readonly string[];
}

/** State of a run. Plain JSON, because it crosses continue-as-new. */
export interface PipelineState {
  readonly steps: Readonly<Record<string, StepState>>;
  readonly paused: boolean;
  /**
   * A step failed and `onFailure` is not `continue`, or the whole run ends. No step with `runIf: allSucceeded`
   * starts.
   */
  readonly stopping?: 'failure' | RunEnding;
  /** The workflow is about to continue as new. Nothing starts before that. */
  readonly draining?: true;
  /** All steps have ended, one failed, and the run stays open for a message (`onFailure: hold`). */
  readonly held?: true;
  /** Number of times it was held open. */
  readonly holds: number;
  /** Number of failures so far: of items, and of steps that could not begin or were canceled. */
  readonly failures: number;
  readonly ended?: PipelineEnd;
}

/** Messages to a running pipeline; each is an Update of the workflow. */
export type PipelineMessage =
  /** Nothing new starts until `resume`; running steps continue. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Stops the running items of a step, and starts no more of them. */
  | { readonly kind: 'cancelStep'; readonly step: string }
  /** Runs the failed items of a step again, and the steps that were skipped because of it. */
  | { readonly kind: 'retryStep'; readonly step: string }
  /** A pending step is not run. A failed step counts as skipped from now on. */
  | { readonly kind: 'skipStep'; readonly step: string; readonly reason?: string }
  /** Answers an approval. */
  | {
      readonly kind: 'approve';
      readonly step: string;
      /** Which item of an approval with `forEach`. @default all that wait */
      readonly item?: number;
      readonly approve: boolean;
      readonly by?: string;
      readonly comment?: string;
    };

/** Address of a message in a workflow that runs several pipelines. */
export interface ToPipeline {
  /** `run.key` of the pipeline. @default the only one that has not ended */
  readonly pipeline?: string;
}

/** Input of the Update for a message. */
export type MessageInput<Kind extends PipelineMessage['kind']> = Omit<
  Extract<PipelineMessage, { readonly kind: Kind }>,
  'kind'
> &
  ToPipeline;
