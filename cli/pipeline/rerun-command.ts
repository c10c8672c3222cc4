import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { pipelineIdPrefix } from '../../contract/pipeline-ids.js';
import { startPipeline } from '../../worker/start-pipeline.js';
import { CommandFailed } from '../command-failed.js';
import { watchToEnd } from '../run/watch-to-end.js';
import { taskQueueOf, TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { type AskedRun, askState } from './asked-state.js';
import { say } from '../output.js';
import { told } from './started.js';
import { takeUp } from './take-up.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';

const EXAMPLES = `
A new run of the same pipeline with the same parameters and profile, by the plan of the ended one: what succeeded stays done, what
failed, was canceled or was skipped because of it runs. It has the same id, so it cannot be started twice. Of a run that was
terminated or timed out by the server, executions that may still run are taken up: nothing is started beside them.
${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow pipeline rerun dataflow/nightly-sales/2026-11-21 --from-failed --follow
`;

interface Flags extends CodecFlags {
  readonly fromFailed?: true;
  readonly follow?: true;
  readonly taskQueue?: string;
  readonly json?: true;
}

/** `dataflow pipeline rerun`: continues where an ended run failed. */
export function addRerunCommand(group: Command): void {
  addCodecOptions(
    group
      .command('rerun')
      .argument('<runId>', 'workflow id of the ended run')
      .option('--from-failed', 'say so: all else stays done')
      .option('--follow', 'watch it to its end; its end is the exit code')
      .option('--task-queue <name>', 'task queue of the worker; that of the ended run by default')
      .option('--json', 'what was started, or how it ended, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(rerun),
  );
}

async function rerun(runId: string, flags: Flags): Promise<void> {
  if (flags.fromFailed !== true)
    throw new DataFlowInvalidInputError('dataflow pipeline rerun', [
      '--from-failed: must be set; to run everything again, start the pipeline with another --key: dataflow pipeline run',
    ]);
  const { follow = false, json = false } = flags;
  await withTemporal(flags, async (temporal) => {
    const run = await askState(temporal, runId);
    const { plan, parameters, profile } = run.answer;
    const key = keyOf(runId, run);
    const rerun = await takeUp(temporal, runId, run);
    const taken = rerun.carried.filter(({ anew }) => anew !== true).length;
    if (taken > 0)
      say(
        `takes up ${taken} that ${taken === 1 ? 'was' : 'were'} in flight when run ${runId} closed`,
      );
    const taskQueue = flags.taskQueue === undefined ? run.taskQueue : taskQueueOf(flags.taskQueue);
    const next = await startPipeline(temporal.client, {
      ...{ pipeline: plan, parameters, key, taskQueue },
      ...(profile !== undefined && { profile }),
      rerun,
    });
    await told(temporal, next, { taskQueue, follow, json });
    if (!follow) return;
    const startMs = Date.now();
    await watchToEnd({ temporal, handle: next.handle, startMs, json, onInterrupt: 'detach' });
  });
}

/** What follows the name of the pipeline in the id. @throws CommandFailed where the run cannot be followed by another */
function keyOf(runId: string, { isRunning, answer: { plan, state } }: AskedRun): string {
  const prefix = pipelineIdPrefix(plan.pipeline);
  const refusal = isRunning
    ? `run ${runId} has not ended: dataflow pipeline retry-step runs a failed step of it again`
    : state.ended?.outcome === 'succeeded'
      ? `run ${runId} has succeeded: there is nothing to run again`
      : runId.startsWith(prefix)
        ? undefined
        : `run ${runId} was not started as ${prefix}<key>: rerun it where it was started, with the query dataflowPipelineState`;
  if (refusal !== undefined) throw new CommandFailed('refused', refusal);
  return runId.slice(prefix.length);
}
