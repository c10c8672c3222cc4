import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { isPipelineKey, PIPELINE_KEY_RULE } from '../../contract/pipeline-ids.js';
import type { PipelineParameters } from '../../contract/pipeline-run.js';
import type { PipelinePlan } from '../../contract/pipeline.js';
import { INSTANT_RULE, instantMs } from '../../contract/schedule.js';
import { readArguments } from '../../pipeline/definition/check-parameters.js';
import type { WrittenPipeline } from '../../pipeline/definition/pipeline-schema.js';
import { startPipeline } from '../../worker/start-pipeline.js';
import { collect } from '../run/option-flags.js';
import { watchToEnd } from '../run/watch-to-end.js';
import { taskQueueOf, TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { readGivenParameters } from './given-parameters.js';
import { readRightPipeline } from './read-pipeline-file.js';
import { told } from './started.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';

const EXAMPLES = `
A pipeline is run once for a --key. While that run is open, a command with the same pipeline, parameters and profile starts
nothing and names or watches the open run. Any other command for that key says what exists, and exits with 9.
Without --follow the command ends once the run is started; its id is on stdout. Ctrl-C ends the watching and not the run.
${TEMPORAL_ENVIRONMENT}
Examples:
  $ dataflow pipeline run nightly-sales.yaml -p date=2026-11-21 --key 2026-11-21
  $ dataflow pipeline run nightly-sales.yaml -p date=2026-11-21 -p regions=KR,JP --follow
`;

interface Flags extends CodecFlags {
  readonly p?: readonly string[];
  readonly key?: string;
  readonly scheduledAt?: string;
  readonly follow?: true;
  readonly profile?: string;
  readonly taskQueue?: string;
  readonly cancelOnExit?: true;
  readonly json?: true;
}

/** `dataflow pipeline run`: starts a pipeline, and follows it where asked to. */
export function addPipelineRunCommand(group: Command): void {
  addCodecOptions(
    group
      .command('run')
      .argument('<file>', 'YAML or JSON; - is stdin')
      .option('-p <name=value>', 'value of a parameter; may be repeated', collect)
      .option('--key <key>', 'what the run is for, e.g. a day; one run is started for a key')
      .option('--scheduled-at <time>', 'scheduled time of the run, e.g. 2026-11-21T18:00:00Z')
      .option('--follow', 'watch the run to its end, which is the exit code')
      .option('--profile <name>', 'profile of the steps that name none')
      .option('--task-queue <name>', 'task queue of the worker')
      .option('--cancel-on-exit', 'Ctrl-C cancels the run; with --follow')
      .option('--json', 'what was started, or how it ended, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(run),
  );
}

async function run(file: string, flags: Flags): Promise<void> {
  const spec = await readRightPipeline(file);
  const parameters = readParameters(flags, spec);
  const { key, profile, scheduledAt, follow, json = false } = flags;
  const taskQueue = taskQueueOf(flags.taskQueue);
  await withTemporal(flags, async (temporal) => {
    const run = await startPipeline(temporal.client, {
      pipeline: spec,
      ...{ parameters, taskQueue },
      ...(key !== undefined && { key }),
      ...(scheduledAt !== undefined && { scheduledAt }),
      ...(profile !== undefined && { profile }),
    });
    await told(temporal, run, { taskQueue, follow: follow ?? false, json });
    if (follow !== true) return;
    const onInterrupt = flags.cancelOnExit === true ? 'cancel' : 'detach';
    const startMs = run.started ? Date.now() : run.existing.startedAt.getTime();
    await watchToEnd({ temporal, handle: run.handle, startMs, json, onInterrupt });
  });
}

/** @throws DataFlowInvalidInputError naming all problems of the flags */
function readParameters(
  { p = [], key, scheduledAt }: Flags,
  { parameters = {}, schedule }: WrittenPipeline,
): PipelineParameters {
  const given = readGivenParameters(p, parameters);
  const declared = parameters as PipelinePlan['parameters'];
  // The worker evaluates those of the schedule: here their types are known to be right.
  const ofSchedule = scheduledAt === undefined ? [] : Object.keys(schedule?.parameters ?? {});
  const asked = Object.entries(declared).filter(
    ([name]) => !ofSchedule.includes(name) || ('values' in given && name in given.values),
  );
  const read = 'problems' in given ? given : readArguments(given.values, Object.fromEntries(asked));
  const problems = [
    ...('problems' in given ? given.problems : []),
    ...('problems' in given || 'values' in read ? [] : read.problems.map((it) => `-p ${it}`)),
    ...(key === undefined || isPipelineKey(key) ? [] : [`--key: ${PIPELINE_KEY_RULE}`]),
    ...(scheduledAt === undefined || instantMs(scheduledAt) !== undefined
      ? []
      : [`--scheduled-at: ${INSTANT_RULE}`]),
  ];
  if ('problems' in given || 'problems' in read || problems.length > 0)
    throw new DataFlowInvalidInputError('dataflow pipeline run', problems);
  return scheduledAt === undefined ? read.values : given.values;
}
