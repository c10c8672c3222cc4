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

/** Performs one operation, once, and shows what came of it: data on stdout, what was done on stderr. */
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
    const text = outputText(name, output as OperationOutput<Name>, (line) => styled('bold', line));
    if (text !== '') print(text);
  }
  for (const line of [...doneLines(name, input, output), ...moreLines(name, output, all)])
    say(line);

  async function once(): Promise<OperationOutput<Name>> {
    try {
      return (await client.call(name, input)).output;
    } catch (error) {
      if (error instanceof DataFlowCallError && isLostWrite(error))
        throw new CommandFailed('unknown', callErrorText(error), ...lookLines(name, input));
      throw error;
    }
  }
}

/** The shape of one page, so that whoever reads the JSON needs not know how it came about. */
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

/** Lists and reads that show what a lost answer may have made or changed. */
const LOOKS: Readonly<Partial<Record<OperationName, string>>> = {
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

function lookLines(name: OperationName, input: object): readonly string[] {
  const members = input as Readonly<Record<string, unknown>>;
  const look = LOOKS[name]?.replaceAll(/\{(\w+)\}/g, (_, member: string) =>
    String(members[member]),
  );
  return [
    ...(look === undefined ? [] : [`look: dataflow api ${look}`]),
    ...(name === 'executeJob'
      ? [
          `dataflow run ${String(members['jobId'])} starts a job once, and settles a lost answer by itself`,
        ]
      : []),
  ];
}

/** What a write has done, and what it has not. */
function doneLines(name: OperationName, input: object, output: unknown): readonly string[] {
  if (OPERATIONS[name].kind === 'read') return [];
  const { jobId, executionId } = input as { jobId?: string; executionId?: string };
  const done = `done: ${OPERATIONS[name].about}`;
  if (name === 'cancelJobExecution')
    return [
      `${done}; it has ended when its status says so: ` +
        `dataflow api getJobExecutionById --jobId ${String(jobId)} --executionId ${String(executionId)}`,
    ];
  if (name === 'executeJob') {
    const { jobExecutionId } = output as OperationOutput<'executeJob'>;
    return [
      `done: started execution ${jobExecutionId}; nobody watches it. ` +
        `dataflow run ${String(jobId)} starts a job once, waits for its end and can cancel it`,
    ];
  }
  return [done];
}

function moreLines(name: OperationName, output: unknown, all: boolean): readonly string[] {
  if (!isList(name)) return [];
  const answer = output as OperationOutput<ListName>;
  const { limit, page, unreadable = 0 } = answer;
  const rows = unreadable === 1 ? 'a row' : `${unreadable} rows`;
  return [
    ...(unreadable > 0
      ? [`${rows} of the list could not be read, and nothing is shown of it`]
      : []),
    ...(!all && limit > 0 && rowsOn(answer) >= limit
      ? [`this page is full: --page ${page + 1} is the next one, --all reads them all`]
      : []),
  ];
}
