import { durationText } from '../../contract/durations.js';
import type {
  PipelineProgress,
  PipelineResult,
  StepProgress,
} from '../../contract/pipeline-run.js';
import type { RemoteRunProgress, RunRemoteWorkflowResult } from '../../contract/remote-run.js';
import type { RunJobResult, RunProgress } from '../../contract/run.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson, say } from '../output.js';
import { itemText } from '../view/pipeline-entries.js';
import { progressLine } from '../view/progress-line.js';
import { remoteLines } from '../view/remote-entries.js';
import { decisionText, type StepRow, stepTable } from '../view/step-table.js';
import { toCard, toTable } from '../view/table.js';
import { type Ending, exitOfEnding } from './ending.js';
import { leftRunningLines } from './left-running.js';

const isRunResult = (value: unknown): value is RunJobResult =>
  typeof value === 'object' && value !== null && 'execution' in value && 'submission' in value;

const isPipelineResult = (value: unknown): value is PipelineResult =>
  typeof value === 'object' && value !== null && 'pipeline' in value && 'steps' in value;

const isRemoteResult = (value: unknown): value is RunRemoteWorkflowResult =>
  typeof value === 'object' && value !== null && 'nodes' in value && 'triggerId' in value;

/** A run of a job that completed. */
function runCard(result: RunJobResult, { startedAt, endedAt }: Ending): string {
  const {
    execution,
    submissionOutcome,
    exactMatch,
    attempts,
    posts,
    duplicates,
    waitingMs,
    runningMs,
  } = result;
  const facts = {
    execution: execution.jobExecutionId,
    status: execution.status,
    job: execution.jobName ?? execution.jobId,
    started: startedAt,
    took: tookText(startedAt, endedAt),
    waited: spanText(waitingMs),
    ran: spanText(runningMs),
    attempts,
    outcome: exactMatch
      ? submissionOutcome
      : `${submissionOutcome} (by likeness: compare it with what you asked for)`,
    posts: posts > 1 ? posts : undefined,
    duplicates: duplicates.length > 0 ? duplicates.join(', ') : undefined,
    unknown: result.unknown,
  };
  return toCard(facts, process.stdout.columns);
}

/** A run of a workflow of the service that completed: a row for each job, then facts of the run. */
function remoteText(result: RunRemoteWorkflowResult, { startedAt, endedAt }: Ending): string {
  const { workflowId, name, triggerId, submission, submissionOutcome, posts } = result;
  const facts = {
    workflow: name === workflowId ? name : `${name} (${workflowId})`,
    trigger: triggerId,
    run: submission,
    started: startedAt,
    took: tookText(startedAt, endedAt),
    outcome:
      submissionOutcome === 'submitted'
        ? submissionOutcome
        : `${submissionOutcome} (by likeness: somebody else may have started it)`,
    posts: posts > 1 ? posts : undefined,
  };
  const { columns } = process.stdout;
  const table = toTable(
    result.nodes,
    [
      { heading: 'job', cell: ({ jobId, name: job = jobId }) => job },
      { heading: 'status', cell: ({ execution }) => execution.status },
      { heading: 'waited', cell: ({ waitingMs }) => spanText(waitingMs), rank: 1 },
      { heading: 'ran', cell: ({ runningMs }) => spanText(runningMs), rank: 2 },
      { heading: 'execution', cell: ({ execution }) => execution.jobExecutionId },
    ],
    { width: columns },
  );
  return `${table}\n\n${toCard(facts, columns)}`;
}

const spanText = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : durationText(ms);

const tookText = (startedAt: string | undefined, endedAt: string | undefined) =>
  startedAt === undefined || endedAt === undefined
    ? undefined
    : durationText(Date.parse(endedAt) - Date.parse(startedAt));

/** Result on stdout; @throws CommandFailed with the exit code of any other end */
export function showEnding(ending: Ending, json: boolean): void {
  const { outcome, result, mayStillRun = [] } = ending;
  if (json) printJson(ending);
  else if (isRunResult(result)) print(runCard(result, ending));
  else if (isRemoteResult(result)) print(remoteText(result, ending));
  else if (isPipelineResult(result)) print(pipelineText(result, ending));
  else if (result !== undefined) printJson(result);
  else for (const one of ending.pipelines ?? []) print(pipelineText(one, ending));
  if (outcome !== 'completed')
    throw new CommandFailed(exitOfEnding(ending), ...endingLines(ending));
  for (const line of leftRunningLines(mayStillRun)) say(`dataflow: ${line}`);
}

