import type { ExistingPipelineRun, StartedPipeline } from '../../worker/start-pipeline.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson, say } from '../output.js';
import { leftByClosed } from '../run/left-running.js';
import { isOpen, pausedText } from '../run/open-status.js';
import type { Temporal } from '../run/temporal-connection.js';
import { timeText } from '../view/time-text.js';

interface StartedOptions {
  readonly taskQueue: string;
  readonly follow: boolean;
  readonly json: boolean;
}

/**
 * Reports which workflow runs a pipeline: a started one, or an open one with the same input. Without `follow` the id
 * goes to stdout.
 * @throws CommandFailed where the existing workflow is closed, or has another input
 */
export async function told(
  temporal: Temporal,
  run: StartedPipeline,
  { taskQueue: asked, follow, json }: StartedOptions,
): Promise<void> {
  const { handle } = run;
  const { workflowId } = handle;
  if (!run.started) {
    const { status } = run.existing;
    const left = isOpen(status) ? [] : await leftByClosed(temporal, handle, status);
    refuseOther(workflowId, run.existing, left);
  }
  const taskQueue = run.started ? asked : run.existing.taskQueue;
  say(
    run.started
      ? `workflow ${workflowId} runs it on task queue ${taskQueue}`
      : `nothing was started: workflow ${workflowId} runs already with the same input, since ${timeText(run.existing.startedAt)}, on task queue ${taskQueue}`,
  );
  if (follow) return;
  if (json) printJson({ workflowId, taskQueue, started: run.started });
  else print(workflowId);
  if (!run.started && run.existing.status === 'PAUSED') say(pausedText(workflowId));
  say(`to watch it: dataflow pipeline watch ${workflowId}`);
}

function refuseOther(
  workflowId: string,
  { sameInput, ...existing }: ExistingPipelineRun,
  left: readonly string[],
): void {
  const { status, startedAt, endedAt } = existing;
  const another = 'another --key starts another run';
  if (isOpen(status)) {
    if (sameInput === true) return;
    const since = `workflow ${workflowId} is ${status} since ${timeText(startedAt)}`;
    const how =
      sameInput === false
        ? 'with another pipeline, other parameters or another profile'
        : 'and its pipeline and parameters are not known';
    throw new CommandFailed(
      'refused',
      `nothing was started: ${since}, ${how}`,
      `to watch it: dataflow pipeline watch ${workflowId}; ${another}`,
    );
  }
  const ended = endedAt === undefined ? '' : ` at ${timeText(endedAt)}`;
  const differing = sameInput === false ? '; it had another input' : '';
  throw new CommandFailed(
    'refused',
    `nothing was started: workflow ${workflowId} of this pipeline and key, started at ${timeText(startedAt)}, has closed as ${status}${ended}${differing}`,
    ...left,
    `how it ended: dataflow pipeline describe ${workflowId}`,
    status === 'COMPLETED'
      ? another
      : `to go on where it ended: dataflow pipeline rerun ${workflowId} --from-failed; ${another}`,
  );
}
