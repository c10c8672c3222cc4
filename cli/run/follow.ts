import { type AllProgress, jobRunsOf, pipelinesOf, remoteRunsOf } from '../../contract/progress.js';
import type { WorkflowHandle } from '@temporalio/client';
import { FAILED_RUNS_MEMO } from '../../contract/names.js';
import { leftRunning } from '../../worker/left-running.js';
import { CommandFailed } from '../command-failed.js';
import type { LiveView } from '../view/live-view.js';
import { progressPicture } from '../view/progress-picture.js';
import { type AllNeeds, askNeeds, askProgress } from './ask-progress.js';
import { type Ending, readEnding } from './ending.js';
import { pendingProblems } from './pending-problems.js';
import { readPendingWork } from './pending-work.js';
import { grpcErrorIn, type Temporal } from './temporal-connection.js';

/** Cheap: a worker answers the query from its cache. */
const QUERY_EVERY_MS = 500;
/** Answers without progress before the user is told; a workflow that has just begun has none. */
const EMPTY_ANSWERS = 6;
/** So that problems are shown within 5 s; the first attempts of a failing activity are a second apart. */
const PROBLEMS_EVERY_MS = 1_500;

export interface FollowOptions {
  readonly temporal: Temporal;
  readonly handle: WorkflowHandle;
  readonly view: LiveView;
  readonly startMs: number;
  /** Ends the watching, not the workflow. */
  readonly signal: AbortSignal;
}

/**
 * Watches a workflow to its end; undefined if `signal` ended the watching before.
 * @throws CommandFailed if the connection to the server is lost, or payloads cannot be decoded
 */
export async function follow(options: FollowOptions): Promise<Ending | undefined> {
  const { handle, view, signal } = options;
  const ended = new AbortController();
  const ending = readEnding(handle.workflowId, handle.result());
  const over = ending.finally(() => {
    ended.abort();
  });
  over.catch(() => undefined); // handled below, by the race
  const until = AbortSignal.any([signal, ended.signal]);
  const watching = Promise.all([watchProgress(options, until), watchProblems(options, until)]);
  let isOver = false;
  try {
    const first = await Promise.race([over, untilAborted(signal), failureOf(watching)]);
    if (first === undefined) return undefined;
    isOver = true;
    return await withRuns(first, options);
  } catch (error) {
    throw lostFailure(error, options);
  } finally {
    ended.abort();
    view.end(!isOver);
  }
}

/** Settles only when the promise fails. */
const failureOf = (watching: Promise<unknown>): Promise<never> =>
  new Promise((_resolve, reject) => {
    watching.catch(reject);
  });

function lostFailure(error: unknown, { temporal, handle }: FollowOptions): unknown {
  const reason = grpcErrorIn(error);
  if (reason === undefined) return error;
  return new CommandFailed(
    'unreachable',
    `the connection to Temporal at ${temporal.address} is lost (${reason.details}); the run goes on`,
    `to watch it again: dataflow watch ${handle.workflowId}`,
  );
}

const untilAborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    const done = (): void => {
      resolve(undefined);
    };
    if (signal.aborted) done();
    signal.addEventListener('abort', done);
  });

/** Shows progress until the signal. @throws CommandFailed where payloads cannot be decoded */
async function watchProgress(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { temporal, handle, view } = options;
  const sayOnce = createSayOnce(view);
  const { workflowId } = handle;
  let needs: AllNeeds = {};
  let emptyAnswers = 0;
  while (!signal.aborted) {
    const progress = await askProgress(temporal, handle);
    if (isAborted(signal)) return;
    if (progress === 'none') {
      emptyAnswers += 1;
      if (emptyAnswers === EMPTY_ANSWERS)
        sayOnce(`workflow ${workflowId} reports no Data Flow run yet; it is watched further`);
    } else if (progress !== undefined) {
      if (pipelinesOf(progress).some(({ key }) => !Object.hasOwn(needs, key)))
        needs = (await askNeeds(temporal, handle)) ?? needs;
      if (isAborted(signal)) return;
      view.show(progressPicture(progress, needs, options.startMs));
      for (const text of pendingActions(workflowId, progress)) sayOnce(text);
    }
    await pause(QUERY_EVERY_MS, signal);
  }
}

/** Prints once what blocks the workflow, and when it is no longer blocked. */
async function watchProblems(
  { temporal, handle, view }: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  const said = new Set<string>();
  while (!signal.aborted) {
    const work = await readPendingWork(temporal, handle.workflowId);
    if (isAborted(signal)) return;
    const problems = work && pendingProblems(work);
    for (const text of problems ?? []) {
      if (!said.has(text)) view.note(text);
      said.add(text);
    }
    if (problems?.length === 0 && said.size > 0) {
      view.note('the problem above is over: the workflow goes on');
      said.clear();
    }
    await pause(PROBLEMS_EVERY_MS, signal);
  }
}

/** A call, because the compiler would take `signal.aborted` as unchanged after an await. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

function createSayOnce(view: LiveView): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) view.note(text);
    said.add(text);
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });

/**
 * Adds times, the runs and what may still run. A workflow that did not complete has no result: its runs come from its
 * last progress, else from its memo.
 */
async function withRuns(
  ending: Ending,
  { temporal, handle, view, startMs }: FollowOptions,
): Promise<Ending> {
  const asked = await askProgress(temporal, handle);
  const progress = asked === 'none' ? {} : asked;
  if (progress !== undefined) view.show(progressPicture(progress, {}, startMs));
  const { startTime, closeTime } = await temporal.codecFree.workflow
    .getHandle(handle.workflowId)
    .describe();
  const left = progress && leftRunning(progress);
  const closed = {
    ...ending,
    startedAt: startTime.toISOString(),
    ...(closeTime !== undefined && { endedAt: closeTime.toISOString() }),
    ...(left !== undefined && { mayStillRun: left }),
  };
  if (ending.outcome === 'completed') return closed;
  const all = progress ?? (await memoOf(handle)) ?? {};
  const [runs, pipelines] = [[...jobRunsOf(all), ...remoteRunsOf(all)], pipelinesOf(all)];
  return {
    ...closed,
    ...(runs.length > 0 && { runs }),
    ...(pipelines.length > 0 && { pipelines }),
  };
}

const memoOf = async (handle: WorkflowHandle): Promise<AllProgress | undefined> =>
  (await handle.describe()).memo?.[FAILED_RUNS_MEMO] as AllProgress | undefined;

/** What waits for a person, with the command to use. */
export function pendingActions(workflowId: string, all: AllProgress): readonly string[] {
  const held = jobRunsOf(all).some(({ phase }) => phase === 'awaiting-resolution');
  return [
    ...(held ? [`a submission needs your decision: dataflow resolve ${workflowId}`] : []),
    ...pipelinesOf(all).flatMap(({ phase, steps }) => [
      ...Object.entries(steps)
        .filter(([, { kind, status }]) => kind === 'approval' && status === 'running')
        .map(
          ([id]) =>
            `${id} needs your decision: dataflow pipeline approve ${workflowId} ${id}, or dataflow pipeline reject ${workflowId} ${id}`,
        ),
      ...(phase === 'held'
        ? [
            `the run is held open: dataflow pipeline retry-step ${workflowId} <step>, or dataflow pipeline skip-step ${workflowId} <step>`,
          ]
        : []),
    ]),
  ];
}
