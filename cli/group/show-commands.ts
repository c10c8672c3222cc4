import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { durationText } from '../../contract/durations.js';
import {
  type GroupHolder,
  type GroupView,
  type GroupWaiter,
  groupWorkflowId,
} from '../../contract/group.js';
import { GROUP_WORKFLOW } from '../../contract/names.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson, say } from '../output.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';
import { TEMPORAL_ENVIRONMENT, type Temporal, withTemporal } from '../run/temporal-connection.js';
import { toCard, toTable } from '../view/table.js';
import { askGroup } from './ask-group.js';
import { groupNameProblems } from './set-command.js';

interface Flags extends CodecFlags {
  readonly json?: true;
}

const PREFIX = groupWorkflowId('');

/** `dataflow group list`: all groups of the namespace. */
export function addGroupListCommand(parent: Command): void {
  addCodecOptions(
    parent
      .command('list')
      .option('--json', 'the groups as JSON')
      .addHelpText(
        'after',
        `\nA new group is listed some seconds after it was made.\n${TEMPORAL_ENVIRONMENT}\nExample:\n  $ dataflow group list --json\n`,
      )
      .action(list),
  );
}

type Listed = Partial<GroupView> & Pick<GroupView, 'group'>;

async function list(flags: Flags): Promise<void> {
  const rows: Listed[] = [];
  await withTemporal(flags, async (temporal) => {
    const query = `WorkflowType = '${GROUP_WORKFLOW}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of temporal.codecFree.workflow.list({ query })) {
      const group = workflowId.slice(PREFIX.length);
      const view = await askGroup(temporal, group);
      rows.push(view === undefined || view === 'none' ? { group } : view);
    }
  });
  rows.sort((one, other) => (one.group < other.group ? -1 : 1));
  if (flags.json === true) printJson(rows);
  else if (rows.length > 0) print(tableOf(rows));
  else say('there are no groups: dataflow group set <group> --limit 2 makes one');
}

const tableOf = (rows: readonly Listed[]): string =>
  toTable(
    rows,
    [
      { heading: 'group', cell: ({ group }) => group },
      { heading: 'limit', cell: (row) => limitText(row) },
      { heading: 'used', cell: ({ used }) => used },
      { heading: 'waiting', cell: ({ queued }) => queued },
      {
        heading: 'external',
        cell: ({ countExternal, external }) => (countExternal === true ? external : undefined),
        rank: 1,
      },
    ],
    { width: process.stdout.columns },
  );

/** Without `used` no worker has answered. */
const limitText = ({ limit, used }: Listed): string | number | undefined =>
  used === undefined ? 'no worker answers' : (limit ?? 'not set');

/** `dataflow group show`: holders and queue of a group. */
export function addGroupShowCommand(parent: Command): void {
  addCodecOptions(
    parent
      .command('show')
      .argument('<group>', 'name of the group')
      .option('--json', 'all of it as JSON')
      .addHelpText(
        'after',
        `\nShows the first 100 that hold it, and the first 100 that wait, in the order in which they start.\n${TEMPORAL_ENVIRONMENT}\nExample:\n  $ dataflow group show spark\n`,
      )
      .action(show),
  );
}

async function show(group: string, flags: Flags): Promise<void> {
  const problems = groupNameProblems(group);
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow group show', problems);
  const view = await withTemporal(flags, (temporal) => viewOf(temporal, group));
  if (flags.json === true) printJson(view);
  else print(textOf(view));
  if (view.limit === undefined)
    say(`its runs wait until it has a limit: dataflow group set ${group} --limit 2`);
}

/** @throws CommandFailed where there is no such group, or no worker answers for it */
async function viewOf(temporal: Temporal, group: string): Promise<GroupView> {
  const view = await askGroup(temporal, group);
  const { namespace, address } = temporal;
  if (view === 'none')
    throw new CommandFailed(
      'not-found',
      `there is no group ${group} in namespace ${namespace} at ${address}: dataflow group set ${group} --limit 2 makes it, dataflow group list shows what there is`,
    );
  if (view === undefined)
    throw new CommandFailed(
      'unreachable',
      `no worker answers for group ${group}: its workflow ${groupWorkflowId(group)} needs a worker that has the workflows of this package, such as dataflow worker`,
    );
  return view;
}

function textOf(view: GroupView): string {
  const { columns } = process.stdout;
  const { limit, used, queued, holders, queue, countExternal, external, lastError } = view;
  const facts = {
    ...{ group: view.group, limit: limit ?? 'not set', used, waiting: queued },
    external: countExternal ? external : undefined,
    'checked every': durationText(view.checkIntervalMs),
    'last error': lastError,
  };
  return [
    toCard(facts, columns),
    ...(holders.length === 0 ? [] : [memberTable(holders, columns, 'held by')]),
    ...(queue.length === 0 ? [] : [memberTable(queue, columns, 'waiting')]),
  ].join('\n\n');
}

type Member = GroupWaiter & Partial<Pick<GroupHolder, 'grantedMs' | 'found'>>;

const memberTable = (
  members: readonly Member[],
  width: number | undefined,
  heading: string,
): string =>
  toTable(
    members,
    [
      { heading, cell: ({ workflowId }) => workflowId },
      { heading: 'job', cell: ({ jobId }) => jobId, rank: 3 },
      { heading: 'weight', cell: ({ weight = 1 }) => (weight === 1 ? undefined : weight), rank: 2 },
      { heading: 'priority', cell: ({ priority }) => priority, rank: 4 },
      {
        heading: 'since',
        cell: ({ grantedMs, enteredMs }) => new Date(grantedMs ?? enteredMs).toISOString(),
        rank: 5,
      },
      { heading: 'state', cell: ({ found }) => stateText(found), rank: 1 },
    ],
    { width },
  );

/** Of a holder whose workflow has closed, or that has left without a proof. */
function stateText(found: Member['found']): string | undefined {
  switch (found?.kind) {
    case 'running':
      return `left; ${found.executionIds.join(', ')} runs`;
    case 'unknown':
      return `left; unknown: ${found.why}`;
    default:
      return undefined;
  }
}
