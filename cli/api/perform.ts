import type { DataFlowClient } from '../../client/client.js';
import { DataFlowCallError } from '../../client/errors.js';
import { type ListName, pagesOf } from '../../client/operations/pages.js';
import { type Page, rowsOn } from '../../contract/job.js';
import {
  type OperationInput,
  type OperationName,
  type OperationOutput,
  OPERATIONS,
} from '../../contract/operations.js';
import { callErrorText, isLostWrite } from '../call-errors.js';
import { CommandFailed } from '../command-failed.js';
import { print, printJson, say, styled } from '../output.js';
import { isList, outputText } from './tables.js';

export interface ShowOptions {
  readonly json?: boolean;
  /** Follow the pages of a list to its end. */
  readonly all?: boolean;
}

/**
 * Calls one operation once. Its output goes to stdout, what was done to stderr.
 * @throws CommandFailed where a write may have taken effect
 */
export async function perform<Name extends OperationName>(
  client: DataFlowClient,
  name: Name,
  input: OperationInput<Name>,
  { json = false, all = false }: ShowOptions,
): Promise<void> {
  const output =
    all && isList(name)
      ? await allRows<ListName>(client, name, input as OperationInput<ListName>)
      : await once();
  if (json) printJson(output);
  else {
    const text = outputText(name, output as OperationOutput<Name>, {
      heading: (line) => styled('bold', line),
      width: process.stdout.columns,
    });
    if (text !== '') print(text);
  }
  for (const line of [...doneLines(name, input, output), ...moreLines(name, output, all)])
    say(line);

  async function once(): Promise<OperationOutput<Name>> {
    try {
      return (await client.call(name, input)).output;
    } catch (error) {
      if (error instanceof DataFlowCallError && isLostWrite(error))
        throw new CommandFailed('unknown', callErrorText(error), ...checkLines(name, input));
      throw error;
    }
  }
}

/** All rows in the shape of one page, so that the JSON of `--all` is read like that of a page. */
async function allRows<Name extends ListName>(
  client: DataFlowClient,
  name: Name,
  input: OperationInput<Name>,
): Promise<Pick<Page<unknown>, 'list' | 'count' | 'unreadable'>> {
  const list: unknown[] = [];
  let unreadable = 0;
  const toTheEnd = { maxPages: Number.POSITIVE_INFINITY };
  for await (const { output } of pagesOf(client, name, input, toTheEnd)) {
    list.push(...output.list);
    unreadable += output.unreadable ?? 0;
  }
  return { list, count: list.length, ...(unreadable > 0 && { unreadable }) };
}

/** The call that shows whether a write took effect whose answer was lost. */
const CHECKS: Readonly<Partial<Record<OperationName, string>>> = {
  executeJob: 'getJobExecutions --jobId {jobId} --limit 5',
  executeWorkflow: 'getWorkflowExecutions --workflowId {workflowId} --limit 5',
  cancelJobExecution: 'getJobExecutionById --jobId {jobId} --executionId {executionId}',
  createJob: 'getJobs --all',
  updateJob: 'getJobById --jobId {jobId}',
  updateJobLegacyPut: 'getJobById --jobId {jobId}',
  updateJobExecuteConfig: 'getJobById --jobId {jobId}',
  deleteJob: 'getJobById --jobId {jobId}',
  createWorkflow: 'getWorkflows --all',
  updateWorkflow: 'getWorkflowById --workflowId {workflowId}',
  deleteWorkflow: 'getWorkflowById --workflowId {workflowId}',
  createTrigger: 'getTriggers --all',
  deleteTrigger: 'getTriggers --all',
};

function checkLines(name: OperationName, input: object): readonly string[] {
  const members = input as Readonly<Record<string, unknown>>;
  const check = CHECKS[name]?.replaceAll(/\{(\w+)\}/g, (_, member: string) =>
    String(members[member]),
  );
  return [
    ...(check === undefined ? [] : [`to check it: dataflow api ${check}`]),
    ...(name === 'executeJob'
      ? [
          `dataflow run ${String(members['jobId'])} starts a job once, also where the answer is lost`,
        ]
      : []),
  ];
}

/** What a write has done, and what it leaves to do. */
function doneLines(name: OperationName, input: object, output: unknown): readonly string[] {
  if (OPERATIONS[name].kind === 'read') return [];
  const { jobId, executionId } = input as { jobId?: string; executionId?: string };
  const done = `done: ${OPERATIONS[name].about}`;
  if (name === 'cancelJobExecution')
    return [
      `${done}; it may take a while. Its status: ` +
        `dataflow api getJobExecutionById --jobId ${String(jobId)} --executionId ${String(executionId)}`,
    ];
  if (name === 'executeJob') {
    const { jobExecutionId } = output as OperationOutput<'executeJob'>;
    return [
      `done: started execution ${jobExecutionId}; nothing watches it. ` +
        `dataflow run ${String(jobId)} starts a job once, waits for its end and can cancel it`,
    ];
  }
  return [done];
}

function moreLines(name: OperationName, output: unknown, all: boolean): readonly string[] {
  if (!isList(name)) return [];
  const answer = output as OperationOutput<ListName>;
  const { limit, page, unreadable = 0 } = answer;
  const rows = unreadable === 1 ? 'one row is' : `${unreadable} rows are`;
  return [
    ...(unreadable > 0
      ? [`${rows} not shown: the service sent them in a form that cannot be read`]
      : []),
    ...(!all && limit > 0 && rowsOn(answer) >= limit
      ? [`this page is full: --page ${page + 1} is the next one, --all reads them all`]
      : []),
  ];
}
