import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import {
  type AppliedSchedule,
  applySchedule,
  NO_SCHEDULE,
  ScheduleChangedElsewhere,
} from '../../worker/apply-schedule.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson, say } from '../output.js';
import { readRightPipeline } from '../pipeline/read-pipeline-file.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';
import { taskQueueOf, TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import type { ScheduleTimes } from '../../contract/schedule.js';
import {
  DAY_MS,
  irregularTimes,
  timeRuleOf,
  zoneOf,
} from '../../pipeline/schedule/scheduled-times.js';

const EXAMPLES = `
Applied again, it changes nothing. Each run is given the pipeline as it was applied: apply it again after an edit. A schedule
that was changed by another hand (the Temporal UI, its command line, Terraform) is left alone, exit code 9; --force overwrites it.
${TEMPORAL_ENVIRONMENT}
Examples:
  $ dataflow schedule apply nightly-sales.yaml --dry-run
  $ dataflow schedule apply nightly-sales.yaml
`;

interface Flags extends CodecFlags {
  readonly dryRun?: true;
  readonly force?: true;
  readonly profile?: string;
  readonly taskQueue?: string;
  readonly json?: true;
}

/** `dataflow schedule apply`: makes the Temporal schedule of a pipeline, or changes what differs. */
export function addApplyCommand(group: Command): void {
  addCodecOptions(
    group
      .command('apply')
      .argument('<file>', 'pipeline with a schedule, YAML or JSON; - is stdin')
      .option('--dry-run', 'only show what would change')
      .option('--force', 'overwrite what another hand has changed')
      .option('--profile <name>', 'profile of the steps that name none')
      .option('--task-queue <name>', 'task queue of the worker')
      .option('--json', 'what was done, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(apply),
  );
}

async function apply(file: string, flags: Flags): Promise<void> {
  const pipeline = await readRightPipeline(file);
  if (pipeline.schedule === undefined)
    throw new DataFlowInvalidInputError('dataflow schedule apply', [NO_SCHEDULE]);
  const { schedule } = pipeline;
  const { profile, dryRun = false, force = false } = flags;
  const taskQueue = taskQueueOf(flags.taskQueue);
  await withTemporal(flags, async ({ client }) => {
    try {
      const applied = await applySchedule(client, pipeline, {
        ...{ taskQueue, dryRun, force },
        ...(profile !== undefined && { profile }),
      });
      if (flags.json === true) printJson({ ...applied, dryRun });
      else show(applied, dryRun);
      for (const text of irregularText(schedule)) say(text);
      if (!dryRun) say(`when it runs: dataflow schedule describe ${pipeline.pipeline}`);
    } catch (error) {
      if (!(error instanceof ScheduleChangedElsewhere)) throw error;
      throw new CommandFailed(
        'refused',
        `nothing was applied: schedule ${error.scheduleId} was changed by another hand:`,
        ...error.changes.map((change) => `  ${change}`),
        'take that into the file, or overwrite it with --force',
      );
    }
  });
}

function show({ scheduleId, outcome, changes }: AppliedSchedule, dryRun: boolean): void {
  const would = dryRun && outcome !== 'unchanged' ? 'would be ' : '';
  print(`${scheduleId} ${would}${outcome}`);
  for (const change of changes) print(`  ${change}`);
}

/** Times of a year that are told one by one. */
const MAX_TOLD = 3;

/** What becomes of a schedule within a year where the clocks of its zone are changed; a line each, often none. */
function irregularText(schedule: ScheduleTimes, nowMs = Date.now()): readonly string[] {
  const { missing, twice } = irregularTimes(timeRuleOf(schedule), nowMs, nowMs + 366 * DAY_MS);
  const zone = zoneOf(schedule);
  return [
    ...(missing.length === 0
      ? []
      : [
          `clocks are put forward in ${zone}: it does not run at ${listed(missing)}, which no clock shows`,
        ]),
    ...(twice.length === 0
      ? []
      : [
          `clocks are put back in ${zone}: it runs twice at ${listed(twice)}, with the same run.date`,
        ]),
  ];
}

function listed(times: readonly string[]): string {
  const more = times.length - MAX_TOLD;
  return times.slice(0, MAX_TOLD).join(', ') + (more > 0 ? ` and ${more} more times` : '');
}
