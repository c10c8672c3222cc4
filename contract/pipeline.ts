import type { Duration } from './durations.js';
import type { JobCondition } from './job.js';
import type { ActivityRetry } from './run.js';
import type { JobStepOptions, RemoteStepOptions } from './run-options.js';

/** What a pipeline is once it was read, checked and resolved: plain JSON that the workflow runs by. */

/** A value of a parameter: what a caller gives, or its default. */
export type ParameterValue = string | number | boolean | readonly ParameterValue[];
export type ParameterType = 'string' | 'number' | 'boolean' | 'list';

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
  /** Most items of this step at once. @default the pipeline's concurrency */
  readonly maxParallel?: number;
}

/** Runs a job of the service. */
export interface JobStep extends AnyStep {
  readonly kind: 'job';
  readonly jobId: string;
  /** The name under which the step named it, where it did. */
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

/** Waits for a decision of a person. */
export interface ApprovalStep extends AnyStep {
  readonly kind: 'approval';
  /** Undecided for longer than this, it fails. Milliseconds. */
  readonly timeoutMs?: number;
  /** Shown to the person who decides. */
  readonly message?: Template;
}

export type PlannedStep = JobStep | RemoteWorkflowStep | ActivityStep | PipelineStep | ApprovalStep;

/** A pipeline, ready to run. */
export interface PipelinePlan {
  readonly version: 1;
  readonly pipeline: string;
  /** Types of the parameters, and values where they have a default. */
  readonly parameters: Readonly<
    Record<string, { readonly type: ParameterType; readonly default?: ParameterValue }>
  >;
  readonly runTimeoutMs?: number;
  /** Most items of all steps at once. */
  readonly concurrency: number;
  readonly onFailure: 'stop' | 'continue' | 'hold';
  /** How long a failed run stays open where onFailure is `hold`. */
  readonly holdForMs: number;
  /** In the order in which they were written. */
  readonly steps: Readonly<Record<string, PlannedStep>>;
}

/** How a step or an item of it ended. */
export type StepOutcome = 'succeeded' | 'failed' | 'canceled' | 'skipped';
export type StepStatus = 'pending' | 'running' | StepOutcome;

/**
 * Why a step was skipped or cut short. `needs`: its rule does not allow it; `when`: its condition is false; `stop`: the
 * run stops after a failure; `message`: somebody asked for it; `cancel`, `deadline`, `size`: the whole run ends.
 */
export type StepCause = 'needs' | 'when' | 'stop' | 'message' | 'cancel' | 'deadline' | 'size';

/** One run of a step: the only one, or that for one item of `forEach`. */
export interface ItemState {
  readonly status: StepStatus;
  /** How often it was started; a retry counts. */
  readonly attempt: number;
  /** What expressions see as `output`: plain JSON, small. */
  readonly output?: unknown;
  /** Execution of the service, where there is one. */
  readonly executionId?: string;
  /** How often the job was submitted again within this attempt (its `retry`). */
  readonly retries?: number;
  /** Why it failed, was canceled or skipped. */
  readonly reason?: string;
  /** Running, and cancelled. */
  readonly canceling?: true;
}

/** How many items of a step are in which state; the others are pending. */
export type ItemCounts = Readonly<Record<'running' | StepOutcome, number>>;

export interface StepState {
  readonly status: StepStatus;
  /** Values of `forEach`, once evaluated; a step without has one item, whose value is null. */
  readonly values?: readonly ParameterValue[];
  /** Empty until the step begins. */
  readonly items: readonly ItemState[];
  readonly counts: ItemCounts;
  /** No item before this one is pending. */
  readonly next: number;
  /** When it last began, and when it ended since: the workflow's clock, milliseconds since 1970. */
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** Why the step was skipped, failed or was canceled. */
  readonly reason?: string;
  readonly why?: StepCause;
  /** Where `why` is `stop`: the step whose failure stopped the run. */
  readonly by?: string;
  /** A message requested to skip it; that happens once its needs have ended. */
  readonly skip?: true;
  /** A message requested to cancel it: no further item starts. */
  readonly canceling?: true;
  /** A message retried it: failures up to this one (`failures` of the run then) do not stop it. */
  readonly again?: number;
  /** Which failure of the run its latest one was; where it has failed, or an item of it. */
  readonly failure?: number;
  /**
   * It runs, and is to be run as a whole once more when that has ended, which does not count: a step that it needs was
   * retried meanwhile. Where the run ended before: it was not run once more.
   */
  readonly repeat?: true;
  /** Attempts of its items before it was reset; those that follow have greater numbers. */
  readonly attempts?: number;
}

/**
 * Why a whole run ends: somebody asked for it, its runTimeout passed, or what it would have to hand over at
 * continue-as-new is too large.
 */
export type RunEnding = 'cancel' | 'deadline' | 'size';

export type PipelineOutcome = 'succeeded' | 'failed' | 'canceled' | 'timed-out';

export interface PipelineEnd {
  readonly outcome: PipelineOutcome;
  /** Steps that failed, or were canceled other than by the end of the run; in the order of the plan. */
  readonly failed: readonly string[];
}

/** State of a run of a pipeline. Plain JSON: it crosses continue-as-new. */
export interface PipelineState {
  readonly steps: Readonly<Record<string, StepState>>;
  readonly paused: boolean;
  /** A step failed and `onFailure` is not `continue`, or the whole run ends: no step with the rule `allSucceeded` starts. */
  readonly stopping?: 'failure' | RunEnding;
  /** The workflow is about to continue as new: nothing starts until it has. */
  readonly draining?: true;
  /** All steps have ended, one failed, and the run stays open for a message (`onFailure: hold`). */
  readonly held?: true;
  /** How many times it was held open. */
  readonly holds: number;
  /** How many failures there were: of items, and of steps that could not begin or were canceled. */
  readonly failures: number;
  readonly ended?: PipelineEnd;
}

/** Messages to a running pipeline; each is an Update of the workflow. */
export type PipelineMessage =
  /** Nothing new starts until `resume`; running steps continue. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Stops the items of a step that run, and starts no more of them. */
  | { readonly kind: 'cancelStep'; readonly step: string }
  /** Runs what failed of a step again, and what was skipped because of it. */
  | { readonly kind: 'retryStep'; readonly step: string }
  /** A step that waits is not run; one that failed counts as skipped from now on. */
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

/** Addressing of a message: which pipeline it is for, if a workflow runs several. */
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
