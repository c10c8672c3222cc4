import type { Mutant } from './mutant.js';

const REMOTE = 'test/unit/workflows/remote-run.test.ts';
const FAULTS = 'test/unit/workflows/remote-faults.test.ts';
const FOLLOW = 'test/unit/activities/follow-remote.test.ts';

/** Runs of remote workflows. */
export const REMOTE_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'remote: a start with an unknown outcome posted again',
    file: 'workflows/remote-run/start.ts',
    from: "case 'outcomeUnknown': {\n",
    to: "case 'outcomeUnknown' as never: {\n",
    killer: [REMOTE, 'with an unknown outcome is looked for until B0'],
  },
  {
    breaks: 'remote: one of two executions of a node taken for its own',
    file: 'workflows/remote-run/nodes.ts',
    from: 'node.exactMatch = node.candidates.length === 0',
    to: 'node.exactMatch = true',
    killer: [REMOTE, 'leaves two that cannot be told apart alone'],
  },
  {
    breaks: 'remote: an end counts before the execution is sure',
    file: 'workflows/remote-run/nodes.ts',
    from: '(exactMatch && execution !== undefined && isTerminal',
    to: '(execution !== undefined && isTerminal',
    killer: [REMOTE, 'does not end before an execution is sure'],
  },
  {
    breaks: 'remote: a cancel with an unknown outcome stops a likeness',
    file: 'workflows/remote-run/cleanup.ts',
    from: 'if (!isStartUnknown(run) && toStop.length > 0) {',
    to: 'if (toStop.length > 0) {',
    killer: [REMOTE, 'with an unknown outcome stops nothing that a look has found so far'],
  },
  {
    breaks: 'remote: a start without the lock',
    file: 'workflows/remote-run/lock.ts',
    from: 'if (release !== undefined) {',
    to: 'if (release !== undefined || pauseMs === 0) {',
    killer: [FAULTS, 'that another run holds ends the run before anything is posted'],
  },
  {
    breaks: 'remote: the lock released before the executions are sure',
    file: 'workflows/remote-run/follow.ts',
    from: 'if (isSettled(started)) void release();',
    to: 'void release();',
    killer: [FAULTS, 'is held until each job has an execution that is surely its own'],
  },
  {
    breaks: 'remote: a failure while a outcome of the start is unknown hides the candidates',
    file: 'workflows/remote-run/step.ts',
    from: 'if (isStartUnknown(run)) return failWithUnknownOutcome',
    to: 'if (!isStartUnknown(run)) return failWithUnknownOutcome',
    killer: [FAULTS, 'stays ambiguous and names what it has seen'],
  },
  {
    breaks: 'remote: one answer "not found" to a list loses the job',
    file: 'activities/watch-lists.ts',
    from: 'count + 1 >= MIN_MISSING_ANSWERS && ',
    to: '',
    killer: [FOLLOW, 'reads on after two answers'],
  },
  {
    breaks: 'remote: a listed execution that is not found by id counts as not there',
    file: 'activities/triggered-reader.ts',
    from: "if (listed === 'trigger') started.push({ ...row, status: 'UNKNOWN' });",
    to: "if (listed !== 'trigger') started.push({ ...row, status: 'UNKNOWN' });",
    killer: [FOLLOW, 'counts as there'],
  },
  {
    breaks: 'remote: an error of a phase that is over is still shown',
    file: 'workflows/remote-run/progress.ts',
    from: '...(change.phase !== undefined && { lastError: undefined })',
    to: '...(change.phase === undefined && { lastError: undefined })',
    killer: [REMOTE, 'no longer once that phase is over'],
  },
  {
    breaks: 'remote: what the service may start yet is not named after a forced end',
    file: 'worker/left-running.ts',
    from: 'const isUnseen = nodes.length === 0 || mayStart.length > 0;',
    to: 'const isUnseen = nodes.length === 0;',
    killer: ['test/unit/cli/left-running.test.ts', 'what runs, and what comes after it'],
  },
  {
    breaks: 'a second attempt of a call that makes something is made',
    file: 'activities/call-operation.ts',
    from: 'if (earlier !== undefined && !idempotent) throw',
    to: 'if (earlier !== undefined && idempotent) throw',
    killer: ['test/unit/activities/call-operation.test.ts', 'is not made by a second attempt'],
  },
];