/** A pipeline that has ended: a row for each step, then facts of the run. */
function pipelineText(
  one: PipelineResult | PipelineProgress,
  { workflowId, startedAt, endedAt }: Ending,
): string {
  const facts = {
    pipeline: one.pipeline,
    run: workflowId,
    outcome: 'outcome' in one ? one.outcome : one.phase,
    started: startedAt,
    ended: endedAt,
    took: tookText(startedAt, endedAt),
  };
  const rows = Object.entries(one.steps).map(([id, step]): StepRow => ({
    id,
    ...step,
    notes: stepNotes(step),
  }));
  const { columns } = process.stdout;
  return `${stepTable(rows, columns)}\n\n${toCard(facts, columns)}`;
}

/** Lines below a step that has ended: who decided, why it ended so, which items failed. */
export function stepNotes(step: Omit<StepProgress, 'kind'>): readonly string[] {
  const { status, reason, decision, items, failed = [], childWorkflowIds = [] } = step;
  const failedItems = items === undefined ? [] : failed;
  const more = items === undefined ? 0 : (items.failed ?? 0) - failedItems.length;
  return [
    ...(decision === undefined ? [] : [decisionText(decision)]),
    ...(reason === undefined || failedItems.length > 0 || (decision && status === 'failed')
      ? []
      : [reason]),
    ...failedItems.map((item) => {
      const id = item.executionId === undefined ? '' : ` (execution ${item.executionId})`;
      return `${itemText(item)} failed${id}: ${item.reason ?? ''}`;
    }),
    ...(more > 0 && failedItems.length > 0 ? [`and ${more} more failed`] : []),
    ...childWorkflowIds.map((id) => `workflow ${id}`),
  ];
}

/** How a workflow that did not complete ended, what may still run, and where to look. */
export function endingLines(ending: Ending): readonly string[] {
  const { runs = [], mayStillRun } = ending;
  return [...howItEnded(ending), ...unknowns(runs), ...leftRunningLines(mayStillRun ?? [])];
}

function howItEnded(ending: Ending): readonly string[] {
  const { outcome, workflowId, failure, runs = [] } = ending;
  const message = failure?.message ?? '';
  if (failure?.type !== undefined) return [`${failure.type}: ${message}`, ...nextSteps(ending)];
  if (outcome === 'terminated' || outcome === 'timed-out') {
    const how =
      outcome === 'terminated'
        ? `was terminated (${message})`
        : 'was ended by the server: its execution timeout or run timeout had passed';
    return [
      `workflow ${workflowId} ${how}. What it had started was not stopped`,
      ...unseen(ending),
    ];
  }
  const notes = runs.filter(({ phase }) => phase === 'ended').flatMap(runLines);
  const said = notes.length > 0 ? '' : `: ${message}`;
  return [`workflow ${workflowId} ${outcome}${said}`, ...notes];
}

const runLines = (run: RunProgress | RemoteRunProgress): readonly string[] =>
  'jobId' in run ? [progressLine(run)] : remoteLines(run).map(({ text }) => text);

function nextSteps({ workflowId, failure }: Ending): readonly string[] {
  const { jobId, executionId, workflowId: remoteId } = failure?.details ?? {};
  if (failure?.type === 'DataFlowPipelineFailed')
    return [`rerun: dataflow pipeline rerun ${workflowId} --from-failed`];
  if (jobId === undefined || executionId === undefined)
    return remoteId === undefined
      ? []
      : [`more: dataflow api getWorkflowById --workflowId ${remoteId}`];
  return [`more: dataflow api getJobExecutionById --jobId ${jobId} --executionId ${executionId}`];
}

const unseen = ({ mayStillRun }: Ending): readonly string[] => {
  if (mayStillRun === undefined)
    return [
      'what that is cannot be read without a worker: start one and repeat this, or look in the service',
    ];
  return mayStillRun.length === 0 ? ['its progress shows nothing that may still run'] : [];
};

const unknowns = (runs: readonly (RunProgress | RemoteRunProgress)[]): readonly string[] =>
  runs.flatMap(({ unknown }) => (unknown === undefined ? [] : [`unknown: ${unknown}`]));
