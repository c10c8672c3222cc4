import { GROUP_GATE } from './group-gate.js';
import type { Mutant } from './mutant.js';
import { AUDIT, FINALLY, SCHEDULES } from './operation-rules.js';

const POST_ONCE = 'test/unit/activities/post-once.test.ts';
const SUBMISSION = 'test/unit/workflows/submission.test.ts';
const EXECUTE = 'test/unit/activities/execute-job.test.ts';
const RECONCILE = 'test/unit/activities/reconcile-submission.test.ts';
const MATCH = 'test/unit/activities/match.test.ts';
const SEVERAL = 'test/unit/workflows/several-runs.test.ts';
const ENDING = 'test/unit/workflows/ending.test.ts';
const REMOTE = 'test/unit/workflows/remote-run.test.ts';
const MESSAGES = 'test/unit/pipeline/planner/messages.test.ts';
const PROPERTIES = 'test/unit/pipeline/planner/properties.test.ts';

/** Numbers are those of the rules in docs/submit-protocol.md. */
const SUBMIT: readonly Mutant[] = [
  {
    breaks: 'rule 1: a permit has no end',
    file: 'activities/submit-under-permit.ts',
    from: 'const notAfterMs = isDated ? baselineMs + permitTtlMs : undefined;',
    to: 'const notAfterMs = isDated ? baselineMs + Infinity : undefined;',
    killer: [POST_ONCE, 'posts only while the permit is good'],
  },
  {
    breaks: 'rule 1: the permit is checked before connecting',
    file: 'client/http/attempt.ts',
    from: 'onLeaving: () => onLeaving(call),',
    to: 'onLeaving: ((early) => () => early)(onLeaving(call)),',
    killer: ['test/client/permit.test.ts', 'is checked where the bytes leave'],
  },
  {
    breaks: 'rule 1: a permit counts from the Date of one answer',
    file: 'polling/newest-executions.ts',
    from: 'dateMs = this.#client.serviceClock.atLeastMs();',
    to: 'dateMs = answer.dateMs;',
    killer: [
      'test/unit/polling/newest-executions.test.ts',
      'does not take the Date of that answer for the clock',
    ],
  },
  {
    breaks: 'rule 2: the POST has a plain date',
    file: 'activities/submit-under-permit.ts',
    from: '...(expires && {',
    to: '...(expires && !expires && {',
    killer: [POST_ONCE, 'dates its POST so that the gateway refuses it'],
  },
  {
    breaks: 'rule 2: a submit is signed again after a 401',
    file: 'client/http/call.ts',
    from: 'const isRepeatable = !NEVER_SIGNED_ANEW.includes(name) &&',
    to: 'const isRepeatable =',
    killer: ['test/client/submit.test.ts', 'is never signed anew after a 401'],
  },
  {
    breaks: 'rule 3: an unknown outcome is cleared without reconciling',
    file: 'workflows/job-run/submit-state.ts',
    from: 'return unknownOutcome(record, state.permit, event.failure.details.retryAfterMs);',
    to: "return { kind: 'atCapacity', record };",
    killer: [SUBMISSION, 'looks before anything else when the outcome'],
  },
  {
    breaks: 'rule 3: the permit of another workflow run is used',
    file: 'activities/submit-under-permit.ts',
    from: "if ((info.workflowExecution?.runId ?? '') !== permitRunId) {",
    to: "if ((info.workflowExecution?.runId ?? '') === 'never') {",
    killer: [EXECUTE, 'sees a workflow reset'],
  },
  {
    breaks: 'rule 3: a further attempt posts',
    file: 'activities/delivery.ts',
    from: 'if (info.attempt > 1)',
    to: 'if (info.attempt > Infinity)',
    killer: [EXECUTE, 'sees a further attempt'],
  },
  {
    breaks: 'rule 3: a 5xx counts as not started',
    file: 'client/errors.ts',
    from: 'status >= 500 ||',
    to: 'status >= 600 ||',
    killer: [EXECUTE, 'takes 503'],
  },
  {
    breaks: 'rule 3: the 404 of a proxy counts as an answer of the service',
    file: 'contract/failures.ts',
    from: 'if ((errorType ?? errorCode) === undefined || status',
    to: 'if (status',
    killer: ['test/unit/activities/answer-table.test.ts', 'takes nothing for proven by a page'],
  },
  {
    breaks: 'rule 3: a POST without an answer counts as not sent',
    file: 'activities/submit-under-permit.ts',
    from: "if (error.sent === 'no')",
    to: "if (error.sent !== 'yes')",
    killer: [EXECUTE, 'takes no answer came'],
  },
  {
    breaks: 'rule 3: an id that was listed before the POST is accepted as ours',
    file: 'workflows/job-run/job-submission.ts',
    from: 'if (known.includes(jobExecutionId))',
    to: 'if (known.length > 1e9)',
    killer: [
      'test/unit/workflows/answers.test.ts',
      'that names an execution which was listed before it',
    ],
  },
  {
    breaks: 'rule 3: a bad-state is believed although there is a run key',
    file: 'workflows/job-run/job-submission.ts',
    from: 'isExactMatch(context) || (record.wasEverUnknown',
    to: '(record.wasEverUnknown',
    killer: ['test/unit/workflows/bad-state.test.ts', 'is first a look with a run key'],
  },
  {
    breaks: 'rule 4: a listing that began too early proves that there is none',
    file: 'activities/reconcile-submission.ts',
    from: 'if (leftMs <= 0 && reading.complete)',
    to: 'if (endsAtMs <= performance.now() && reading.complete)',
    killer: [RECONCILE, 'does not end with a listing that was begun before its end'],
  },
  {
    breaks: 'rule 4: reconciling does not last maxListingDelay',
    file: 'workflows/job-run/submit-state.ts',
    from: 'nowMs + leavesMs + submitTimeoutMs + maxListingDelayMs',
    to: 'nowMs + leavesMs + submitTimeoutMs + 0 * maxListingDelayMs',
    killer: [SUBMISSION, 'looks before anything else when the outcome'],
  },
  {
    breaks: 'rule 4: an incomplete listing proves that there is none',
    file: 'activities/reconcile-submission.ts',
    from: 'return { matches: [], possible, exactMatch, incomplete: true };',
    to: 'return { ...found, exactMatch };',
    killer: [RECONCILE, 'goes on for maxListingDelay where no listing is complete'],
  },
  {
    breaks: 'rule 5: a candidate is judged by its row of a list',
    file: 'activities/find-matches.ts',
    from: 'showsOurKey(row, criteria) ? row :',
    to: 'row.jobId !== undefined ? row :',
    killer: [RECONCILE, 'judges candidates by what is shown by id'],
  },
  {
    breaks: 'rule 5: likeness decides although there is a run key',
    file: 'activities/match.ts',
    from: 'if (criteria.runKey !== undefined) {',
    to: 'if (criteria.runKey !== undefined && criteria.sent.length === 0) {',
    killer: [MATCH, 'goes by the run key alone'],
  },
  {
    breaks: 'rule 5: the first match by likeness is adopted before the end',
    file: 'activities/reconcile-submission.ts',
    from: 'if (exactMatch && found.matches.length > 0)',
    to: 'if (found.matches.length > 0)',
    killer: [RECONCILE, 'takes an unsure match only at its end'],
  },
  {
    breaks: 'rule 5: one of several matches by likeness is adopted',
    file: 'workflows/job-run/job-submission.ts',
    from: '(exactMatch || (others.length === 0 && mustEnd === undefined))',
    to: '(exactMatch || mustEnd === undefined)',
    killer: [SUBMISSION, 'is ambiguous when several executions could be it'],
  },
  {
    breaks: 'rule 5: what may be ours counts as none',
    file: 'workflows/job-run/job-submission.ts',
    from: 'const seen = oldest === undefined ? possible : matches;',
    to: 'const seen = oldest === undefined ? possible.slice(0, 0) : matches;',
    killer: [SEVERAL, 'makes what could be ours ambiguous'],
  },
  {
    breaks: 'rule 5: the latest baseline replaces the first',
    file: 'workflows/job-run/submit-state.ts',
    from: 'first: record.first ?? {',
    to: 'first: {',
    killer: [SUBMISSION, 'takes a fresh permit for a second POST'],
  },
  {
    breaks: 'rule 6: a cancel adopts, and stops, a match by likeness',
    file: 'workflows/job-run/job-submission.ts',
    from: '(exactMatch || (others.length === 0 && mustEnd === undefined))',
    to: '(exactMatch || others.length === 0)',
    killer: [ENDING, 'with an unknown outcome leaves a mere likeness alone'],
  },
  {
    breaks: 'rule 6: a duplicate is stopped while another run has an unknown outcome',
    file: 'workflows/job-run/duplicates.ts',
    from: 'if (exactDuplicates && isCertain)',
    to: 'if (exactDuplicates)',
    killer: [SEVERAL, 'names, but does not stop, a duplicate that may be the start of another run'],
  },
  {
    breaks: 'rule 8: a cancel does not keep a submit from being scheduled',
    file: 'workflows/job-run/submit.ts',
    from: 'if (run.cancellation.requested || submitting.isTooLate()) {',
    to: 'if (submitting.isTooLate()) {',
    killer: [ENDING, 'before the POST ends the run, and nothing is posted'],
  },
  {
    breaks: 'rule 8: an execution id is lost with an error',
    file: 'workflows/job-run/wait.ts',
    from: '          executionId,\n          ...duplicatesOf(submission),\n',
    to: '          ...duplicatesOf(submission),\n',
    killer: [ENDING, 'keeps the execution id'],
  },
  {
    breaks: "rule 9: another submission's execution is adopted",
    file: 'activities/match.ts',
    from: '&& !claimedIds.includes(execution.jobExecutionId)',
    to: '',
    killer: [MATCH, 'that is another submission of the workflow'],
  },
  {
    breaks: 'rule 11: permits are not paced',
    file: 'workflows/job-run/submit.ts',
    from: "if (kind !== 'ready' || record.permits === 0) return;",
    to: "if (kind !== 'ready' || record.permits < Infinity) return;",
    killer: [SUBMISSION, 'are paced: doubling from a second'],
  },
  {
    breaks: 'remote workflow: a start whose outcome is unknown is posted again',
    file: 'workflows/remote-run/start.ts',
    from: "case 'outcomeUnknown': {\n",
    to: "case 'outcomeUnknown' as never: {\n",
    killer: [REMOTE, 'with an unknown outcome is looked for until B0'],
  },
  {
    breaks: 'remote workflow: one of two executions of a node counts as its own',
    file: 'workflows/remote-run/nodes.ts',
    from: 'node.exactMatch = node.candidates.length === 0',
    to: 'node.exactMatch = true',
    killer: [REMOTE, 'leaves two that cannot be told apart alone'],
  },
  {
    breaks: 'remote workflow: two runs start at once',
    file: 'workflows/remote-run/lock.ts',
    from: 'if (release !== undefined) {',
    to: 'if (release !== undefined || pauseMs === 0) {',
    killer: [
      'test/unit/workflows/remote-faults.test.ts',
      'that another run holds ends the run before anything is posted',
    ],
  },
];

