import { setTimeout } from 'node:timers/promises';
import { type WorkflowHandle, WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import type { BackfillCounts, BackfillProgress, BackfillResult } from '../../contract/backfill.js';
import { BACKFILL_QUERY } from '../../contract/names.js';
import type { BackfillHandle } from '../../worker/start-backfill.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson, say } from '../output.js';
import { withInterrupts } from '../run/interrupts.js';
import { pendingProblems } from '../run/pending-problems.js';
import { readPendingWork } from '../run/pending-work.js';
import type { Temporal } from '../run/temporal-connection.js';

const EVERY_MS = 1_000;
/** A worker that has the workflow in its memory answers at once. */
const QUERY_LIMIT_MS = 5_000;

/**
 * Watches a backfill to its end: a line for each change.
 * @throws CommandFailed with the exit code of any end but a good one, and when Ctrl-C ended the watching
 */
export async function followBackfill(
  temporal: Temporal,
  handle: BackfillHandle,
  json: boolean,
): Promise<void> {
  const { workflowId } = handle;
  const left = new AbortController();
  const ended = new AbortController();
  const ending = handle.result().finally(() => {
    ended.abort();
  });
  ending.catch(() => undefined); // awaited below
  await withInterrupts(
    () => {
      left.abort();
    },
    () => sayChanges(temporal, handle, AbortSignal.any([left.signal, ended.signal])),
  );
  if (left.signal.aborted)
    throw new CommandFailed(
      'detached',
      `left ${workflowId}: it goes on. To return: the same command with --follow`,
    );
  show(workflowId, await resultOf(ending, workflowId), json);
}

/** @throws CommandFailed where the workflow has no result */
async function resultOf(
  ending: Promise<BackfillResult>,
  workflowId: string,
): Promise<BackfillResult> {
  try {
    return await ending;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const why = cause?.message ?? error.message;
    if (cause instanceof CancelledFailure)
      throw new CommandFailed('canceled', `backfill ${workflowId} was canceled: ${why}`);
    // The server ended it, or its input was refused: its runs were asked to cancel.
    const isByServer = cause instanceof TerminatedFailure || cause instanceof TimeoutFailure;
    throw new CommandFailed(
      isByServer ? 'unknown' : 'failed',
      `backfill ${workflowId}: ${why}`,
      `to see what may still run: dataflow pipeline list --pipeline <name> --status Running`,
    );
  }
}

function show(workflowId: string, result: BackfillResult, json: boolean): void {
  const { pipeline, total, failures, failed, canceled } = result;
  if (json) printJson({ workflowId, ...result });
  else print(`${pipeline}  ended  ${countsText(result)}`);
  for (const { runId, outcome, reason } of failures) say(`${runId} ${outcome}: ${reason}`);
  if (failed + canceled > 0)
    throw new CommandFailed(
      'failed',
      `backfill ${workflowId}: ${failed + canceled} of ${total} did not succeed`,
      'to run them again: the same command with --reprocess failed; to go on where one failed: dataflow pipeline rerun <run> --from-failed',
    );
}

async function sayChanges(
  temporal: Temporal,
  handle: WorkflowHandle,
  signal: AbortSignal,
): Promise<void> {
  const said = new Set<string>();
  const sayOnce = (text: string): void => {
    if (!said.has(text)) say(text);
    said.add(text);
  };
  while (!signal.aborted) {
    const work = await readPendingWork(temporal, handle.workflowId);
    const problems = work === undefined ? [] : pendingProblems(work);
    for (const text of problems) sayOnce(text);
    // A query waits for a worker: where there is none, that was said.
    const progress = problems.length === 0 ? await askBackfill(temporal, handle) : undefined;
    if (progress !== undefined)
      sayOnce(`${progress.pipeline}  ${progress.phase}  ${countsText(progress, progress)}`);
    await setTimeout(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Undefined while no worker answers. */
async function askBackfill(
  { connection }: Temporal,
  handle: WorkflowHandle,
): Promise<BackfillProgress | undefined> {
  try {
    return await connection.withDeadline(Date.now() + QUERY_LIMIT_MS, () =>
      handle.query<BackfillProgress>(BACKFILL_QUERY),
    );
  } catch (error) {
    if (error instanceof CommandFailed) throw error; // payloads that cannot be read
    return undefined;
  }
}

function countsText(
  { total, succeeded, failed, canceled, present }: BackfillCounts,
  { running, waiting }: Pick<BackfillProgress, 'running' | 'waiting'> = { running: [], waiting: 0 },
): string {
  const parts = {
    ...{ succeeded, failed, canceled, 'had a run': present },
    ...{ running: running.length, waiting },
  };
  const counts = Object.entries(parts).flatMap(([name, count]) =>
    count === 0 ? [] : [`${count} ${name}`],
  );
  return `${total} times: ${counts.join(', ')}`;
}
