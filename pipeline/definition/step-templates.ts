import type { ResultType } from '../expressions/check-expression.js';
import type { WrittenStep } from './pipeline-schema.js';
import type { SpecPath } from './problem.js';

/** A place of a step that may contain expressions, and the type of their result. */
export interface TemplatePlace {
  readonly path: SpecPath;
  readonly value: unknown;
  /** @default anything */
  readonly expected?: ResultType;
  /** Evaluated before the items exist, so that `item` and `index` are unknown. @default false */
  readonly beforeItems?: boolean;
}

const members = (
  value: object | undefined,
  path: SpecPath,
  expected?: ResultType,
): readonly TemplatePlace[] =>
  Object.entries(value ?? {}).map(([name, inner]: [string, unknown]) => ({
    path: [...path, name],
    value: inner,
    ...(expected !== undefined && { expected }),
  }));

/** Every place of a step where expressions are evaluated. */
export function templatePlaces(step: WrittenStep): readonly TemplatePlace[] {
  const places: readonly TemplatePlace[] = [
    { path: ['when'], value: step.when, expected: 'boolean', beforeItems: true },
    ...('forEach' in step && typeof step.forEach === 'string'
      ? [{ path: ['forEach'], value: step.forEach, expected: 'list', beforeItems: true } as const]
      : []),
    ...('maxParallel' in step && typeof step.maxParallel === 'string'
      ? [
          {
            path: ['maxParallel'],
            value: step.maxParallel,
            expected: 'number',
            beforeItems: true,
          } as const,
        ]
      : []),
    ...ownPlaces(step),
  ];
  return places.filter(({ value }) => value !== undefined);
}

function ownPlaces(step: WrittenStep): readonly TemplatePlace[] {
  if ('job' in step) {
    const { numWorker, timeout, nrn, scriptPath, logPath, workerType } = step;
    const { job, profile, runTimeout } = step;
    return [
      ...members({ job, profile }, [], 'text'),
      { path: ['runTimeout'], value: runTimeout },
      ...members(step.parameters, ['parameters'], 'text'),
      ...members({ numWorker, timeout }, [], 'number'),
      ...members({ nrn, scriptPath, logPath, workerType }, [], 'text'),
    ];
  }
  if ('remoteWorkflow' in step)
    return [
      ...members({ profile: step.profile }, [], 'text'),
      { path: ['runTimeout'], value: step.runTimeout },
    ];
  if ('activity' in step) return [{ path: ['with'], value: step.with }];
  if ('pipeline' in step) return members(step.parameters, ['parameters']);
  if ('approval' in step)
    return [{ path: ['approval', 'message'], value: step.approval.message, expected: 'text' }];
  if ('wait' in step)
    return typeof step.wait === 'object'
      ? [{ path: ['wait', 'until'], value: step.wait.until, expected: 'text' }]
      : [{ path: ['wait'], value: step.wait }];
  return [];
}
