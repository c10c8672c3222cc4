import { ApplicationFailure } from '@temporalio/common';
import {
  condition,
  defineQuery,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { isId } from '../../contract/ids.js';
import { RESOLVE_OPTIONS } from '../../contract/message-options.js';
import { PROGRESS_QUERY, RESOLVE_UPDATE } from '../../contract/names.js';
import type { PipelineProgress } from '../../contract/pipeline-run.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { ResolveSubmission, RunProgress } from '../../contract/run.js';
import { isRecord, problemsOf, problemTexts, type Rule } from '../../contract/validate.js';
import { cancellable, rethrow } from './cancellation.js';
import type { RemoteRun } from '../remote-run/remote-run.js';
import type { LockMode, RunPort, VerbResult } from '../job-run/port.js';
import { jobKey } from '../job-run/match-criteria.js';
import type { Run } from '../job-run/run.js';
import { isOutcomeUnknown } from '../job-run/submit-state.js';
import { currentActivation, ifCurrent, refuseForeignActivation } from './activation.js';
import { workflowState } from './workflow-state.js';

/** Ended runs that stay in the progress query; older ones are dropped so that a long workflow does not grow. */
const MAX_ENDED_RUNS = 200;

/**
 * Progress of a run of a job (has a `jobId`), of a remote workflow (has a `workflowId`), or of a pipeline (has a
 * `pipeline`).
 */
export type AnyRunProgress = RunProgress | RemoteRunProgress | PipelineProgress;

export const progressQuery = defineQuery<Readonly<Record<string, AnyRunProgress>>>(PROGRESS_QUERY);
export const resolveUpdate = defineUpdate<undefined, [ResolveSubmission]>(RESOLVE_UPDATE);

/** Place in the queue of a job's lock. */
interface Ticket {
  readonly mode: LockMode;
}

/** State that the runs of one workflow share. */
interface Registry {
  readonly runs: (Run | RemoteRun)[];
  /** Number of runs so far. */
  started: number;
  /** By job: holders of its lock and, after them, the tickets that wait for it. */
  readonly locks: Map<string, Ticket[]>;
  /** Pipelines that are about to continue as new: no run gets a job lock while there are any. */
  readonly pausing: Set<object>;
  /** Pipelines that were handed over: their runs get no lock, because another run continues them. */
  readonly handedOver: Set<object>;
  /**
   * Submission of each execution; a claim is permanent, so that no other submission claims it. There are at most as
   * many claims as submissions in one history: after continue-as-new it begins with the claims of the state.
   */
  readonly claims: Map<string, string>;
  /** Submissions that await a resolution, with the resolution once it was received. */
  readonly pendingResolutions: Map<string, string | undefined>;
  /** By `run.key`. */
  readonly pipelines: Map<string, () => PipelineProgress>;
  /** Progress of the newest runs that ended without completing. */
  readonly failedRuns: (RunProgress | RemoteRunProgress)[];
  isAnswering: boolean;
}

const registry = workflowState<Registry>(() => ({
  runs: [],
  started: 0,
  locks: new Map(),
  pausing: new Set(),
  handedOver: new Set(),
  claims: new Map(),
  pendingResolutions: new Map(),
  pipelines: new Map(),
  failedRuns: [],
  isAnswering: false,
}));

/**
 * Keys of the submissions of a new run. A replay and a reset do not change them; after continue-as-new they are others.
 */
export function nextKey(): (attempt: number) => string {
  refuseForeignActivation();
  const ordinal = (registry().started += 1);
  return (attempt) => `${workflowInfo().originalExecutionRunId}-${ordinal}.${attempt}`;
}

export function register(run: Run | RemoteRun): void {
  registerHandlers();
  const { runs } = registry();
  runs.push(run);
  const ended = runs.filter((one) => one.progress.phase === 'ended');
  if (ended.length > MAX_ENDED_RUNS) runs.splice(runs.indexOf(ended[0] ?? run), 1);
}

/** Progress of the runs that have not ended and will not continue in a next run of the workflow. */
export const openRuns = (): readonly (RunProgress | RemoteRunProgress)[] =>
  registry()
    .runs.filter((run) => run.progress.phase !== 'ended')
    .filter((run) => !('isHandedOver' in run && run.isHandedOver))
    .map(({ progress }) => progress);

/**
 * Blocks job locks while any pipeline drains: the outcome of a new submission would not be known before
 * continue-as-new.
 */
export function blockNewSubmissions(by: object, isPausing: boolean): void {
  const { pausing } = registry();
  if (isPausing) pausing.add(by);
  else pausing.delete(by);
}

/** The runs of this pipeline start nothing more here; other runs of the workflow continue. */
export function endSubmissions(of: object): void {
  const { pausing, handedOver } = registry();
  handedOver.add(of);
  pausing.delete(of);
}

export function registerPipeline(key: string, progress: () => PipelineProgress): void {
  registry().pipelines.set(key, progress);
}

/** Most runs in the memo, which must stay small. */
const MAX_FAILED_RUNS = 8;

/** Progress of the runs of this workflow that did not complete, by submission; the newest of them. */
export function rememberFailedRun(
  progress: RunProgress | RemoteRunProgress,
): Readonly<Record<string, AnyRunProgress>> {
  const { failedRuns } = registry();
  failedRuns.push(progress);
  failedRuns.splice(0, failedRuns.length - MAX_FAILED_RUNS);
  return Object.fromEntries(failedRuns.map((one) => [one.submission, one]));
}

export function allProgress(): Readonly<Record<string, AnyRunProgress>> {
  const { pipelines, runs } = registry();
  return Object.fromEntries<AnyRunProgress>([
    ...[...pipelines].map(([key, progress]) => [key, progress()] as const),
    ...runs.map((run) => [run.progress.submission, withCauseOfWait(run, runs)] as const),
  ]);
}

/** Adds to a run that waits for the job lock the last error of the run that holds it. */
function withCauseOfWait(
  run: Run | RemoteRun,
  runs: readonly (Run | RemoteRun)[],
): RunProgress | RemoteRunProgress {
  const { progress } = run;
  if (!('keyOf' in run) || progress.phase !== 'waiting-for-lock') return progress;
  const starting = runs.find(
    (other) =>
      other !== run &&
      'keyOf' in other &&
      jobKey(other) === jobKey(run) &&
      other.progress.lastError !== undefined,
  );
  const { submission, lastError } = (starting?.progress ?? {}) as Partial<RunProgress>;
  return lastError === undefined
    ? progress
    : { ...progress, lastError: `submission ${submission ?? ''}: ${lastError}` };
}

/** Sets the handlers that all runs of this workflow share, once. */
export function registerHandlers(): void {
  const own = registry();
  if (own.isAnswering) return;
  own.isAnswering = true;
  setHandler(progressQuery, allProgress, {
    description: 'Progress of each Data Flow run of this workflow',
  });
  setHandler(
    resolveUpdate,
    ({ submission, executionId }) => {
      registry().pendingResolutions.set(submission, executionId);
      return undefined;
    },
    {
      validator: checkResolution,
      description: 'Resolves a submission: the id of its execution, or none',
    },
  );
}

const RESOLUTION: Rule = {
  kind: 'object',
  options: RESOLVE_OPTIONS,
  example: '{ submission, executionId }',
};

function checkResolution(input: ResolveSubmission): void {
  const problems = [
    ...problemTexts(problemsOf(RESOLUTION, input), 'the input'),
    ...(isRecord(input) ? misplacedProblems(input) : []),
  ];
  if (problems.length > 0)
    throw ApplicationFailure.nonRetryable(problems.join('; '), 'DataFlowInvalidInput');
}

/** Problems of a resolution that come from the submissions of this workflow. */
function misplacedProblems({
  submission,
  executionId,
}: Partial<Record<keyof ResolveSubmission, unknown>>): readonly string[] {
  const { pendingResolutions } = registry();
  const key = typeof submission === 'string' ? submission : '';
  const waiting = [...pendingResolutions.keys()].join(', ') || 'none';
  const problems: string[] = [];
  if (!pendingResolutions.has(key))
    problems.push(
      `submission: must be one that awaits a resolution (${waiting.slice(0, 1_000)}); got ${key.slice(0, 100)}`,
    );
  else if (pendingResolutions.get(key) !== undefined)
    problems.push(`submission: ${key} has already been resolved`);
  if (isId(executionId) && claimedIds(key).includes(executionId))
    problems.push(`executionId: ${executionId} belongs to another submission of this workflow`);
  return problems;
}

const claimedIds = (except: string, { claims } = registry()): readonly string[] =>
  [...claims].filter(([, submission]) => submission !== except).map(([id]) => id);

/** Whether the condition became true within the time; without a limit it waits for ever. */
const becomesTrue = (isReached: () => boolean, withinMs: number | undefined): Promise<boolean> =>
  withinMs === undefined ? condition(isReached).then(() => true) : condition(isReached, withinMs);

type Limits = Parameters<RunPort['jobLock']>[1];

async function acquireLock(
  { locks, pausing, handedOver }: Registry,
  job: string,
  { withinMs, cancellation }: Limits,
  ticket: Ticket,
  owner: object | undefined,
): Promise<VerbResult<() => void>> {
  const queue = locks.get(job) ?? [];
  locks.set(job, queue);
  queue.push(ticket);
  const leave = (): void => {
    queue.splice(queue.indexOf(ticket), 1);
  };
  const isOver = (): boolean => owner !== undefined && handedOver.has(owner);
  /** Whether those before it, and itself, may hold the lock together. */
  const isNext = (): boolean =>
    queue[0] === ticket ||
    queue.slice(0, queue.indexOf(ticket) + 1).every(({ mode }) => mode === 'shared');
  const isFree = (): boolean => pausing.size === 0 && isNext() && !isOver();
  if (isFree()) return { kind: 'done', value: leave };
  const waited = await cancellable(cancellation, () => becomesTrue(isFree, withinMs), rethrow);
  if (waited.kind === 'done' && waited.value) return { kind: 'done', value: leave };
  leave();
  return { kind: waited.kind === 'done' ? 'timed-out' : 'cancelled' };
}

async function awaitResolution(
  { pendingResolutions }: Registry,
  submission: string,
  { withinMs, cancellation }: Limits,
): Promise<VerbResult<string>> {
  // On replay a resolution can be delivered before the code awaits it.
  if (!pendingResolutions.has(submission)) pendingResolutions.set(submission, undefined);
  const given = (): boolean => pendingResolutions.get(submission) !== undefined;
  try {
    const waited = await cancellable(cancellation, () => becomesTrue(given, withinMs), rethrow);
    const value = pendingResolutions.get(submission); // an accepted resolution comes before a cancel or a time-out
    if (value !== undefined) return { kind: 'done', value };
    return { kind: waited.kind === 'done' ? 'timed-out' : 'cancelled' };
  } finally {
    pendingResolutions.delete(submission);
  }
}

/** State that the runs of one workflow share: job locks, claimed executions, and resolutions. */
export function sharedByRuns(
  owner?: object,
): Pick<RunPort, 'awaitResolution' | 'jobLock' | 'claim' | 'claimedIds' | 'isAnotherUnknown'> {
  const own = registry();
  const activation = currentActivation();
  return {
    claimedIds: (except) => claimedIds(except, own),
    claim: (executionId, submission) => {
      const { claims } = own;
      if (!claims.has(executionId)) claims.set(executionId, submission);
    },
    isAnotherUnknown: (job, except) =>
      own.runs.some(
        (run) =>
          'keyOf' in run &&
          jobKey(run) === job &&
          run.submission.key !== except &&
          isOutcomeUnknown(run.submission.state),
      ),
    jobLock: (job, limits, mode) =>
      ifCurrent(activation, () => acquireLock(own, job, limits, { mode }, owner)),
    awaitResolution: (submission, limits) =>
      ifCurrent(activation, () => awaitResolution(own, submission, limits)),
  };
}
