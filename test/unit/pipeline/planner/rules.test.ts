import { describe, expect, it } from 'vitest';
import type { RunIf, StepOutcome } from '../../../../contract/pipeline.js';
import { ARun, aPlan, type StepDraft } from './a-run.js';

/** Whether a step of this rule runs, after needs that ended so. */
const ROWS: readonly (readonly [RunIf, readonly StepOutcome[], 'runs' | 'is skipped'])[] = [
  ['allSucceeded', [], 'runs'],
  ['allSucceeded', ['succeeded', 'succeeded'], 'runs'],
  ['allSucceeded', ['succeeded', 'failed'], 'is skipped'],
  ['allSucceeded', ['succeeded', 'canceled'], 'is skipped'],
  ['allSucceeded', ['succeeded', 'skipped'], 'is skipped'],
  ['anyFailed', ['succeeded', 'succeeded'], 'is skipped'],
  ['anyFailed', ['succeeded', 'failed'], 'runs'],
  ['anyFailed', ['succeeded', 'canceled'], 'runs'],
  ['anyFailed', ['skipped', 'failed'], 'runs'],
  ['anyFailed', ['skipped', 'succeeded'], 'is skipped'],
  ['noneSkipped', [], 'runs'],
  ['noneSkipped', ['succeeded', 'failed', 'canceled'], 'runs'],
  ['noneSkipped', ['succeeded', 'skipped'], 'is skipped'],
  ['anySucceeded', ['failed', 'succeeded', 'skipped'], 'runs'],
  ['anySucceeded', ['failed', 'skipped', 'canceled'], 'is skipped'],
  ['allDone', [], 'runs'],
  ['allDone', ['failed', 'skipped', 'canceled'], 'runs'],
  ['allDone', ['skipped'], 'runs'],
  ['always', [], 'runs'],
  ['always', ['failed', 'skipped', 'canceled'], 'runs'],
  ['always', ['skipped'], 'runs'],
];

/** A run in which the needs of `it` have ended so, the last one by the last event. */
function after(runIf: RunIf, outcomes: readonly StepOutcome[]): ARun {
  const needs = outcomes.map((_, index) => `need${index}`);
  const steps: [string, StepDraft][] = needs.map((id, index) => [
    id,
    outcomes[index] === 'skipped' ? { when: 'false' } : {},
  ]);
  const plan = aPlan(
    { ...Object.fromEntries(steps), it: { needs, runIf } },
    { onFailure: 'continue' },
  );
  const run = new ARun(plan);
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome !== 'skipped') run.end(`need${index}`, outcome);
  }
  return run;
}

describe('the rule failed (P9)', () => {
  const chain = (more: Readonly<Record<string, StepDraft>> = {}) => ({
    ...{ extract: {}, clean: { needs: ['extract'] }, publish: { needs: ['clean'] } },
    ...{ alarm: { needs: ['publish'], runIf: 'anyFailed' as const }, ...more },
  });

  it.each(['stop', 'continue'] as const)(
    'sees a failure further upstream of a skipped need, with onFailure: %s',
    (onFailure) => {
      const run = new ARun(aPlan(chain(), { onFailure })).end('extract', 'failed');
      expect(run.statuses).toMatchObject({ publish: 'skipped', alarm: 'running' });
    },
  );

  it('sees no failure where a condition skipped the steps between', () => {
    const run = new ARun(aPlan(chain({ clean: { needs: ['extract'], when: 'false' } })));
    run.end('extract', 'succeeded');
    expect(run.statuses).toMatchObject({ publish: 'skipped', alarm: 'skipped' });
  });

  it('sees the failure that stopped the run before its need began', () => {
    const plan = aPlan({
      ...{ other: {}, slow: {}, extract: { needs: ['slow'] } },
      alarm: { needs: ['extract'], runIf: 'anyFailed' },
    });
    const run = new ARun(plan).end('other', 'failed').end('slow', 'succeeded');
    expect(run.statuses).toMatchObject({ extract: 'skipped', alarm: 'running' });
  });
});

describe('the rules', () => {
  it.each(ROWS)('with the rule %s, after %j, a step %s', (runIf, outcomes, what) => {
    const run = after(runIf, outcomes);
    expect(run.statuses['it']).toBe(what === 'runs' ? 'running' : 'skipped');
    expect(run.state.steps['it']?.why).toBe(what === 'runs' ? undefined : 'needs');
  });

  it.each<RunIf>(['allSucceeded', 'anyFailed', 'allDone', 'noneSkipped', 'anySucceeded', 'always'])(
    'with the rule %s nothing is decided before all needs have ended',
    (runIf) => {
      const run = new ARun(
        aPlan({ a: {}, b: {}, c: { when: 'false' }, it: { needs: ['a', 'b', 'c'], runIf } }),
      );
      run.end('a', runIf === 'anyFailed' ? 'failed' : 'succeeded');
      expect(run.statuses['it']).toBe('pending');
    },
  );

  it('a skip says which step it comes from', () => {
    expect(after('allSucceeded', ['succeeded', 'canceled']).state.steps['it']?.reason).toBe(
      'need1 was canceled',
    );
    expect(after('allSucceeded', ['failed']).state.steps['it']?.reason).toBe('need0 failed');
    expect(after('noneSkipped', ['skipped']).state.steps['it']?.reason).toBe('need0 was skipped');
  });

  it('skips propagate, until a step with the rule always', () => {
    const run = new ARun(
      aPlan({
        a: { when: 'false' },
        b: { needs: ['a'] },
        c: { needs: ['b'] },
        report: { needs: ['c'], runIf: 'always' },
      }),
    );
    expect(run.statuses).toEqual({ a: 'skipped', b: 'skipped', c: 'skipped', report: 'running' });
    expect(run.end('report', 'succeeded').outcome).toBe('succeeded');
  });
});
