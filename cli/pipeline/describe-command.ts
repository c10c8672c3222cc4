import type { Command } from 'commander';
import type { StepState } from '../../contract/pipeline.js';
import { orderOf } from '../../pipeline/plan/order.js';
import { print, printJson } from '../output.js';
import { TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { toCard, toTable } from '../view/table.js';
import { type AskedRun, askState } from './asked-state.js';

const EXAMPLES = `
Works after the end of the run as well, for as long as the namespace keeps it and a worker polls its task queue.
${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow pipeline describe dataflow-nightly-sales-2026-11-21
`;

/** `dataflow pipeline describe`: where a run stands, or how it ended. */
export function addDescribeCommand(group: Command): void {
  group
    .command('describe')
    .description('show parameters and steps of a run')
    .argument('<runId>', 'workflow id of the run')
    .option('--json', 'plan, parameters and state as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (runId: string, { json }: { readonly json?: true }) => {
      await withTemporal(async (temporal) => {
        const run = await askState(temporal, runId);
        if (json === true) printJson({ runId, key: run.key, ...run.answer });
        else print(textOf(runId, run));
      });
    });
}

function textOf(runId: string, { key, answer, startMs, taskQueue }: AskedRun): string {
  const { plan, parameters, state } = answer;
  const standing = state.ended?.outcome ?? state.stopping ?? (state.paused ? 'paused' : 'running');
  const card = toCard({
    run: runId,
    pipeline: plan.pipeline,
    key,
    status: state.held === true ? 'held open after a failure' : standing,
    started: new Date(startMs).toISOString(),
    'task queue': taskQueue,
    ...(Object.keys(parameters).length > 0 && { parameters }),
  });
  const rows = orderOf(plan).ids.flatMap((id) => {
    const step = state.steps[id];
    return step === undefined ? [] : [{ id, step, kind: plan.steps[id]?.kind }];
  });
  const table = toTable(rows, [
    { heading: 'step', cell: ({ id }) => id },
    { heading: 'kind', cell: ({ kind }) => kind },
    { heading: 'status', cell: ({ step }) => step.status },
    { heading: 'items', cell: ({ step }) => itemsText(step) },
    { heading: 'attempts', cell: ({ step }) => attemptsOf(step) },
    { heading: 'executions', cell: ({ step }) => executionsOf(step) },
    { heading: 'reason', cell: ({ step }) => step.reason ?? onlyReason(step) },
  ]);
  return `${card}\n\n${table}`;
}

const itemsText = ({ values, counts, items }: StepState): string | undefined =>
  values && `${counts.succeeded}/${items.length} succeeded`;

function attemptsOf({ items }: StepState): number | undefined {
  const most = items.reduce((sum, { attempt }) => Math.max(sum, attempt), 0);
  return most > 1 ? most : undefined;
}

const executionsOf = ({ items }: StepState): string | undefined =>
  items.flatMap(({ executionId }) => executionId ?? []).join(' ') || undefined;

const onlyReason = ({ items, values }: StepState): string | undefined =>
  values === undefined
    ? items[0]?.reason
    : items.find(({ reason }) => reason !== undefined)?.reason;
