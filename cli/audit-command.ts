import { setTimeout } from 'node:timers/promises';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../client/errors.js';
import {
  type AuditedExecution,
  type AuditReport,
  type AuditRequest,
  DEFAULT_AUDIT_CALLS_PER_MINUTE,
  DEFAULT_AUDIT_WORKFLOWS,
  MAX_AUDIT_CALLS_PER_MINUTE,
  MAX_AUDIT_WORKFLOWS,
  MIN_AUDIT_CALLS_PER_MINUTE,
} from '../contract/audit.js';
import { AUDIT_WORKFLOW, DEFAULT_PROFILE } from '../contract/names.js';
import { unpack } from '../pipeline/packed.js';
import { CommandFailed } from './command-failed.js';
import { print, printJson, say } from './output.js';
import { addCodecOptions, type CodecFlags } from './run/codec-options.js';
import { withInterrupts } from './run/interrupts.js';
import { pendingProblems } from './run/pending-problems.js';
import { readPendingWork } from './run/pending-work.js';
import {
  taskQueueOf,
  type Temporal,
  TEMPORAL_ENVIRONMENT,
  withTemporal,
} from './run/temporal-connection.js';
import { toTable } from './view/table.js';

const EXAMPLES = `
Asks which active executions of the service a workflow waits for. owned: an open workflow waits for it. orphaned: a workflow that
has closed started it, and none waits for it. external: no workflow of this namespace started it. unknown: none of these is certain.
It reads at most --calls-per-minute. A worker does it, as workflow ${AUDIT_WORKFLOW}; Ctrl-C cancels it.

Exit codes: 0 if no orphan is left and nothing is unknown; 8 if an orphan is left running, something is unknown, or not all was read.
${TEMPORAL_ENVIRONMENT}
Examples:
  $ dataflow audit
  $ dataflow audit --cancel
  $ dataflow audit --json | jq '.executions[] | select(.class == "orphaned")'
`;

interface Flags extends CodecFlags {
  readonly cancel?: true;
  readonly profile?: string;
  readonly callsPerMinute: string;
  readonly maxWorkflows: string;
  readonly otherNamespaces?: true;
  readonly taskQueue?: string;
  readonly json?: true;
}

