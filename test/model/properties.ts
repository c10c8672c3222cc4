import { toIsoDate } from '../../client/operations/decode.js';
import { isTerminal } from '../../contract/job.js';
import type { SimulatedExecution } from '../../simulator/report.js';
import { toWireDate } from '../../simulator/wire-date.js';
import type { ModelWorkflow } from './model-workflow.js';
import type { World } from './world.js';

/** Report of a submission to its caller. */
export interface Report {
  readonly submission: string;
  readonly executionId: string | undefined;
  readonly isSure: boolean;
  readonly how: string | undefined;
  /** All executions that it names. */
  readonly named: readonly string[];
  /** It reports an unknown outcome. */
  readonly saysUnknown: boolean;
}

/** Broken promises of a played world, as sentences. */
export function problemsOf(world: World): string[] {
  const problems: string[] = [];
  for (const workflow of world.workflows) {
    problems.push(...workflow.wrongs.map((wrong) => `${workflow.id}: ${wrong}`));
    if (workflow.end === undefined) problems.push(`${workflow.id} did not end`);
    else {
      problems.push(...problemsOfSubmissions(world, workflow), ...problemsOfEnd(world, workflow));
    }
  }
  return [...problems, ...problemsOfSharing(world), ...problemsOfCancels(world)];
}

export const submissionsOf = (workflow: ModelWorkflow): string[] =>
  Array.from({ length: workflow.progress?.attempt ?? 1 }, (_, index) => workflow.keyOf(index + 1));

/** Report of the last submission of a workflow. */
export function reportOf({ end, progress }: ModelWorkflow): Report {
  const result = end !== undefined && 'result' in end ? end.result : undefined;
  const ended = end !== undefined && 'error' in end ? end.ended : undefined;
  const details = ended?.failure?.details;
  const executionId = result?.execution.jobExecutionId ?? progress?.executionId;
  const text = `${ended?.message ?? ''} ${ended?.unknown ?? ''}`;
  return {
    submission: progress?.submission ?? '',
    executionId,
    isSure: result?.exactMatch ?? progress?.exactMatch ?? true,
    how: result?.submissionOutcome ?? progress?.submissionOutcome,
    named: [
      ...(executionId === undefined ? [] : [executionId]),
      ...(progress?.candidates ?? []),
      ...(progress?.duplicates ?? []),
      ...(progress?.previousAttempts.map((one) => one.executionId) ?? []),
      ...(details?.candidates ?? []),
      ...(text.match(/\b[A-Za-z0-9]{12}\b/g) ?? []),
    ],
    saysUnknown:
      ended?.unknown !== undefined || details?.unknown !== undefined || isAmbiguous(ended),
  };
}

const isAmbiguous = (
  ended: { readonly failure: { readonly type: string } | undefined } | undefined,
) => ended?.failure?.type === 'DataFlowSubmissionAmbiguous';

/** Whether an execution of another start could be taken for this workflow's. */
export function hasRivals(world: World, workflow: ModelWorkflow): boolean {
  const { runKeyParameter, exclusive } = workflow.request;
  if (runKeyParameter !== undefined || exclusive === true) return false;
  const ours = new Set(submissionsOf(workflow));
  return world.service.executions().some(({ executionId, origin, triggerId, jobCondition }) => {
    if (origin === 'history' || triggerId !== undefined) return false;
    const maker = world.service.makers.get(executionId)?.submission ?? '';
    return !ours.has(maker) && jobCondition.numWorker !== 7;
  });
}

function problemsOfSubmissions(world: World, workflow: ModelWorkflow): string[] {
  const report = reportOf(workflow);
  return submissionsOf(workflow).flatMap((submission) => {
    const started = world.service.startedBy(submission);
    const ids = started.map(({ executionId }) => executionId);
    if (ids.length > 1) return [`${submission} started ${ids.join(', ')}`];
    return started.flatMap((execution) => problemsOfOurs(world, workflow, report, execution));
  });
}

