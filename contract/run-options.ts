import {
  GROUP_NAME,
  GROUP_NAME_RULE,
  MAX_GROUP_PRIORITY,
  MAX_GROUP_WEIGHT,
} from './group-member.js';
import { ID, isId } from './ids.js';
import { type JobCondition, TIMEOUT_MINUTES } from './job.js';
import { DEFAULT_PROFILE } from './names.js';
import type { RunRemoteWorkflowRequest } from './remote-run.js';
import { RUN_STATE } from './run-state.js';
import type { ActivityRetry, JobByName, RunJobRequest, RunRetry } from './run.js';
import {
  type OptionTable,
  isRecord,
  type Options,
  type Problem,
  problemsOf,
  problemTexts,
} from './validate.js';

type Members = Readonly<Record<string, unknown>>;

/** The options of runs. Checks, flags of the command line, members of a step, and docs/options.md are made from them. */

/** Run settings, under the service's names. */
export const JOB_CONDITION_OPTIONS = {
  numWorker: {
    kind: 'integer',
    min: 2,
    max: 10,
    about: 'Workers.',
    unset: 'the stored one; new jobs have 2',
    flag: '--num-worker <number>',
    step: true,
  },
  timeout: {
    kind: 'integer',
    min: TIMEOUT_MINUTES.min,
    max: TIMEOUT_MINUTES.max,
    unit: 'minutes',
    about: 'Longest time of one execution at the service, in minutes.',
    unset: 'the stored one; new jobs have 360',
    flag: '--timeout <minutes>',
    step: true,
  },
  nrn: {
    kind: 'string',
    about: 'Role that the job runs under: `nrn:PUB:IAM::<member>:Role/<uuid>`.',
    unset: 'the stored one',
    step: true,
  },
  scriptPath: {
    kind: 'string',
    about: 'Object Storage `bucket/prefix` of the generated script.',
    unset: 'the stored one',
    step: true,
  },
  logPath: {
    kind: 'string',
    about: 'Object Storage `bucket/prefix` of the Spark history log.',
    unset: 'the stored one',
    step: true,
  },
  parameters: {
    kind: 'map',
    of: { kind: 'string', mayBeEmpty: true },
    about:
      'Parameters of a SCRIPT job, merged with the stored ones by name; each value is a string.',
    unset: 'the stored ones',
    flag: '--parameter <name=value>',
    step: true,
  },
  workerType: {
    kind: 'string',
    about: 'Type of the workers; documented until 2026-08 only.',
    unset: 'the stored one',
    step: true,
  },
} as const satisfies Options<JobCondition>;

const MAXIMUM_ATTEMPTS = {
  kind: 'integer',
  min: 1,
  max: 1_000,
  about: 'Attempts in all, the first included.',
} as const;
const BACKOFF_COEFFICIENT = {
  kind: 'number',
  min: 1,
  max: 100,
  about: 'Factor between a pause and the next.',
  default: 2,
} as const;
const INITIAL_INTERVAL = { kind: 'duration', about: 'Pause before the second attempt.' } as const;
const MAXIMUM_INTERVAL = { kind: 'duration', about: 'Longest pause.' } as const;

/** New submissions of a job. */
export const RETRY_OPTIONS = {
  maximumAttempts: { ...MAXIMUM_ATTEMPTS, flag: '--retry <attempts>' },
  initialInterval: { ...INITIAL_INTERVAL, default: '1m' },
  backoffCoefficient: BACKOFF_COEFFICIENT,
  maximumInterval: { ...MAXIMUM_INTERVAL, default: '1h' },
  outcomes: {
    kind: 'list',
    of: {
      kind: 'choice',
      choices: { FAILED: 'the execution failed', CANCELED: 'somebody else canceled it' },
    },
    minLength: 1,
    about: 'Ends of an execution after which the job is submitted again.',
    default: ['FAILED'],
  },
} as const satisfies Options<RunRetry>;

/** Temporal's retries of an activity of the user's own; the defaults are Temporal's. */
export const ACTIVITY_RETRY_OPTIONS = {
  maximumAttempts: { ...MAXIMUM_ATTEMPTS, unset: 'no limit' },
  initialInterval: { ...INITIAL_INTERVAL, default: '1s' },
  backoffCoefficient: BACKOFF_COEFFICIENT,
  maximumInterval: { ...MAXIMUM_INTERVAL, unset: '100 times initialInterval' },
} as const satisfies Options<ActivityRetry>;

