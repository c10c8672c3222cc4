import type { WorkflowHandle } from '@temporalio/client';
import { RUN_MEMO } from '../../contract/names.js';
import { CommandFailed } from '../command-failed.js';
import { createProgressLines, type ProgressLines } from '../view/progress-lines.js';
import type { LiveView } from '../view/live-view.js';
import { type AllProgress, jobRunsOf, needsOf, pipelinesOf, progressOf } from './ask-progress.js';
import { type Ending, readEnding } from './ending.js';
import { wordsNeeded } from './words-needed.js';
import { pollersOf, unpolledText } from './task-queue.js';
import { grpcErrorIn, type Temporal } from './temporal-connection.js';

/** Often enough for a person, and cheap: the query is answered by a worker from its memory. */
const QUERY_EVERY_MS = 500;
/** How often a task queue without an answer is looked at. */
const LOOK_EVERY_MS = 2_000;

export interface FollowOptions {
  readonly temporal: Temporal;
  readonly handle: WorkflowHandle;
  readonly taskQueue: string;
  readonly view: LiveView;
  readonly startMs: number;
  /** Ends the watching, not the workflow. */
  readonly signal: AbortSignal;
}

interface Watching extends FollowOptions {
  readonly lines: ProgressLines;
}

/**
 * Watches a workflow to its end; undefined when `signal` ended the watching before.
 * @throws CommandFailed when the server is lost on the way
 */
export async function follow(given: FollowOptions): Promise<Ending | undefined> {
  const { handle, view, signal, temporal } = given;
  const options: Watching = {
    ...given,
    lines: createProgressLines(() => needsOf(temporal, handle)),
  };
  const ended = new AbortController();
  const ending = readEnding(handle.workflowId, handle.result());
  const over = ending.finally(() => {
    ended.abort();
  });
  over.catch(() => undefined); // told below
  void watch(options, AbortSignal.any([signal, ended.signal]));
  try {
    const first = await Promise.race([over, untilAborted(signal)]);
    return first === undefined ? undefined : await withRuns(first, options);
  } catch (error) {
    throw lostFailure(error, options);
  } finally {
    view.end();
  }
}

function lostFailure(error: unknown, { temporal, handle }: FollowOptions): unknown {
  const reason = grpcErrorIn(error);
  if (reason === undefined) return error;
  return new CommandFailed(
    'unreachable',
    `Temporal at ${temporal.address} is lost (${reason.details}); the run goes on without this command`,
    `to return: dataflow watch ${handle.workflowId}`,
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

/** Shows progress until the signal; says once what stands in the way of it. Never throws. */
async function watch(options: Watching, signal: AbortSignal): Promise<void> {
  const { temporal, handle, view } = options;
  const look = createLook(options, signal);
  const sayOnce = createSayOnce(view);
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const progress = await progressOf(temporal, handle);
    if (isOver()) return;
    const id = handle.workflowId;
    if (progress === undefined) await look();
    else if (progress === 'none')
      sayOnce(`workflow ${id} has told no Data Flow progress yet; waiting`);
    else {
      await show(options, progress);
      for (const text of wordsNeeded(id, progress)) sayOnce(text);
    }
    await pause(QUERY_EVERY_MS, signal);
  }
}

function createSayOnce(view: LiveView): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) view.note(text);
    said.add(text);
  };
}

async function show({ view, startMs, lines }: Watching, progress: AllProgress): Promise<void> {
  view.show(await lines.of(progress, Date.now()), Date.now() - startMs);
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

/** Says at once that nobody polls, and when somebody does. */
function createLook(
  { temporal, taskQueue, view }: FollowOptions,
  signal: AbortSignal,
): () => Promise<void> {
  let lookedMs = 0;
  let said: string | undefined;
  return async () => {
    if (Date.now() - lookedMs < LOOK_EVERY_MS) return;
    lookedMs = Date.now();
    const { connection, namespace } = temporal;
    const pollers = await pollersOf(connection, namespace, taskQueue).catch(() => undefined);
    if (pollers === undefined || signal.aborted) return;
    const text = unpolledText(taskQueue, pollers);
    if (text !== said && text !== undefined) view.note(`${text}. It goes on as soon as one does.`);
    if (text === undefined && said !== undefined)
      view.note(`task queue ${taskQueue} is polled now`);
    said = text;
  };
}

/** A cancelled workflow carries no result: what became of its runs stands in its last progress, or in its memo. */
async function withRuns(ending: Ending, options: Watching): Promise<Ending> {
  const { temporal, handle } = options;
  const asked = await progressOf(temporal, handle);
  const progress = asked === 'none' ? undefined : asked;
  if (progress !== undefined) await show(options, progress);
  if (ending.outcome === 'completed') return ending;
  const memo = (await handle.describe()).memo?.[RUN_MEMO] as AllProgress | undefined;
  const all = progress ?? memo ?? {};
  const [runs, pipelines] = [jobRunsOf(all), pipelinesOf(all)];
  return {
    ...ending,
    ...(runs.length > 0 && { runs }),
    ...(pipelines.length > 0 && { pipelines }),
  };
}
