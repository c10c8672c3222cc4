import type { Command } from 'commander';
import { durationText } from '../../contract/durations.js';
import type { PipelineProgress, StepDecision } from '../../contract/pipeline-run.js';
import type { StepState } from '../../contract/pipeline.js';
import { pipelinesOf } from '../../contract/progress.js';
import { stepOrder } from '../../pipeline/planner/order.js';
import { leftRunning } from '../../worker/left-running.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson, say } from '../output.js';
import { askProgress } from '../run/ask-progress.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';
import { leftRunningLines } from '../run/left-running.js';
import { pendingProblems } from '../run/pending-problems.js';
import { readPendingWork } from '../run/pending-work.js';
import { TEMPORAL_ENVIRONMENT, type Temporal, withTemporal } from '../run/temporal-connection.js';
import { itemText } from '../view/pipeline-entries.js';
import { decisionText, type StepRow, stepTable } from '../view/step-table.js';
import { toCard } from '../view/table.js';
import { type AskedRun, askState } from './asked-state.js';

const EXAMPLES = `
Works after the end of the run too, for as long as the namespace keeps it and a worker polls its task queue. For a run that
was terminated, or timed out by the server, it names what may still run, and exits with 8 if there is anything.
${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow pipeline describe dataflow/nightly-sales/2026-11-21
`;

interface Flags extends CodecFlags {
  readonly json?: true;
}

/** `dataflow pipeline describe`: progress of a run, or how it ended. */
export function addDescribeCommand(group: Command): void {
  addCodecOptions(
    group
      .command('describe')
      .argument('<runId>', 'workflow id of the run')
      .option('--json', 'plan, parameters and state as JSON')
      .addHelpText('after', EXAMPLES)
      .action(describe),
  );
}

async function describe(runId: string, flags: Flags): Promise<void> {
  await withTemporal(flags, async (temporal) => {
    const run = await askState(temporal, runId);
    const progress = await askProgress(temporal, run.handle);
    const all = progress === undefined || progress === 'none' ? {} : progress;
    const left = run.isRunning ? [] : leftRunning(all);
    const { key, startMs, closeMs, answer } = run;
    const times = {
      startedAt: new Date(startMs).toISOString(),
      ...(closeMs !== undefined && { endedAt: new Date(closeMs).toISOString() }),
    };
    const status = statusOf(run);
    if (flags.json === true)
      printJson({ runId, key, status, ...times, ...answer, mayStillRun: left });
    else print(textOf(runId, run, pipelinesOf(all)[0]));
    if (run.isRunning) await sayProblems(temporal, runId);
    if (left.length > 0)
      throw new CommandFailed('unknown', `run ${runId}: ${status}`, ...leftRunningLines(left));
  });
}

async function sayProblems(temporal: Temporal, runId: string): Promise<void> {
  const work = await readPendingWork(temporal, runId);
  for (const text of work === undefined ? [] : pendingProblems(work)) say(text);
}

/** The status of a workflow that the server closed comes before the state in which it was closed. */
function statusOf({ status, isRunning, answer: { plan, state } }: AskedRun): string {
  if (status === 'TERMINATED') return 'terminated';
  if (status === 'TIMED_OUT') return 'timed out by the server';
  if (state.held === true) return 'held open after a failure';
  // The state is that of the steps before `finally`.
  if (plan.finally !== undefined && state.ended !== undefined && isRunning) return 'finishing';
  if (state.ended?.outcome === 'succeeded' && status === 'FAILED') return 'failed';
  return state.ended?.outcome ?? state.stopping ?? (state.paused ? 'paused' : 'running');
}

function textOf(runId: string, run: AskedRun, progress: PipelineProgress | undefined): string {
  const { key, answer, startMs, closeMs, taskQueue } = run;
  const { plan, parameters, state, profile, scheduled } = answer;
  const facts = {
    run: runId,
    pipeline: plan.pipeline,
    key,
    status: statusOf(run),
    started: new Date(startMs).toISOString(),
    ended: closeMs === undefined ? undefined : new Date(closeMs).toISOString(),
    took: durationText((closeMs ?? Date.now()) - startMs),
    scheduled: scheduled && `${scheduled.at} (date ${scheduled.date})`,
    profile,
    'task queue': taskQueue,
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
  const rows = stepOrder(plan).ids.flatMap((id): StepRow[] => {
    const step = state.steps[id];
    const shown = progress?.steps[id];
    const { kind } = plan.steps[id] ?? {};
    if (step === undefined || shown === undefined || kind === undefined) return [];
    return [{ id, ...shown, notes: notesOf(step, shown, process.stdout.isTTY) }];
  });
  const last = Object.keys(plan.finally?.steps ?? {}).flatMap((id): StepRow[] => {
    const shown = progress?.steps[id];
    return shown === undefined ? [] : [{ id, ...shown, notes: notesOfFinally(shown) }];
  });
  const { columns } = process.stdout;
  return `${toCard(facts, columns)}\n\n${stepTable([...rows, ...last], columns)}`;
}

/** Of `finally` only the progress is known here: the state is that of the other steps. */
const notesOfFinally = ({
  reason,
  running = [],
  failed = [],
}: PipelineProgress['steps'][string]): readonly string[] =>
  [reason ?? failed[0]?.reason, running[0]?.note].filter((note) => note !== undefined);

/** Items that a terminal shows of one step. */
const MAX_ITEMS = 20;

function notesOf(
  step: StepState,
  { kind, reason, running = [], childWorkflowIds = [] }: PipelineProgress['steps'][string],
  isTerminal: boolean,
): readonly string[] {
  const { values } = step;
  const notes = new Map(running.map(({ index, note }) => [index, note]));
  const [onlyNote] = values === undefined ? notes.values() : [];
  const items = step.items.flatMap(({ status, executionId, output, ...item }, index) => {
    const decision = kind === 'approval' ? (output as StepDecision | undefined) : undefined;
    const id =
      executionId === undefined || values === undefined ? '' : ` (execution ${executionId})`;
    const name = values === undefined ? '' : `${itemText({ value: values[index], index })} `;
    if (decision !== undefined) return [`${name}${decisionText(decision)}`];
    if (values === undefined || ['pending', 'succeeded', 'skipped'].includes(status)) return [];
    const why = item.reason ?? notes.get(index);
    return [`${name}${status}${id}${why === undefined ? '' : `: ${why}`}`];
  });
  const shown = isTerminal ? items.slice(0, MAX_ITEMS) : items;
  const more = items.length - shown.length;
  return [
    ...(reason === undefined || shown.length > 0 ? [] : [reason]),
    ...(onlyNote === undefined ? [] : [onlyNote]),
    ...shown,
    ...(more > 0 ? [`and ${more} more: --json names them`] : []),
    ...childWorkflowIds.map((id) => `workflow ${id}`),
  ];
}
