import { isRecord } from '../../contract/validate.js';
import type { SpecPath, SpecProblem } from './problem.js';

/** Limits of one pipeline definition. A larger one is refused before further checks. */
export const SPEC_LIMITS = {
  /** Steps of one pipeline. */
  steps: 1_000,
  /** Depth of nested lists and objects. */
  depth: 50,
  /** Values in all; a value that a YAML alias repeats counts each time. */
  values: 50_000,
  /** Characters of a YAML file. */
  characters: 1_000_000,
} as const;

/** Names with a special meaning in JavaScript. */
const REFUSED_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype'];
const MAX_PROBLEMS = 50;

/** A copy of plain JSON, without undefined properties, and the problems of values that are not JSON. */
export interface PlainCopy {
  readonly value: unknown;
  readonly problems: readonly SpecProblem[];
}

class TooMuch extends Error {
  readonly problem: SpecProblem;
  constructor(path: SpecPath, message: string) {
    super(message);
    this.problem = { path, message };
  }
}

/** Copies untrusted input. */
export function plainCopy(input: unknown): PlainCopy {
  const problems: SpecProblem[] = [];
  let values = 0;
  const copy = (value: unknown, path: SpecPath): unknown => {
    values += 1;
    if (values > SPEC_LIMITS.values)
      throw new TooMuch([], `has more than ${SPEC_LIMITS.values} values`);
    if (problems.length > MAX_PROBLEMS) throw new TooMuch([], 'has more problems than these');
    if (path.length > SPEC_LIMITS.depth)
      throw new TooMuch(path.slice(0, 3), `is nested deeper than ${SPEC_LIMITS.depth}`);
    if (Array.isArray(value)) return value.map((item, place) => copy(item, [...path, place]));
    if (isPlainObject(value)) return Object.fromEntries(copyMembers(value, path));
    const message = problemOfScalar(value);
    if (message !== undefined) problems.push({ path, message });
    return value;
  };
  const copyMembers = (object: object, path: SpecPath): (readonly [string, unknown])[] =>
    Object.entries(object).flatMap(([name, value]: [string, unknown]) => {
      if (value === undefined) return [];
      if (!REFUSED_NAMES.includes(name)) return [[name, copy(value, [...path, name])] as const];
      problems.push({
        path: [...path, name],
        message: 'must be another name: this one is reserved',
        isKey: true,
      });
      return [];
    });
  try {
    return { value: copy(input, []), problems };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { value: undefined, problems: [...problems, error.problem] };
  }
}

/** Properties of the pipeline, of a step and of `defaults` that belong to the writer, e.g. to hold YAML anchors. */
const isExtension = (name: string): boolean => name.startsWith('x-');

/** The definition without them, those of nested pipelines included. Never throws. */
export function withoutExtensions(pipeline: unknown): unknown {
  if (!isRecord(pipeline)) return pipeline;
  const { steps, defaults, ...rest } = ownMembers(pipeline);
  const ofStep = (step: unknown): unknown =>
    isRecord(step)
      ? {
          ...ownMembers(step),
          ...('pipeline' in step && { pipeline: withoutExtensions(step['pipeline']) }),
        }
      : step;
  return {
    ...rest,
    ...('defaults' in pipeline && {
      defaults: isRecord(defaults) ? ownMembers(defaults) : defaults,
    }),
    ...('steps' in pipeline && {
      steps: isRecord(steps)
        ? Object.fromEntries(Object.entries(steps).map(([id, step]) => [id, ofStep(step)]))
        : steps,
    }),
  };
}

const ownMembers = (object: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !isExtension(name)));

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function problemOfScalar(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      if (!Number.isFinite(value)) return `${value} is not a valid JSON number`;
      if (Number.isInteger(value) && !Number.isSafeInteger(value))
        return 'must be an integer below 2^53 to be kept exactly; write it as a string, in quotes';
      return undefined;
    default:
      return value === null ? undefined : `a ${typeof value} is not JSON`;
  }
}
