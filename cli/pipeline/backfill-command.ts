import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { MAX_BACKFILL_ACTIVE, type Reprocess } from '../../contract/backfill.js';
import { type BackfillPlan, planBackfill, startBackfill } from '../../worker/start-backfill.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson, say } from '../output.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';
import { collect } from '../run/option-flags.js';
import { taskQueueOf, TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { followBackfill } from './follow-backfill.js';
import { readGivenParameters } from './given-parameters.js';
import { readRightPipeline } from './read-pipeline-file.js';

const EXAMPLES = `
Runs the scheduled times of a range that have no run, each once, whoever else starts it meanwhile: its runs have the ids that the
schedule gives. The pipeline needs a schedule, which need not be in force. Asked for again with the same range while it goes on,
nothing is started. To steer it: dataflow pipeline pause, resume or cancel <id>; a cancel stops its runs.
${TEMPORAL_ENVIRONMENT}
Examples:
  $ dataflow pipeline backfill nightly-sales.yaml --from 2026-11-01 --to 2026-11-30
  $ dataflow pipeline backfill nightly-sales.yaml --from 2026-11-01 --to 2026-11-30 --reprocess failed --max-active 5 --yes --follow
`;

interface Flags extends CodecFlags {
  readonly from: string;
  readonly to: string;
  readonly reprocess: Reprocess;
  readonly maxActive: string;
  readonly newestFirst?: true;
  readonly p?: readonly string[];
  readonly profile?: string;
  readonly taskQueue?: string;
  readonly yes?: true;
  readonly follow?: true;
  readonly json?: true;
}

/** `dataflow pipeline backfill`: runs a pipeline for scheduled times that have passed. */
export function addBackfillCommand(group: Command): void {
  addCodecOptions(
    group
      .command('backfill')
      .argument('<file>', 'pipeline with a schedule, YAML or JSON; - is stdin')
      .requiredOption('--from <day>', 'first day in the zone of the schedule, or a point of time')
      .requiredOption('--to <day>', 'last day, inclusive; or a point of time, exclusive')
      .addOption(
        new Option('--reprocess <which>', 'times without a run; failed ones too; all')
          .choices(['missing', 'failed', 'all'])
          .default('missing'),
      )
      .option('--max-active <number>', `runs at once, 1 to ${MAX_BACKFILL_ACTIVE}`, '3')
      .option('--newest-first', 'the newest time runs first')
      .option('-p <name=value>', 'value of a parameter; may be repeated', collect)
      .option('--profile <name>', 'profile of the steps that name none')
      .option('--task-queue <name>', 'task queue of the worker')
      .option('--yes', 'start it without asking')
      .option('--follow', 'watch it to its end; its end is the exit code')
      .option('--json', 'the plan, or how it ended, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(backfill),
  );
}

async function backfill(file: string, flags: Flags): Promise<void> {
  const pipeline = await readRightPipeline(file);
  const given = readGivenParameters(flags.p ?? [], pipeline.parameters ?? {});
  const isCount = /^[1-9]\d{0,2}$/.test(flags.maxActive);
  const problems = [
    ...('problems' in given ? given.problems : []),
    ...(isCount ? [] : [`--max-active: must be an integer from 1 to ${MAX_BACKFILL_ACTIVE}`]),
  ];
  if ('problems' in given || problems.length > 0)
    throw new DataFlowInvalidInputError('dataflow pipeline backfill', problems);
  const { from, to, reprocess, profile, json = false, follow = false } = flags;
  await withTemporal(flags, async (temporal) => {
    const plan = await planBackfill(temporal.client, pipeline, {
      ...{ from, to, reprocess, maxActive: Number(flags.maxActive) },
      newestFirst: flags.newestFirst ?? false,
      ...(Object.keys(given.values).length > 0 && { parameters: given.values }),
      ...(profile !== undefined && { profile }),
      taskQueue: taskQueueOf(flags.taskQueue),
    });
    if (json && !follow)
      printJson({ workflowId: plan.workflowId, times: plan.times, left: plan.left });
    for (const line of planLines(plan)) say(line);
    if (plan.times.length === 0) {
      say('there is nothing to run');
      return;
    }
    await confirm(flags);
    const { handle, started } = await startBackfill(temporal.client, plan);
    say(
      started
        ? `workflow ${handle.workflowId} runs them on task queue ${plan.taskQueue}`
        : `nothing was started: workflow ${handle.workflowId} goes on with this range already`,
    );
    if (follow) {
      await followBackfill(temporal, handle, json);
      return;
    }
    if (!json) print(handle.workflowId);
    say(`to steer it: dataflow pipeline pause, resume or cancel ${handle.workflowId}`);
  });
}

/** Times that are named one by one. */
const MAX_NAMED = 5;

function planLines({ times, left, request }: BackfillPlan): readonly string[] {
  const [first, last] = [times[0] ?? '', times.at(-1) ?? ''];
  const named = (some: readonly string[]): string =>
    some.slice(0, MAX_NAMED).join(', ') +
    (some.length > MAX_NAMED ? ` and ${some.length - MAX_NAMED} more` : '');
  return [
    times.length === 0
      ? `pipeline ${request.name}: no times to run`
      : `pipeline ${request.name}: ${times.length} to run, ${first} to ${last}, at most ${request.maxActive ?? 1} at once`,
    ...(left.done.length > 0 ? [`${left.done.length} have run: left alone`] : []),
    ...(left.failed.length > 0
      ? [
          `${left.failed.length} failed or were canceled (--reprocess failed): ${named(left.failed)}`,
        ]
      : []),
    ...(left.running.length > 0 ? [`${left.running.length} run: ${named(left.running)}`] : []),
    ...(left.mayStillRun.length > 0
      ? [
          `${left.mayStillRun.length} were terminated or timed out by the server, and may have left executions running; dataflow pipeline rerun takes them up: ${named(left.mayStillRun)}`,
        ]
      : []),
  ];
}

/** @throws CommandFailed where nobody says yes */
async function confirm({ yes }: Flags): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY)
    throw new CommandFailed('invalid', 'nothing was started: repeat it with --yes to start it');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('start it? [y/N] ');
    if (/^y(es)?$/i.test(answer.trim())) return;
    throw new CommandFailed('refused', 'nothing was started');
  } finally {
    terminal.close();
  }
}