const COMMON = {
  profile: {
    kind: 'string',
    about: 'Name of a profile of the worker.',
    default: DEFAULT_PROFILE,
    flag: '--profile <name>',
    step: {
      unset: 'that of the run',
      pattern: /^[\w.-]{1,100}$/,
      must: 'must be the name of a profile of the worker',
    },
  },
  onCancel: {
    kind: 'choice',
    choices: { cancel: 'it is stopped', abandon: 'it is left running' },
    about: 'What a cancel does to an execution.',
    default: 'cancel',
    flag: '--on-cancel <what>',
    step: true,
  },
  cleanupTimeout: {
    kind: 'duration',
    about: 'Limit for reconciling and stopping after a cancel or runTimeout.',
    default: '1h',
    flag: '--cleanup-timeout <duration>',
    step: true,
  },
} as const;

const STATE_RULE = 'must be the complete result of state() of a run of the same job';

const OPTIONS_BUT_JOB = {
  jobCondition: {
    kind: 'object',
    options: JOB_CONDITION_OPTIONS,
    example: '{ numWorker: 4 }',
    about: 'Run settings that differ from the stored ones.',
    unset: 'the stored ones',
    flag: '--job-condition <json>',
  },
  runTimeout: {
    kind: 'duration',
    about:
      'Limit of the whole run: attempts, pauses and queueing. With less than a minute left nothing is started.',
    unset: 'no overall limit: each attempt ends one hour after its remote timeout',
    flag: '--run-timeout <duration>',
    step: true,
  },
  retry: {
    kind: 'object',
    options: RETRY_OPTIONS,
    example: '{ maximumAttempts: 3 }',
    about: 'New submissions after an execution that did not complete.',
    unset: 'one attempt',
    step: true,
  },
  onBusy: {
    kind: 'choice',
    choices: {
      fail: 'the run fails with DataFlowBadState',
      wait: 'it waits for capacity',
      join: 'it shares the newest running execution',
    },
    about: 'What happens if the job is at its limit of executions.',
    default: 'fail',
    flag: '--on-busy <what>',
    step: { default: 'wait' },
  },
  onAmbiguous: {
    kind: 'choice',
    choices: {
      fail: 'the run fails and names the candidates',
      hold: 'it waits for the Update dataflowResolveSubmission',
    },
    about: 'What happens if the outcome of a submission stays unknown after reconciling.',
    default: 'fail',
    flag: '--on-ambiguous <what>',
    step: true,
  },
  runKeyParameter: {
    kind: 'string',
    about:
      'Name of a parameter (SCRIPT jobs) that is given the key of the submission: matches become exact.',
    unset: 'matches are by likeness',
    flag: '--run-key-parameter <name>',
    step: true,
  },
  exclusive: {
    kind: 'boolean',
    about:
      'Set true only if nothing else starts this job: a submission whose answer was lost can then be matched with certainty.',
    default: false,
    flag: '--exclusive',
    step: true,
  },
  group: {
    kind: 'string',
    pattern: GROUP_NAME,
    must: GROUP_NAME_RULE,
    about:
      'Group whose limit it shares with runs of other workflows; it enters the group before it submits.',
    unset: 'none',
    flag: '--group <name>',
    step: true,
  },
  weight: {
    kind: 'integer',
    min: 1,
    max: MAX_GROUP_WEIGHT,
    about: "Part of the group's limit that it takes; one above the limit takes all of it.",
    default: 1,
    flag: '--weight <number>',
    step: true,
  },
  priority: {
    kind: 'integer',
    min: -MAX_GROUP_PRIORITY,
    max: MAX_GROUP_PRIORITY,
    about:
      'Runs with a higher one enter the group first; equal ones in the order of their requests.',
    default: 0,
    flag: '--priority <number>',
    step: true,
  },
  ...COMMON,
  state: {
    kind: 'object',
    options: RUN_STATE,
    isOpen: true,
    must: STATE_RULE,
    about: 'From `state()` of an earlier run: continues it after continue-as-new.',
    unset: 'a new run',
  },
} as const satisfies Options<Omit<RunJobRequest, 'jobId'>>;

