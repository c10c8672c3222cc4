import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { RUN_JOB_WORKFLOW } from '../contract/names.js';
import type { JobByName } from '../contract/run.js';
import { CommandFailed } from './command-failed.js';
import { say } from './output.js';
import { watchToEnd } from './run/watch-to-end.js';
import { describeWorkflow } from './run/describe-workflow.js';
import { leftByClosed } from './run/left-running.js';
import type { GivenFlags } from './run/option-flags.js';
import { addRunFlags, readRunRequest } from './run/run-request.js';
import {
  taskQueueOf,
  type Temporal,
  TEMPORAL_ENVIRONMENT,
  withTemporal,
} from './run/temporal-connection.js';
import { addCodecOptions, type CodecFlags } from './run/codec-options.js';
import { timeText } from './view/time-text.js';

type Flags = GivenFlags & CodecFlags & RunCommandFlags;
interface RunCommandFlags {
  readonly taskQueue?: string;
  readonly workflowId?: string;
  readonly cancelOnExit?: true;
  readonly json?: true;
}

const EXAMPLES = `
One run is started for a --workflow-id. A second command with that id is refused, unless the run failed or was canceled. It is
also refused if the workflow was terminated, or timed out by the server, and may have left an execution running.
Ctrl-C ends the watching and not the run. With --cancel-on-exit it cancels the run, and waits until the service shows
the end.
${TEMPORAL_ENVIRONMENT}
Examples:
  $ dataflow run sales-extract
  $ dataflow run sZ7aVb3kQp1x --run-timeout 2h --on-busy wait
  $ dataflow run sZ7aVb3kQp1x --parameter day=2026-11-21 --workflow-id nightly-2026-11-21 --json
`;

/** `dataflow run`: one run of a job through Temporal, watched to its end. */
export function addRunCommand(program: Command): void {
  addCodecOptions(
    addRunFlags(program.command('run').argument('<job>', 'id of the job, or its name'))
      .option('--task-queue <name>', 'task queue of the worker')
      .option('--workflow-id <id>', 'id of the Temporal workflow')
      .option('--cancel-on-exit', 'Ctrl-C cancels the run')
      .option('--json', 'how it ended, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(run),
  );
}

async function run(job: string, flags: Flags): Promise<void> {
  const request = await readRunRequest(job, flags);
  const taskQueue = taskQueueOf(flags.taskQueue);
  const workflowId = flags.workflowId ?? `dataflow-run-${job}-${randomUUID().slice(0, 8)}`;
  await withTemporal(flags, async (temporal) => {
    const handle = await start(temporal, { request, taskQueue, workflowId });
    say(`started workflow ${workflowId} on task queue ${taskQueue}`);
    await watchToEnd({
      temporal,
      handle,
      startMs: Date.now(),
      json: flags.json ?? false,
      onInterrupt: flags.cancelOnExit === true ? 'cancel' : 'detach',
    });
  });
}

interface Start {
  readonly request: JobByName;
  readonly taskQueue: string;
  readonly workflowId: string;
}

/**
 * Starts the workflow unless its id is taken. The id of a run that failed or was canceled may be used again. If a
 * closed workflow may have left an execution running, nothing is started beside it.
 * @throws CommandFailed where the id is taken
 */
async function start(
  temporal: Temporal,
  { request, taskQueue, workflowId }: Start,
): Promise<WorkflowHandle> {
  const { client } = temporal;
  const startUnlessTaken = async (
    workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY',
  ): Promise<WorkflowHandle | undefined> => {
    try {
      return await client.workflow.start(RUN_JOB_WORKFLOW, {
        ...{ args: [request], taskQueue, workflowId, workflowIdReusePolicy },
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return undefined;
    }
  };
  const started = await startUnlessTaken('REJECT_DUPLICATE');
  if (started !== undefined) return started;
  const { handle, status, startMs, closeMs, isRunning } = await describeWorkflow(
    temporal,
    workflowId,
  );
  const left = isRunning ? [] : await leftByClosed(temporal, handle, status);
  const mayRunAgain = !isRunning && status !== 'COMPLETED' && left.length === 0;
  const again = mayRunAgain ? await startUnlessTaken('ALLOW_DUPLICATE_FAILED_ONLY') : undefined;
  if (again === undefined) {
    const closed = closeMs === undefined ? '' : `, closed at ${timeText(closeMs)}`;
    throw new CommandFailed(
      'refused',
      `nothing was started: workflow ${workflowId} is ${status}, started at ${timeText(startMs)}${closed}`,
      ...left,
      left.length > 0
        ? 'when that has ended, run the job with another --workflow-id'
        : `to watch it: dataflow watch ${workflowId}; another --workflow-id starts another run`,
    );
  }
  return again;
}
