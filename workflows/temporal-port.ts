import { sleep, workflowInfo } from '@temporalio/workflow';
import { readEnd, readSubmitEnd } from './failures.js';
import { interruptible } from './interrupt.js';
import {
  awaitFreeWithin,
  awaitWithin,
  findWithin,
  prepareWithin,
  stopWithin,
  submitUnder,
} from './proxies.js';
import type { Interrupt, RunPort, Waited } from './run/port.js';

type Shared = Pick<RunPort, 'word' | 'turn' | 'claim' | 'claimedIds' | 'isAnotherInDoubt'>;

/** The verbs of a run as Temporal activities and timers. `shared` is what the runs of one workflow share. */
export const temporalPort = (shared: Shared): RunPort => ({
  ...shared,
  runId: () => workflowInfo().runId,
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms, interrupt) => (await interruptible(interrupt, () => sleep(ms))) !== undefined,
  prepare: (input, limits) => waited(limits.interrupt, () => prepareWithin(limits)(input)),
  submit: async (input, limits) => {
    try {
      const execution = await submitUnder(input, limits)(input);
      return { kind: 'started', execution };
    } catch (error) {
      return readSubmitEnd(error);
    }
  },
  look: (input, limits) =>
    waited(limits.interrupt, () => findWithin(limits)(input), limits.graceMs),
  awaitEnd: (input, limits) => waited(limits.interrupt, () => awaitWithin(limits)(input)),
  awaitFree: (input, limits) => waited(limits.interrupt, () => awaitFreeWithin(limits)(input)),
  stop: (input, limits) => waited(NEVER, () => stopWithin(limits)(input)),
});

const NEVER: Interrupt = { requested: false, onRequest: () => () => undefined };

async function waited<Value>(
  interrupt: Interrupt,
  act: () => Promise<Value>,
  graceMs = 0,
): Promise<Waited<Value>> {
  try {
    const done = await interruptible(interrupt, act, graceMs);
    return done === undefined ? { kind: 'interrupted' } : { kind: 'done', value: done.value };
  } catch (error) {
    return readEnd(error);
  }
}
