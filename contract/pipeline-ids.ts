/** Form of the name of a pipeline, and of the name of a step. */
export const PIPELINE_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
export const PIPELINE_NAME_RULE =
  'must be 1 to 64 letters, digits, _ or -, the first a letter or _';

const KEY = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/;
export const PIPELINE_KEY_RULE =
  'must be 1 to 100 letters, digits, _ . : or -, the first a letter or digit';

export const isPipelineName = (value: unknown): boolean =>
  typeof value === 'string' && PIPELINE_NAME.test(value);

/** Whether a value can be the key of a run, e.g. `2026-11-22`. */
export const isPipelineKey = (value: unknown): boolean =>
  typeof value === 'string' && KEY.test(value);

/** Common prefix of the workflow ids of all runs of a pipeline, and of no other pipeline. */
export const pipelineIdPrefix = (pipeline: string): string => `dataflow/${pipeline}/`;

/** Workflow id of a run. Neither part can hold `/`, so no other pipeline and key give the same id. */
export const pipelineWorkflowId = (pipeline: string, key: string): string =>
  `${pipelineIdPrefix(pipeline)}${key}`;

/** Workflow id of a child pipeline. @param index of the item, if its step has `forEach` */
export const childWorkflowId = (runId: string, step: string, index: number | undefined): string =>
  `${runId}/${step}${index === undefined ? '' : `/${index}`}`;
