import {
  ApplicationFailure,
  defaultPayloadConverter,
  type PayloadConverter,
  RawValue,
  rawValueTypeInfo,
} from '@temporalio/common';

/**
 * Makes the SDK return the raw payload. A payload that the SDK cannot convert would fail the workflow task again and
 * again.
 */
export const rawOutput = { outputType: rawValueTypeInfo };

/** The payload converter of the workflow, which may be one of the user. */
function workflowConverter(): PayloadConverter {
  const { __TEMPORAL_ACTIVATOR__: activator } = globalThis as {
    __TEMPORAL_ACTIVATOR__?: { readonly payloadConverter?: PayloadConverter };
  };
  return activator?.payloadConverter ?? defaultPayloadConverter;
}

/** The output of an activity. @throws ApplicationFailure where it is not JSON, e.g. a function or a symbol */
export function readOutput(activity: string, output: unknown): unknown {
  if (!(output instanceof RawValue)) return output;
  try {
    return workflowConverter().fromPayload(output.payload);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw ApplicationFailure.nonRetryable(
      `activity ${activity} must return plain JSON; its result is not JSON, such as a function (${why})`,
      'DataFlowInvalidInput',
    );
  }
}
