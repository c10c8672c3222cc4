import { durationText } from '../../contract/durations.js';
import type { PipelineResult } from '../../contract/pipeline-run.js';
import type { RunJobResult, RunProgress } from '../../contract/run.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson } from '../output.js';
import { progressLine } from '../view/progress-line.js';
import { stepTable } from '../view/step-table.js';
import { toCard } from '../view/table.js';
import { type Ending, exitOfEnding } from './ending.js';

const isRunResult = (value: unknown): value is RunJobResult =>
  typeof value === 'object' && value !== null && 'execution' in value && 'submission' in value;

const isPipelineResult = (value: unknown): value is PipelineResult =>
  typeof value === 'object' && value !== null && 'pipeline' in value && 'steps' in value;

/** The facts of a run that a person wants. */
function runCard(result: RunJobResult): string {
  const { execution, obtained, sure, attempts, posts, twins, waitingMs, runningMs } = result;
  return toCard({
    execution: execution.jobExecutionId,
    status: execution.status,
    job: execution.jobName ?? execution.jobId,
    waited: waitingMs === undefined ? undefined : durationText(waitingMs),
    ran: runningMs === undefined ? undefined : durationText(runningMs),
    obtained: sure ? obtained : `${obtained} (by likeness: compare it with what you asked for)`,
    attempts: attempts > 1 ? attempts : undefined,
    posts: posts > 1 ? posts : undefined,
    twins: twins.length > 0 ? twins.join(', ') : undefined,
    unknown: result.unknown,
  });
}

/** Result on stdout; @throws CommandFailed with the exit code of any other end */
export function showEnding(ending: Ending, json: boolean): void {
  const { outcome, result } = ending;
  if (json) printJson(ending);
  else if (isRunResult(result)) print(runCard(result));
  else if (isPipelineResult(result)) print(stepTable(result.steps));
  else if (result !== undefined) printJson(result);
  if (outcome !== 'completed')
    throw new CommandFailed(exitOfEnding(ending), ...endingLines(ending));
}

/** How it ended otherwise than well, what became of what it had started, and where to look. */
export function endingLines({
  outcome,
  workflowId,
  failure,
  runs = [],
}: Ending): readonly string[] {
  const message = failure?.message ?? '';
  const { jobId, executionId } = failure?.details ?? {};
  const look =
    jobId === undefined || executionId === undefined
      ? []
      : [`more: dataflow api getJobExecutionById --jobId ${jobId} --executionId ${executionId}`];
  if (failure?.type === 'DataFlowPipelineFailed')
    return [
      `${failure.type}: ${message}`,
      ...unknowns(runs),
      `rerun: dataflow pipeline rerun ${workflowId} --from-failed`,
    ];
  if (failure?.type !== undefined)
    return [`${failure.type}: ${message}`, ...unknowns(runs), ...look];
  if (outcome === 'terminated')
    return [
      `workflow ${workflowId} was terminated; what it had started goes on: look in the service`,
      ...runs.map(progressLine),
    ];
  const notes = runs.filter(({ phase }) => phase === 'ended').map(progressLine);
  const said = notes.length > 0 ? '' : `: ${message}`;
  return [`workflow ${workflowId} ${outcome}${said}`, ...notes, ...unknowns(runs)];
}

const unknowns = (runs: readonly RunProgress[]): readonly string[] =>
  runs.flatMap(({ unknown }) => (unknown === undefined ? [] : [`unknown: ${unknown}`]));
