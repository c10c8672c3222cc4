import type {
  WrittenDefaults,
  WrittenJobStep,
  WrittenPipeline,
  WrittenStep,
} from './pipeline-schema.js';
import type { SpecPath } from './problem.js';

/**
 * Properties of `defaults` that are merged property by property; any other property of the step replaces that of
 * `defaults`.
 */
const MERGED = ['retry', 'parameters'] as const;

export const isJobStep = (step: WrittenStep): step is WrittenJobStep => 'job' in step;

/** A job step with what `defaults` adds to it. */
export function withDefaults(step: WrittenJobStep, defaults: WrittenDefaults = {}): WrittenJobStep {
  const merged: Record<string, unknown> = { ...defaults, ...step };
  for (const member of MERGED) {
    if (defaults[member] !== undefined && step[member] !== undefined)
      merged[member] = { ...defaults[member], ...step[member] };
  }
  return merged as WrittenJobStep;
}

/** Every step as it will run: job steps with their defaults. */
export const effectiveStep = (step: WrittenStep, spec: WrittenPipeline): WrittenStep =>
  isJobStep(step) ? withDefaults(step, spec.defaults) : step;

/** Path at which a property of a step is written: in the step, or in `defaults`. */
export function placeOf(id: string, step: WrittenStep, path: SpecPath): SpecPath {
  let value: unknown = step;
  for (const part of path) {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
    if (!isThere) return isJobStep(step) ? ['defaults', ...path] : ['steps', id, ...path];
    value = (value as Record<string | number, unknown>)[part];
  }
  return ['steps', id, ...path];
}
