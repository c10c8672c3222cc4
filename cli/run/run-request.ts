import { DataFlowInvalidInputError } from '../../client/errors.js';
import { jobCondition } from '../../client/operations/input-members.js';
import { DURATION_RULE, durationMs } from '../../contract/durations.js';
import type { JobCondition } from '../../contract/job.js';
import { DEFAULT_PROFILE } from '../../contract/names.js';
import type { JobByName } from '../../contract/run.js';
import { readJsonFlag } from '../read-text.js';

/** What commander read of `dataflow run`. */
export interface RunFlags {
  readonly profile: string;
  readonly runTimeout?: string;
  readonly cleanupTimeout?: string;
  readonly onBusy?: string;
  readonly onCancel?: string;
  readonly onAmbiguous?: string;
  readonly runKeyParameter?: string;
  readonly exclusive?: true;
  readonly waitTaskQueue?: string;
  readonly retry?: string;
  readonly numWorker?: string;
  readonly timeout?: string;
  readonly parameter: readonly string[];
  readonly jobCondition?: string;
}

export const CHOICES = {
  onBusy: ['fail', 'wait', 'join'],
  onCancel: ['cancel', 'abandon'],
  onAmbiguous: ['fail', 'hold'],
} as const;

const MOST_ATTEMPTS = 1_000;
/** A remote timeout has whole minutes, and preparing a start takes a moment. */
const LEAST_RUN_MS = 60_000;
const MAX_JOB_NAME = 200;

/**
 * The request of a run; nothing has been sent.
 * @throws DataFlowInvalidInputError naming all problems at once
 */
export async function readRunRequest(job: string, flags: RunFlags): Promise<JobByName> {
  const problems: string[] = [];
  const check = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  check(
    job.trim() !== '' && job.length <= MAX_JOB_NAME,
    `job: must be the id or the name of a job, at most ${MAX_JOB_NAME} characters`,
  );
  for (const name of ['runTimeout', 'cleanupTimeout'] as const) {
    const isRight = flags[name] === undefined || durationMs(flags[name]) !== undefined;
    check(isRight, `--${FLAG[name]}: ${DURATION_RULE}`);
  }
  check(
    (durationMs(flags.runTimeout) ?? Infinity) > LEAST_RUN_MS,
    '--run-timeout: must be more than 1m: nothing is started with less than a minute left',
  );
  for (const name of ['onBusy', 'onCancel', 'onAmbiguous'] as const) {
    const choices: readonly string[] = CHOICES[name];
    const given = flags[name];
    check(
      given === undefined || choices.includes(given),
      `--${FLAG[name]}: must be one of ${choices.join(', ')}`,
    );
  }
  for (const name of ['profile', 'runKeyParameter', 'waitTaskQueue'] as const)
    check(flags[name] !== '', `--${FLAG[name]}: must be a string that is not empty`);
  const attempts = toNumber(flags.retry);
  check(
    attempts === undefined || isWithin(attempts, MOST_ATTEMPTS),
    `--retry: must be an integer from 1 to ${MOST_ATTEMPTS}, the attempts in all`,
  );
  const condition = await readCondition(flags, problems);
  problems.push(...runKeyProblems(flags, condition));
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow run', problems);
  return requestOf(job, flags, condition, attempts as number | undefined);
}

const runKeyProblems = (
  { runKeyParameter = '' }: RunFlags,
  { parameters = {} }: JobCondition,
): readonly string[] =>
  Object.hasOwn(parameters, runKeyParameter)
    ? [
        `--${FLAG.runKeyParameter}: ${runKeyParameter} must have no value of its own, because the run key becomes its value`,
      ]
    : [];

const FLAG = {
  runTimeout: 'run-timeout',
  cleanupTimeout: 'cleanup-timeout',
  onBusy: 'on-busy',
  onCancel: 'on-cancel',
  onAmbiguous: 'on-ambiguous',
  profile: 'profile',
  runKeyParameter: 'run-key-parameter',
  waitTaskQueue: 'wait-task-queue',
} as const;

const isWithin = (value: unknown, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most;

/** A string that is not a number stays unchanged, for the check to refuse. */
const toNumber = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : text;

/** Only the given flags: everything else is the workflow's default. */
function requestOf(
  job: string,
  flags: RunFlags,
  condition: JobCondition,
  attempts: number | undefined,
): JobByName {
  const { runTimeout, cleanupTimeout, runKeyParameter, exclusive } = flags;
  const members = {
    job,
    jobCondition: Object.keys(condition).length > 0 ? condition : undefined,
    profile: flags.profile === DEFAULT_PROFILE ? undefined : flags.profile,
    runTimeout,
    cleanupTimeout,
    onBusy: flags.onBusy,
    onCancel: flags.onCancel,
    onAmbiguous: flags.onAmbiguous,
    runKeyParameter,
    exclusive,
    waitTaskQueue: flags.waitTaskQueue,
    retry: attempts === undefined ? undefined : { maximumAttempts: attempts },
  };
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as JobByName;
}

/** `--job-condition`, and over it the flags of single members. */
async function readCondition(flags: RunFlags, problems: string[]): Promise<JobCondition> {
  const base = await readBase(flags.jobCondition, problems);
  const parameters = readParameters(flags.parameter, problems);
  const single = {
    numWorker: toNumber(flags.numWorker),
    timeout: toNumber(flags.timeout),
    parameters:
      Object.keys(parameters).length > 0 ? { ...base.parameters, ...parameters } : undefined,
  };
  const given = Object.entries(single).filter(([, value]) => value !== undefined);
  const read = jobCondition.safeParse({ ...base, ...Object.fromEntries(given) });
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues)
    problems.push(`jobCondition${path.map((part) => `.${String(part)}`).join('')}: ${message}`);
  return {};
}

async function readBase(json: string | undefined, problems: string[]): Promise<JobCondition> {
  if (json === undefined) return {};
  const read = await readJsonFlag('--job-condition', json);
  if ('problem' in read) {
    problems.push(read.problem);
    return {};
  }
  if (typeof read.value === 'object' && read.value !== null && !Array.isArray(read.value))
    return read.value; // its members are checked with the others
  problems.push('--job-condition: must be an object, e.g. {"numWorker": 4}');
  return {};
}

function readParameters(
  given: readonly string[],
  problems: string[],
): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const one of given) {
    const at = one.indexOf('=');
    const name = one.slice(0, at);
    if (at < 1) problems.push('--parameter: must be name=value');
    else if (values.has(name)) problems.push(`--parameter ${name}: given twice`);
    else values.set(name, one.slice(at + 1));
  }
  return Object.fromEntries(values);
}
