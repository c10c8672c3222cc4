import type { ScheduleDescription } from '@temporalio/client';
import type { Command } from 'commander';
import { changesElsewhere } from '../../worker/apply-schedule.js';
import { describedForm } from '../../worker/schedule-form.js';
import { print, printJson, say } from '../output.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';
import { TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { toCard, toTable } from '../view/table.js';
import { findSchedule, refuseName } from './find-schedule.js';

const EXAMPLES = `
Says also where another hand has changed it since it was applied.
${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow schedule describe nightly-sales
`;

/** Next times and latest runs that are shown. */
const MAX_ROWS = 5;

interface Flags extends CodecFlags {
  readonly json?: true;
}

/** `dataflow schedule describe`: a schedule, its next times, its latest runs. */
export function addScheduleDescribeCommand(group: Command): void {
  addCodecOptions(
    group
      .command('describe')
      .argument('<pipeline>', 'name of the pipeline')
      .option('--json', 'all of it as JSON')
      .addHelpText('after', EXAMPLES)
      .action(describe),
  );
}

async function describe(pipeline: string, flags: Flags): Promise<void> {
  refuseName(pipeline);
  await withTemporal(flags, async (temporal) => {
    const { described } = await findSchedule(temporal, pipeline);
    const shown = shownOf(described);
    const changes = changesElsewhere(described);
    if (flags.json === true) printJson({ pipeline, ...shown, changedElsewhere: changes });
    else print(textOf(pipeline, shown));
    if (changes.length > 0) say('changed by another hand since it was applied:');
    for (const change of changes) say(`  ${change}`);
  });
}

function shownOf(described: ScheduleDescription) {
  const { scheduleId, info, state } = described;
  const form = Object.entries(describedForm(described)).filter(([name]) => name !== 'input');
  return {
    ...{ scheduleId, ...Object.fromEntries(form) },
    state: state.paused ? 'paused' : 'active',
    ...(state.note !== undefined && state.note !== '' && { note: state.note }),
    next: info.nextActionTimes.slice(0, MAX_ROWS).map((at) => at.toISOString()),
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
    runs: info.recentActions
      .slice(-MAX_ROWS)
      .reverse()
      .map(({ scheduledAt, takenAt, action }) => ({
        runId: action.workflow.workflowId,
        scheduledAt: scheduledAt.toISOString(),
        startedAt: takenAt.toISOString(),
      })),
    leftOutByOverlap: info.numActionsSkippedOverlap,
    missedByCatchupWindow: info.numActionsMissedCatchupWindow,
  };
}

function textOf(
  pipeline: string,
  { next, runs, running, ...rest }: ReturnType<typeof shownOf>,
): string {
  const { leftOutByOverlap, missedByCatchupWindow, ...shown } = rest;
  const { columns } = process.stdout;
  const facts = {
    ...{ pipeline, ...shown },
    'left out by overlap': leftOutByOverlap || undefined,
    'missed by catchupWindow': missedByCatchupWindow || undefined,
    running: running.join(', ') || undefined,
  };
  const nextTable = toTable(next, [{ heading: 'next times', cell: (at) => at }]);
  const runTable = toTable(
    runs,
    [
      { heading: 'latest runs', cell: ({ runId }) => runId },
      { heading: 'started', cell: ({ startedAt }) => startedAt, rank: 1 },
    ],
    { width: columns },
  );
  return [
    toCard(facts, columns),
    ...(next.length === 0 ? [] : [nextTable]),
    ...(runs.length === 0 ? [] : [runTable]),
  ].join('\n\n');
}
