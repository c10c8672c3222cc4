import type { FindHistory, JobHistory } from '../../../../cli/pipeline/plan/expected-time.js';
import type { PipelinePlan } from '../../../../contract/pipeline.js';
import { definePipeline, type PipelineSpec } from '../../../../pipeline/index.js';
import { normalisePipeline } from '../../../../pipeline/definition/normalise-pipeline.js';

/** The plan of a pipeline, in which every name is an id. */
export function planOf(
  steps: PipelineSpec['steps'],
  more: Partial<PipelineSpec> = {},
): PipelinePlan {
  const spec = definePipeline({ pipeline: 'nightly', ...more, steps });
  const made = normalisePipeline(spec, { resolve: ({ name }) => ({ id: name }) });
  if ('problems' in made) throw new Error(made.problems.join('; '));
  return made.plan;
}

/** Histories by job. */
export const told =
  (histories: Readonly<Record<string, JobHistory>>): FindHistory =>
  (jobId) =>
    histories[jobId];

export const MINUTE = 60_000;
