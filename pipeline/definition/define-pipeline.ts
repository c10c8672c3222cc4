import type { FailureType } from '../../contract/failures.js';
import { checkPipeline } from './check-pipeline.js';
import type { WrittenPipeline, WrittenStep } from './pipeline-schema.js';
import { problemLine } from './problem.js';

/** Properties of the writer; they are ignored. */
interface Extension {
  readonly [name: `x-${string}`]: unknown;
}

/** A step whose needs name steps of the same pipeline. */
type StepOf<Id extends string, Step = WrittenStep> = Step extends unknown
  ? Omit<Step, 'needs'> &
      Extension & {
        /** Steps that must have ended before this one starts. */
        readonly needs?: readonly NoInfer<Id>[];
      }
  : never;

/** A pipeline definition in TypeScript, in which the compiler checks the names in `needs`. */
export type PipelineSpec<Id extends string = string> = Omit<WrittenPipeline, 'steps'> &
  Extension & {
    readonly steps: { readonly [Name in Id]: StepOf<Id> };
  };

/** An invalid pipeline definition. Thrown before any call; names all problems. */
export class InvalidPipelineError extends Error {
  override readonly name = 'InvalidPipelineError';
  readonly failure = 'DataFlowInvalidInput' satisfies FailureType;
  /** Each as `steps.load.needs[0]: what is wrong`. */
  readonly problems: readonly string[];

  constructor(where: string, problems: readonly string[]) {
    super(`${where} cannot be used:\n${problems.join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Checks a pipeline and returns it as plain JSON. A name in `needs` that is no step does not compile.
 *
 * @throws InvalidPipelineError naming all problems
 */
export function definePipeline<const Id extends string>(spec: PipelineSpec<Id>): WrittenPipeline {
  const checked = checkPipeline(spec);
  if ('spec' in checked) return checked.spec;
  const name: unknown = (spec as { pipeline?: unknown } | null)?.pipeline;
  const where = typeof name === 'string' ? `pipeline ${name.slice(0, 64)}` : 'the pipeline';
  throw new InvalidPipelineError(where, checked.problems.map(problemLine));
}