/** Rules of docs/pipelines.md. */
const PLANNER: readonly Mutant[] = [
  {
    breaks: 'planner: a step is decided before all its needs have ended',
    file: 'pipeline/planner/settle.ts',
    from: 'order.needs[place]?.some(',
    to: 'order.needs[place]?.slice(1).some(',
    killer: [PROPERTIES, 'keep every law at every event'],
  },
  {
    breaks: 'planner: a canceled need does not count as failed',
    file: 'pipeline/planner/rules.ts',
    from: "status === 'failed' || status === 'canceled';",
    to: "status === 'failed';",
    killer: [
      'test/unit/pipeline/planner/rules.test.ts',
      'with the rule anyFailed, after ["succeeded","canceled"]',
    ],
  },
  {
    breaks: 'planner: one item more than concurrency runs',
    file: 'pipeline/planner/settle.ts',
    from: 'busy < plan.concurrency',
    to: 'busy <= plan.concurrency',
    killer: ['test/unit/pipeline/planner/items.test.ts', 'never more items run than concurrency'],
  },
  {
    breaks: 'planner: a paused run starts steps',
    file: 'pipeline/planner/settle.ts',
    from: '!run.paused &&',
    to: '',
    killer: [MESSAGES, 'while the run is paused nothing starts'],
  },
  {
    breaks: 'planner: a late report counts for the attempt that runs',
    file: 'pipeline/planner/item-events.ts',
    from: "item?.status === 'running' && item.attempt === attempt ? item",
    to: "item?.status === 'running' ? item",
    killer: [
      'test/unit/pipeline/planner/items.test.ts',
      'a report that is late, repeated or about nothing known',
    ],
  },
  {
    breaks: 'planner: a step with runIf always does not start after a failure',
    file: 'pipeline/planner/stop.ts',
    from: "if (planned(draft.plan, id).runIf !== 'allSucceeded') return undefined;",
    to: '',
    killer: [
      'test/unit/pipeline/planner/failure.test.ts',
      'stop: a step with the rule always starts all the same',
    ],
  },
  {
    breaks: 'planner: a retry runs items again that succeeded',
    file: 'pipeline/planner/step-states.ts',
    from: "(item.status === 'succeeded' ? item : waiting(item))",
    to: 'waiting(item)',
    killer: [MESSAGES, 'runs its failed items again, and keeps those that succeeded'],
  },
  {
    breaks: 'planner: a retry keeps what is downstream of the step',
    file: 'pipeline/planner/retry.ts',
    from: '|| isSkippedByPerson(stepOf(draft, other))) continue;',
    to: "|| stepOf(draft, other).status !== 'skipped') continue;",
    killer: [MESSAGES, 'an alarm is armed again'],
  },
  {
    breaks: 'planner: a rerun starts what had succeeded',
    file: 'pipeline/planner/retry.ts',
    from: "  status === 'succeeded' || (status ===",
    to: '  (status ===',
    killer: [PROPERTIES, 'are rerun from their failed steps'],
  },
  {
    breaks: 'planner: a rerun starts again what was in flight',
    file: 'pipeline/planner/step-states.ts',
    from: "before.status === 'succeeded' || !isTakenUp(index)",
    to: "before.status !== 'pending' || !isTakenUp(index)",
    killer: [
      'test/unit/pipeline/planner/continuing.test.ts',
      'takes up what ran when its run was terminated',
    ],
  },
  {
    breaks: 'planner: a cancel of the run leaves what runs',
    file: 'pipeline/planner/item-events.ts',
    from: "if (stepOf(draft, id).status === 'running') stopItems(draft, id);",
    to: 'void stepOf(draft, id);',
    killer: ['test/unit/pipeline/planner/failure.test.ts', 'a cancel stops everything that runs'],
  },
];

/** One break for each rule that a guarantee rests on; every other expression is broken by all.ts. */
export const MUTANTS: readonly Mutant[] = [
  ...SUBMIT,
  ...PLANNER,
  ...SCHEDULES,
  ...AUDIT,
  ...FINALLY,
  ...GROUP_GATE,
];
