import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { pipelineIdPrefix } from '../../contract/pipeline-ids.js';
import { startPipeline } from '../../worker/start-pipeline.js';
import { CommandFailed } from '../command-failed.js';
import { watchToEnd } from '../run/watch-to-end.js';
import { taskQueueOf, TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { type AskedRun, askStateOfRuns } from './asked-state.js';
import { print, printJson, say } from '../output.js';
import { collect } from '../run/option-flags.js';
import { nextRunOf, outlineOf, outlineText, type RerunFlags } from './rerun-plan.js';
import { told } from './started.js';
import { takeUp } from './take-up.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';

const EXAMPLES = `
Starts a new run with the plan, parameters, profile and id of the ended one. What succeeded is kept. What failed, was canceled, or
was skipped because of that runs. With another --plan or other parameters a step whose input changed runs again, with all
that needs it; --keep keeps one that succeeded. --dry-run shows what would be kept. If the ended run was terminated, or timed out by the server, executions that may still
run are taken up: nothing is started beside them.
${TEMPORAL_ENVIRONMENT}
Examples:
  $ dataflow pipeline rerun dataflow/nightly-sales/2026-11-21 --from-failed --follow
  $ dataflow pipeline rerun dataflow/nightly-sales/2026-11-21 --from-failed --plan corrected.yaml --dry-run
`;

interface Flags extends CodecFlags, RerunFlags {
  readonly dryRun?: true;
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
      .option('--from-failed', 'must be set: only what failed runs again')
      .option('--plan <file>', 'corrected pipeline; default: the plan of the ended run')
      .option('-p <name=value>', 'another value of a parameter; may be repeated', collect)
      .option('--keep <step>', 'keep a step though its input changed; may be repeated', collect)
      .option('--dry-run', 'show what is kept and what runs, and start nothing')
      .option('--follow', 'watch the run to its end, which is the exit code')
      .option('--task-queue <name>', 'task queue of the worker; default: that of the ended run')
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
    const run = await askStateOfRuns(temporal, runId);
    const { profile, scheduled } = run.answer;
    const key = keyOf(runId, run);
    const nextRun = await nextRunOf(flags, run.answer);
    const from = await takeUp(temporal, runId, run);
    const inFlight = from.carried.filter(({ anew }) => anew !== true);
    const outline = outlineOf(run.answer, nextRun, flags.keep ?? [], (step, index) =>
      inFlight.some((item) => item.step === step && item.index === index),
    );
    if (flags.dryRun === true) {
      if (json) printJson(outline);
      else print(outlineText(outline, process.stdout.columns));
      return;
    }
    const isCorrected = flags.plan !== undefined || flags.p !== undefined;
    if (isCorrected) for (const line of outlineText(outline).split('\n')) say(line);
    if (inFlight.length > 0)
      say(
        `takes up ${inFlight.length} ${inFlight.length === 1 ? 'item' : 'items'} in flight when run ${runId} closed`,
      );
    const taskQueue = flags.taskQueue === undefined ? run.taskQueue : taskQueueOf(flags.taskQueue);
    const { pipeline, parameters } = nextRun;
    const next = await startPipeline(temporal.client, {
      ...{ pipeline, parameters, key, taskQueue },
      ...(profile !== undefined && { profile }),
      ...(scheduled !== undefined &&
        (flags.plan === undefined ? { scheduled } : { scheduledAt: scheduled.at })),
      rerun: { ...from, ...(outline.again.length > 0 && { again: outline.again }) },
    });
    await told(temporal, next, { taskQueue, follow, json });
    if (!follow) return;
    const startMs = Date.now();
    await watchToEnd({ temporal, handle: next.handle, startMs, json, onInterrupt: 'detach' });
  });
}

/** The key in the id of a run. @throws CommandFailed where the run cannot be run again */
function keyOf(runId: string, { isRunning, status, answer: { plan } }: AskedRun): string {
  const prefix = pipelineIdPrefix(plan.pipeline);
  const refusal = isRunning
    ? `run ${runId} has not ended: to run a failed step of it again, use dataflow pipeline retry-step`
    : status === 'COMPLETED'
      ? `run ${runId} has succeeded: there is nothing to run again`
      : runId.startsWith(prefix)
        ? undefined
        : `run ${runId} must have an id ${prefix}<key>: rerun it with the program that started it, with the answer of its query dataflowPipelineState`;
  if (refusal !== undefined) throw new CommandFailed('refused', refusal);
  return runId.slice(prefix.length);
}
