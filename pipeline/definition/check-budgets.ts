import { durationMs, durationText } from '../../contract/durations.js';
import { groupProblems } from '../../contract/run-options.js';
import { effectiveStep, placeOf } from './job-defaults.js';
import type { WrittenPipeline, WrittenStep } from './pipeline-schema.js';
import type { SpecPath, SpecProblem } from './problem.js';
import { valueAt } from './schema-problems.js';

/** A duration in the definition, and its path. */
interface Written {
  readonly name: string;
  readonly ms: number;
  readonly path: SpecPath;
}

const MINUTE = 60_000;
const DEFAULT_CONCURRENCY = 10;

const isWritten = (value: Written | undefined): value is Written => value !== undefined;

/** Time limits that contradict each other, and options without effect. `outerMs`: runTimeout of the pipeline above. */
export function budgetProblems(spec: WrittenPipeline, outerMs?: number): readonly SpecProblem[] {
  const run = readTime(spec, ['runTimeout'], (path) => path);
  const outer: Written | undefined =
    outerMs === undefined
      ? run
      : { name: 'runTimeout of the pipeline above', ms: outerMs, path: [] };
  const ofRun = [
    ...(outerMs === undefined ? [] : longer(run, outer)),
    ...(spec.holdFor !== undefined && spec.onFailure !== 'hold'
      ? [{ path: ['holdFor'], message: 'has no effect without onFailure: hold' }]
      : []),
  ];
  return [
    ...ofRun,
    ...Object.entries(spec.steps).flatMap(([id, step]) =>
      stepProblems(id, step, spec, run ?? outer),
    ),
  ];
}

function stepProblems(
  id: string,
  written: WrittenStep,
  spec: WrittenPipeline,
  run: Written | undefined,
): readonly SpecProblem[] {
  const step = effectiveStep(written, spec);
  const at = (...path: string[]): Written | undefined =>
    readTime(step, path, (own) => placeOf(id, written, own));
  const ofRun = run && {
    ...run,
    name: run.name === 'runTimeout' ? 'runTimeout of the pipeline' : run.name,
  };
  const own = at('runTimeout');
  const attempt = at('startToCloseTimeout');
  const attempts = at('scheduleToCloseTimeout');
  const limit = own ?? attempts ?? ofRun;
  return [
    ...longer(own, ofRun),
    ...longer(attempts, ofRun),
    ...longer(attempt, attempts ?? ofRun),
    ...longer(at('heartbeatTimeout'), attempt ?? attempts ?? ofRun),
    ...longer('approval' in step ? at('approval', 'timeout') : undefined, ofRun),
    ...longer('wait' in step ? at('wait') : undefined, ofRun),
    ...pauseProblems(step, at('retry', 'initialInterval'), at('retry', 'maximumInterval'), limit),
    ...('job' in step ? jobProblems(id, written, step, own ?? ofRun) : []),
    ...parallelProblems(id, step, spec.concurrency ?? DEFAULT_CONCURRENCY),
  ];
}

function readTime(
  root: unknown,
  path: readonly string[],
  place: (path: SpecPath) => SpecPath,
): Written | undefined {
  const ms = durationMs(valueAt(root, path));
  return ms === undefined ? undefined : { name: path.join('.'), ms, path: place(path) };
}

const longer = (one: Written | undefined, limit: Written | undefined): readonly SpecProblem[] =>
  isWritten(one) && isWritten(limit) && one.ms > limit.ms
    ? [
        {
          path: one.path,
          message: `${durationText(one.ms)} is longer than ${limit.name}, ${durationText(limit.ms)}`,
        },
      ]
    : [];

/** Pauses between attempts that leave no time for a second attempt, or contradict each other. */
function pauseProblems(
  step: WrittenStep,
  first: Written | undefined,
  longest: Written | undefined,
  limit: Written | undefined,
): readonly SpecProblem[] {
  const attempts = valueAt(step, ['retry', 'maximumAttempts']);
  const never = isWritten(first) && isWritten(limit) && first.ms >= limit.ms && attempts !== 1;
  return [
    ...(never
      ? [
          {
            path: first.path,
            message: `with a pause of ${durationText(first.ms)} no second attempt begins within ${limit.name}, ${durationText(limit.ms)}`,
          },
        ]
      : []),
    ...(isWritten(first) && isWritten(longest) && longest.ms < first.ms
      ? [
          {
            path: longest.path,
            message: `${durationText(longest.ms)} is shorter than initialInterval, ${durationText(first.ms)}`,
          },
        ]
      : []),
  ];
}

function jobProblems(
  id: string,
  written: WrittenStep,
  step: Extract<WrittenStep, { job: string }>,
  limit: Written | undefined,
): readonly SpecProblem[] {
  const problems: SpecProblem[] = [];
  const place = (...path: string[]): SpecPath => placeOf(id, written, path);
  if (isWritten(limit) && limit.ms <= MINUTE)
    problems.push({
      path: limit.path.length === 0 ? ['steps', id] : limit.path,
      message: `${durationText(limit.ms)} is too short for a job: nothing is started with less than a minute left`,
    });
  if (typeof step.timeout === 'number' && isWritten(limit) && step.timeout * MINUTE > limit.ms)
    problems.push({
      path: place('timeout'),
      message: `${step.timeout} minutes are longer than ${limit.name}, ${durationText(limit.ms)}`,
    });
  if (step.retry !== undefined && step.retry.maximumAttempts === undefined)
    problems.push({ path: place('retry'), message: 'must have maximumAttempts' });
  for (const { path, message } of groupProblems({ ...step }))
    problems.push({ path: place(...path.map(String)), message });
  const key = step.runKeyParameter;
  if (key !== undefined && Object.hasOwn(step.parameters ?? {}, key))
    problems.push({
      path: place('runKeyParameter'),
      message: `parameters must not have ${key}: the run key becomes its value; name another parameter`,
    });
  return problems;
}

function parallelProblems(
  id: string,
  step: WrittenStep,
  concurrency: number,
): readonly SpecProblem[] {
  if (!('maxParallel' in step)) return [];
  const path = ['steps', id, 'maxParallel'];
  if (step.forEach === undefined) return [{ path, message: 'has no effect without forEach' }];
  return typeof step.maxParallel === 'number' && step.maxParallel > concurrency
    ? [{ path, message: `${step.maxParallel} is more than concurrency, ${concurrency}` }]
    : [];
}
