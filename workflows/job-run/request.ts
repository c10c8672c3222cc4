import { DURATION_RULE, durationMs } from '../../contract/durations.js';
import { isId } from '../../contract/ids.js';
import { type JobCondition, TIMEOUT_MINUTES, WORKERS } from '../../contract/job.js';
import type { RunJobRequest, RunState } from '../../contract/run.js';

/** A request with every default filled in and every duration in milliseconds. */
export interface RunPlan {
  readonly jobId: string;
  readonly profile?: string;
  readonly jobCondition: JobCondition;
  readonly runTimeoutMs: number | undefined;
  readonly maximumAttempts: number;
  readonly initialIntervalMs: number;
  readonly backoffCoefficient: number;
  readonly maximumIntervalMs: number;
  readonly outcomes: readonly string[];
  readonly onBusy: 'fail' | 'wait' | 'join';
  readonly onCancel: 'cancel' | 'abandon';
  readonly onAmbiguous: 'fail' | 'hold';
  readonly cleanupTimeoutMs: number;
  readonly runKeyParameter: string | undefined;
  readonly exclusive: boolean;
  readonly waitTaskQueue: string | undefined;
  readonly state: RunState | undefined;
}

const HOUR = 3_600_000;
const CHOICES = {
  onBusy: ['fail', 'wait', 'join'],
  onCancel: ['cancel', 'abandon'],
  onAmbiguous: ['fail', 'hold'],
} as const;
const NAMES = [
  ...[
    'jobId',
    'jobCondition',
    'profile',
    'runTimeout',
    'retry',
    'onBusy',
    'onCancel',
    'onAmbiguous',
  ],
  ...['cleanupTimeout', 'runKeyParameter', 'exclusive', 'waitTaskQueue', 'state'],
];
const RETRY_NAMES = [
  'maximumAttempts',
  'initialInterval',
  'backoffCoefficient',
  'maximumInterval',
  'outcomes',
];

const isWholeWithin = (
  value: unknown,
  { least, most }: { readonly least: number; readonly most: number },
): boolean => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;

function checkCondition(condition: unknown, problems: Problems): void {
  if (condition === undefined) return;
  if (!isMembers(condition)) {
    problems.check(false, 'jobCondition', 'must be an object, e.g. { numWorker: 4 }');
    return;
  }
  const { numWorker, timeout, parameters, ...rest } = condition;
  problems.check(
    numWorker === undefined || isWholeWithin(numWorker, WORKERS),
    'jobCondition.numWorker',
    WORKERS.remedy,
  );
  problems.check(
    timeout === undefined || isWholeWithin(timeout, TIMEOUT_MINUTES),
    'jobCondition.timeout',
    TIMEOUT_MINUTES.remedy,
  );
  const texts =
    parameters === undefined || (isMembers(parameters) && areTexts(Object.values(parameters)));
  problems.check(texts, 'jobCondition.parameters', 'must be an object whose values are strings');
  for (const [name, value] of Object.entries(rest)) {
    const known = ['nrn', 'scriptPath', 'logPath', 'workerType'].includes(name);
    problems.check(known, `jobCondition.${name}`, 'unknown property');
    problems.check(
      !known || value === undefined || areTexts([value]),
      `jobCondition.${name}`,
      'must be a string',
    );
  }
}

/** The run key replaces the value of this parameter: a value of the caller would be lost. */
function checkRunKey(parameter: unknown, condition: unknown, problems: Problems): void {
  const { parameters } = isMembers(condition) ? condition : {};
  if (typeof parameter !== 'string' || !isMembers(parameters)) return;
  problems.check(
    !Object.hasOwn(parameters, parameter),
    `jobCondition.parameters.${parameter}`,
    'must be left out: the run key becomes its value; name another parameter',
  );
}

const areTexts = (values: readonly unknown[]): boolean =>
  values.every((value) => typeof value === 'string');

function checkRetry(retry: unknown, problems: Problems): void {
  if (retry === undefined) return;
  if (!isMembers(retry)) {
    problems.check(false, 'retry', 'must be an object, e.g. { maximumAttempts: 3 }');
    return;
  }
  problems.unknownNames(retry, RETRY_NAMES, 'retry.');
  const { maximumAttempts, backoffCoefficient, outcomes } = retry;
  problems.check(
    isWholeWithin(maximumAttempts, { least: 1, most: 1_000 }),
    'retry.maximumAttempts',
    'must be an integer from 1 to 1000',
  );
  problems.duration(retry['initialInterval'], 'retry.initialInterval');
  problems.duration(retry['maximumInterval'], 'retry.maximumInterval');
  const grows =
    backoffCoefficient === undefined ||
    (typeof backoffCoefficient === 'number' &&
      backoffCoefficient >= 1 &&
      backoffCoefficient <= 100);
  problems.check(grows, 'retry.backoffCoefficient', 'must be a number from 1 to 100');
  const known =
    outcomes === undefined ||
    (Array.isArray(outcomes) &&
      outcomes.every((outcome) => ['FAILED', 'CANCELED'].includes(String(outcome))));
  problems.check(known, 'retry.outcomes', 'must be a list of FAILED and CANCELED');
}

