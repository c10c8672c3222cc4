import type {
  AwaitInput,
  AwaitResult,
  FindInput,
  FindResult,
  FreePlace,
  JobRef,
  Permit,
  PrepareInput,
  StopInput,
  StopResult,
  SubmitInput,
} from '../../contract/activities.js';
import type { FailureDetails, FailureType } from '../../contract/failures.js';
import type { JobExecution } from '../../contract/job.js';

/**
 * The verbs that the logic of a run needs. It knows no Temporal, so that the same code runs in a workflow and under
 * a test's virtual clock. No verb throws: what came is its value.
 */
export interface RunPort {
  /** Of this run of the workflow; another one after a reset, so no command may depend on it. */
  runId(): string;
  /** Milliseconds of a clock that never differs on replay. */
  now(): number;
  /** 0 to 1, never different on replay. */
  random(): number;
  /** True when the whole time passed, false when interrupted. */
  sleep(ms: number, cancellation: Cancellation): Promise<boolean>;
  prepare(input: PrepareInput, limits: Limits): Promise<VerbResult<Permit>>;
  /** Neither cancel nor deadline interrupts it: it closes by itself. */
  submit(input: SubmitInput, limits: SubmitLimits): Promise<SubmitOutcome>;
  /** A cancellation shortens what is left to `graceMs`. */
  reconcile(
    input: FindInput,
    limits: Limits & { readonly graceMs: number },
  ): Promise<VerbResult<FindResult>>;
  awaitEnd(
    input: AwaitInput,
    limits: Limits & { readonly waitHeartbeatTimeoutMs: number },
  ): Promise<VerbResult<AwaitResult>>;
  awaitCapacity(
    input: JobRef,
    limits: Limits & { readonly waitHeartbeatTimeoutMs: number },
  ): Promise<VerbResult<FreePlace>>;
  /** Not interrupted; ends within `withinMs`. */
  stop(
    input: StopInput,
    limits: Pick<Limits, 'summary' | 'onReport'> & { readonly withinMs: number },
  ): Promise<VerbResult<StopResult>>;
  /** Reads an execution once. Not interrupted; ends within `withinMs`. */
  read(
    input: StopInput,
    limits: { readonly withinMs: number; readonly summary: string },
  ): Promise<VerbResult<JobExecution>>;
  /** Waits for somebody's word on a held submission: an execution id or `none`. */
  awaitResolution(submission: string, limits: Limits): Promise<VerbResult<string>>;
  /** One after the other for the same job: the release, once it is this run's turn. */
  jobLock(job: string, limits: Limits): Promise<VerbResult<() => void>>;
  /** Makes an execution known as this submission's, for good: no other one of this workflow may take it. */
  claim(executionId: string, submission: string): void;
  /** Executions that other submissions of this workflow have claimed. */
  claimedIds(except: string): readonly string[];
  /** Whether another run of this job in this workflow has an unknown outcome: what is unclaimed may be its. */
  isAnotherUnknown(job: string, except: string): boolean;
}

export interface SubmitLimits {
  readonly summary: string;
  /** How long to ask whose a permit is (`postNothing`) before the answer counts as an unknown outcome. */
  readonly askWithinMs: number;
}

export interface Limits {
  /** Milliseconds after which the verb gives up; undefined: never. */
  readonly withinMs: number | undefined;
  readonly cancellation: Cancellation;
  /** One line for the Temporal UI. */
  readonly summary: string;
  /** Told why the calls of the verb fail, once they have failed for a while; undefined: they work again. */
  readonly onReport?: ((lastError: string | undefined) => void) | undefined;
}

/** Cancellation token; `requested` never goes back to false. */
export interface Cancellation {
  readonly requested: boolean;
  /** Calls `listener` when the wish is made; returns how to stop listening. */
  onRequest(listener: () => void): () => void;
  /** Runs `act`, which is cancelled when the wish is made, or so many milliseconds after. */
  within<Value>(act: () => Promise<Value>, graceMs?: number): Promise<Value>;
}

export interface Failure {
  readonly type: FailureType;
  readonly message: string;
  readonly details: FailureDetails;
  /** What the SDK reported, for the failure's cause. */
  readonly cause?: unknown;
}

export type VerbResult<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'cancelled' }
  /** `last`: what the last attempt failed with, where it did. */
  | { readonly kind: 'timed-out'; readonly last?: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** How one POST ended (docs/submit-protocol.md, rules 2 and 3). */
export type SubmitOutcome =
  { readonly kind: 'started'; readonly execution: JobExecution } | NotStarted;

/** How a POST ended that gave no answer to go on with. */
export type NotStarted =
  /** Proven: nothing was started. */
  | { readonly kind: 'not-sent'; readonly failure: Failure }
  /** No worker was given it while the permit was good. What an earlier run of the workflow did is another matter. */
  | { readonly kind: 'notPickedUp'; readonly failure: Failure }
  /** A complete 4xx: the service said no. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'outcomeUnknown'; readonly failure: Failure };

/** Cancellation of calls that must be made although the run was cancelled: it never requests. */
export const UNCANCELLABLE: Cancellation = {
  requested: false,
  onRequest: () => () => undefined,
  within: async (act) => await act(),
};