/** An execution of ours that is left running, or is never named, is reported as unknown. */
function problemsOfOurs(
  world: World,
  workflow: ModelWorkflow,
  report: Report,
  { executionId, status }: SimulatedExecution,
): string[] {
  const adoptedAnother =
    report.how === 'adopted' && !report.isSure && report.executionId !== executionId;
  if (report.saysUnknown || (adoptedAnother && hasRivals(world, workflow))) return [];
  const problems: string[] = [];
  if (!report.named.includes(executionId)) problems.push(`${executionId} is ours and not named`);
  const isLeftOnPurpose =
    'ended' in (workflow.end ?? {}) && workflow.request.onCancel === 'abandon';
  if (!isTerminal(status) && !isLeftOnPurpose) problems.push(`${executionId} is left running`);
  return problems.map((problem) => `${workflow.id}: ${problem}`);
}

/** Reports agree with the service. */
function problemsOfEnd(world: World, workflow: ModelWorkflow): string[] {
  const { end } = workflow;
  const { executionId, isSure, how, submission } = reportOf(workflow);
  const truth = executionId === undefined ? undefined : world.service.execution(executionId);
  const problems: string[] = [];
  const wants = (holds: boolean, what: string): void => {
    if (!holds) problems.push(`${workflow.id}: ${what}`);
  };
  if (executionId !== undefined) wants(truth !== undefined, `${executionId} does not exist`);
  if (truth !== undefined && isSure && how !== 'joined') {
    const maker = world.service.makers.get(truth.executionId)?.submission;
    wants(maker === submission, `${truth.executionId} is called surely ours, and is ${maker}'s`);
  }
  if (end === undefined) return problems;
  if ('result' in end) {
    const { status, endDate } = end.result.execution;
    wants(status === 'COMPLETED', `resolved with ${status}`);
    wants(truth?.status === 'COMPLETED', `reports COMPLETED; the truth is ${truth?.status}`);
    const shown = toIsoDate(toWireDate(truth?.endAt ?? 0, world.dateStyle));
    wants(endDate === shown, `reports ${endDate}, not ${shown}`);
    return problems;
  }
  const { ended, error } = end;
  if (ended === undefined) return [...problems, `${workflow.id}: failed with ${String(error)}`];
  const type = ended.failure?.type;
  if (type === 'DataFlowExecutionFailed') {
    wants(truth?.status === 'FAILED', `reports FAILED; the truth is ${truth?.status}`);
  }
  if (type === 'DataFlowExecutionCanceled' || / was stopped/.test(ended.message)) {
    wants(truth?.status === 'CANCELED', `reports CANCELED; the truth is ${truth?.status}`);
  }
  if (/nothing was left running|before anything was/.test(ended.message)) {
    const ours = world.service.startedBy(submission).filter(({ status }) => !isTerminal(status));
    wants(ours.length === 0, `says that nothing runs, and ${ours[0]?.executionId} does`);
  }
  return problems;
}

/** No two submissions report one execution as an exact match, and inexact matches are reported as such. */
function problemsOfSharing(world: World): string[] {
  const owners = new Map<string, string>();
  return world.workflows.flatMap((workflow) => {
    const { executionId, how, isSure, submission } = reportOf(workflow);
    if (executionId === undefined || how === 'joined' || !isSure) return [];
    const other = owners.get(executionId);
    owners.set(executionId, submission);
    return other === undefined ? [] : [`${executionId} is ${other}'s and ${submission}'s`];
  });
}

/** No submission stops an execution of another start, unless it reported an inexact match. */
function problemsOfCancels(world: World): string[] {
  return world.service.cancels.flatMap(({ by, executionId }) => {
    const workflow = world.workflows.find(({ id }) => id === by?.workflow);
    if (workflow === undefined) return [`${executionId} was stopped by nobody`];
    const owner = world.service.makers.get(executionId)?.workflow;
    const { how, isSure, executionId: own } = reportOf(workflow);
    const isLikeness = how === 'adopted' && !isSure && own === executionId;
    return owner === workflow.id || isLikeness
      ? []
      : [`${workflow.id} stopped ${executionId}, which is ${owner ?? 'somebody else'}'s`];
  });
}
