import type { Mutant } from './mutant.js';

const REMOTE = 'test/unit/workflows/remote-run.test.ts';

/** Runs of remote workflows. */
export const REMOTE_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'remote: a doubtful start posted again',
    file: 'workflows/remote/start.ts',
    from: "if (outcome.kind === 'doubtful') {",
    to: "if (outcome.kind === 'doubtful' && run.posts > 1) {",
    killer: [REMOTE, 'in doubt is looked for until B0'],
  },
  {
    breaks: 'remote: one of two executions of a node taken for its own',
    file: 'workflows/remote/nodes.ts',
    from: 'node.sure = node.candidates.length === 0',
    to: 'node.sure = true',
    killer: [REMOTE, 'leaves two that cannot be told apart alone'],
  },
  {
    breaks: 'remote: an end counts before the execution is sure',
    file: 'workflows/remote/nodes.ts',
    from: 'skipped || (sure && execution',
    to: 'skipped || (execution',
    killer: [REMOTE, 'does not end before an execution is sure'],
  },
  {
    breaks: 'remote: a cancel in doubt stops a likeness',
    file: 'workflows/remote/wrap-up.ts',
    from: 'if (!run.doubt && toStop.length > 0) {',
    to: 'if (toStop.length > 0) {',
    killer: [REMOTE, 'in doubt stops nothing that a look has found so far'],
  },
  {
    breaks: 'a second attempt of a call that makes something is made',
    file: 'activities/call-operation.ts',
    from: 'if (earlier !== undefined && !idempotent) throw',
    to: 'if (earlier !== undefined && idempotent) throw',
    killer: ['test/unit/activities/call-operation.test.ts', 'is not made by a second attempt'],
  },
];
