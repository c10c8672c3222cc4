import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { durationText } from '../../contract/durations.js';
import { RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import {
  isPipelineName,
  PIPELINE_NAME_RULE,
  pipelineIdPrefix,
} from '../../contract/pipeline-ids.js';
import { scheduledKeyIn } from '../../contract/schedule.js';
import { print, printJson, say } from '../output.js';
import { TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { toTable } from '../view/table.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';

const STATUSES = [
  'Running',
  'Paused',
  'Completed',
  'Failed',
  'Canceled',
  'Terminated',
  'TimedOut',
] as const;

const EXAMPLES = `
The newest runs first, for as long as the namespace keeps them. Runs that another pipeline started are not shown. --pipeline
finds runs whose workflow id is dataflow/<pipeline>/<key>.
${TEMPORAL_ENVIRONMENT}
Examples:
  $ dataflow pipeline list --status Failed
  $ dataflow pipeline list --pipeline nightly-sales --limit 5 --json
`;

interface Flags extends CodecFlags {
  readonly pipeline?: string;
  readonly status?: string;
  readonly limit: string;
  readonly json?: true;
}

interface Listed {
  readonly runId: string;
  readonly status: string;
  readonly started: string;
  readonly took?: string;
  readonly taskQueue: string;
}

/** `dataflow pipeline list`: runs of pipelines. */
export function addListCommand(group: Command): void {
  addCodecOptions(
    group
      .command('list')
      .option('--pipeline <name>', 'only runs of this pipeline')
      .option('--status <status>', `only runs with this status: ${STATUSES.join(', ')}`)
      .option('--limit <number>', 'most runs to show, 1 to 9999', '20')
      .option('--json', 'the runs as JSON')
      .addHelpText('after', EXAMPLES)
      .action(list),
  );
}

async function list(flags: Flags): Promise<void> {
  const limit = checked(flags);
  const rows: Listed[] = [];
  await withTemporal(flags, async ({ codecFree }) => {
    for await (const run of codecFree.workflow.list({ query: queryOf(flags) })) {
      // Those within a pipeline; the parent of a scheduled one is a backfill.
      if (run.parentExecution !== undefined && scheduledKeyIn(run.workflowId) === undefined)
        continue;
      rows.push({
        runId: run.workflowId,
        status: run.status.name,
        started: run.startTime.toISOString(),
        ...(run.closeTime !== undefined && {
          took: durationText(run.closeTime.getTime() - run.startTime.getTime()),
        }),
        taskQueue: run.taskQueue,
      });
      if (rows.length === limit) break;
    }
  });
  if (flags.json === true) printJson(rows);
  else if (rows.length > 0) print(tableOf(rows));
  else say('no run matches');
}

const tableOf = (rows: readonly Listed[]): string =>
  toTable(
    rows,
    [
      { heading: 'run', cell: ({ runId }) => runId },
      { heading: 'status', cell: ({ status }) => status },
      { heading: 'started', cell: ({ started }) => started, rank: 2 },
      { heading: 'took', cell: ({ took }) => took, rank: 1 },
    ],
    { width: process.stdout.columns },
  );

/** The limit. @throws DataFlowInvalidInputError naming all problems of the flags */
function checked({ limit, status, pipeline }: Flags): number {
  const isLimit = /^[1-9]\d{0,3}$/.test(limit);
  const isStatus = status === undefined || (STATUSES as readonly string[]).includes(status);
  const isName = pipeline === undefined || isPipelineName(pipeline);
  const problems = [
    ...(isLimit ? [] : ['--limit: must be an integer from 1 to 9999']),
    ...(isStatus ? [] : [`--status: must be one of ${STATUSES.join(', ')}`]),
    ...(isName ? [] : [`--pipeline: ${PIPELINE_NAME_RULE}`]),
  ];
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow pipeline list', problems);
  return Number(limit);
}

function queryOf({ pipeline, status }: Flags): string {
  const parts = [`WorkflowType = '${RUN_PIPELINE_WORKFLOW}'`];
  if (status !== undefined) parts.push(`ExecutionStatus = '${status}'`);
  if (pipeline !== undefined) parts.push(`WorkflowId STARTS_WITH '${pipelineIdPrefix(pipeline)}'`);
  return parts.join(' AND ');
}
