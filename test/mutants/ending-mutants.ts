import type { Mutant } from './mutant.js';

const ENDING = 'test/unit/workflows/ending.test.ts';
const OPTIONS = 'test/unit/contract/run-options.test.ts';
const SUBMISSION = 'test/unit/workflows/submission.test.ts';

/** Rules 8 and 11, onBusy, one limit: how a run ends. */
export const ENDING_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'incomplete state is continued',
    file: 'contract/validate.ts',
    from: 'return one === undefined && isOptional ? []',
    to: 'return one === undefined ? []',
    killer: [OPTIONS, 'with a state of no list of claims is refused'],
  },
  {
    breaks: 'state of another job is continued',
    file: 'contract/run-options.ts',
    from: "state['jobId'] !== jobId",
    to: "state['jobId'] === ''",
    killer: [OPTIONS, 'with a state of another job is refused'],
  },
  {
    breaks: 'stop by likeness',
    file: 'workflows/job-run/job-submission.ts',
    from: '(exactMatch || (others.length === 0 && mustEnd === undefined))',
    to: '(exactMatch || others.length === 0)',
    killer: [ENDING, 'with an unknown outcome leaves a mere likeness alone'],
  },
  {
    breaks: 'post after cancel',
    file: 'workflows/job-run/submit.ts',
    from: 'if (run.cancellation.requested || submitting.isTooLate()) {',
    to: 'if (submitting.isTooLate()) {',
    killer: [ENDING, 'before the POST ends the run, and nothing is posted'],
  },
  {
    breaks: 'fresh permit after cancel',
    file: 'workflows/job-run/limits.ts',
    from: "if (run.cancellation.requested) return 'cancelled';",
    to: '',
    killer: [ENDING, 'between two tries posts nothing more'],
  },
  {
    breaks: 'joined execution stopped',
    file: 'workflows/job-run/wait.ts',
    from: "if (tracked.how === 'joined') {",
    to: "if (tracked.how !== 'joined') {",
    killer: [ENDING, 'leaves a joined execution alone'],
  },
  {
    breaks: 'joined execution that has ended timed out',
    file: 'workflows/job-run/wait.ts',
    from: 'if (last !== undefined) return last;',
    to: '',
    killer: ['test/unit/workflows/joined.test.ts', 'is not exceeded by one that ended'],
  },
  {
    breaks: 'state of another run used',
    file: 'workflows/runtime/workflow-state.ts',
    from: 'if (state.runId !== runId) throw',
    to: 'if (state.runId === undefined) throw',
    killer: ['test/workflows/neighbours.test.ts', 'state of another run'],
  },
  {
    breaks: 'scope of an ended activation taken for the own one',
    file: 'workflows/runtime/own-scope.ts',
    from: 'outermost(current) === root ? current : root',
    to: 'outermost(current) === root ? current : current',
    killer: ['test/workflows/neighbours.test.ts', 'stopped by a cancel of their own'],
  },
  {
    breaks: 'a continuation of another workflow acts',
    file: 'workflows/runtime/activation.ts',
    from: '!activation.isGuarded || isOwnScopeCurrent()',
    to: '!activation.isGuarded || isOwnScopeCurrent() || true',
    killer: ['test/workflows/neighbours.test.ts', 'continuation with an activity'],
  },
  {
    breaks: 'id dropped on an error path',
    file: 'workflows/job-run/wait.ts',
    from: '          executionId,\n          ...duplicatesOf(submission),\n',
    to: '          ...duplicatesOf(submission),\n',
    killer: [ENDING, 'keeps the execution id'],
  },
  {
    breaks: 'execution that won the race against a cancel taken as canceled',
    file: 'workflows/job-run/wait.ts',
    from: "if (execution.status !== 'CANCELED') return execution; // it won the race",
    to: '',
    killer: [ENDING, 'that meets an execution which completes at the same time'],
  },
  {
    breaks: 'joined execution retried',
    file: 'workflows/job-run/attempts.ts',
    from: "how !== 'joined' &&",
    to: '',
    killer: [
      'test/unit/workflows/bad-state.test.ts',
      'of a joined execution that fails is not retried',
    ],
  },
  {
    breaks: 'fresh permits not paced',
    file: 'workflows/job-run/submit.ts',
    from: "if (kind !== 'ready' || record.permits === 0) return;",
    to: "if (kind !== 'ready' || record.permits < Infinity) return;",
    killer: [SUBMISSION, 'are paced: doubling from a second'],
  },
  {
    breaks: 'refused signatures repeated for ever',
    file: 'workflows/job-run/submit-state.ts',
    from: 'const MAX_REJECTIONS_IN_ROW = 3;',
    to: 'const MAX_REJECTIONS_IN_ROW = 30;',
    killer: [SUBMISSION, 'end when the signature is refused three times'],
  },
  {
    breaks: 'minutes rounded up',
    file: 'workflows/job-run/condition.ts',
    from: 'Math.floor(timeLeftMs / MINUTE)',
    to: 'Math.ceil(timeLeftMs / MINUTE)',
    killer: [ENDING, 'of 61s sends at most the whole minutes'],
  },
  {
    breaks: 'posted with less than a minute left',
    file: 'workflows/job-run/condition.ts',
    from: 'timeLeftMs < MINUTE',
    to: 'timeLeftMs < 0',
    killer: [ENDING, 'with less than a minute left posts nothing'],
  },
  {
    breaks: 'a look goes on for ever after a cancel',
    file: 'workflows/runtime/cancellation.ts',
    from: '        scope.cancel();\n',
    to: '',
    killer: [
      'test/workflows/cancel-faults.test.ts',
      'leaves nothing running that is surely its own, posts nothing more, and tells the truth',
    ],
  },
];
