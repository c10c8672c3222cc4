import type { Mutant } from './mutant.js';

const HUB = 'test/unit/polling/status-hub.test.ts';
const READER = 'test/unit/polling/newest-executions.test.ts';
const ACTS = 'test/unit/activities/stop-and-await.test.ts';

/** Waiting and stopping. */
export const WATCHING_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'a waiter not told of the answer after a failure',
    file: 'polling/waiter.ts',
    from: 'const isNews = failed || error',
    to: 'const isNews = error',
    killer: [HUB, 'tells its caller what is new'],
  },
  {
    breaks: 'a nudged execution looked at by what earlier ones took',
    file: 'polling/answers.ts',
    from: 'const { nudged, timeoutMs } = watched;',
    to: 'const { nudged, timeoutMs } = { ...watched, nudged: false };',
    killer: [HUB, 'does so whatever earlier executions of the job took'],
  },
  {
    breaks: 'a reading of many pages counted as one call',
    file: 'polling/registry.ts',
    from: 'waiter.calls += calls;',
    to: 'waiter.calls += Math.min(1, calls);',
    killer: [HUB, 'counts every call of a reading'],
  },
  {
    breaks: 'whole rows read where brief ones do',
    file: 'polling/newest-executions.ts',
    from: '{ brief, ...(signal',
    to: '{ ...(brief && {}), ...(signal',
    killer: [HUB, 'asks one list for many executions of a job'],
  },
  {
    breaks: 'unknown status taken as final',
    file: 'contract/job.ts',
    from: 'TERMINAL.includes(status);',
    to: "TERMINAL.includes(status) || !['READY', 'RUNNING'].includes(status);",
    killer: [HUB, 'keeps waiting on a status that it does not know'],
  },
  {
    breaks: 'execution cancelled without being read first',
    file: 'activities/stop-execution.ts',
    from: 'if (before !== undefined && isTerminal(before.status)) {',
    to: 'if (before !== undefined && isTerminal(before.status) && attempt > 1) {',
    killer: [ACTS, 'reads before it cancels'],
  },
  {
    breaks: 'a read that fails holds up the cancel',
    file: 'activities/stop-execution.ts',
    from: 'if (error instanceof DataFlowCallError && !isPermanent(error)) return undefined;',
    to: '',
    killer: [ACTS, 'cancels at once where the read before it ends with DataFlowThrottled'],
  },
  {
    breaks: 'a stop gives up on a refused key',
    file: 'activities/activity-context.ts',
    from: 'return isPermanent(error);',
    to: "return isPermanent(error) || error.failure === 'DataFlowUnauthenticated';",
    killer: [ACTS, 'is repeated by Temporal after a DataFlowUnauthenticated'],
  },
  {
    breaks: 'hand-over left to the retry policy, which doubles the pause at each deploy',
    file: 'activities/activity-context.ts',
    from: 'nextRetryDelay: HAND_OVER_MS,',
    to: '',
    killer: [ACTS, 'is left by a worker that stops'],
  },
  {
    breaks: 'a cancel taken for a hand-over when the worker stops at the same time',
    file: 'activities/activity-context.ts',
    from: 'details?.workerShutdown === true && !details.cancelRequested;',
    to: 'details?.workerShutdown === true;',
    killer: [ACTS, 'passes the interruption on'],
  },
  {
    breaks: 'order of the list learned anew for each look',
    file: 'polling/newest-executions.ts',
    from: 'if (learned !== undefined) this.#learned.set(jobId, learned);',
    to: '',
    killer: [
      READER,
      'finds the end of a list that is oldest first once, when count is the nonsense',
    ],
  },
  {
    breaks: 'duplicate not named',
    file: 'activities/await-execution.ts',
    from: '  duplicates,\n  copies,\n  exactDuplicates',
    to: '  duplicates: [],\n  copies,\n  exactDuplicates',
    killer: [ACTS, 'names a second match after an unknown outcome'],
  },
];
