/** Where a promise was created, as the SDK keeps it for the queries `__stack_trace` and `__enhanced_stack_trace`. */
interface Trace {
  readonly formatted: string;
  readonly structured: readonly object[];
}

/** What the SDK keeps for each workflow execution (`@temporalio/workflow`, internals). */
const sdk = globalThis as {
  readonly __TEMPORAL_ACTIVATOR__?: {
    readonly promiseStackStore?: { readonly promiseToStack?: Map<object, Trace> };
  };
};

/** Traces by text. Workflows of the same code wait at the same places, so the number is that of places in code. */
// eslint-disable-next-line no-restricted-syntax -- all workflows of a worker are to share it; nothing decides by it
const traces = new Map<string, Trace>();
const MAX_TRACES = 1_000;

/**
 * The SDK keeps a stack trace of 1 to 2 KB for each pending promise. Makes equal traces of all workflows of the thread
 * one. What the queries answer does not change.
 */
export function shareTraces(): void {
  const kept = sdk.__TEMPORAL_ACTIVATOR__?.promiseStackStore?.promiseToStack;
  if (kept === undefined) return;
  for (const [promise, trace] of kept) {
    const shared = traces.get(trace.formatted);
    if (shared !== undefined) kept.set(promise, shared);
    else if (traces.size < MAX_TRACES) traces.set(trace.formatted, trace);
  }
}
