import type { Mutant } from './mutant.js';

const ANSWERS = 'test/unit/workflows/answers.test.ts';
const BAD_STATE = 'test/unit/workflows/bad-state.test.ts';
const STOP = 'test/unit/activities/stop-and-await.test.ts';
const MISSING = 'test/unit/polling/status-hub-missing.test.ts';

/** What an answer proves, and what it does not. */
export const ANSWERING_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'an id that was listed before taken for ours',
    file: 'workflows/job-run/job-submission.ts',
    from: 'if (known.includes(jobExecutionId))',
    to: 'if (known.length > 1e9)',
    killer: [ANSWERS, 'that names an execution which was listed before it'],
  },
  {
    breaks: 'a claimed id taken for ours',
    file: 'workflows/job-run/job-submission.ts',
    from: 'if (claimedIds.includes(jobExecutionId))',
    to: 'if (claimedIds.length > 1e9)',
    killer: [ANSWERS, 'that names an execution which another start of the workflow has'],
  },
  {
    breaks: 'an answer with the run key of another submission taken for ours',
    file: 'workflows/job-run/job-submission.ts',
    from: 'if (isRunKey(shown) && !isOurKey)',
    to: 'if (shown === undefined && !isOurKey && isRunKey(shown))',
    killer: [ANSWERS, 'that names an execution which shows the run key of another submission'],
  },
  {
    breaks: 'an ended execution that no complete listing has shown taken for ours',
    file: 'workflows/job-run/job-submission.ts',
    from: 'if (permit.incomplete === true && isTerminal(status) && !isOurKey)',
    to: 'if (permit.incomplete === true && isTerminal(status) && isOurKey)',
    killer: [ANSWERS, 'that names an execution which has ended, where the listing'],
  },
  {
    breaks: 'an id that no call would send taken as an answer',
    file: 'client/operations/decode-execution.ts',
    from: "  newId('jobExecutionId', read.jobExecutionId);",
    to: '',
    killer: ['test/unit/client/decode.test.ts', 'is unreadable with an id that no later call'],
  },
  {
    breaks: 'bad-state taken at its word with a run key',
    file: 'workflows/job-run/job-submission.ts',
    from: 'isExactMatch(context) || (record.wasEverUnknown',
    to: '(record.wasEverUnknown',
    killer: [BAD_STATE, 'is first a look with a run key'],
  },
  {
    breaks: 'turns by profile name',
    file: 'workflows/job-run/match-criteria.ts',
    from: '({ plan: { jobId } }: Run): string => jobId',
    to: '({ plan: { profile, jobId } }: Run): string => `${profile}/${jobId}`',
    killer: [ANSWERS, 'share the turn of a job'],
  },
  {
    breaks: 'a claimed match adopted',
    file: 'workflows/job-run/job-submission.ts',
    from: '!claimedIds.includes(jobExecutionId)',
    to: 'jobExecutionId !== undefined',
    killer: [ANSWERS, 'is not adopted'],
  },
  {
    breaks: 'retry after one reading of the end',
    file: 'workflows/job-run/attempts.ts',
    from: 'const again = await watchExecution(run, run.submission, tracked);',
    to: 'const again = watched;',
    killer: [ANSWERS, 'reads an end again before it starts anything'],
  },
  {
    breaks: 'a refused cancel not sent again before a minute has passed',
    file: 'activities/stop-execution.ts',
    from: "refusals = answer === 'refused' ? refusals + 1 : 0;",
    to: 'refusals = 0;',
    killer: [STOP, 'with DataFlowBadState while it is READY'],
  },
  {
    breaks: 'not found by id taken for gone although listed',
    file: 'polling/status-calls.ts',
    from: 'if (row === undefined) answers.failed',
    to: 'if (row !== null) answers.failed',
    killer: [MISSING, 'is there while its job’s list shows it'],
  },
  {
    breaks: 'a refusal of our own waited out for ever',
    file: 'polling/answers.ts',
    from: 'if (isInvalid || isGone === true) waiter.fail(error);',
    to: 'if (isGone === true) waiter.fail(error);',
    killer: [MISSING, 'of our own ends the wait at once'],
  },
];