/** `dataflow audit`: which active executions nobody waits for; stops them. */
export function addAuditCommand(program: Command): void {
  addCodecOptions(
    program
      .command('audit')
      .option('--cancel', 'stop orphans; each is looked for once more before')
      .option('--profile <name>', 'profile of the service', DEFAULT_PROFILE)
      .option(
        '--calls-per-minute <number>',
        `most calls and reads a minute, ${MIN_AUDIT_CALLS_PER_MINUTE} to ${MAX_AUDIT_CALLS_PER_MINUTE}`,
        String(DEFAULT_AUDIT_CALLS_PER_MINUTE),
      )
      .option(
        '--max-workflows <number>',
        `most open workflows, and most closed ones, to read, 1 to ${MAX_AUDIT_WORKFLOWS}`,
        String(DEFAULT_AUDIT_WORKFLOWS),
      )
      .option('--other-namespaces', 'other namespaces start executions in this account, too')
      .option('--task-queue <name>', 'task queue of the worker')
      .option('--json', 'all executions, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(audit),
  );
}

async function audit(flags: Flags): Promise<void> {
  const request = requestOf(flags);
  const { json = false } = flags;
  const taskQueue = taskQueueOf(flags.taskQueue);
  await withTemporal(flags, async (temporal) => {
    const report = await runAudit(temporal, request, taskQueue);
    if (json) printJson(report);
    else show(report);
    refuseLeft(report);
  });
}

/** @throws DataFlowInvalidInputError naming all problems of the flags */
function requestOf(flags: Flags): AuditRequest & { readonly profile: string } {
  const { cancel = false, otherNamespaces = false, profile = DEFAULT_PROFILE } = flags;
  const callsPerMinute = Number(flags.callsPerMinute);
  const maxWorkflows = Number(flags.maxWorkflows);
  const isIn = (value: number, min: number, max: number): boolean =>
    Number.isInteger(value) && value >= min && value <= max;
  const [least, most] = [MIN_AUDIT_CALLS_PER_MINUTE, MAX_AUDIT_CALLS_PER_MINUTE];
  const problems = [
    ...(isIn(callsPerMinute, least, most)
      ? []
      : [`--calls-per-minute: must be an integer from ${least} to ${most}`]),
    ...(isIn(maxWorkflows, 1, MAX_AUDIT_WORKFLOWS)
      ? []
      : [`--max-workflows: must be an integer from 1 to ${MAX_AUDIT_WORKFLOWS}`]),
  ];
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow audit', problems);
  return { profile, cancel, callsPerMinute, maxWorkflows, otherNamespaces };
}

type WholeReport = AuditReport & { readonly executions: readonly AuditedExecution[] };

const EVERY_MS = 1_000;

type AuditHandle = WorkflowHandleWithFirstExecutionRunId<
  (input: AuditRequest) => Promise<AuditReport>
>;

/** @throws CommandFailed where one runs already, or it did not complete */
async function runAudit(
  temporal: Temporal,
  request: AuditRequest & { readonly profile: string },
  taskQueue: string,
): Promise<WholeReport> {
  const handle = await startAudit(temporal, request, taskQueue);
  const { workflowId } = handle;
  const ended = new AbortController();
  const ending = handle.result().finally(() => {
    ended.abort();
  });
  ending.catch(() => undefined); // awaited below
  const interrupted = new AbortController();
  await withInterrupts(
    () => {
      interrupted.abort();
    },
    () => sayProblems(temporal, workflowId, AbortSignal.any([ended.signal, interrupted.signal])),
  );
  if (interrupted.signal.aborted) {
    await handle.cancel();
    throw new CommandFailed('detached', `left ${workflowId}, and canceled it`);
  }
  try {
    const report = await ending;
    return { ...report, executions: unpack<readonly AuditedExecution[]>(report.executions) };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    if (cause instanceof CancelledFailure)
      throw new CommandFailed('canceled', `audit ${workflowId} was canceled`);
    throw new CommandFailed('failed', `audit ${workflowId}: ${deepest(cause ?? error).message}`);
  }
}

/** @throws CommandFailed where one runs already */
async function startAudit(
  { client }: Temporal,
  request: AuditRequest & { readonly profile: string },
  taskQueue: string,
): Promise<AuditHandle> {
  const workflowId = `dataflow-audit/${request.profile}`;
  try {
    return (await client.workflow.start(AUDIT_WORKFLOW, {
      ...{ args: [request], workflowId, taskQueue },
      staticSummary: `audit of profile ${request.profile}`,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    })) as AuditHandle;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new CommandFailed(
      'refused',
      `nothing was started: workflow ${workflowId} audits this profile already`,
      `to end it: temporal workflow cancel --workflow-id ${workflowId}`,
    );
  }
}

const deepest = (error: Error): Error =>
  error.cause instanceof Error ? deepest(error.cause) : error;

/** Says what keeps the audit from going on. */
async function sayProblems(
  temporal: Temporal,
  workflowId: string,
  over: AbortSignal,
): Promise<void> {
  const said = new Set<string>();
  const tell = async (): Promise<void> => {
    const work = await readPendingWork(temporal, workflowId);
    for (const text of work === undefined ? [] : pendingProblems(work)) {
      if (!said.has(text)) say(text);
      said.add(text);
    }
  };
  for (;;) {
    await setTimeout(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    await tell();
  }
}

function show({ counts, executions, gaps, calls, seconds, workflowsRead, ...rest }: WholeReport) {
  const told = executions.filter(({ class: group }) => ['orphaned', 'unknown'].includes(group));
  if (told.length > 0) print(tableOf(told));
  const { owned, orphaned, external, unknown } = counts;
  say(
    `${executions.length} active: ${owned} owned, ${orphaned} orphaned (${rest.orphanedWorkerHours} worker-hours so far), ${external} external, ${unknown} unknown`,
  );
  say(
    `read: ${workflowsRead} workflows; ${calls.service} calls to the service and ${calls.temporal} to Temporal in ${Math.round(seconds)} s`,
  );
  for (const gap of gaps) say(`not read: ${gap}`);
}

const tableOf = (executions: readonly AuditedExecution[]): string =>
  toTable(
    executions,
    [
      { heading: 'class', cell: (one) => one.class },
      { heading: 'execution', cell: ({ executionId }) => executionId },
      { heading: 'job', cell: ({ jobName, jobId }) => jobName ?? jobId, rank: 3 },
      { heading: 'status', cell: ({ status }) => status, rank: 2 },
      { heading: 'since', cell: ({ startDate, createdDate }) => startDate ?? createdDate, rank: 1 },
      { heading: 'worker-hours', cell: ({ workerHours }) => workerHours, rank: 0 },
      { heading: 'stop', cell: ({ stop }) => stop },
    ],
    { width: process.stdout.columns, below },
  );

function below({ reason, workflow, stopError }: AuditedExecution): readonly string[] {
  const how =
    workflow?.status === undefined ? 'open' : `${workflow.status} ${workflow.closedAt ?? ''}`;
  return [
    workflow === undefined ? reason : `${reason}: ${workflow.workflowId} (${how})`,
    ...(stopError === undefined ? [] : [`not stopped: ${stopError}`]),
  ];
}

/** @throws CommandFailed where an orphan runs on, or something is unknown */
function refuseLeft({ counts, executions, gaps }: WholeReport): void {
  const left = executions.filter(
    ({ class: group, stop = 'failed' }) =>
      group === 'orphaned' && !['canceled', 'ended'].includes(stop),
  ).length;
  if (left + counts.unknown + gaps.length === 0) return;
  const parts = [
    ...(left > 0
      ? [left === 1 ? '1 orphaned execution runs on' : `${left} orphaned executions run on`]
      : []),
    ...(counts.unknown > 0 ? [`${counts.unknown} are unknown`] : []),
    ...(gaps.length > 0 ? ['not all was read'] : []),
  ];
  throw new CommandFailed(
    'unknown',
    parts.join('; '),
    ...(left > 0 ? ['to stop orphans: dataflow audit --cancel'] : []),
  );
}