const areLists = (values: readonly unknown[]): boolean =>
  values.every((value) => Array.isArray(value));

/** Whether the state is complete: continuing from an incomplete one could lose an execution. */
function isState(state: unknown, jobId: unknown): boolean {
  if (!isMembers(state)) return false;
  const {
    version,
    submission,
    attempt,
    posts,
    previousAttempts,
    duplicates,
    copies,
    notOurs,
    claimedIds,
    started,
    posted,
  } = state;
  return (
    version === 1 &&
    state['jobId'] === jobId &&
    areTexts([submission]) &&
    [attempt, posts].every((count) => Number.isSafeInteger(count)) &&
    areLists([previousAttempts, duplicates, copies, notOurs, claimedIds]) &&
    (started === undefined || (isMembers(started) && isId(started['executionId']))) &&
    (posted === undefined ||
      (isMembers(posted) &&
        isMembers(posted['first']) &&
        areLists([posted['sent'], posted['first']['knownIds']])))
  );
}

/** All problems of a request; empty if there are none. No activity has been called yet. */
export function requestProblems(request: unknown): readonly string[] {
  const problems = new Problems();
  if (!isMembers(request)) return ["request: must be an object, e.g. { jobId: 'sZ7aVb3kQp1x' }"];
  problems.unknownNames(request, NAMES, '');
  problems.check(
    isId(request['jobId']),
    'jobId',
    'must be the id of a job: 1 to 100 letters, digits, _ or -',
  );
  for (const name of ['profile', 'runKeyParameter', 'waitTaskQueue']) {
    const value = request[name];
    const named = value === undefined || (typeof value === 'string' && value !== '');
    problems.check(named, name, 'must be a string that is not empty');
  }
  const isFlag = ['boolean', 'undefined'].includes(typeof request['exclusive']);
  problems.check(isFlag, 'exclusive', 'must be true or false');
  for (const [name, choices] of Object.entries(CHOICES)) {
    const chosen =
      request[name] === undefined || choices.some((choice) => choice === request[name]);
    problems.check(chosen, name, `must be one of ${choices.join(', ')}`);
  }
  problems.duration(request['runTimeout'], 'runTimeout');
  problems.duration(request['cleanupTimeout'], 'cleanupTimeout');
  checkCondition(request['jobCondition'], problems);
  checkRunKey(request['runKeyParameter'], request['jobCondition'], problems);
  checkRetry(request['retry'], problems);
  const state = request['state'];
  problems.check(
    state === undefined || isState(state, request['jobId']),
    'state',
    'must be the complete result of state() of a run of the same job',
  );
  return problems.found;
}

/** Requires a request without problems. */
export function planRun(request: RunJobRequest): RunPlan {
  const { retry, state } = request;
  const runTimeoutMs = durationMs(request.runTimeout);
  return {
    jobId: request.jobId,
    ...(request.profile !== undefined && { profile: request.profile }),
    jobCondition: request.jobCondition ?? {},
    runTimeoutMs: state?.timeLeftMs ?? runTimeoutMs,
    maximumAttempts: retry?.maximumAttempts ?? 1,
    initialIntervalMs: durationMs(retry?.initialInterval) ?? 60_000,
    backoffCoefficient: retry?.backoffCoefficient ?? 2,
    maximumIntervalMs: durationMs(retry?.maximumInterval) ?? HOUR,
    outcomes: retry?.outcomes ?? ['FAILED'],
    onBusy: request.onBusy ?? 'fail',
    onCancel: request.onCancel ?? 'cancel',
    onAmbiguous: request.onAmbiguous ?? 'fail',
    cleanupTimeoutMs: durationMs(request.cleanupTimeout) ?? HOUR,
    runKeyParameter: request.runKeyParameter,
    exclusive: request.exclusive ?? false,
    waitTaskQueue: request.waitTaskQueue,
    state,
  };
}

export type Members = Readonly<Record<string, unknown>>;
export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Collects all problems of an input, each with its place and remedy. */
export class Problems {
  readonly found: string[] = [];
  check(holds: boolean, place: string, remedy: string): void {
    if (!holds) this.found.push(`${place}: ${remedy}`);
  }
  unknownNames(members: Members, known: readonly string[], place: string): void {
    for (const name of Object.keys(members)) {
      this.check(
        known.includes(name),
        `${place}${name}`,
        `unknown property; known are ${known.join(', ')}`,
      );
    }
  }
  duration(value: unknown, place: string): void {
    const right = value === undefined || durationMs(value) !== undefined;
    this.check(right, place, `${DURATION_RULE}; got ${JSON.stringify(value)}`);
  }
}
