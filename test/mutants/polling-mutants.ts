import type { Mutant } from './mutant.js';

const SCHEDULE = 'test/unit/polling/poll-interval.test.ts';
const LIFETIME = 'test/unit/polling/duration-model.test.ts';
const DETECTION = 'test/unit/polling/detection.test.ts';
const COMPANY = 'test/unit/polling/siblings.test.ts';
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
    breaks: 'row of another execution vouches',
    file: 'polling/job-row.ts',
    from: 'Math.abs(ms - dateMs) <= ORDER_SLACK_MS,',
    to: 'Math.abs(ms - dateMs) >= 0,',
    killer: [SCAN, 'are looked at as often as without scans where getJobs shows another execution'],
  },
  {
    breaks: 'row trusted where another execution may be meant',
    file: 'polling/siblings.ts',
    from: "if (!isAlone) return 'others';",
    to: '',
    killer: [
      SCAN,
      'are looked at as often as without scans where another execution may be what getJobs shows, as',
    ],
  },
  {
    breaks: 'row trusted before the list of its job was read',
    file: 'polling/job-scan-answers.ts',
    from: "standsAlone(job)?.siblings === 'none'",
    to: 'standsAlone(job) !== undefined',
    killer: [
      SCAN,
      'are looked at as often as without scans where another execution may be what getJobs shows, which',
    ],
  },
  {
    breaks: 'row keeps looks away after scans have ended',
    file: 'polling/plan.ts',
    from: 'arePlanned(scans) ? Math.max(dueMs, keptUntilMs) : dueMs;',
    to: 'Math.max(dueMs, keptUntilMs);',
    killer: [PLAN, 'looks at what a row of getJobs stood for as soon as no more scans are made'],
  },
  {
    breaks: 'row that changed trusted without a new look at its job',
    file: 'polling/job-scan-answers.ts',
    from: 'if (isOther(now, job.lastExecution)) registry.changeJob(job, afterRowChange);',
    to: '',
    killer: [SCAN, 'are looked at as often again, when a row changes'],
  },
  {
    breaks: 'plan remembered though scans began since',
    file: 'polling/plan.ts',
    from: 'known?.version === version && known.scanned === scanned',
    to: 'known?.version === version',
    killer: [MEMO, 'planCalls gives the same with what it remembers'],
  },
  {
    breaks: 'list read too early to show what began beside it',
    file: 'polling/siblings.ts',
    from: 'watched.dueMs >= listedByMs(watched, settings);',
    to: 'watched.dueMs >= 0;',
    killer: [PLAN, 'looks at the only execution of a job by its list'],
  },
  {
    breaks: 'list read early for what began as another was created',
    file: 'polling/siblings.ts',
    from: 'Math.max(createdMs, startedMs)',
    to: 'createdMs',
    killer: [PLAN, 'looks at the only execution of a job by its list'],
  },
  {
    breaks: 'list that fails is read again and again in place of looks by id',
    file: 'polling/plan.ts',
    from: '!isTroubled(watched) &&',
    to: '',
    killer: [COMPANY, 'have their ends seen though lists answer 429'],
  },
  {
    breaks: 'list of many pages read at each look',
    file: 'polling/plan.ts',
    from: 'listCalls <= MOST_CALLS[watched.siblings] &&',
    to: 'MOST_CALLS[watched.siblings] > 0 &&',
    killer: [COMPANY, 'have their ends seen within a minute, with hardly more calls'],
  },
  {
    breaks: 'others that were seen once keep scans away for ever',
    file: 'polling/job-scan-answers.ts',
    from: 'this.#registry.changeJob(job, afterUnswept);',
    to: '',
    killer: [COMPANY, 'are scanned again when the executions of the other workers have ended'],
  },
  {
    breaks: 'one that begins ends the scans of all',
    file: 'polling/job-scan.ts',
    from: 'Math.min(most, hazardNow(one))',
    to: 'hazardNow(one)',
    killer: [SCAN, 'goes on with scans when one begins among hundreds'],
  },
  {
    breaks: 'unknown status of a row vouches',
    file: 'polling/job-row.ts',
    from: '!isKnownStatus(status) || isTerminal(status)',
    to: 'isTerminal(status)',
    killer: [
      SCAN,
      'are looked at as often as without scans where getJobs shows a status that is not known',
    ],
  },
  {
    breaks: 'end that a row shows brings no look forward',
    file: 'polling/job-scan-answers.ts',
    from: 'showsEnd(now, job.lastExecution)) this.#hint',
    to: 'showsEnd(now, now)) this.#hint',
    killer: [SCAN, 'are scanned by getJobs instead of being looked at one by one'],
  },
  {
    breaks: 'row that trusted keeps looks away for ever',
    file: 'polling/job-scan-answers.ts',
    from: 'Math.min(keptMs, watched.lookedMs + reach)',
    to: 'keptMs',
    killer: [SCAN, 'lose nothing by rows that stay behind'],
  },
  {
    breaks: 'scans go on after a lie',
    file: 'polling/job-scan-answers.ts',
    from: 'registry.scans = afterStaleScan(registry.scans, nowMs);',
    to: '',
    killer: [SCAN, 'lose nothing by rows that stay behind'],
  },
  {
    breaks: 'failed scan made again at once',
    file: 'polling/job-scan.ts',
    from: 'dueMs: Math.max(scans.notBeforeMs, nowMs + restMs),\n  notBeforeMs: Math.max(scans.notBeforeMs, nowMs + restMs),',
    to: 'dueMs: nowMs,\n  notBeforeMs: nowMs,',
    killer: [SCAN, 'are looked at one by one while getJobs fails'],
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
    from: 'known?.version === version && known.scanned',
    to: 'known?.scanned',
    killer: [MEMO, 'planCalls gives the same with what it remembers as without'],
  },
  {
    breaks: 'plan of a job remembered although something fell due',
    file: 'polling/plan.ts',
    from: 'known.scanned === scanned && nowMs < known.plan.wakeAtMs',
    to: 'known.scanned === scanned',
    killer: [MEMO, 'planCalls gives the same with what it remembers as without'],
  },
  {
    breaks: '429 does not lower the rate',
    file: 'polling/call-rate.ts',
    from: 'Math.max(rate.perSecond / 2, ',
    to: 'Math.max(rate.perSecond, ',
    killer: [RATE, 'is halved at once by a 429'],
  },
  {
    breaks: 'rate back at once after a 429',
    file: 'polling/call-rate.ts',
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
    file: 'polling/call-rate.ts',
    from: 'nowMs < rate.restsUntilMs\n',
    to: 'nowMs > Infinity\n',
    killer: [RATE, 'keeps no poll away by the refusals of others'],
  },
  {
    breaks: 'row of getJobs keeps looks away after a cancel',
    file: 'polling/job-scan.ts',
    from: 'endSeen || nudged || hintedMs',
    to: 'endSeen || hintedMs',
    killer: [SCAN, 'are looked at closely after a cancel'],
  },
];