export const RUN_JOB_OPTIONS = {
  jobId: {
    kind: 'string',
    pattern: ID,
    must: 'must be the id of a job: 1 to 100 letters, digits, _ or -',
    about: 'Id of the job.',
  },
  ...OPTIONS_BUT_JOB,
} as const satisfies Options<RunJobRequest>;

/** As {@link RUN_JOB_OPTIONS}, with the id or the name of the job. */
export const JOB_BY_NAME_OPTIONS = {
  job: {
    kind: 'string',
    pattern: ID,
    must: 'must be the id or the name of a job: 1 to 100 letters, digits, _ or -',
    about: 'The job: its id, or its name where only one job has it.',
  },
  ...OPTIONS_BUT_JOB,
} as const satisfies Options<JobByName>;

export const REMOTE_WORKFLOW_OPTIONS = {
  workflowId: {
    kind: 'string',
    pattern: ID,
    must: 'must be the id of a workflow: 1 to 100 letters, digits, _ or -',
    about: 'Id of a workflow of the service whose trigger is started by hand or by an event.',
  },
  runTimeout: {
    kind: 'duration',
    about: 'Limit of the whole run.',
    unset: 'no overall limit: each job ends one hour after its remote timeout',
    step: true,
  },
  ...COMMON,
} as const satisfies Options<RunRemoteWorkflowRequest>;

/** Names of the options that a step of a pipeline may set. */
type StepOption<Table> = {
  [Name in keyof Table]: Table[Name] extends { readonly step: unknown } ? Name : never;
}[keyof Table];
/** Durations are as the caller wrote them. */
export type JobStepOptions = Pick<RunJobRequest, StepOption<typeof RUN_JOB_OPTIONS>>;
export type RemoteStepOptions = Pick<
  RunRemoteWorkflowRequest,
  StepOption<typeof REMOTE_WORKFLOW_OPTIONS>
>;

/** All problems of a request of `runJob`; empty if there are none. */
export const runJobProblems = (request: unknown): readonly string[] =>
  problemTexts(runProblems(RUN_JOB_OPTIONS, "{ jobId: 'sZ7aVb3kQp1x' }", request), 'request');

export const jobByNameProblems = (request: unknown): readonly Problem[] =>
  runProblems(JOB_BY_NAME_OPTIONS, "{ job: 'sales-extract' }", request);

export const remoteWorkflowProblems = (request: unknown): readonly string[] =>
  problemTexts(
    problemsOf(
      {
        kind: 'object',
        options: REMOTE_WORKFLOW_OPTIONS,
        example: "{ workflowId: 'Wf12Lo34Ww56' }",
      },
      request,
    ),
    'request',
  );

const runProblems = (
  options: OptionTable,
  example: string,
  request: unknown,
): readonly Problem[] => [
  ...problemsOf({ kind: 'object', options, example }, request),
  ...(isRecord(request)
    ? [...runKeyProblems(request), ...foreignStateProblems(request), ...groupProblems(request)]
    : []),
];

/** The run key replaces the value of this parameter, so a value of the caller would be lost. */
function runKeyProblems({ runKeyParameter, jobCondition }: Members): readonly Problem[] {
  const parameters = isRecord(jobCondition) ? jobCondition['parameters'] : undefined;
  if (typeof runKeyParameter !== 'string' || !isRecord(parameters)) return [];
  if (!Object.hasOwn(parameters, runKeyParameter)) return [];
  const message = 'must be left out: the run key becomes its value; name another parameter';
  return [{ path: ['jobCondition', 'parameters', runKeyParameter], message }];
}

/** A weight that counts nowhere is a mistake: the limit would not hold. */
export const groupProblems = (request: Members): readonly Problem[] =>
  ['weight', 'priority'].flatMap((name) =>
    request['group'] === undefined && request[name] !== undefined
      ? [{ path: [name], message: 'must be left out, or group be named: it counts in a group' }]
      : [],
  );

const foreignStateProblems = ({ jobId, state }: Members): readonly Problem[] =>
  isId(jobId) && isRecord(state) && isId(state['jobId']) && state['jobId'] !== jobId
    ? [{ path: ['state'], message: `${STATE_RULE}; this one is of job ${state['jobId']}` }]
    : [];
