import type { Mutant } from './mutant.js';

const SUBMIT = 'test/client/submit.test.ts';
const SUBMISSION = 'test/unit/workflows/submission.test.ts';
const POST_ONCE = 'test/unit/activities/post-once.test.ts';
const EXECUTE = 'test/unit/activities/execute-job.test.ts';

/** Rules 1 to 3: permit, expiring POST, what proves that nothing was started. */
export const POSTING_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'permit that grows old while other starts are prepared',
    file: 'activities/prepare-submission.ts',
    from: "furtherPriority: 'high',",
    to: '',
    killer: [
      'test/unit/activities/prepare-submission.test.ts',
      'a permit is young when it is made, however many starts are prepared at once',
    ],
  },
  {
    breaks: 'no permit check',
    file: 'client/http/attempt.ts',
    from: 'if (notAfterMs !== undefined && connection.clock.latestMs() >= notAfterMs)',
    to: 'if (notAfterMs !== undefined && connection.clock.latestMs() >= Infinity)',
    killer: [SUBMIT, 'leaves not one byte when its permit ends before they leave'],
  },
  {
    breaks: 'permit checked before connecting',
    file: 'client/http/attempt.ts',
    from: 'onLeaving: () => onLeaving(call),',
    to: 'onLeaving: ((early) => () => early)(onLeaving(call)),',
    killer: ['test/client/permit.test.ts', 'is checked where the bytes leave'],
  },
  {
    breaks: "permit checked by the earliest that the service's clock may show",
    file: 'client/http/attempt.ts',
    from: 'connection.clock.latestMs() >= notAfterMs',
    to: 'connection.clock.earliestMs() >= notAfterMs',
    killer: [SUBMIT, 'measures its permit by the latest'],
  },
  {
    breaks: 'permit without an end',
    file: 'activities/submit-under-permit.ts',
    from: 'const notAfterMs = isDated ? baselineMs + permitTtlMs : undefined;',
    to: 'const notAfterMs = isDated ? baselineMs + Infinity : undefined;',
    killer: [POST_ONCE, 'posts only while the permit is good'],
  },
  {
    breaks: 'permit that only the Date of answers ends',
    file: 'activities/submit-under-permit.ts',
    from: 'mayLeave: isYoung,',
    to: '',
    killer: [POST_ONCE, 'posts nothing once the permit has ended by this process'],
  },
  {
    breaks: 'permit without Date checked by two wall clocks',
    file: 'activities/submit-under-permit.ts',
    from: 'baselineMs !== undefined && serviceClock.isMeasured()',
    to: 'baselineMs !== undefined',
    killer: [POST_ONCE, 'is not ended by a clock that only one side has read'],
  },
  {
    breaks: 'permit reused',
    file: 'workflows/job-run/submit.ts',
    from: 'const permit = await takePermit(run, submission);',
    to: 'const permit = ((submission as unknown as { p: Permit }).p ??= await takePermit(run, submission));',
    killer: [SUBMISSION, 'takes a fresh permit for a second POST'],
  },
  {
    breaks: 'plain date on the POST',
    file: 'activities/submit-under-permit.ts',
    from: '...(expires && {',
    to: '...(expires && !expires && {',
    killer: [POST_ONCE, 'dates its POST so that the gateway refuses it'],
  },
  {
    breaks: '401 signed anew',
    file: 'client/http/call.ts',
    from: 'const isRepeatable = !NEVER_SIGNED_ANEW.includes(name) &&',
    to: 'const isRepeatable =',
    killer: [SUBMIT, 'is never signed anew after a 401'],
  },
  {
    breaks: 'start of a workflow signed anew',
    file: 'client/http/call.ts',
    from: "['executeJob', 'executeWorkflow']",
    to: "['executeJob']",
    killer: [SUBMIT, 'is never signed anew after a 401 when it starts a workflow'],
  },
  {
    breaks: 'a variable for another profile than default is passed over',
    file: 'worker/variables.ts',
    from: '.filter((name) => !Object.hasOwn(VARIABLES, name))',
    to: ".filter((name) => !Object.hasOwn(VARIABLES, name) && !name.startsWith('DATAFLOW_PROFILE_'))",
    killer: ['test/unit/worker/variables.test.ts', 'other profiles than default are described'],
  },
  {
    breaks: 'a second signature does not count in the budget',
    file: 'worker/open-profile.ts',
    from: "rateLimiter.acquire(signal, 'high');",
    to: 'Promise.resolve(void signal);',
    killer: ['test/client/signing.test.ts', 'counts in the budget of a profile'],
  },
  {
    breaks: 'calls that start something wait like reads',
    file: 'polling/rate-limited-client.ts',
    from: "isHighPriority(name) ? 'high' : reads",
    to: 'reads',
    killer: ['test/unit/polling/rate-limited-client.test.ts', 'a call of executeJob is taken'],
  },
  {
    breaks: 'the POST heeds a cancel after its bytes have left',
    file: 'client/http/attempt.ts',
    from: 'if (!OPERATIONS[name].idempotent) deadline.detachFromCaller();',
    to: '',
    killer: [SUBMIT, 'waits for its answer although its signal is aborted'],
  },
  {
    breaks: 'a permit counts from the Date of one answer',
    file: 'polling/newest-executions.ts',
    from: 'dateMs = this.#client.serviceClock.atLeastMs();',
    to: 'dateMs = answer.dateMs;',
    killer: [
      'test/unit/polling/newest-executions.test.ts',
      'does not take the Date of that answer for the clock',
    ],
  },
  {
    breaks: 'most answers decide when a permit began',
    file: 'client/http/service-clock.ts',
    from: 'if (isOne) return',
    to: 'if (each.length > 0) return',
    killer: ['test/unit/client/clock.test.ts', 'is that of the earliest of a few answers'],
  },
  {
    breaks: 'run-id rule off',
    file: 'activities/submit-under-permit.ts',
    from: "if ((info.workflowExecution?.runId ?? '') !== permitRunId) {",
    to: "if ((info.workflowExecution?.runId ?? '') === 'never') {",
    killer: [EXECUTE, 'sees a workflow reset'],
  },
  {
    breaks: 'a further attempt posts',
    file: 'activities/delivery.ts',
    from: 'if (info.attempt > 1)',
    to: 'if (info.attempt > Infinity)',
    killer: [EXECUTE, 'sees a further attempt'],
  },
  {
    breaks: 'an attempt after an activity reset posts',
    file: 'activities/delivery.ts',
    from: 'if (info.currentAttemptScheduledTimestampMs > info.scheduledTimestampMs) {',
    to: 'if (info.currentAttemptScheduledTimestampMs > Infinity) {',
    killer: [EXECUTE, 'sees an activity reset'],
  },
  {
    breaks: '5xx taken as not started',
    file: 'client/errors.ts',
    from: 'status >= 500 ||',
    to: 'status >= 600 ||',
    killer: [EXECUTE, 'takes 503'],
  },
  {
    breaks: 'a cut 4xx taken as not started',
    file: 'client/errors.ts',
    from: 'if (!complete || status < 400',
    to: 'if (status < 400',
    killer: [EXECUTE, 'takes a 4xx that was cut'],
  },
  {
    breaks: 'the 404 of a proxy taken for the word of the service',
    file: 'contract/failures.ts',
    from: 'if ((errorType ?? errorCode) === undefined || status',
    to: 'if (status',
    killer: ['test/unit/activities/answer-table.test.ts', 'takes nothing for proven by a page'],
  },
  {
    breaks: 'no answer taken as not sent',
    file: 'activities/submit-under-permit.ts',
    from: "if (error.sent === 'no')",
    to: "if (error.sent !== 'yes')",
    killer: [EXECUTE, 'takes no answer came'],
  },
];
