import type { Mutant } from './mutant.js';

const SCHEDULE = 'test/unit/polling/poll-interval.test.ts';
const LIFETIME = 'test/unit/polling/duration-model.test.ts';
const DETECTION = 'test/unit/polling/detection.test.ts';
const SCAN = 'test/unit/polling/job-scan.test.ts';
const PLAN = 'test/unit/polling/plan.test.ts';
const MEMO = 'test/unit/polling/plan-memo.test.ts';
const RATE = 'test/unit/polling/call-rate.test.ts';
const SEEN = 'test/unit/contract/duration-history.test.ts';
const TRAVEL = 'test/unit/workflows/durations-travel.test.ts';

/** When to look, at what, and how often. */
export const POLLING_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'looks by the hazard itself, not by its root',
    file: 'polling/poll-interval.ts',
    from: 'Math.sqrt(2 * callWorthMs * hazard)',
    to: '(2 * callWorthMs * hazard)',
    killer: [DETECTION, 'cost hardly more than the numerical optimum where lengths are known'],
  },
  {
    breaks: 'hazards of executions that one call shows not added',
    file: 'polling/poll-interval.ts',
    from: 'hazard += every * count * lives * hazardOf(one, ms);',
    to: 'hazard = lives * hazardOf(one, ms);',
    killer: [SCHEDULE, 'is shorter by the root of their number where they are alike'],
  },
  {
    breaks: 'one of another lifetime is lost among hundreds',
    file: 'polling/poll-interval.ts',
    from: 'one.lifetime === other.lifetime &&',
    to: 'typeof one === typeof other &&',
    killer: [SCHEDULE, 'counts the one of hundreds that has another lifetime'],
  },
  {
    breaks: 'an older one is lost among hundreds',
    file: 'polling/poll-interval.ts',
    from: '<= ALIKE * other.ageMs',
    to: '< Infinity',
    killer: [SCHEDULE, 'counts the one of hundreds that is older'],
  },
  {
    breaks: 'remote time-out not expected',
    file: 'polling/poll-interval.ts',
    from: 'return age <= timeoutMs ? own : own',
    to: 'return age > 0 ? own : own',
    killer: [SCHEDULE, 'looks again soon while the service is late to end it'],
  },
  {
    breaks: 'longest pause without history not kept',
    file: 'polling/poll-interval.ts',
    from: 'const longestMs = isSeen ? maxPollMs * FORESEEN_FACTOR : maxPollMs;',
    to: 'const longestMs = isSeen ? maxPollMs * FORESEEN_FACTOR : maxPollMs * FORESEEN_FACTOR;',
    killer: [SCHEDULE, 'looks at an execution that is 86400000 ms old again after about 60000 ms'],
  },
  {
    breaks: 'failures taken for whole runs',
    file: 'polling/duration-model.ts',
    from: '...failed.map((mean) => ({ mean, width: FAILURE_WIDTH })),',
    to: '...failed.map((mean) => ({ mean, width })),',
    killer: [LIFETIME, 'keeps failures apart'],
  },
  {
    breaks: 'cancelled executions tell how long runs last',
    file: 'contract/duration-history.ts',
    from: "(status === 'COMPLETED' || status === 'FAILED') && ms >= 0",
    to: 'ms >= 0',
    killer: [SEEN, 'leaves out what was cancelled'],
  },
  {
    breaks: 'durations lost at continue-as-new',
    file: 'workflows/job-run/state.ts',
    from: '...(seen !== undefined && { seen }),',
    to: '',
    killer: [TRAVEL, 'after continue-as-new too'],
  },
  {
    breaks: 'one that begins ends the scans of all',
    file: 'polling/job-scan.ts',
    from: 'Math.min(most, hazardNow(target))',
    to: 'hazardNow(target)',
    killer: [SCAN, 'goes on with scans when one begins among hundreds'],
  },
  {
    breaks: 'end that a row shows brings no look forward',
    file: 'polling/answers.ts',
    from: 'showsEnd(row, job.lastExecution)) this.#hint',
    to: 'showsEnd(row, row)) this.#hint',
    killer: [SCAN, 'an end is confirmed by id and told at once'],
  },
  {
    breaks: 'failed scan made again at once',
    file: 'polling/job-scan.ts',
    from: 'dueMs: nowMs + pauseMs,\n  notBeforeMs: nowMs + pauseMs,',
    to: 'dueMs: nowMs,\n  notBeforeMs: nowMs,',
    killer: [SCAN, 'are scanned rarely while getJobs fails'],
  },
  {
    breaks: 'end that a row shows makes a poll later',
    file: 'polling/watched-execution.ts',
    from: ': Math.min(watched.dueMs, nowMs),\n  hintedMs',
    to: ': Math.max(watched.dueMs, nowMs),\n  hintedMs',
    killer: ['test/unit/polling/watched-execution.test.ts', 'keeps one that is due already'],
  },
  {
    breaks: 'scans where they take more than half of the calls of polls',
    file: 'polling/job-scan.ts',
    from: 'const MAX_PART = 1 / 2;',
    to: 'const MAX_PART = 1;',
    killer: [SCAN, 'for four jobs a page'],
  },
  {
    breaks: 'scans go on though no row is of use',
    file: 'polling/job-scan.ts',
    from: 'executions.size === 1 && isScanned !== false ?',
    to: 'executions.size === 1 ?',
    killer: [SCAN, 'end when the service says so by id, where getJobs tells nothing'],
  },
  {
    breaks: 'each end of another execution costs a poll',
    file: 'polling/job-scan.ts',
    from: '(startedMs === undefined ? shownMs > createdMs : isNear(startedMs))',
    to: 'shownMs > createdMs',
    killer: [SCAN, 'cost no poll for each end of other executions'],
  },
  {
    breaks: 'looks that scans ask for go before all others',
    file: 'polling/plan.ts',
    from: 'return hintedMs === undefined ? dueMs : dueMs - LEAD_MS;',
    to: 'return hintedMs === undefined ? dueMs : -Infinity;',
    killer: [
      PLAN,
      'scans, and looks where a scan shows a change, before what has been due for less',
    ],
  },
  {
    breaks: 'plan of a job that changed remembered',
    file: 'polling/plan.ts',
    from: 'known?.version === version && nowMs',
    to: 'known !== undefined && nowMs',
    killer: [MEMO, 'planCalls gives the same with what it remembers as without'],
  },
  {
    breaks: 'plan of a job remembered although something fell due',
    file: 'polling/plan.ts',
    from: 'known?.version === version && nowMs < known.plan.wakeAtMs',
    to: 'known?.version === version',
    killer: [MEMO, 'planCalls gives the same with what it remembers as without'],
  },
  {
    breaks: '429 does not lower the rate',
    file: 'polling/rate-limiter.ts',
    from: 'Math.max(rate.perSecond / 2, ',
    to: 'Math.max(rate.perSecond, ',
    killer: [RATE, 'is halved at once by a 429'],
  },
  {
    breaks: 'rate back at once after a 429',
    file: 'polling/rate-limiter.ts',
    from: '(rate.mostPerSecond * sinceMs) / RECOVERY_MS',
    to: 'rate.mostPerSecond',
    killer: [RATE, 'rises slowly while calls are answered'],
  },
  {
    breaks: 'Retry-After holds nobody back',
    file: 'polling/rate-limiter.ts',
    from: 'isPoll ? Math.max(nowMs, restsUntilMs) : nowMs',
    to: 'Math.max(nowMs, restsUntilMs - Infinity)',
    killer: [RATE, 'grants polls none before Retry-After'],
  },
  {
    breaks: 'starts and cancels held by the floor of polls',
    file: 'polling/rate-limiter.ts',
    from: 'callWindow(totalPerSecond(this.#rate))',
    to: 'callWindow(perSecond)',
    killer: [RATE, 'lets cancels and starts go on at half the rate'],
  },
  {
    breaks: 'Retry-After to a start makes the rest of polls longer, for ever',
    file: 'polling/rate-limiter.ts',
    from: 'nowMs < rate.restsUntilMs\n',
    to: 'nowMs > Infinity\n',
    killer: [RATE, 'keeps no poll away by the refusals of others'],
  },
];
