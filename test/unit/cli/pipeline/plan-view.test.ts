import { describe, expect, it } from 'vitest';
import { effectiveOptions } from '../../../../cli/pipeline/plan/effective-options.js';
import { levelsOf, planView } from '../../../../cli/pipeline/plan/plan-view.js';
import { planText } from '../../../../cli/pipeline/plan/plan-text.js';
import type { PlannedStep } from '../../../../contract/pipeline.js';
import type { WrittenStep } from '../../../../pipeline/index.js';
import { MINUTE, planOf, told } from './planned.js';

const only = (step: WrittenStep): PlannedStep => planOf({ a: step }).steps['a'] as PlannedStep;

describe('levelsOf', () => {
  it('puts each step one below the lowest that it needs, whatever the order of writing', () => {
    const plan = planOf({
      d: { job: 'x', needs: ['b', 'c'] },
      c: { job: 'x', needs: ['b'] },
      b: { job: 'x', needs: ['a'] },
      a: { job: 'x' },
      e: { job: 'x' },
    });
    expect(levelsOf(plan).map((ids) => ids.toSorted())).toEqual([['a', 'e'], ['b'], ['c'], ['d']]);
  });
});

describe('effectiveOptions', () => {
  it('has all built-in defaults of a job step, onBusy: wait among them', () => {
    expect(effectiveOptions(only({ job: 'x' }))).toEqual({
      ...{ onBusy: 'wait', retry: 'none: one attempt', runTimeout: 'none', onAmbiguous: 'fail' },
      ...{ onCancel: 'cancel', cleanupTimeout: '1h', profile: 'default' },
    });
  });

  it('shows what defaults of the pipeline and the step itself say, expressions as they are written', () => {
    const plan = planOf(
      { a: { job: 'x', parameters: { day: '${{ run.id }}' }, numWorker: 4, onBusy: 'join' } },
      { defaults: { retry: { maximumAttempts: 3, initialInterval: '90s' }, onBusy: 'fail' } },
    );
    expect(effectiveOptions(plan.steps['a'] as PlannedStep)).toMatchObject({
      ...{
        numWorker: '4',
        'parameters.day': '${{ run.id }}',
        onBusy: 'join',
      },
      retry: '3 attempts after FAILED, first pause 1m 30s, then ×2 up to 1h',
    });
  });
});

describe('planText', () => {
  const text = (steps: Parameters<typeof planOf>[0], more = {}) =>
    planText(planView(planOf(steps, more), {}, told({ five: { runs: 1, medianMs: 5 * MINUTE } })));

  it('shows duration and critical path, and what is not known as such', () => {
    const shown = text({ a: { job: 'five' }, b: { needs: ['a'], approval: {} } });
    expect(shown).toContain('duration       5m, and the time of b');
    expect(shown).toContain('critical path  a (5m) → b (?)');
    expect(shown).toContain('expected        5m, its only completed run');
  });

  it('says which parameters have no value yet', () => {
    const more = { parameters: { date: { type: 'string' } } };
    expect(text({ a: { job: 'five' } }, more)).toContain('date = ? (set it: -p date=…)');
  });

  it('shows a pipeline within it, too', () => {
    const inner = { pipeline: 'inner', steps: { x: { job: 'five' } } };
    const shown = text({ a: { pipeline: inner } });
    expect(shown).toMatch(/^within step a:\n {2}pipeline inner$/m);
    expect(shown).toMatch(/^ {2}level 1\n {4}x: job five$/m);
  });

  it('counts a wait as its time, and shows what runs after every end apart', () => {
    const more = { finally: { tell: { job: 'five' } }, finallyTimeout: '20m' };
    const shown = text({ a: { wait: '10m' }, b: { needs: ['a'], job: 'five' } }, more);
    expect(shown).toMatch(/^ {2}a: wait\n {4}for +10m\n {4}expected +10m$/m);
    expect(shown).toContain('duration       15m');
    expect(shown).toMatch(/^finally, after every end, within 20m\n {2}tell: job five$/m);
  });

  it('lets no text of a file move the cursor', () => {
    const message = '\u001b[2J gone';
    expect(text({ a: { approval: { message } } })).not.toContain('\u001b');
  });
});
