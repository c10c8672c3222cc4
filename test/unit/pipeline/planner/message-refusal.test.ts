import { describe, expect, it } from 'vitest';
import type { PipelineMessage } from '../../../../contract/pipeline.js';
import { messageRefusal } from '../../../../pipeline/planner/message-refusal.js';
import { ARun, aPlan } from './a-run.js';

const plan = aPlan(
  {
    extract: {},
    load: {},
    other: { needs: ['extract'] },
    below: { needs: ['load'] },
    ask: { kind: 'approval', needs: ['extract'] },
    names: { kind: 'approval', forEach: ['x', 'y'] },
  },
  { onFailure: 'hold' },
);

/** `extract` runs, `load` has failed and stopped the run, `names` waits for two decisions. */
const running = (): ARun => new ARun(plan).end('load', 'failed');
const ended = (): ARun => {
  const run = running().end('extract', 'succeeded');
  return run.tell({ kind: 'approve', step: 'names', approve: true });
};
const message = (kind: string, step: string, more = {}): PipelineMessage =>
  ({ kind, step, ...more }) as PipelineMessage;

const ROWS: readonly (readonly [ARun, PipelineMessage, string | undefined])[] = [
  [running(), { kind: 'pause' }, undefined],
  [running(), { kind: 'resume' }, undefined],
  [running(), message('cancelStep', 'extract'), undefined],
  [
    ...([running(), message('cancelStep', 'other')] as const),
    'Step other has not begun, so there is nothing to cancel: skip it instead.',
  ],
  [
    ...([running(), message('cancelStep', 'load')] as const),
    'Step load has ended already: failed (failed it did).',
  ],
  [running(), message('retryStep', 'load'), undefined],
  [running(), message('retryStep', 'other'), 'Step other has not failed: it waits for its turn.'],
  [
    ...([running(), message('retryStep', 'extract')] as const),
    'Step extract still runs: retry it when it has ended, or cancel it first.',
  ],
  [
    ...([ended(), message('retryStep', 'extract')] as const),
    'Step extract has succeeded: only a failed or canceled step can be retried.',
  ],
  [
    ...([ended(), message('retryStep', 'below')] as const),
    'Step below was skipped (load failed): only a failed or canceled step can be retried; what was skipped because of it then runs too.',
  ],
  [
    ...([ended(), message('retryStep', 'other')] as const),
    'Step other was skipped (the run stops because load did not succeed): retry load, then it runs too.',
  ],
  [running(), message('skipStep', 'other'), undefined],
  [running(), message('skipStep', 'load'), undefined],
  [running(), message('skipStep', 'extract'), 'Step extract runs: cancel it first.'],
  [running(), message('skipStep', 'names'), 'Step names runs: decide or cancel it first.'],
  [ended(), message('skipStep', 'extract'), 'Step extract has ended already: succeeded.'],
  [running(), message('approve', 'names', { item: 1 }), undefined],
  [
    ...([running(), message('approve', 'load')] as const),
    'Step load is not an approval. Approvals: ask, names.',
  ],
  [running(), message('approve', 'ask'), 'Step ask is not waiting for a decision yet.'],
  [ended(), message('approve', 'names'), 'Step names was decided already: succeeded.'],
  [
    ...([running(), message('approve', 'names', { item: 2 })] as const),
    'Step names has no item 2: it has items 0 to 1.',
  ],
  [
    ...([running(), message('retryStep', 'laod')] as const),
    'Pipeline nightly has no step laod. Did you mean load?',
  ],
  [
    ...([running(), message('retryStep', 'constructor')] as const),
    'Pipeline nightly has no step constructor. Steps: extract, load, other, below, ask, names.',
  ],
  [
    ...([running().tell({ kind: 'cancel' }), { kind: 'pause' }] as const),
    'The run was canceled and ends when its running steps have stopped: then rerun it from its failed steps.',
  ],
  [
    ...([running().tell({ kind: 'deadline' }), message('retryStep', 'load')] as const),
    'The run has used up its runTimeout and ends when its running steps have stopped: then rerun it from its failed steps.',
  ],
  [
    ...([ended().tell({ kind: 'holdExpired', hold: 1 }), message('retryStep', 'load')] as const),
    'The run has ended (failed): start a new one, or rerun it from its failed steps.',
  ],
];

describe('refusalOf', () => {
  it.each(ROWS.map(([run, said, sentence]) => ({ run, said, sentence })))(
    'answers $said with: $sentence',
    ({ run, said, sentence }) => {
      expect(messageRefusal(run.plan, run.state, said)).toBe(sentence);
    },
  );

  it.each(ROWS.flatMap(([run, said, sentence]) => (sentence === undefined ? [] : [{ run, said }])))(
    'what it refuses would change nothing: $said',
    ({ run, said }) => {
      const { state } = run;
      expect(run.tell(said).state).toBe(state);
      expect(run.commands).toEqual([]);
    },
  );

  it('says so where a pipeline has no approval', () => {
    const run = new ARun(aPlan({ a: {} }));
    const sentence = messageRefusal(run.plan, run.state, message('approve', 'a'));
    expect(sentence).toBe('Step a is not an approval. This pipeline has none.');
  });
});
