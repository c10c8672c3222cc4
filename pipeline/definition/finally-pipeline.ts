import type { WrittenPipeline } from './pipeline-schema.js';
import type { SpecPath } from './problem.js';

const DEFAULT_FINALLY_TIMEOUT = '10m';

/** The steps of `finally` as a pipeline of their own, which goes on after a failure; undefined if there are none. */
export function finallyPipeline(spec: WrittenPipeline): WrittenPipeline | undefined {
  const { finally: steps, finallyTimeout: runTimeout = DEFAULT_FINALLY_TIMEOUT } = spec;
  const { pipeline, parameters, defaults, concurrency } = spec;
  if (steps === undefined) return undefined;
  return {
    ...{ pipeline, steps, runTimeout, onFailure: 'continue' },
    ...(parameters !== undefined && { parameters }),
    ...(defaults !== undefined && { defaults }),
    ...(concurrency !== undefined && { concurrency }),
  };
}

/** Where a place in that pipeline is written. */
export function placeInFinally([first, ...rest]: SpecPath): SpecPath {
  if (first === 'steps') return ['finally', ...rest];
  return first === 'runTimeout' ? ['finallyTimeout'] : [first ?? 'finally', ...rest];
}
