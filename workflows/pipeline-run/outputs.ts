import type { PipelineState } from '../../contract/pipeline.js';
import { packedBytes } from '../../pipeline/packed.js';
import type { ItemEnd } from './item.js';

/** Longest output of one item that is kept, in characters of JSON. */
const MAX_OUTPUT = 4_096;
/**
 * Limit of the outputs of all items of a run: its state crosses continue-as-new, and must stay small with 2,000 items.
 */
const MAX_OUTPUTS = 256 * 1_024;

const lengthOf = (output: unknown): number =>
  output === undefined ? 0 : JSON.stringify(output).length;

/**
 * Limits the size of the outputs of a run. An output that is too long does not fail its item: it is left out, with a
 * reason, and expressions see null.
 */
export function outputKeeper(state: PipelineState): (end: ItemEnd) => ItemEnd {
  let left = MAX_OUTPUTS;
  for (const { items } of Object.values(state.steps)) {
    for (const { output } of items) left -= lengthOf(output);
  }
  return (end) => {
    const { output, ...rest } = end;
    if (output === undefined || output === null) return rest;
    const length = lengthOf(output);
    if (length <= Math.min(MAX_OUTPUT, left)) {
      left -= length;
      return end;
    }
    const limit =
      length > MAX_OUTPUT
        ? `at most ${MAX_OUTPUT}`
        : `the outputs of a run may have ${MAX_OUTPUTS} in all`;
    return {
      ...rest,
      reason: rest.reason ?? `its output was not kept: ${length} characters, ${limit}`,
    };
  };
}

/** Limit of the values of one evaluated `forEach`, in characters of JSON: they are part of the state. */
const MAX_VALUES_CHARACTERS = 256 * 1_024;
/** Limit of the `forEach` values of all steps of a run, compressed: less than half of the largest state. */
const MAX_ALL_VALUES_BYTES = 400_000;

/** Returns why the values of a `forEach` cannot be kept. Undefined: they are kept, and count towards the limit. */
export function valuesKeeper(
  state: PipelineState,
): (values: readonly unknown[]) => string | undefined {
  let taken: number | undefined;
  return (values) => {
    const { length } = JSON.stringify(values);
    if (length > MAX_VALUES_CHARACTERS)
      return `its values take ${length} characters, at most ${MAX_VALUES_CHARACTERS}`;
    taken ??= Object.values(state.steps).reduce(
      (sum, step) => sum + (step.values === undefined ? 0 : packedBytes(step.values)),
      0,
    );
    const bytes = taken + packedBytes(values);
    if (bytes > MAX_ALL_VALUES_BYTES)
      return `its values and those of the steps before take ${bytes} bytes compressed, at most ${MAX_ALL_VALUES_BYTES}`;
    taken = bytes;
    return undefined;
  };
}
