import type { Mutant } from './mutant.js';

const CROWD = 'test/unit/polling/status-hub-crowd.test.ts';
const BUDGET = 'test/unit/polling/rate-limiter.test.ts';
const SCAN = 'test/unit/polling/job-scan.test.ts';
const PLACES = 'test/unit/polling/capacity-watcher.test.ts';
const MEMO = 'test/unit/polling/plan-memo.test.ts';
const ACTS = 'test/unit/activities/stop-and-await.test.ts';

/** Many that wait at once, and what one of them must not cost the others. */
export const CROWD_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'looks after a cancel spaced by the age of the execution',
    file: 'activities/stop-execution.ts',
    from: 'profile.hub.nudge(target.jobId, target.executionId);',
    to: '',
    killer: [ACTS, 'has looks close together from the cancel on'],
  },
  {
    breaks: 'looks queue behind all other calls',
    file: 'polling/rate-limiter.ts',
    from: 'this.#turns = [...this.#turns.filter((other) => other !== priority), priority];',
    to: "this.#turns = ['normal', 'poll', 'watch'];",
    killer: [BUDGET, 'grants looks and other calls in turn'],
  },
  {
    breaks: 'who comes while a list is read taken for unlisted',
    file: 'polling/answers.ts',
    from: 'if (asked.has(executionId))',
    to: 'if (asked.size > 0)',
    killer: [CROWD, 'are not asked by id for coming while the list is read'],
  },
  {
    breaks: 'one of unknown creation makes the list of hundreds a short one',
    file: 'polling/plan.ts',
    from: 'oldestMs: oldestMs === Infinity ? undefined',
    to: 'oldestMs: listable.some((one) => one.createdMs === undefined) ? undefined',
    killer: [CROWD, 'are shown by its list although the creation of one is not known'],
  },
  {
    breaks: 'pages of others read for a single old one',
    file: 'polling/status-calls.ts',
    from: '.length <= calls;',
    to: '.length <= 0 * calls;',
    killer: [CROWD, 'are not read for through pages of others'],
  },
  {
    breaks: 'ends that cannot be confirmed go before everything',
    file: 'polling/plan.ts',
    from: 'if (endSeen && failures === 0) return -Infinity;',
    to: 'if (endSeen && failures >= 0) return -Infinity;',
    killer: [CROWD, 'leave calls to others when all of them have ended'],
  },
  {
    breaks: 'a job plan outlives the rest of its list',
    file: 'polling/plan.ts',
    from: 'wakeAtMs = Math.min(wakeAtMs, job.listNotBeforeMs);',
    to: 'wakeAtMs = Math.min(wakeAtMs, Infinity);',
    killer: [MEMO, 'returns to the list of a job when the rest of the list is over'],
  },
  {
    breaks: 'rows that were no help once are never tried again',
    file: 'polling/status-hub.ts',
    from: 'for (const job of jobs.values()) job.isScanned = undefined;',
    to: '{}',
    killer: [SCAN, 'are scanned again some time after rows that were no help'],
  },
  {
    breaks: 'a watch for a place paused for nobody',
    file: 'polling/capacity-watcher.ts',
    from: 'if (watch.waiters.size === 0) watch.wake();',
    to: '',
    killer: [PLACES, 'leaves no timer behind'],
  },
  {
    breaks: 'a look that saw less than getJobs takes back what that showed',
    file: 'polling/watched-execution.ts',
    from: '(watched.hintedMs ?? -Infinity) > begunMs',
    to: '(watched.hintedMs ?? -Infinity) > nowMs',
    killer: [SCAN, 'is looked after at once'],
  },
];
