import type {
  AwaitInput,
  AwaitResult,
  ReconcileInput,
  ReconcileResult,
  FreeCapacity,
  JobRef,
  Permit,
  PrepareInput,
  StopInput,
  StopResult,
  SubmitInput,
} from '../../contract/activities.js';
import type { FailureDetails, FailureType } from '../../contract/failures.js';
import type { EnterGroupInput, GroupAnswer, LeaveGroup } from '../../contract/group.js';
import type { JobExecution } from '../../contract/job.js';

/**
 * Operations that the logic of a run needs. It does not import Temporal, so the same code runs in a workflow and under
 * a test's virtual clock. Verbs do not throw: a failure is part of the result.
 */
export interface RunPort {
  /** Run id of the workflow run. A reset changes it, so no command may depend on it. */
  runId(): string;
  /** Workflow time in ms; the same on replay. */
  now(): number;
  /** Random number from 0 to 1; the same on replay. */
  random(): number;
  /** True if the whole time passed, false if cancelled. */
  sleep(ms: number, cancellation: Cancellation): Promise<boolean>;
  /** `isFirst`: no permit was taken since the submission began, or since it waited for capacity. */
  prepare(
    input: PrepareInput,
    limits: Limits & { readonly isFirst: boolean },
  ): Promise<VerbResult<Permit>>;
  /**
   * Not cancellable: runs are in a non-cancellable scope (`runtime/launch.ts`), and a submit is given no cancellation. A
   * cancel that comes meanwhile stops the execution afterwards. Schedule-to-start (the permit's time) and start-to-close end it.
   */
  submit(input: SubmitInput, limits: SubmitLimits): Promise<SubmitOutcome<JobExecution>>;
  /** A cancellation shortens what is left to `graceMs`. */
  reconcile(
    input: ReconcileInput,
    limits: Limits & { readonly graceMs: number },
  ): Promise<VerbResult<ReconcileResult>>;
  awaitEnd(
    input: AwaitInput,
    limits: Limits & { readonly waitHeartbeatTimeoutMs: number },
  ): Promise<VerbResult<AwaitResult>>;
  awaitCapacity(
    input: JobRef,
    limits: Limits & { readonly waitHeartbeatTimeoutMs: number },
  ): Promise<VerbResult<FreeCapacity>>;
  /** Asks the gate of a group for a place; resolves with the name of the entry. */
  enterGroup(
    input: Omit<EnterGroupInput, 'taskQueue'>,
    limits: Limits,
  ): Promise<VerbResult<{ readonly entry: string }>>;
  /** Answers of gates to entries of this ticket are kept from now on, until the function that it returns is called. */
  expectEntry(ticket: string): () => void;
  /** Waits until the gate grants or refuses the entry; `onUnset` is called if the group has no limit yet. */
  awaitGrant(
    entry: string,
    limits: Limits & { readonly onUnset: () => void },
  ): Promise<VerbResult<GroupAnswer>>;
  /** Not cancellable. If it fails, the gate finds by a check that nothing of the entry runs. */
  leaveGroup(input: LeaveGroup & { readonly group: string }): Promise<void>;
  /** Not cancellable; ends within `withinMs`. */
  stop(
    input: StopInput,
    limits: Pick<Limits, 'summary' | 'onReport'> & { readonly withinMs: number },
  ): Promise<VerbResult<StopResult>>;
  /** Reads an execution once. Not cancellable; ends within `withinMs`. */
  read(
    input: StopInput,
    limits: { readonly withinMs: number; readonly summary: string },
  ): Promise<VerbResult<JobExecution>>;
  /** Waits for a resolution of the submission: an execution id or `none`. */
  awaitResolution(submission: string, limits: Limits): Promise<VerbResult<string>>;
  /** Takes the lock of the job; resolves with its release. Holders of a `shared` lock exclude only an `exclusive` one. */
  jobLock(job: string, limits: Limits, mode: LockMode): Promise<VerbResult<() => void>>;
  /** Assigns an execution to this submission permanently: no other submission of this workflow can adopt it. */
  claim(executionId: string, submission: string): void;
  /** Executions that other submissions of this workflow have claimed. */
  claimedIds(except: string): readonly string[];
  /** Whether another run of this job in this workflow has an unknown outcome: unclaimed executions may then be its. */
  isAnotherUnknown(job: string, except: string): boolean;
}

export type LockMode = 'exclusive' | 'shared';

export interface SubmitLimits {
  readonly summary: string;
  /** Limit for the check of who used a permit (`postNothing`); after it the outcome counts as unknown. */
  readonly askWithinMs: number;
}

export interface Limits {
  /** Limit of the verb in ms; undefined: none. */
  readonly withinMs: number | undefined;
  readonly cancellation: Cancellation;
  /** One line for the Temporal UI. */
  readonly summary: string;
  /**
   * Called with the error after the calls of the verb have failed for a while; with undefined once they succeed again.
   */
  readonly onReport?: ((lastError: string | undefined) => void) | undefined;
}

/** Cancellation token; `requested` never goes back to false. */
export interface Cancellation {
  readonly requested: boolean;
  /** Calls `listener` when cancellation is requested; returns a function that removes the listener. */
  onRequest(listener: () => void): () => void;
  /** Runs `act`; cancels it when cancellation is requested, or that many milliseconds later. */
  within<Value>(act: () => Promise<Value>, graceMs?: number): Promise<Value>;
}

export interface Failure {
  readonly type: FailureType;
  readonly message: string;
  readonly details: FailureDetails;
  /** Failure that the SDK reported; becomes the cause. */
  readonly cause?: unknown;
}

export type VerbResult<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'cancelled' }
  /** `last`: error of the last attempt, if it failed. */
  | { readonly kind: 'timed-out'; readonly last?: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** How one POST ended (docs/submit-protocol.md, rules 2 and 3). `start`: what the answer names. */
export type SubmitOutcome<Start> = { readonly kind: 'started'; readonly start: Start } | NotStarted;

/** Result of a POST without a usable answer. */
export type NotStarted =
  /** Nothing was started; this is proven. */
  | { readonly kind: 'notSent'; readonly failure: Failure }
  /**
   * No worker received the submit while the permit was valid. An earlier run of the workflow may still have submitted.
   */
  | { readonly kind: 'notPickedUp'; readonly failure: Failure }
  /** A complete 4xx of the service, except 401 and 429, which are `notSent`. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'outcomeUnknown'; readonly failure: Failure };

/** Token for calls that must be made although the run was cancelled; `requested` is always false. */
export const UNCANCELLABLE: Cancellation = {
  requested: false,
  onRequest: () => () => undefined,
  within: async (act) => await act(),
};
