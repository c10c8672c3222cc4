import { durationMs } from '../../contract/durations.js';
import { isPipelineName, PIPELINE_NAME_RULE } from '../../contract/pipeline-ids.js';

/** Why a value is invalid at a place of a plan; undefined if it is valid. */
type Check = (value: unknown) => string | undefined;
type Members = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const must =
  (what: string, isFit: (value: unknown) => boolean): Check =>
  (value) =>
    isFit(value) ? undefined : `must be ${what}`;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

const text = must('a string', (value) => typeof value === 'string');
const name = must(
  'a string that is not empty',
  (value) => typeof value === 'string' && value !== '',
);
const record = must('an object', isRecord);
const oneOf = (...choices: readonly string[]): Check =>
  must(`one of ${choices.join(', ')}`, (value) => choices.includes(value as string));
const count = must(
  'an integer, 1 or more',
  (value) => Number.isSafeInteger(value) && Number(value) >= 1,
);
const milliseconds = must('a number of ms', (value) => Number.isFinite(value) && Number(value) > 0);
const duration = must('ms, or a string such as 90s', (value) => durationMs(value) !== undefined);
const names = must(
  'a list of strings',
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
);
const values = must(
  'a list, or an expression',
  (value) => Array.isArray(value) || typeof value === 'string',
);

const STEP: Readonly<Record<string, Check>> = {
  needs: names,
  runIf: oneOf('allSucceeded', 'anyFailed', 'allDone', 'noneSkipped', 'anySucceeded', 'always'),
  when: optional(text),
  forEach: optional(values),
  maxParallel: optional(count),
};
const KINDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  job: { jobId: name, options: record, jobCondition: record, parameters: record },
  remoteWorkflow: { workflowId: name, options: record },
  activity: { activity: name, options: record },
  pipeline: { plan: record, parameters: record },
  approval: { timeoutMs: optional(milliseconds) },
};
const ACTIVITY_OPTIONS: Readonly<Record<string, Check>> = {
  taskQueue: optional(name),
  startToCloseTimeout: duration,
  scheduleToCloseTimeout: optional(duration),
  heartbeatTimeout: optional(duration),
  retry: optional(record),
};
const ACTIVITY_RETRY: Readonly<Record<string, Check>> = {
  maximumAttempts: optional(count),
  initialInterval: optional(duration),
  maximumInterval: optional(duration),
  backoffCoefficient: optional(
    must('a number, 1 or more', (value) => Number.isFinite(value) && Number(value) >= 1),
  ),
};
const PLAN: Readonly<Record<string, Check>> = {
  pipeline: (value) => (isPipelineName(value) ? undefined : PIPELINE_NAME_RULE),
  parameters: record,
  runTimeoutMs: optional(milliseconds),
  concurrency: count,
  onFailure: oneOf('stop', 'continue', 'hold'),
  holdForMs: milliseconds,
  steps: record,
};
const PARAMETER: Readonly<Record<string, Check>> = {
  type: oneOf('string', 'number', 'boolean', 'list'),
};

const MAX_DEPTH = 50;

/** Problems of the properties of a plan that was not checked as a pipeline: the planner relies on them. */
export function shapeProblems(plan: unknown, at = '', depth = 0): readonly string[] {
  if (!isRecord(plan)) return [`${at || 'plan'}: must be an object`];
  if (depth > MAX_DEPTH) return [`${at}: more than ${MAX_DEPTH} pipelines inside each other`];
  const problems = [...problemsOf(plan, PLAN, at)];
  for (const [id, parameter] of entriesOf(plan['parameters']))
    problems.push(...problemsOf(parameter, PARAMETER, `${at}parameters.${id}.`));
  for (const [id, step] of entriesOf(plan['steps'])) {
    // Ids of child workflows are made of it.
    if (!isPipelineName(id)) problems.push(`${at}steps.${id}: its id ${PIPELINE_NAME_RULE}`);
    problems.push(...stepProblems(step, `${at}steps.${id}.`, depth));
  }
  return problems;
}

function stepProblems(step: unknown, at: string, depth: number): readonly string[] {
  const kind = isRecord(step) && typeof step['kind'] === 'string' ? step['kind'] : '';
  const own = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!isRecord(step) || own === undefined)
    return [`${at}kind: must be one of ${Object.keys(KINDS).join(', ')}`];
  const problems = [...problemsOf(step, STEP, at), ...problemsOf(step, own, at)];
  if (kind === 'activity' && isRecord(step['options'])) {
    problems.push(...problemsOf(step['options'], ACTIVITY_OPTIONS, `${at}options.`));
    problems.push(
      ...problemsOf(step['options']['retry'] ?? {}, ACTIVITY_RETRY, `${at}options.retry.`),
    );
  }
  if (kind === 'pipeline') problems.push(...shapeProblems(step['plan'], `${at}plan.`, depth + 1));
  return problems;
}

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isRecord(value) ? Object.entries(value) : [];

const problemsOf = (
  value: unknown,
  checks: Readonly<Record<string, Check>>,
  at: string,
): readonly string[] =>
  isRecord(value)
    ? Object.entries(checks).flatMap(([member, check]) => {
        const problem = check(Object.hasOwn(value, member) ? value[member] : undefined);
        return problem === undefined ? [] : [`${at}${member}: ${problem}`];
      })
    : [`${at.slice(0, -1)}: must be an object`];
