import type { WorkflowHandle } from '@temporalio/client';
import { CommandFailed } from '../command-failed.js';
import { createLiveView } from '../view/live-view.js';
import { follow } from './follow.js';
import { withInterrupts } from './interrupts.js';
import { showEnding } from './show-ending.js';
import type { Temporal } from './temporal-connection.js';

interface WatchOptions {
  readonly temporal: Temporal;
  readonly handle: WorkflowHandle;
  readonly startMs: number;
  readonly json: boolean;
  /** What Ctrl-C does: end the watching, or cancel the workflow and wait for its end. */
  readonly onInterrupt: 'detach' | 'cancel';
}

/**
 * Watches a workflow to its end, and shows how it ended.
 * @throws CommandFailed where it did not complete, or Ctrl-C ended the watching
 */
export async function watchToEnd(options: WatchOptions): Promise<void> {
  const { temporal, handle, startMs, json } = options;
  const view = createLiveView(process.stderr, startMs);
  const left = new AbortController();
  const interrupted = (count: number): void => {
    if (options.onInterrupt === 'detach' || count > 1) {
      left.abort();
      return;
    }
    view.note(
      `canceling ${handle.workflowId} and waiting for its end; Ctrl-C again ends the watching`,
    );
    handle.cancel().catch((error: unknown) => {
      view.note(`the cancel may not have reached Temporal (${String(error).slice(0, 200)})`);
      left.abort();
    });
  };
  const ending = await withInterrupts(interrupted, () =>
    follow({ temporal, handle, view, startMs, signal: left.signal }),
  );
  if (ending === undefined) {
    throw new CommandFailed(
      'detached',
      `${handle.workflowId} goes on; to watch it again: dataflow watch ${handle.workflowId}`,
    );
  }
  showEnding(ending, json);
}
