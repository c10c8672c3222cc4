import type { Command } from 'commander';
import { print, printJson, say } from '../output.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';
import { TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { scheduleIdOf } from '../../contract/schedule.js';
import { toTable } from '../view/table.js';

const EXAMPLES = `
Schedules of pipelines, whose ids are dataflow/<pipeline>. A new one may be listed some seconds after it was made.
${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow schedule list --json
`;

interface Flags extends CodecFlags {
  readonly json?: true;
}

interface Listed {
  readonly pipeline: string;
  readonly paused: boolean;
  readonly note?: string;
  readonly nextAt?: string;
  readonly latestRunId?: string;
}

/** `dataflow schedule list`: schedules of pipelines. */
export function addScheduleListCommand(group: Command): void {
  addCodecOptions(
    group
      .command('list')
      .option('--json', 'the schedules as JSON')
      .addHelpText('after', EXAMPLES)
      .action(list),
  );
}

const PREFIX = scheduleIdOf('');

async function list(flags: Flags): Promise<void> {
  const rows: Listed[] = [];
  await withTemporal(flags, async ({ codecFree }) => {
    for await (const { scheduleId, state, info } of codecFree.schedule.list()) {
      if (!scheduleId.startsWith(PREFIX)) continue;
      const [next] = info.nextActionTimes;
      const latest = info.recentActions.at(-1)?.action.workflow.workflowId;
      rows.push({
        pipeline: scheduleId.slice(PREFIX.length),
        paused: state.paused,
        ...(state.note !== undefined && state.note !== '' && { note: state.note }),
        ...(next !== undefined && !state.paused && { nextAt: next.toISOString() }),
        ...(latest !== undefined && { latestRunId: latest }),
      });
    }
  });
  rows.sort((one, other) => (one.pipeline < other.pipeline ? -1 : 1));
  if (flags.json === true) printJson(rows);
  else if (rows.length > 0) print(tableOf(rows));
  else say('there are no schedules of pipelines');
}

const tableOf = (rows: readonly Listed[]): string =>
  toTable(
    rows,
    [
      { heading: 'pipeline', cell: ({ pipeline }) => pipeline },
      { heading: 'state', cell: ({ paused }) => (paused ? 'paused' : 'active') },
      { heading: 'next', cell: ({ nextAt }) => nextAt },
      { heading: 'latest run', cell: ({ latestRunId }) => latestRunId, rank: 2 },
      { heading: 'note', cell: ({ note }) => note, rank: 1 },
    ],
    { width: process.stdout.columns },
  );
