import { z } from 'zod';
import type { OperationInput, OperationName } from '../../contract/operations.js';
import {
  anyText,
  flag,
  id,
  jobCondition,
  maxConcurrentRuns,
  paging,
  resourceName,
  triggerRule,
  wallClock,
} from './input-members.js';
import { jobNodes, workflowNodes } from './input-nodes.js';

const jobId = id.describe('id of the job');
const executionId = id.describe('id of the execution');
const workflowId = id.describe('id of the workflow');
const triggerId = id.describe('id of the trigger');
const byName = {
  name: anyText.describe('filter by name').exactOptional(),
  ...paging,
} as const;

const range = z
  .strictObject({
    startDate: wallClock.describe('begin, YYYY-MM-DDTHH:mm:ss, Korean local time'),
    endDate: wallClock.describe('end, YYYY-MM-DDTHH:mm:ss, Korean local time'),
  })
  .refine(({ startDate, endDate }) => startDate <= endDate, {
    path: ['endDate'],
    error: 'must not be before startDate',
  });

const jobType = z
  .enum(['VISUAL', 'SCRIPT'], 'must be VISUAL or SCRIPT')
  .describe('VISUAL or SCRIPT');
const settings = jobCondition.describe('run settings, e.g. {"numWorker": 4, "timeout": 60}');
const jobMembers = {
  maxConcurrentRuns: maxConcurrentRuns.exactOptional(),
  jobCondition: settings.exactOptional(),
  nodes: jobNodes.exactOptional(),
} as const;
const name = resourceName.describe('name');
const isTemp = flag.describe('keep a draft; documented until 2026-08').exactOptional();
const writtenWorkflow = { name, nodes: workflowNodes, isTemp } as const;

/** Input of each operation. It is checked before anything is sent. The flags of `dataflow api` are made from it. */
export const INPUTS: {
  readonly [Name in OperationName]: z.ZodType<OperationInput<Name>> & Shaped;
} = {
  getExecutionInterval: range,
  getExecutionResult: range,
  getExecutionTimes: range,
  createWorkflow: z.strictObject(writtenWorkflow),
  getWorkflows: z.strictObject(paging),
  getWorkflowById: z.strictObject({ workflowId }),
  getWorkflowExecutions: z.strictObject({
    workflowId,
    filter: anyText.describe('name of the workflow').exactOptional(),
    ...paging,
  }),
  updateWorkflow: z.strictObject({ workflowId, ...writtenWorkflow }),
  deleteWorkflow: z.strictObject({ workflowId }),
  executeWorkflow: z.strictObject({ workflowId }),
  createJob: z.strictObject({ name, type: jobType, ...jobMembers }),
  getJobs: z.strictObject(byName),
  getJobById: z.strictObject({ jobId }),
  updateJob: z.strictObject({ jobId, type: jobType, name: name.exactOptional(), ...jobMembers }),
  updateJobLegacyPut: z.strictObject({
    jobId,
    name,
    type: z.literal('DATAFLOW', 'must be DATAFLOW').describe('DATAFLOW'),
    isTemp,
    nodes: jobNodes.exactOptional(),
  }),
  verifyJob: z.strictObject({ name, nodes: jobNodes }),
  executeJob: z.strictObject({
    jobId,
    jobCondition: settings.exactOptional(),
    triggerId: triggerId.exactOptional(),
    workflowId: workflowId.exactOptional(),
  }),
  getJobExecutions: z.strictObject({ jobId, ...paging }),
  getJobExecutionById: z.strictObject({ jobId, executionId }),
  updateJobExecuteConfig: z.strictObject({ jobId, jobCondition: settings }),
  deleteJob: z.strictObject({ jobId }),
  cancelJobExecution: z.strictObject({ jobId, executionId }),
  createTrigger: z.strictObject({
    name,
    type: z
      .enum(['SCHEDULED', 'EVENT', 'NONE'], 'must be SCHEDULED, EVENT or NONE')
      .describe('SCHEDULED, EVENT or NONE'),
    triggerRule: triggerRule.describe('when it fires, e.g. {"type": "NONE"}'),
  }),
  getTriggers: z.strictObject(byName),
  getTriggerById: z.strictObject({ triggerId }),
  deleteTrigger: z.strictObject({ triggerId }),
};

interface Shaped {
  readonly shape: Readonly<Record<string, z.ZodType>>;
}

/** All problems of an input, each with its path and remedy; empty if there are none. */
export function inputProblems(name: OperationName, input: unknown): readonly string[] {
  const schema: z.ZodType = INPUTS[name];
  const result = schema.safeParse(withoutUndefined(input));
  if (result.success) return [];
  const known = Object.keys(INPUTS[name].shape);
  return result.error.issues.flatMap((issue) => problemsOf(issue, known));
}

/** A property whose value is `undefined` counts as absent. */
const withoutUndefined = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
    : input;

function problemsOf(issue: z.core.$ZodIssue, known: readonly string[]): readonly string[] {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const hint = issue.path.length === 0 ? `; known are ${known.join(', ')}` : '';
    return issue.keys.map(
      (key) => `${place === '' ? key : `${place}.${key}`}: unknown property${hint}`,
    );
  }
  return [place === '' ? `input: ${issue.message}` : `${place}: ${issue.message}`];
}
