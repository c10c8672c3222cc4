import { setTimeout } from 'node:timers/promises';
import { type WorkflowHandle, WorkflowFailedError } from '@temporalio/client';
import type { BackfillProgress } from '../../contract/backfill.js';
import { BACKFILL_QUERY } from '../../contract/names.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson, say } from '../output.js';
import { withInterrupts } from '../run/interrupts.js';
import { pendingProblems } from '../run/pending-problems.js';
import { readPendingWork } from '../run/pending-work.js';
import type { Temporal } from '../run/temporal-connection.js';

const EVERY_MS = 1_000;

/**
 * Watches a backfill to its end: a line for each change.
 * @throws CommandFailed with the exit code of any end but a good one, and when Ctrl-C ended the watching
 */
export async function followBackfill(
  temporal: Temporal,
  handle: WorkflowHandle,
  json: boolean,
): Promise<void> {
  const { workflowId } = handle;
  const left = new AbortController();
  const ended = new AbortController();
  const ending = handle
    .result()
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
    })
    .finally(() => {
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
  await ending;
  const progress = await handle.query<BackfillProgress>(BACKFILL_QUERY);
  if (json) printJson({ workflowId, ...progress });
  else print(progressText(progress));
  for (const { runId, outcome, reason } of progress.failures) say(`${runId} ${outcome}: ${reason}`);
  const { phase, failed, canceled } = progress;
  if (phase === 'canceled')
    throw new CommandFailed('canceled', `backfill ${workflowId} was canceled`);
  if (failed + canceled > 0)
    throw new CommandFailed(
      'failed',
      `backfill ${workflowId}: ${failed + canceled} of ${progress.total} did not succeed`,
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
    if (problems.length === 0)
      sayOnce(progressText(await handle.query<BackfillProgress>(BACKFILL_QUERY)));
    await setTimeout(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function progressText(progress: BackfillProgress): string {
  const { phase, total, succeeded, failed, canceled, present, running, waiting } = progress;
  const parts = {
    ...{ succeeded: succeeded, failed, canceled, 'had a run': present },
    ...{ running: running.length, waiting },
  };
  const counts = Object.entries(parts).flatMap(([name, count]) =>
    count === 0 ? [] : [`${count} ${name}`],
  );
  return `${progress.pipeline}  ${phase}  ${total} times: ${counts.join(', ')}`;
}
